"""Nobody tells by the clock whose address is known: the quickest answers to both, in one process, taken in turn."""

import threading
import time
from collections import defaultdict
from collections.abc import Iterator

import pytest
from django.test import Client

from accounts.tests import factories
from accounts.tests.steps import ask_for_code, enter_code
from messaging import bell
from tests.smtp_sink import wait_until

pytestmark = pytest.mark.django_db(transaction=True)
STEPS = ("asking", "the page for the code", "a wrong code", "the third wrong code")


def measured(pairs: int) -> dict[str, dict[str, list[float]]]:
    """Seconds of each step for as many known as unknown addresses; step, then "known" or "unknown"."""
    for name in ("known", "unknown"):
        _signing_in(Client(), factories.referrer().email if name == "known" else "first@riverbank.example")
    took: dict[str, dict[str, list[float]]] = defaultdict(lambda: defaultdict(list))
    for number in range(pairs):
        known = factories.referrer().email  # each once: asking often is limited
        for whose, email in (("unknown", f"nobody-{number}@riverbank.example"), ("known", known)):
            rung_out()  # else the last ring's end would silence this one
            bell._silent_until = 0.0  # as in a process that has not yet learnt that Redis is away
            for step, seconds in zip(STEPS, _signing_in(Client(), email), strict=True):
                took[step][whose].append(seconds)
    return took


def _signing_in(visitor: Client, email: str) -> Iterator[float]:
    acts = (
        lambda: ask_for_code(visitor, email),
        lambda: visitor.get("/sign-in/code/"),
        lambda: enter_code(visitor, "ZZZZ-ZZZZ"),
        lambda: [enter_code(visitor, "ZZZZ-ZZZZ") for _ in range(2)],
    )
    for act in acts:
        started = time.perf_counter()
        act()
        yield time.perf_counter() - started


def rung_out() -> None:
    wait_until(lambda: all(each.name != "bell" for each in threading.enumerate()), what="the last ring")


def apart(took: dict[str, list[float]]) -> float:
    """By the quickest of each: a busy machine makes some answers slower, and none quicker."""
    return abs(min(took["known"]) - min(took["unknown"]))


def test_every_step_takes_as_long_for_known_and_unknown_addresses(settings):
    settings.SIGN_IN_ANSWER_SECONDS = 0.3
    took = measured(pairs=7)
    for step, least in zip(STEPS, (0.3, 0.1, 0.1, 0.2), strict=True):
        assert min(took[step]["known"] + took[step]["unknown"]) >= least, step
        assert apart(took[step]) < 0.02, (step, took[step])


@pytest.fixture
def all_away(own_redis, smtp_sink, settings):
    """Redis and the mail server take connections and never answer."""
    settings.EMAIL_TIMEOUT = 2
    own_redis.freeze()
    smtp_sink.answer("EHLO", "250 sink")
    smtp_sink.seconds = 10
    yield
    rung_out()


@pytest.mark.faults
def test_while_redis_and_mail_are_away_the_naive_way_tells_and_ours_does_not(settings, all_away):
    naive = measured(pairs=3)["asking"]
    assert apart(naive) > 0.05, "without the fixed time, ringing in vain shows"
    settings.SIGN_IN_ANSWER_SECONDS = 0.3
    ours = measured(pairs=3)["asking"]
    assert min(ours["known"] + ours["unknown"]) >= 0.3
    assert apart(ours) < 0.03, ours
