"""A made-up person's messages stay here: whatever is set up, whatever address was typed, and whoever hears for them."""

import pytest
from django.db import connection

from accounts.tests.factories import OfficerFactory
from messaging.channels.smtp import Smtp
from messaging.delivery import leases, worker
from messaging.models import Message
from messaging.outbox import queue as outbox
from messaging.tests.channels.test_sms import MOBILE, Gateway, in_need_of
from messaging.tests.conftest import NOON, fresh
from messaging.tests.outbox.test_proxies import hears
from participants.models import Participant
from participants.tests.factories import PersonFactory

pytestmark = pytest.mark.django_db
State = Message.State
REAL = "someone@home.example"


@pytest.fixture
def outside(smtp_sink, notify_server, settings):
    """Every way out of this place is set up, and listens."""
    gateway = Gateway()
    settings.SMS_GATEWAY_URL, settings.EMAIL_CHANNEL = gateway.url, "smtp"
    yield lambda: [*smtp_sink.commands, *notify_server.taken, *gateway.taken]
    gateway.http.shutdown()


def made_up(**facts) -> Participant:
    return PersonFactory(**({"synthetic": True, "email": REAL} | facts))


def gone() -> set[tuple[str, str]]:
    worker.drain(now=NOON)
    return set(Message.objects.values_list("state", "channel"))


STAYED = {("sent", "file")}


@pytest.mark.parametrize("channel", ["smtp", "notify_email"])
def test_an_email_to_any_address_stays_here(desk, outside, settings, channel):
    settings.EMAIL_CHANNEL = channel
    desk.queue(participant=made_up())
    assert gone() == STAYED
    assert outside() == []


def test_a_text_message_stays_here(desk, outside):
    desk.queue(participant=made_up(phone=MOBILE, email_bad_at=NOON), kind="texted")
    assert gone() == STAYED
    assert outside() == []


def test_who_needs_texts_is_on_the_officers_list_and_nothing_leaves(desk, outside):
    desk.queue(participant=in_need_of("contact_by_text", synthetic=True, email=REAL), kind="texted")
    assert gone() == {("pending", "phone")}
    assert outside() == []


@pytest.mark.parametrize("channel", ["smtp", "notify_email", "notify_sms", "sms"])
def test_a_channel_that_was_named_makes_no_difference(desk, outside, channel):
    message = desk.queue(participant=made_up(), channel=channel)
    assert message.channel == "file"
    Message.objects.update(channel=channel)
    assert fresh(message).channel == "file"
    with connection.cursor() as psql:
        psql.execute("UPDATE messaging_message SET channel = %s", [channel])
    assert gone() == STAYED
    assert outside() == []


@pytest.mark.parametrize("manner", ["replaces", "copies"])
def test_what_somebody_hears_for_them_stays_here(desk, outside, manner):
    person = made_up()
    hears(person, manner)
    desk.queue(participant=person)
    assert gone() == STAYED
    assert Message.objects.filter(proxy__isnull=False).count() == 1
    assert outside() == []


def test_many_promised_at_once_stay_here(desk, outside):
    person = made_up()
    promise = outbox.Promise(
        key="note:many",
        kind="note",
        subject_type="thing",
        subject_id=1,
        participant=person,
        expires_at=NOON.replace(day=4),
    )
    assert outbox.queue_many([promise], now=NOON) == 1
    assert gone() == STAYED
    assert outside() == []


def test_somebody_marked_after_a_message_was_promised_gets_it_here(desk, outside):
    desk.queue()
    Participant.objects.update(synthetic=True)
    assert gone() == STAYED
    assert outside() == []


def test_somebody_marked_while_a_worker_has_the_message_is_written_to_by_nobody(desk, outside):
    """The worker has read who it goes to; the server has heard the address; then the person is marked."""
    message = desk.queue()
    [claimed] = leases.claim(now=NOON, channels=["smtp"], urgent=False, most=5)
    desk.on_context = lambda _: Participant.objects.update(synthetic=True)
    with_server = Smtp(patience=2)
    assert worker.deliver(claimed, with_server, lambda: NOON) == State.PENDING
    with_server.close()
    assert "DATA" not in outside()
    assert fresh(message).channel == "file"
    assert gone() == STAYED


def test_one_that_perhaps_went_before_is_sent_again_here(desk, outside):
    message = desk.queue()
    Message.objects.update(state=State.UNCERTAIN, settled_at=NOON, reason="Perhaps", resends=1)
    Participant.objects.update(synthetic=True)
    assert fresh(message).channel == "smtp"  # what happened is not rewritten
    Message.objects.update(state=State.PENDING, settled_at=None, reason="")
    assert gone() == STAYED
    assert outside() == []


def test_calls_and_letters_are_an_officers_as_before(desk, outside):
    assert desk.queue(participant=made_up(email="", preferred_contact="phone")).channel == "phone"
    assert desk.queue(participant=made_up(), channel="letter").channel == "letter"


def test_people_and_colleagues_are_written_to_as_before(desk, smtp_sink):
    desk.queue()
    desk.queue(user=OfficerFactory())
    worker.drain(now=NOON)
    assert len(smtp_sink.mails) == 2
