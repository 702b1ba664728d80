"""What holds messages back: a provider's limit, a channel that failed, an officer's pause, one nudge a day."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from accounts.tests.factories import OfficerFactory
from messaging.delivery import leases, send_guard, worker
from messaging.kinds import registry as kinds
from messaging.models import ChannelStanding, Message, Pause
from messaging.outbox import channel_health, pauses
from messaging.tests.conftest import NOON, fresh
from messaging.tests.delivery.test_side_by_side import at_once
from participants.tests.factories import PersonFactory

pytestmark = pytest.mark.django_db
State = Message.State
MORNING = datetime(2026, 3, 4, 10, tzinfo=UTC)  # the day after NOON


# --- The provider's limit --------------------------------------------------------------------------------------------


def test_a_bucket_gives_what_it_holds_and_fills_with_time(settings):
    settings.MESSAGES_PER_MINUTE = {"smtp": 60}
    assert channel_health.take("smtp", 4) == 4
    assert channel_health.take("smtp", 50) == 6  # ten seconds' worth in all
    assert channel_health.take("smtp", 50) == 0
    ChannelStanding.objects.update(filled_at=datetime.now(UTC) - timedelta(seconds=3.5))
    assert channel_health.take("smtp", 50) == 3
    ChannelStanding.objects.update(filled_at=datetime.now(UTC) - timedelta(days=3))
    assert channel_health.take("smtp", 50) == 10  # and no more, however long nothing was sent


def test_what_was_not_needed_is_given_back(settings, desk, smtp_sink):
    settings.MESSAGES_PER_MINUTE = {"smtp": 60}
    desk.queue()
    assert worker.drain(now=NOON).outcomes == {State.SENT: 1}
    assert channel_health.take("smtp", 50) == 9


def test_a_code_never_waits_for_the_limit_and_others_pay_for_it(settings):
    settings.MESSAGES_PER_MINUTE = {"smtp": 60}
    assert channel_health.take("smtp", 12, urgent=True) == 12
    assert channel_health.take("smtp", 1) == 0
    ChannelStanding.objects.update(filled_at=datetime.now(UTC) - timedelta(seconds=2.5))
    assert channel_health.take("smtp", 5) == 0  # two were drawn in advance


@pytest.mark.django_db(transaction=True)
def test_many_workers_share_one_bucket(settings):
    settings.MESSAGES_PER_MINUTE = {"smtp": 600}
    channel_health.take("smtp", 0)
    assert sum(at_once(8, lambda: channel_health.take("smtp", 30))) in range(100, 111)


def test_a_drain_that_meets_the_limit_sends_the_rest_a_moment_later(settings, desk, smtp_sink):
    settings.MESSAGES_PER_MINUTE = {"smtp": 30}
    for _ in range(6):
        desk.queue()
    assert worker.drain(now=NOON, seconds=0).outcomes == {}
    report = worker.drain(now=NOON, seconds=1)  # the next may go after two
    assert (report.outcomes, report.unfinished) == ({State.SENT: 5}, True)
    assert worker.drain(now=NOON, seconds=10).outcomes == {State.SENT: 1}


# --- A channel that fails --------------------------------------------------------------------------------------------


def test_a_channel_that_fails_again_rests_longer_each_time_and_no_message_pays(desk, smtp_sink):
    message = desk.queue(hours=24)
    for fault, rest in enumerate((0, 30, 60, 120, 240, 300, 300), 1):
        smtp_sink.answer("MAIL", "503 bad sequence")
        standing = ChannelStanding.objects.filter(channel="smtp").first()
        now = standing.next_try_at if standing else NOON
        assert worker.drain(now=now).outcomes == {}
        standing = ChannelStanding.objects.get(channel="smtp")
        assert (standing.faults, standing.stopped_why, standing.stopped_at) == (fault, "smtp 503", NOON)
        assert standing.next_try_at == now + timedelta(seconds=rest)
        if rest:
            commands = len(smtp_sink.commands)
            assert worker.drain(now=standing.next_try_at - timedelta(seconds=1)).outcomes == {}
            assert len(smtp_sink.commands) == commands, "a resting channel is left alone"
    assert (fresh(message).state, fresh(message).attempts) == (State.PENDING, 0)
    assert worker.drain(now=standing.next_try_at).outcomes == {State.SENT: 1}
    standing.refresh_from_db()
    assert (standing.stopped_at, standing.stopped_why, standing.faults) == (None, "", 0)


# --- An officer's pause ----------------------------------------------------------------------------------------------


def test_a_pause_holds_one_message_a_group_or_all_but_never_a_code(desk, smtp_sink):
    officer = OfficerFactory()
    one, of_group, other = desk.queue(), desk.queue(group="cohort:7"), desk.queue(group="cohort:8")
    code = desk.queue(kind="code", secret="CODE-1")
    for scope in ({"message": one}, {"group": "cohort:7"}):
        pauses.pause(why="A wrong date", by=officer, now=NOON, **scope)
    everything = pauses.pause(why="The wrong words", by=officer, now=NOON, everything=True)
    assert worker.drain(now=NOON).outcomes == {State.SENT: 1}
    assert fresh(code).state == State.SENT
    assert pauses.resume(pause_id=everything.pk, by=officer, now=NOON)
    assert worker.drain(now=NOON).outcomes == {State.SENT: 1}
    assert fresh(other).state == State.SENT
    for pause in Pause.objects.filter(ended_at__isnull=True):
        assert pauses.resume(pause_id=pause.pk, by=officer, now=NOON)
        assert not pauses.resume(pause_id=pause.pk, by=officer, now=NOON)
    worker.drain(now=NOON)
    assert {fresh(one).state, fresh(of_group).state} == {State.SENT}


def test_a_pause_between_claim_and_fence_is_obeyed(desk, smtp_sink):
    message = desk.queue(group="cohort:7")
    officer = OfficerFactory()
    desk.on_context = lambda message: pauses.pause(why="Wait", by=officer, now=NOON, group="cohort:7")
    worker.drain(now=NOON)
    assert (fresh(message).state, smtp_sink.mails) == (State.PENDING, [])


def test_what_is_paused_is_not_paused_again():
    officer = OfficerFactory()
    pauses.pause(why="Wait", by=officer, now=NOON, everything=True)
    with pytest.raises(pauses.AlreadyPaused):
        pauses.pause(why="Wait", by=officer, now=NOON, everything=True)
    with pytest.raises(IntegrityError, match="pause_of_one_scope"), transaction.atomic():
        Pause.objects.create(group="cohort:1", everything=True, why="Wait", at=NOON, by=officer)


# --- One nudge a day -------------------------------------------------------------------------------------------------


def a_nudge(name: str = "nudge") -> None:
    note = kinds.get("note")
    kinds.register(kinds.MessageKind(name, note.template, note.context, note.still_due, nudge=True))


def test_a_second_nudge_goes_on_the_next_day(desk, smtp_sink):
    a_nudge()
    person = PersonFactory()
    first, second = (desk.queue(kind="nudge", participant=person, hours=48) for _ in range(2))
    reminder = desk.queue(kind="note", participant=person)
    somebody_else = desk.queue(kind="nudge")
    assert worker.drain(now=NOON).outcomes == {State.SENT: 3, State.PENDING: 1}
    assert {fresh(m).state for m in (first, reminder, somebody_else)} == {State.SENT}
    assert (fresh(second).state, fresh(second).next_try_at) == (State.PENDING, MORNING)
    assert worker.drain(now=MORNING).outcomes == {State.SENT: 1}


def test_a_second_nudge_that_would_be_too_late_gives_way(desk, smtp_sink):
    a_nudge()
    person = PersonFactory()
    desk.queue(kind="nudge", participant=person)
    late = desk.queue(kind="nudge", participant=person, hours=8)
    worker.drain(now=NOON)
    assert (fresh(late).state, len(smtp_sink.mails)) == (State.SUPERSEDED, 1)


def test_a_nudge_that_the_server_refused_is_not_the_one_of_its_day(desk, smtp_sink):
    a_nudge()
    person = PersonFactory()
    smtp_sink.answer("DATA", "550 5.6.0 no")
    refused, second = (desk.queue(kind="nudge", participant=person, hours=48) for _ in range(2))
    worker.drain(now=NOON)
    assert (fresh(refused).state, fresh(second).state) == (State.FAILED, State.SENT)
    assert len(smtp_sink.mails) == 1


def test_a_nudge_that_perhaps_went_is_the_one_of_its_day(desk, smtp_sink):
    a_nudge()
    person = PersonFactory()
    smtp_sink.hang_up()
    perhaps, second = (desk.queue(kind="nudge", participant=person, hours=48) for _ in range(2))
    worker.drain(now=NOON)
    assert (fresh(perhaps).state, fresh(perhaps).resends) == (State.PENDING, 1)
    assert (fresh(second).state, fresh(second).next_try_at) == (State.PENDING, MORNING)
    smtp_sink.answer("DATA", "451 4.7.1 later")
    worker.drain(now=NOON + timedelta(minutes=30))
    third = desk.queue(kind="nudge", participant=person, hours=48)
    worker.drain(now=NOON + timedelta(minutes=31))
    assert fresh(third).next_try_at == MORNING, (
        "the try that was put off surely did not go, the first perhaps did"
    )
    worker.drain(now=NOON + timedelta(hours=2))
    assert fresh(perhaps).state == State.SENT


@pytest.mark.django_db(transaction=True)
def test_two_workers_with_two_nudges_for_one_person_send_one(desk):
    a_nudge()
    person = PersonFactory()
    for _ in range(2):
        desk.queue(kind="nudge", participant=person)
    claimed = leases.claim(now=NOON, channels=["file"], urgent=False, most=5)

    # The naive way first: both look whether one went, and neither has gone yet.
    assert [leases.nudged_already(message, NOON) for message in claimed] == [False, False]

    def pass_one() -> bool:
        return bool(send_guard.release([claimed.pop()], kinds.get("nudge"), NOON))

    assert sorted(at_once(2, pass_one)) == [False, True]
