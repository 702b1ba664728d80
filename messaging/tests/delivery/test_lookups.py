"""A provider that can be asked what it has: nothing goes twice, and nothing is given up unasked."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db.models import Q
from django.urls import reverse

from accounts.tests.factories import OfficerFactory, sign_in
from core.clock import database_now
from messaging.channels import base as channels_base
from messaging.channels.base import NotAuthorised, OutgoingMessage, Unconfirmed, reference_of
from messaging.delivery import leases, lookups, worker
from messaging.models import Message
from messaging.monitoring import status
from messaging.restores import services as restores
from messaging.tests.conftest import NOON, fresh

pytestmark = pytest.mark.django_db
State = Message.State


class Provider:
    """Takes a message and remembers its reference; may then fall silent."""

    def __init__(self, *, silent: int = 0, deaf: int = 0) -> None:
        self.has: list[str] = []
        self.silent, self.deaf = silent, deaf
        self.down = False

    def send(self, letter: OutgoingMessage, guard: Callable[[], bool]) -> str:
        if not guard():
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
            raise channels_base.Down("timeout")
        return f"ref {key}" if key in self.has else None

    def close(self) -> None:
        pass


def attempt(provider: Provider, message: Message, now) -> str:
    [claimed] = leases.claim(now=now, channels=["notify_email"], urgent=False, most=1)
    return worker.deliver(claimed, provider, lambda: now)


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
    with pytest.raises(channels_base.Down):
        attempt(provider, message, LATER)
    assert len(provider.has) == 1


@pytest.mark.parametrize(("kept", "state"), [(True, State.SENT), (False, State.FAILED)])
def test_what_was_given_up_is_settled_once_it_can_be_asked(message, kept, state):
    provider = Provider(silent=1) if kept else Provider(deaf=1)
    attempt(provider, message, NOON)
    afterwards = NOON + timedelta(hours=25)
    worker.drain(now=afterwards)
    assert fresh(message).state == State.UNCERTAIN, "too late, and perhaps sent"
    lookups.settle_uncertain({"notify_email": provider}, lambda: afterwards)
    assert fresh(message).state == state


# --- Not there, and what follows -------------------------------------------------------------------------------------


def given_up(notify_server, desk, count: int, **when) -> list[Message]:
    """Messages of which nobody knows whether they arrived; the provider has the first of them only."""
    messages = [desk.queue(**when) for _ in range(count)]
    notify_server.take("email", {"reference": reference_of(messages[0].key)})
    assert restores.doubt_what_was_due(now=NOON, at=NOON, above=2**62) == count
    return messages


def test_what_the_provider_does_not_have_and_is_still_of_use_goes_again(desk, notify_server):
    had, *lost = given_up(notify_server, desk, 11)
    worker.drain(now=NOON)
    assert {fresh(message).state for message in [had, *lost]} == {State.SENT}
    came = [mail["reference"] for mail in notify_server.taken]
    assert sorted(came) == sorted(reference_of(message.key) for message in [had, *lost]), "each once"


def test_what_is_too_late_to_go_again_is_shown_to_an_officer(desk, notify_server, client):
    _, late = given_up(notify_server, desk, 2, hours=1)
    worker.drain(now=NOON + timedelta(hours=2))
    assert (fresh(late).state, fresh(late).reason) == (State.FAILED, lookups.NEVER_ARRIVED)
    assert list(Message.objects.unhandled()) == [late]
    sign_in(client, OfficerFactory())
    assert lookups.NEVER_ARRIVED in client.get(reverse("admin:messaging_message_changelist")).content.decode()


def test_a_code_that_never_arrived_is_not_sent_without_its_code(desk, notify_server):
    _, code = given_up(notify_server, desk, 2, kind="code", secret="CODE-1")
    worker.drain(now=NOON)
    assert fresh(code).state == State.FAILED
    assert len(notify_server.taken) == 1


def test_what_is_no_longer_so_does_not_go_again(desk, notify_server):
    _, moved = given_up(notify_server, desk, 2)
    desk.due = lambda now: ~Q(pk=moved.pk)
    worker.drain(now=NOON)
    assert (fresh(moved).state, len(notify_server.taken)) == (State.CANCELLED, 1)


def test_what_the_provider_may_have_forgotten_stays_with_the_officer(desk, notify_server):
    """After a restore something may have gone so long ago that Notify does not know it any more."""
    [_, old] = given_up(notify_server, desk, 2, now=NOON - timedelta(days=8), hours=24 * 30)
    worker.drain(now=NOON)
    assert (fresh(old).state, len(notify_server.taken)) == (State.UNCERTAIN, 1)


def test_one_that_is_refused_when_it_goes_again_ends_there(desk, notify_server):
    _, refused = given_up(notify_server, desk, 2)
    notify_server.answer(400, error="ValidationError", message="email_address is not valid", times=9)
    for minute in range(3):
        worker.drain(now=NOON + timedelta(minutes=minute))
    assert (fresh(refused).state, notify_server.posts) == (State.FAILED, 1)


@pytest.mark.parametrize("state", [State.EXPIRED, State.CANCELLED, State.SUPERSEDED])
def test_whatever_was_not_sent_is_listed_with_its_reason_and_counted(desk, client, state):
    message = desk.queue()
    now = database_now()
    Message.objects.filter(pk=message.pk).update(state=state, reason=f"It was {state}.", settled_at=now)
    sign_in(client, OfficerFactory())
    for page in ("admin:messaging_message_changelist", "admin:messaging_plan"):
        assert f"It was {state}." in client.get(reverse(page), {"show": state}).content.decode()
    assert status.of_the_outbox(now)["states"][state] == 1
