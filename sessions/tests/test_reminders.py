"""Reminders at the right wall time, once, and never after the start (domain.md 4.7)."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from django.db import IntegrityError, connection
from django.db.models import F
from django.test.utils import CaptureQueriesContext

from design.dates import LONDON
from messaging import kinds
from messaging.models import Message
from participants.tests.factories import PersonFactory
from referrals.statuses import Reason
from sessions import services
from sessions.models import Session
from sessions.tests import factories as make

pytestmark = pytest.mark.django_db


def london(*parts):
    return datetime(*parts, tzinfo=LONDON).astimezone(UTC)


def queued(kind):
    return Message.objects.filter(kind=kind)


def still_due(message, now):
    condition = kinds.get(message.kind).still_due(now)
    return Message.objects.filter(condition, pk=message.pk).exists()


def test_the_day_before_at_ten_and_the_hour_before(cohort):
    attendance = make.attendance(make.placed(cohort), 1)
    due = london(2026, 3, 2, 10, 0)
    assert services.queue_due_reminders(now=due - timedelta(seconds=1)) == 0
    assert services.queue_due_reminders(now=due) == 1
    message = queued("reminder_day").get()
    assert message.key == f"reminder_day:{attendance.pk}:v1"
    assert (message.subject_type, message.subject_id) == ("attendance", attendance.pk)
    assert message.expires_at == attendance.starts_at - timedelta(minutes=60)

    assert services.queue_due_reminders(now=attendance.starts_at - timedelta(minutes=60, seconds=1)) == 0
    assert services.queue_due_reminders(now=attendance.starts_at - timedelta(minutes=60)) == 1
    message = queued("reminder_hour").get()
    assert message.key == f"reminder_hour:{attendance.pk}:v1"
    assert message.expires_at == attendance.starts_at


@pytest.mark.parametrize(
    ("first_day", "start", "due"),
    [
        # The clocks go forward on 29 March 2026 and back on 25 October 2026, at one in the morning UTC.
        (date(2026, 3, 29), time(18), datetime(2026, 3, 28, 10, 0, tzinfo=UTC)),
        (date(2026, 3, 30), time(18), datetime(2026, 3, 29, 9, 0, tzinfo=UTC)),
        (date(2026, 10, 25), time(18), datetime(2026, 10, 24, 9, 0, tzinfo=UTC)),
        (date(2026, 10, 26), time(9), datetime(2026, 10, 25, 10, 0, tzinfo=UTC)),
    ],
)
def test_the_reminder_of_the_day_keeps_ten_o_clock_across_clock_changes(first_day, start, due):
    make.placed(make.cohort(starts_on=first_day, start_time=start))
    assert services.queue_due_reminders(now=due - timedelta(seconds=1)) == 0
    assert services.queue_due_reminders(now=due) == 1
    session = Session.objects.get(number=1)
    assert services.queue_due_reminders(now=session.starts_at - timedelta(minutes=60)) == 1
    assert session.starts_at.astimezone(LONDON).time() == start


@pytest.mark.parametrize("unclear", [time(1, 30), time(7, 59), time(20)])
def test_no_programme_reminds_at_night_where_a_clock_change_could_stop_every_reminder(unclear):
    with pytest.raises(IntegrityError, match="programme_reminder_by_day"):
        make.programme(reminder_day_time=unclear)


def test_a_sweep_that_comes_late_still_reminds_but_never_after_the_start(cohort):
    attendance = make.attendance(make.placed(cohort), 1)
    assert services.queue_due_reminders(now=attendance.starts_at - timedelta(minutes=5)) == 1
    assert not queued("reminder_day").exists()  # its time is over: the reminder of the hour takes its place
    assert services.queue_due_reminders(now=attendance.starts_at) == 0
    assert services.queue_due_reminders(now=attendance.starts_at + timedelta(days=3)) == 0


def test_queueing_twice_queues_once(cohort):
    make.placed(cohort)
    now = london(2026, 3, 2, 10, 0)
    assert [services.queue_due_reminders(now=now) for _ in range(3)] == [1, 0, 0]


def test_a_person_placed_after_the_reminders_time_gets_the_next_one_only(cohort):
    make.placed(cohort, now=london(2026, 3, 2, 15, 0))
    assert services.queue_due_reminders(now=london(2026, 3, 2, 15, 1)) == 0
    assert services.queue_due_reminders(now=london(2026, 3, 3, 17, 0)) == 1
    assert queued("reminder_hour").count() == 1


def test_nobody_who_left_and_no_cancelled_session_is_reminded(cohort, cast):
    stays, leaves = make.placed(cohort), make.placed(cohort)
    services.withdraw(place=leaves, by=cast.officer, now=make.NOW, reason=Reason.BETTER)
    now = london(2026, 3, 2, 10, 0)
    assert services.queue_due_reminders(now=now) == 1
    assert queued("reminder_day").get().participant == stays.participant
    make.cancelled(cohort, 2)
    assert services.queue_due_reminders(now=london(2026, 3, 9, 10, 0)) == 0


def test_a_queued_reminder_is_still_due_only_while_the_session_stands(cohort, cast):
    place = make.placed(cohort)
    services.queue_due_reminders(now=london(2026, 3, 2, 10, 0))
    message, session = queued("reminder_day").get(), make.session(cohort, 1)
    before = session.starts_at - timedelta(seconds=1)
    assert still_due(message, before)
    assert not still_due(message, session.starts_at)
    Session.objects.filter(pk=session.pk).update(schedule_version=F("schedule_version") + 1)
    assert not still_due(message, before)
    Session.objects.filter(pk=session.pk).update(schedule_version=1)
    assert still_due(message, before)
    services.withdraw(place=place, by=cast.officer, now=before, reason=Reason.BETTER)
    assert not still_due(message, before)


def test_a_queued_reminder_of_a_session_that_we_cancel_is_not_due_any_more(cohort):
    make.placed(cohort)
    services.queue_due_reminders(now=london(2026, 3, 2, 10, 0))
    message, session = queued("reminder_day").get(), make.session(cohort, 1)
    before = session.starts_at - timedelta(seconds=1)
    assert still_due(message, before)
    make.cancelled(cohort, 1)
    assert not still_due(message, before)


def test_a_new_schedule_version_is_reminded_anew(cohort):
    make.placed(cohort)
    now = london(2026, 3, 2, 10, 0)
    services.queue_due_reminders(now=now)
    Session.objects.filter(cohort=cohort, number=1).update(schedule_version=2)
    assert services.queue_due_reminders(now=now) == 1


def test_a_person_with_only_a_telephone_gets_an_officers_call_with_the_same_key(cohort):
    attendance = make.attendance(make.placed(cohort, person=PersonFactory(by_phone=True)), 1)
    services.queue_due_reminders(now=london(2026, 3, 2, 10, 0))
    message = queued("reminder_day").get()
    assert (message.key, message.channel) == (f"reminder_day:{attendance.pk}:v1", Message.Channel.PHONE)


def test_a_hundred_reminders_ask_no_more_questions_than_one():
    cohorts = [make.cohort(capacity=12, start_time=time(9 + hour)) for hour in range(9)]
    make.placed(cohorts[0])
    now = london(2026, 3, 2, 10, 0)
    with CaptureQueriesContext(
        connection,
    ) as one:
        assert services.queue_due_reminders(now=now) == 1
    for cohort in cohorts:
        for _ in range(11):
            make.placed(cohort)
    with CaptureQueriesContext(connection) as many:
        assert services.queue_due_reminders(now=now) == 99
    assert len(many) <= len(one) <= 8
