"""Reminders written ahead, at the right wall time, once, and never after the start (docs/domain.md 8.1)."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from django.db import connection
from django.db.models import F
from django.test.utils import CaptureQueriesContext

from core.dates import LONDON
from core.nonces import key_of, name_of
from messaging.kinds import registry as kinds
from messaging.models import Message
from participants.models import TechCheck
from participants.tests.factories import TOLD, PersonFactory
from referrals.statuses import Reason
from referrals.triage import closures
from sessions.lifecycle import transfers
from sessions.models import Session
from sessions.places import offers, placement
from sessions.reminders import scheduling
from sessions.schedule_changes import services as schedule_changes
from sessions.tests import factories as make

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


def london(*parts):
    return datetime(*parts, tzinfo=LONDON).astimezone(UTC)


def queued(kind):
    return Message.objects.filter(kind=kind)


def pending(kind):
    return queued(kind).filter(state=Message.State.PENDING)


def still_due(message, now):
    condition = kinds.get(message.kind).still_due(now)
    return Message.objects.filter(condition, pk=message.pk).exists()


def told(place):
    """Kind, session and London time of what is to go to this person, in order."""
    rows = Message.objects.filter(
        participant=place.participant_id, state="pending", subject_type="attendance"
    )
    numbers = dict(place.attendances.values_list("pk", "session__number"))
    return [
        (row.kind, numbers[row.subject_id], f"{row.not_before.astimezone(LONDON):%d %b %H:%M}")
        for row in rows.order_by("not_before", "kind")
    ]


def test_everything_of_the_next_fifteen_days_is_written_down_with_its_time(cohort):
    place = make.placed(cohort)
    assert told(place) == [
        ("reminder_week", 1, "24 Feb 10:00"),
        (
            "tech_check_invite",
            1,
            "24 Feb 10:00",
        ),  # ten days before is over: the morning after they had their dates
        ("reminder_three_days", 1, "28 Feb 10:00"),
        ("reminder_day", 1, "02 Mar 10:00"),
        ("reminder_hour", 1, "03 Mar 17:00"),
        ("reminder_day", 2, "09 Mar 10:00"),
    ], "in the transaction that placed them"
    assert scheduling.queue_due_reminders(now=make.NOW) == 0


def test_each_reminder_gives_way_to_the_next_and_the_last_to_the_start(cohort):
    attendance = make.attendance(make.placed(cohort), 1)
    scheduling.queue_due_reminders(now=make.NOW)
    windows = {
        row.kind: (row.not_before, row.expires_at)
        for row in Message.objects.about("attendance", attendance.pk)
    }
    hour = attendance.starts_at - timedelta(minutes=60)
    assert windows["reminder_week"] == (london(2026, 2, 24, 10), london(2026, 2, 28, 10))
    assert windows["reminder_three_days"] == (london(2026, 2, 28, 10), london(2026, 3, 2, 10))
    assert windows["reminder_day"] == (london(2026, 3, 2, 10), hour)
    assert windows["reminder_hour"] == (hour, attendance.starts_at)
    message = queued("reminder_day").get(subject_id=attendance.pk)
    assert message.key == key_of("reminder_day", attendance, "v1")


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
    scheduling.queue_due_reminders(now=due - timedelta(hours=5))
    session = Session.objects.get(number=1)
    about = Message.objects.filter(key__endswith=f":{name_of(session.attendances.get())}:v1")
    assert about.get(kind="reminder_day").not_before == due
    assert about.get(kind="reminder_hour").not_before == session.starts_at - timedelta(minutes=60)
    assert session.starts_at.astimezone(LONDON).time() == start


def test_a_sweep_that_comes_late_still_reminds_but_never_after_the_start(cohort):
    attendance = make.attendance(make.placed(cohort), 1)
    theirs = Message.objects.about("attendance", attendance.pk)
    theirs.delete()
    scheduling.queue_due_reminders(now=attendance.starts_at - timedelta(minutes=5))
    assert [row.kind for row in theirs] == ["reminder_hour"]  # the time of the others is over
    theirs.delete()
    scheduling.queue_due_reminders(now=attendance.starts_at)
    scheduling.queue_due_reminders(now=attendance.starts_at + timedelta(days=3))
    assert not theirs.exists()


def test_a_person_placed_after_a_reminders_time_gets_the_next_one_only(cohort):
    place = make.placed(cohort, now=london(2026, 3, 2, 15, 0))
    scheduling.queue_due_reminders(now=london(2026, 3, 2, 15, 1))
    assert [kind for kind, number, _ in told(place) if number == 1] == ["reminder_hour"]


def test_a_person_who_takes_an_offer_late_is_not_reminded_of_what_they_have_just_read(cohort):
    place = make.offered(cohort, now=london(2026, 2, 27, 15, 0))
    offers.accept(place=place, now=london(2026, 2, 28, 11, 0))
    scheduling.queue_due_reminders(now=london(2026, 2, 28, 11, 1))
    assert "reminder_three_days" not in [kind for kind, _, _ in told(place)]
    assert ("reminder_day", 1, "02 Mar 10:00") in told(place)


def test_nobody_who_left_and_no_cancelled_session_is_reminded(cohort, cast):
    stays, leaves = make.placed(cohort), make.placed(cohort)
    scheduling.queue_due_reminders(now=make.NOW)
    placement.withdraw(place=leaves, by=cast.officer, now=make.NOW + MINUTE, reason=Reason.BETTER)
    assert told(leaves) == []
    gone = make.session(cohort, 2)
    make.cancelled(cohort, 2, now=make.NOW + MINUTE)
    scheduling.queue_due_reminders(now=make.NOW + 2 * MINUTE)
    assert told(leaves) == []
    theirs = pending("reminder_day").filter(subject_id__in=gone.attendances.values("pk"))
    assert not theirs.exists()
    assert ("reminder_day", 1, "02 Mar 10:00") in told(stays)


def test_a_person_who_has_died_is_written_to_no_more(cohort, cast):
    place = make.placed(cohort)
    scheduling.queue_due_reminders(now=make.NOW)
    closures.died(**TOLD, referral=place.referral, by=cast.officer, now=make.NOW + MINUTE)
    scheduling.queue_due_reminders(now=make.NOW + 2 * MINUTE)
    assert told(place) == []


def test_a_queued_reminder_is_still_due_only_while_the_session_stands(cohort, cast):
    place = make.placed(cohort)
    scheduling.queue_due_reminders(now=london(2026, 3, 2, 10, 0))
    session = make.session(cohort, 1)
    message = queued("reminder_day").get(subject_id=make.attendance(place, 1).pk)
    before = session.starts_at - timedelta(seconds=1)
    assert still_due(message, before)
    assert not still_due(message, session.starts_at)
    Session.objects.filter(pk=session.pk).update(schedule_version=F("schedule_version") + 1)
    assert not still_due(message, before)
    Session.objects.filter(pk=session.pk).update(schedule_version=1)
    assert still_due(message, before)
    placement.withdraw(place=place, by=cast.officer, now=before, reason=Reason.BETTER)
    assert not still_due(message, before)


def test_a_queued_reminder_of_a_session_that_we_cancel_is_not_due_any_more(cohort):
    place = make.placed(cohort)
    scheduling.queue_due_reminders(now=london(2026, 3, 2, 10, 0))
    message = queued("reminder_day").get(subject_id=make.attendance(place, 1).pk)
    before = make.session(cohort, 1).starts_at - timedelta(seconds=1)
    assert still_due(message, before)
    make.cancelled(cohort, 1)
    assert not still_due(message, before)


def test_a_moved_session_is_reminded_of_at_its_new_time_alone(cohort, cast):
    place = make.placed(cohort)
    scheduling.queue_due_reminders(now=make.NOW)
    schedule_changes.reschedule(
        session=make.session(cohort, 2),
        local_date=date(2026, 3, 9),
        local_time=time(19),
        by=cast.officer,
        now=make.NOW + MINUTE,
    )
    scheduling.queue_due_reminders(now=make.NOW + 2 * MINUTE)
    assert [each for each in told(place) if each[1] == 2] == [
        ("reminder_day", 2, "08 Mar 10:00"),
        ("reminder_hour", 2, "09 Mar 18:00"),
    ]
    assert pending("reminder_day").latest("pk").key.endswith(":v2")


def test_a_person_moved_away_and_back_is_reminded_as_before(cohort, cast):
    place, other = make.placed(cohort), make.cohort(start_time=time(11), starts_on=date(2026, 3, 5))
    scheduling.queue_due_reminders(now=make.NOW)
    before = told(place)
    transfers.move_person(place=place, to=other, by=cast.officer, now=make.NOW + MINUTE)
    scheduling.queue_due_reminders(now=make.NOW + 2 * MINUTE)
    place.refresh_from_db()
    assert ("reminder_day", 1, "04 Mar 10:00") in told(place)
    transfers.move_person(place=place, to=cohort, by=cast.officer, now=make.NOW + 3 * MINUTE)
    scheduling.queue_due_reminders(now=make.NOW + 4 * MINUTE)
    place.refresh_from_db()
    assert told(place) == before


def test_a_person_with_only_a_telephone_gets_an_officers_call_with_the_same_key(cohort):
    attendance = make.attendance(make.placed(cohort, person=PersonFactory(by_phone=True)), 1)
    scheduling.queue_due_reminders(now=london(2026, 3, 2, 10, 0))
    message = queued("reminder_day").get(subject_id=attendance.pk)
    assert (message.key, message.channel) == (key_of("reminder_day", attendance, "v1"), Message.Channel.PHONE)


# The invitation to a test call


def test_only_people_without_a_test_call_are_invited_to_one(cohort, cast):
    facts = {"at": make.NOW, "officer": cast.officer, "booked_at": make.NOW, "booked_by": cast.officer}
    done = {"done_at": make.NOW, "done_by": cast.officer}
    none, booked, worked, failed = (make.placed(cohort) for _ in range(4))
    TechCheck.objects.create(participant=booked.participant, **facts)
    TechCheck.objects.create(participant=worked.participant, outcome="works", **facts, **done)
    TechCheck.objects.create(participant=failed.participant, outcome="not_yet", **facts, **done)
    queued("tech_check_invite").delete()
    scheduling.queue_due_reminders(now=make.NOW)
    invited = set(pending("tech_check_invite").values_list("participant", flat=True))
    assert invited == {none.participant_id, failed.participant_id}


def test_the_invitation_stops_as_soon_as_a_call_is_booked(cohort, cast):
    place = make.placed(cohort)
    scheduling.queue_due_reminders(now=make.NOW)
    message = queued("tech_check_invite").get()
    assert still_due(message, make.NOW)
    facts = {"at": make.NOW, "officer": cast.officer, "booked_at": make.NOW, "booked_by": cast.officer}
    TechCheck.objects.create(participant=place.participant, **facts)
    assert not still_due(message, make.NOW)


def test_nobody_is_invited_twice_because_the_first_session_moved(cohort, cast):
    make.placed(cohort)
    scheduling.queue_due_reminders(now=make.NOW)
    queued("tech_check_invite").update(state="sent", sent_at=make.NOW, settled_at=make.NOW)
    schedule_changes.reschedule(
        session=make.session(cohort, 1),
        local_date=date(2026, 3, 4),
        local_time=time(19),
        by=cast.officer,
        now=make.NOW + MINUTE,
    )
    scheduling.queue_due_reminders(now=make.NOW + 2 * MINUTE)
    assert queued("tech_check_invite").count() == 1
    assert pending("reminder_week").get().not_before == london(2026, 2, 25, 10)


def test_a_hundred_reminders_ask_no_more_questions_than_one():
    cohorts = [make.cohort(capacity=12, start_time=time(9 + hour)) for hour in range(9)]
    make.placed(cohorts[0])
    Message.objects.all().delete()
    now = london(2026, 3, 1, 10, 0)
    with CaptureQueriesContext(connection) as one:
        assert scheduling.queue_due_reminders(now=now) == 6
    for cohort in cohorts:
        for _ in range(11):
            make.placed(cohort)
    Message.objects.all().delete()
    with CaptureQueriesContext(connection) as many:
        assert scheduling.queue_due_reminders(now=now) > 100 * 5
    assert len(many) <= len(one) <= 10
