"""A provider that can be asked what it has: nothing goes twice, and nothing is given up unasked."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from messaging import channels, claims, delivery, lookups
from messaging.channels import Letter, NotAuthorised, Unconfirmed
from messaging.models import Message
from messaging.tests.conftest import NOON, fresh

pytestmark = pytest.mark.django_db
State = Message.State


class Provider:
    """Takes a message and remembers its reference; may then fall silent."""

    def __init__(self, *, silent: int = 0, deaf: int = 0) -> None:
        self.has: list[str] = []
        self.silent, self.deaf = silent, deaf
        self.down = False

    def send(self, letter: Letter, fence: Callable[[], bool]) -> str:
        if not fence():
            raise NotAuthorised
        if self.deaf:  # the line broke before it heard
            self.deaf -= 1
            raise Unconfirmed
        self.has.append(letter.key)
        if self.silent:  # it took the message, and the answer was lost
            self.silent -= 1
            raise Unconfirmed
        return f"ref {letter.key}"

    def look_up(self, key: str) -> str | None:
        if self.down:
            raise channels.Down("timeout")
        return f"ref {key}" if key in self.has else None

    def close(self) -> None:
        pass


def attempt(provider: Provider, message: Message, now) -> str:
    [claimed] = claims.claim(now=now, channels=["notify_email"], urgent=False, most=1)
    return delivery.deliver(claimed, provider, lambda: now)


@pytest.fixture
def message(desk, settings) -> Message:
    settings.EMAIL_CHANNEL = "notify_email"
    return desk.queue(hours=24)


LATER = NOON + timedelta(hours=1)


def test_what_it_has_is_not_sent_again(message):
    provider = Provider(silent=1)
    assert attempt(provider, message, NOON) == State.PENDING
    assert attempt(provider, message, LATER) == State.SENT
    assert len(provider.has) == 1, "the naive way, sending once more, would have made it two"
    assert fresh(message).provider_ref == f"ref {message.key}"


def test_what_it_never_had_is_sent_again(message):
    provider = Provider(deaf=3)
    for hour in range(3):
        assert attempt(provider, message, NOON + timedelta(hours=hour)) == State.PENDING
    assert attempt(provider, message, NOON + timedelta(hours=4)) == State.SENT
    assert (len(provider.has), fresh(message).resends) == (1, 3)


def test_while_it_cannot_be_asked_nothing_is_sent(message):
    provider = Provider(silent=1)
    attempt(provider, message, NOON)
    provider.down = True
    with pytest.raises(channels.Down):
        attempt(provider, message, LATER)
    assert len(provider.has) == 1


@pytest.mark.parametrize(("kept", "state"), [(True, State.SENT), (False, State.EXPIRED)])
def test_what_was_given_up_is_settled_once_it_can_be_asked(message, kept, state):
    provider = Provider(silent=1) if kept else Provider(deaf=1)
    attempt(provider, message, NOON)
    afterwards = NOON + timedelta(hours=25)
    delivery.drain(now=afterwards)
    assert fresh(message).state == State.UNCERTAIN, "too late, and perhaps sent"
    lookups.ask({"notify_email": provider}, lambda: afterwards)
    assert fresh(message).state == state
