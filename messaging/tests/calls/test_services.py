"""People with only a telephone: the same promises, kept by an officer."""

from datetime import timedelta

import pytest
from django.db.models import Q

from accounts.tests.factories import OfficerFactory
from messaging.calls import services as calls
from messaging.delivery import worker
from messaging.models import Message
from messaging.outbox import manual, outcomes
from messaging.tests.conftest import NOON, fresh
from participants.tests.factories import PersonFactory

pytestmark = pytest.mark.django_db
State, Outcome = Message.State, calls.Outcome


@pytest.fixture
def call(desk):
    return desk.queue(kind="spoken", participant=PersonFactory(by_phone=True))


def record(call, outcome, now=NOON):
    return calls.record_call(message=call, outcome=outcome, by=OfficerFactory(), now=now)


def test_a_call_is_never_drained(call, smtp_sink):
    worker.drain(now=NOON)
    assert fresh(call).state == State.PENDING
    assert list(calls.to_make(NOON)) == [fresh(call)]


def test_a_call_that_is_no_longer_right_leaves_the_list_and_is_settled(desk, call):
    desk.due = lambda now: Q(pk__in=[])
    assert list(calls.to_make(NOON)) == []
    worker.drain(now=NOON)
    assert (fresh(call).state, fresh(call).reason) == (State.CANCELLED, outcomes.NO_LONGER_DUE)


def test_a_call_that_comes_too_late_is_swept(call):
    worker.drain(now=NOON + timedelta(days=1))
    assert fresh(call).state == State.EXPIRED


@pytest.mark.parametrize("outcome", [Outcome.SPOKEN, Outcome.LEFT_MESSAGE])
def test_speaking_or_leaving_a_message_counts_as_sent(call, outcome):
    record(call, outcome)
    call = fresh(call)
    assert (call.state, call.sent_at) == (State.SENT, NOON)
    assert call.settled_by.is_staff
    assert "Hello Aoife, this is about your session." in call.rendered_text


def test_no_message_is_left_where_it_is_not_safe(desk):
    call = desk.queue(participant=PersonFactory(by_phone=True, message_safe=False))
    with pytest.raises(calls.NotSafeToLeaveMessage):
        record(call, Outcome.LEFT_MESSAGE)
    assert fresh(call).state == State.PENDING


def test_no_answer_brings_the_call_back_later_and_never_after_its_time(desk, call):
    record(call, Outcome.TRY_LATER)
    assert list(calls.to_make(NOON + timedelta(minutes=119))) == []
    assert len(calls.to_make(NOON + timedelta(minutes=120))) == 1
    short = desk.queue(participant=PersonFactory(by_phone=True), hours=1)
    record(short, Outcome.TRY_LATER)
    assert fresh(short).next_try_at == NOON + timedelta(minutes=30)


def test_who_cannot_be_reached_is_a_failure_that_an_officer_knows_of(call):
    record(call, Outcome.NOT_REACHED)
    assert fresh(call).state == State.FAILED
    assert not Message.objects.unhandled().exists()


def test_a_call_is_booked_once(call):
    record(call, Outcome.SPOKEN)
    with pytest.raises(calls.CallClosed, match="closed: sent"):
        record(call, Outcome.NOT_REACHED)
    assert fresh(call).state == State.SENT


def test_what_is_said_has_no_link_in_it(desk):
    spoken = desk.queue(kind="spoken", participant=PersonFactory(by_phone=True))
    assert calls.call_script(spoken, NOON) == "Hello Aoife, this is about your session.\n"
    plain = desk.queue(kind="note", participant=PersonFactory(by_phone=True))
    script = calls.call_script(plain, NOON)
    assert script.startswith("Hello Aoife,")
    assert "token-of" not in script
    assert "Answer here" not in script


def test_words_that_cannot_be_written_do_not_keep_an_officer_from_ringing(desk, call):
    def burst(message):
        raise ZeroDivisionError

    desk.on_context = burst
    assert calls.call_script(call, NOON) == ""
    record(call, Outcome.SPOKEN)
    assert fresh(call).state == State.SENT


def test_a_failed_message_is_tried_again(desk, smtp_sink):
    smtp_sink.answer("RCPT", "550 no")
    message = desk.queue()
    worker.drain(now=NOON)
    assert manual.try_again(message_ids=[message.pk], by=OfficerFactory(), now=NOON) == 1
    worker.drain(now=NOON)
    assert (fresh(message).state, fresh(message).reason) == (State.SENT, "")


def test_codes_and_what_is_too_late_cannot_be_tried_again(desk, smtp_sink):
    smtp_sink.answer("RCPT", "550 no", times=2)
    code, note = desk.queue(kind="code", secret="ABC"), desk.queue(hours=1)
    worker.drain(now=NOON)
    later = NOON + timedelta(hours=2)
    with pytest.raises(manual.NothingToTry):
        manual.try_again(message_ids=[code.pk, note.pk], by=OfficerFactory(), now=later)


def test_an_officer_calls_a_message_back(desk, smtp_sink):
    message, officer = desk.queue(), OfficerFactory()
    assert (
        manual.withdraw_messages(message_ids=[message.pk], reason="Rang instead", by=officer, now=NOON) == 1
    )
    worker.drain(now=NOON)
    message = fresh(message)
    assert (message.state, message.reason, message.settled_by) == (State.CANCELLED, "Rang instead", officer)
    assert smtp_sink.mails == []


def test_what_an_officer_looked_after_leaves_the_queue(desk, smtp_sink):
    smtp_sink.answer("RCPT", "550 no")
    message = desk.queue()
    worker.drain(now=NOON)
    assert list(Message.objects.unhandled()) == [fresh(message)]
    manual.mark_handled(message_ids=[message.pk], by=OfficerFactory(), now=NOON)
    assert not Message.objects.unhandled().exists()
