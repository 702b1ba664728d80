"""Nobody tells by the clock whose address is known: what an answer costs beyond its fixed time is the same for all."""

import re
import threading
import time
from collections.abc import Callable, Iterator

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts import views
from accounts.tests import factories
from accounts.tests.steps import ask_for_code, enter_code
from messaging import bell
from tests.smtp_sink import wait_until

pytestmark = pytest.mark.django_db(transaction=True)
# Each step, and the share of SIGN_IN_ANSWER_SECONDS that its answer takes.
STEPS = {"asking": 1, "the page for the code": 1 / 3, "a wrong code": 1 / 3, "the third wrong code": 1 / 3}


def _signing_in(visitor: Client, email: str) -> Iterator[tuple[str, Callable[[], object]]]:
    acts = (
        lambda: ask_for_code(visitor, email),
        lambda: visitor.get("/sign-in/code/"),
        lambda: enter_code(visitor, "ZZZZ-ZZZZ"),
        lambda: [enter_code(visitor, "ZZZZ-ZZZZ") for _ in range(2)],
    )
    return zip(STEPS, acts, strict=True)


def test_every_step_waits_as_long_and_does_as_much_after_it_for_known_and_unknown_addresses(
    settings, monkeypatch
):
    """What differs is done within the fixed time; what comes after it is the same, statement by statement."""
    settings.SIGN_IN_ANSWER_SECONDS = 0.3
    waited: list[tuple[float, int]] = []

    def answer_after(seconds: float, started: float) -> None:
        waited.append((seconds, len(statements)))  # a busy machine would spoil what a clock said here

    monkeypatch.setattr(views, "answer_after", answer_after)
    found: dict[str, dict[str, tuple]] = {}
    for whose, email in (("known", factories.referrer().email), ("unknown", "nobody@riverbank.example")):
        for step, act in _signing_in(Client(), email):
            waited.clear()
            with CaptureQueriesContext(connection) as statements:
                act()
            rung_out()
            last = [re.split(" SET | WHERE | VALUES ", each["sql"])[0] for each in statements]
            found.setdefault(step, {})[whose] = [seconds for seconds, _ in waited], last[waited[-1][1] :]
    for step, share in STEPS.items():
        known, unknown = found[step]["known"], found[step]["unknown"]
        assert known == unknown, step
        assert known[0] == [0.3 * share] * (2 if step == "the third wrong code" else 1), step


def rung_out() -> None:
    wait_until(lambda: all(each.name != "bell" for each in threading.enumerate()), what="the last ring")


@pytest.fixture
def all_away(own_redis, smtp_sink, settings):
    """Redis and the mail server take connections and never answer."""
    settings.EMAIL_TIMEOUT = 2
    own_redis.freeze()
    smtp_sink.answer("EHLO", "250 sink")
    smtp_sink.seconds = 10
    yield
    rung_out()


def quickest_answers(pairs: int) -> dict[str, float]:
    """Seconds until the answer to a known and to an unknown address, the quickest of so many."""
    took: dict[str, list[float]] = {"known": [], "unknown": []}
    for number in range(pairs):
        known = factories.referrer().email  # each once: asking often is limited
        for whose, email in (("unknown", f"nobody-{number}@riverbank.example"), ("known", known)):
            rung_out()  # else the last ring's end would silence this one
            bell._silent_until = 0.0  # as in a process that has not yet learnt that Redis is away
            started = time.perf_counter()
            ask_for_code(Client(), email)
            took[whose].append(time.perf_counter() - started)
    return {whose: min(seconds) for whose, seconds in took.items()}


@pytest.mark.faults
def test_while_redis_and_mail_are_away_the_naive_way_tells_and_ours_does_not(settings, all_away):
    """Both in one run: ours differs by less than half of what the naive way does, however slow the machine."""
    quickest_answers(pairs=1)
    naive = quickest_answers(pairs=4)
    settings.SIGN_IN_ANSWER_SECONDS = 0.3
    ours = quickest_answers(pairs=4)
    assert naive["known"] - naive["unknown"] > 0, "without the fixed time, ringing in vain shows"
    assert abs(ours["known"] - ours["unknown"]) < (naive["known"] - naive["unknown"]) / 2
    assert min(ours.values()) >= 0.3
