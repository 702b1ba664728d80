"""Nobody tells by the clock whose address is known: every step is the same, statement by statement, and nothing waits."""

import re
import threading
import time
from collections.abc import Callable, Iterator

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.login_sessions.store import SessionStore
from accounts.sign_in import email_code
from accounts.tests import factories
from accounts.tests.sign_in.steps import ask_for_code, enter_code, is_signed_in, newest_code
from itsyourmove.allauth_adapter import AccountAdapter
from messaging.models import Message
from messaging.outbox import wakeup
from tests.smtp_sink import wait_until

Session = SessionStore.get_model_class()
pytestmark = pytest.mark.django_db(transaction=True)
WRONG = "ZZZZ-ZZZZ"
STEPS = (
    "asking",
    "the page for the code",
    "a wrong code",
    "the second wrong code",
    "the last wrong code",
    "again",
)
UNKNOWN = "nobody@riverbank.example"


def _signing_in(visitor: Client, email: str) -> Iterator[tuple[str, Callable[[], object]]]:
    acts = (
        lambda: ask_for_code(visitor, email),
        lambda: visitor.get("/sign-in/code/"),
        lambda: enter_code(visitor, WRONG),
        lambda: enter_code(visitor, WRONG),
        lambda: enter_code(visitor, WRONG),
        lambda: ask_for_code(visitor, email),
    )
    return zip(STEPS, acts, strict=True)


def shape(statement: str) -> str:
    """The statement without its values."""
    return re.sub(r"'(?:[^']|'')*'(?:::\w+)?|\b\d+(?:\.\d+)?\b|\"s\d+_x\d+\"|s\d+_x\d+", "?", statement)


@pytest.fixture
def rung(monkeypatch) -> list[str]:
    """Every ring for an urgent message."""
    rings = []
    monkeypatch.setattr(wakeup, "_ring_urgent", lambda: rings.append("urgent"))
    return rings


@pytest.fixture
def emails() -> dict[str, str]:
    closed = factories.referrer()
    closed.is_active = False
    closed.save()
    return {"known": factories.referrer().email, "closed": closed.email, "unknown": UNKNOWN}


def test_every_step_makes_the_same_statements_and_rings_the_same_bell(rung, emails):
    found: dict[str, dict[str, tuple]] = {step: {} for step in STEPS}
    for whose, email in emails.items():
        for step, act in _signing_in(Client(), email):
            rung.clear()
            with CaptureQueriesContext(connection) as statements:
                act()
            found[step][whose] = [shape(each["sql"]) for each in statements], list(rung)
    for step, alike in found.items():
        assert alike["known"] == alike["unknown"], step
        assert alike["known"] == alike["closed"], step
    statements, rings = found["asking"]["unknown"]
    assert [each for each in statements if each.startswith('INSERT INTO "messaging_message"')]
    assert rings == ["urgent"]
    assert Message.objects.count() == 2, "only the known address has messages"


def test_what_is_kept_has_the_same_size_and_the_same_parts(rung, emails):
    kept = {}
    for whose, email in emails.items():
        visitor = Client()
        ask_for_code(visitor, email)
        login = dict(visitor.session.items())["account_login"]
        kept[whose] = (
            sorted(visitor.session.keys()),
            sorted(login),
            sorted(login["state"]["stages"]["login_by_code"]["data"]),
        )
    assert kept["known"] == kept["unknown"] == kept["closed"]


def test_no_step_sleeps(rung, emails, monkeypatch):
    slept, here = [], threading.get_ident()

    def sleep(seconds: float) -> None:
        if threading.get_ident() == here:  # the bell has a thread of its own, left by a test before
            slept.append(seconds)

    monkeypatch.setattr(time, "sleep", sleep)
    for email in emails.values():
        for _, act in _signing_in(Client(), email):
            act()
    assert slept == []


def test_no_request_waits_for_the_bell_and_many_rings_are_one_thread(emails, monkeypatch):
    """The ring hangs, as when Redis and the mail server take connections and never answer."""
    answered, rings = threading.Event(), []

    def ring(*, urgent: bool) -> None:
        rings.append(urgent)
        answered.wait(60)

    monkeypatch.setattr(wakeup, "ring", ring)
    try:
        for email in (*emails.values(), *emails.values()):
            assert ask_for_code(Client(), email).status_code == 302
        assert len([each for each in threading.enumerate() if each.name == "bell"]) == 1
        assert rings == [True]
    finally:
        answered.set()
        rung_out()
    assert rings == [True, True], "what came meanwhile is rung for once more"


def test_the_session_does_not_hold_the_code(rung):
    sam = factories.referrer()
    visitor = Client()
    ask_for_code(visitor, sam.email)
    code = newest_code(sam)
    row = str(Session.objects.get().get_decoded())
    assert sam.email in row, "this is the row"
    for spelling in (code, code.replace("-", "")):
        assert spelling.lower() not in row.lower()
    enter_code(visitor, code.lower())
    assert is_signed_in(visitor)


def test_a_code_kept_under_the_key_before_is_still_right(settings):
    kept, before = email_code.hashed("BCDF-GHJK"), settings.SECRET_KEY
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "another " * 8, []
    assert not email_code.is_right("bcdf ghjk", kept)
    settings.SECRET_KEY_FALLBACKS = [before]
    assert email_code.is_right("bcdf ghjk", kept)


def test_even_the_right_code_of_nobody_opens_nothing(rung, monkeypatch):
    monkeypatch.setattr(AccountAdapter, "generate_login_code", lambda adapter: "BCDF-GHJK")
    sam, visitor, stranger = factories.referrer(), Client(), Client()
    ask_for_code(visitor, sam.email)
    enter_code(visitor, "BCDF-GHJK")
    assert is_signed_in(visitor), "it is the code"
    ask_for_code(stranger, UNKNOWN)
    assert "Enter the code from the most recent email" in enter_code(stranger, "BCDF-GHJK").content.decode()
    assert not is_signed_in(stranger)


def rung_out() -> None:
    wait_until(lambda: all(each.name != "bell" for each in threading.enumerate()), what="the last ring")


def test_a_ring_that_breaks_off_leaves_room_for_the_next(monkeypatch):
    def ring(*, urgent: bool) -> None:
        raise ValueError

    monkeypatch.setattr(wakeup, "ring", ring)
    monkeypatch.setattr(wakeup, "_again", True)
    monkeypatch.setattr(wakeup, "_ringer", threading.current_thread())
    with pytest.raises(ValueError, match="^$"):
        wakeup._ring_apart()
    assert wakeup._ringer is None
