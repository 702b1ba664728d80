"""Servers that refuse everybody, or take everything and break off: a few messages pay, and the rest wait (breaker.py)."""

import logging
from collections import Counter
from datetime import timedelta

import pytest

from messaging.delivery import worker as delivery
from messaging.models import ChannelStanding, Message
from messaging.tests.conftest import NOON, fresh
from messaging.tests.delivery.test_side_by_side import at_once, queue_codes
from participants.tests.factories import PersonFactory
from tests.smtp_sink import wait_until

pytestmark = [pytest.mark.django_db, pytest.mark.faults]
State = Message.State
AT_MOST = 25  # that may fail, or come twice, whatever the server does
many = pytest.mark.parametrize("count", [100, pytest.param(1000, marks=pytest.mark.soak)])


def stopped(channel: str = "smtp") -> bool:
    return ChannelStanding.objects.filter(channel=channel, stopped_at__isnull=False).exists()


def drained(since, hours: float, *, every: float = 5):
    """Drain every few minutes for some hours; the moment of the last."""
    now = since
    while now < since + timedelta(hours=hours):
        delivery.drain(now=now)
        now += timedelta(minutes=every)
    return now


def states() -> Counter[str]:
    return Counter(Message.objects.values_list("state", flat=True))


@many
@pytest.mark.parametrize(
    ("step", "reply"),
    [
        ("RCPT", "554 5.7.1 Relay access denied"),
        ("RCPT", "550 relay not permitted"),
        ("DATA", "554 transaction failed"),
        ("RCPT", "451 4.3.0 try later"),
    ],
)
def test_a_server_that_refuses_everybody_fails_few_and_the_rest_go_once_it_is_mended(
    desk, smtp_sink, caplog, count, step, reply
):
    for _ in range(count):
        desk.queue(hours=72)
    smtp_sink.answer(step, reply, times=50 * count)
    with caplog.at_level(logging.ERROR):
        now = drained(NOON, 2, every=15)
    found = states()
    assert found[State.FAILED] <= AT_MOST, found
    assert found[State.PENDING] == count - found[State.FAILED]
    assert stopped()
    assert "a channel is down" in caplog.messages
    smtp_sink._answers.clear()
    drained(now, 1, every=30)
    assert states() == Counter({State.SENT: count - found[State.FAILED], State.FAILED: found[State.FAILED]})
    assert not stopped()


@pytest.mark.parametrize(
    "reply", ["554 5.7.1 Relay access denied", "550 5.7.1 Relaying denied", "530 5.7.0 log in first"]
)
def test_a_refusal_that_is_our_fault_fails_nothing_at_all(desk, smtp_sink, reply):
    for _ in range(40):
        desk.queue()
    smtp_sink.answer("RCPT", reply, times=4000)
    drained(NOON, 1, every=10)
    assert states()[State.FAILED] == 0


@many
def test_a_server_that_takes_and_breaks_off_doubles_few(desk, smtp_sink, count):
    for _ in range(count):
        desk.queue(hours=72)
    smtp_sink.hang_up(times=50 * count)
    now = drained(NOON, 4, every=10)
    assert stopped()
    smtp_sink._hang_ups = 0
    drained(now, 3, every=30)
    came = Counter(mail["X-Sink-To"] for mail in smtp_sink.mails)
    doubled = sum(came.values()) - len(came)
    assert (len(came), max(came.values())) == (count, 2)
    assert doubled <= AT_MOST, doubled
    assert states()[State.SENT] + states()[State.UNCERTAIN] == count


def test_notify_that_refuses_everybody_fails_few(desk, notify_server):
    for _ in range(60):
        desk.queue()
    notify_server.answer(400, error="ValidationError", message="email_address is not valid", times=2000)
    now = drained(NOON, 1, every=10)
    assert states()[State.FAILED] <= AT_MOST
    assert stopped("notify_email")
    failed = states()[State.FAILED]
    notify_server.moods.clear()
    drained(now, 1, every=30)
    assert (len(notify_server.taken), states()[State.SENT]) == (60 - failed, 60 - failed)


def test_a_channel_may_be_down_for_days(desk, smtp_sink):
    message = desk.queue(hours=72)
    smtp_sink.answer("MAIL", "503 bad sequence", times=999)
    now = drained(NOON, 48, every=30)
    smtp_sink._answers.clear()
    delivery.drain(now=now)
    assert fresh(message).state == State.SENT


@pytest.fixture
def unknown(smtp_sink) -> set[str]:
    """Addresses that the mail server does not know."""
    addresses: set[str] = set()
    whole = smtp_sink.handle_RCPT

    async def choosy(server, session, envelope, address, options):
        if address in addresses:
            return "550 5.1.1 no such user"
        return await whole(server, session, envelope, address, options)

    smtp_sink.handle_RCPT = choosy
    return addresses


def test_bad_addresses_among_good_ones_fail_only_themselves(desk, smtp_sink, unknown, settings):
    in_a_row = settings.CHANNEL_STOPS_AFTER - 1
    bad = []
    for number in range(10 * settings.CHANNEL_STOPS_AFTER):
        message = desk.queue()
        if number % settings.CHANNEL_STOPS_AFTER < in_a_row:
            bad.append(message)
            unknown.add(message.participant.email)
    delivery.drain(now=NOON)
    assert states() == Counter({State.FAILED: len(bad), State.SENT: 10})
    assert {fresh(message).state for message in bad} == {State.FAILED}
    assert not stopped()


def test_bad_addresses_that_end_one_drain_after_another_do_not_add_up(desk, smtp_sink, unknown):
    for turn in range(12):
        desk.queue()
        bad = desk.queue()
        unknown.add(bad.participant.email)
        delivery.drain(now=NOON + timedelta(minutes=turn))
        assert fresh(bad).state == State.FAILED
    assert not stopped()


def test_one_address_refused_again_and_again_stops_nothing(desk, smtp_sink, unknown):
    person = PersonFactory()
    unknown.add(person.email)
    for turn in range(12):
        desk.queue(participant=person)
        delivery.drain(now=NOON + timedelta(minutes=turn))
    assert (states(), stopped()) == (Counter({State.FAILED: 12}), False)


def test_words_that_one_rule_is_against_are_tried_again_and_then_shown(desk, smtp_sink):
    smtp_sink.answer("DATA", "550 5.7.1 looks like spam", times=8)
    message, now = desk.queue(), NOON
    for _ in range(8):
        assert fresh(message).state == State.PENDING
        delivery.drain(now=now)
        now = max(now, fresh(message).next_try_at)
    assert fresh(message).state == State.FAILED
    assert fresh(message).reason == "The mail server refuses this message because of a rule (answer 550)."


def test_a_stopped_channel_is_tried_with_one_message_at_a_time(desk, smtp_sink):
    for _ in range(20):
        desk.queue()
    smtp_sink.answer("RCPT", "550 5.7.1 Relaying denied", times=999)
    delivery.drain(now=NOON)
    before = dict(Message.objects.values_list("pk", "attempts"))
    tried = []
    for _ in range(6):
        now = ChannelStanding.objects.get(channel="smtp").next_try_at
        said = smtp_sink.commands.count("RCPT")
        delivery.drain(now=now)
        delivery.drain(now=now)
        assert smtp_sink.commands.count("RCPT") == said + 1
        tried += Message.objects.filter(next_try_at__gt=now).values_list("pk", flat=True)
    assert dict(Message.objects.values_list("pk", "attempts")) == before, "no try is put down to a message"
    assert len(set(tried)) > 1, "what one server minds does not stand in the way of the others"


@pytest.mark.django_db(transaction=True)
def test_of_many_workers_one_tries_a_stopped_channel(desk, smtp_sink):
    for _ in range(20):
        desk.queue()
    smtp_sink.answer("RCPT", "550 5.7.1 Relaying denied", times=999)
    delivery.drain(now=NOON)
    now, said = ChannelStanding.objects.get(channel="smtp").next_try_at, smtp_sink.commands.count("RCPT")
    at_once(6, lambda: delivery.drain(now=now))
    assert smtp_sink.commands.count("RCPT") == said + 1


def test_a_stopped_channel_with_nothing_to_try_it_does_not_keep_the_next_message_waiting(desk, smtp_sink):
    smtp_sink.answer("MAIL", "503 bad sequence")
    message = desk.queue(hours=1)
    delivery.drain(now=NOON)
    Message.objects.filter(pk=message.pk).update(state=State.CANCELLED, reason="x", settled_at=NOON)
    delivery.drain(now=NOON)
    code = desk.queue(kind="code", secret="CODE-1")
    delivery.drain(now=NOON)
    assert fresh(code).state == State.SENT
    assert not stopped()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("fault", ["relay denied", "takes and breaks off"])
def test_real_workers_leave_the_rest_for_when_the_server_is_mended(worker, smtp_sink, fault):
    queue_codes(100)
    if fault == "relay denied":
        smtp_sink.answer("RCPT", "550 relay not permitted", times=5000)
    else:
        smtp_sink.hang_up(times=5000)
    worker.start_many(2)
    wait_until(stopped, what="the channel to be stopped")
    probed = ChannelStanding.objects.filter(channel="smtp", faults__gte=2)
    wait_until(probed.exists, what="a probe")
    smtp_sink._answers.clear()
    smtp_sink._hang_ups = 0
    ChannelStanding.objects.update(next_try_at=NOON)  # the rest that it has is not waited for
    moving = Message.objects.filter(state__in=[State.PENDING, State.SENDING])
    # What may have arrived goes again after half a minute.
    wait_until(lambda: not moving.exclude(resends=1).exists(), seconds=120, what="the rest")
    came = Counter(mail["X-Sink-To"] for mail in smtp_sink.mails)
    assert states()[State.FAILED] + Message.objects.filter(resends__gte=1).count() <= AT_MOST
    assert len(came) == 100 - states()[State.FAILED]
