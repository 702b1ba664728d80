"""Sessions moved after a cohort is open (docs/domain.md 5.5)."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
import time_machine
from django.db import IntegrityError, connection, transaction

from accounts.tests.factories import OfficerFactory
from core.dates import LONDON
from core.errors import ChangedMeanwhile, Refused
from messaging.models import Message
from participants.tests.factories import PersonFactory
from sessions.attendance import responses
from sessions.models import Attendance, ChangedSession, Cohort, PlanChange, Session
from sessions.reminders import scheduling
from sessions.schedule_changes import preview
from sessions.schedule_changes import services as schedule_changes
from sessions.schedule_changes.services import CohortOver, SessionsAtOnce
from sessions.session_dates import TimeDoesNotExist
from sessions.tests import factories as make
from sessions.tests.race import at_once
from sessions.tests.schedule_changes.changing import (
    ALL,
    FOLLOWING,
    ONE,
    THURSDAY,
    cancel,
    dates,
    elsewhere,
    heard,
    in_london,
    move,
    queued,
    still_due,
)

pytestmark = pytest.mark.django_db


def test_one_session_moves_and_the_others_stay(cohort, place, cast):
    before = dates(cohort)
    session = make.session(cohort, 3)
    change = schedule_changes.reschedule(
        session=session,
        scope=ONE,
        local_date=THURSDAY,
        local_time=time(10, 30),
        by=cast.officer,
        now=make.NOW,
        why="The instructor is away",
    )
    assert dates(cohort) == [*before[:2], (THURSDAY, time(10, 30)), *before[3:]]
    session.refresh_from_db()
    assert session.status == Session.Status.RESCHEDULED
    assert (session.schedule_version, session.why) == (2, "The instructor is away")
    assert in_london(session) == datetime(2026, 3, 19, 10, 30, tzinfo=LONDON)
    assert session.ends_at - session.starts_at == timedelta(hours=1)
    attendance = make.attendance(place, 3)
    assert (attendance.starts_at, attendance.ends_at) == (session.starts_at, session.ends_at)
    assert attendance.link.expires_at == session.ends_at + timedelta(hours=24)
    assert not hasattr(session.events.latest("pgh_id"), "why"), "free text in a history that outlives people"
    assert (change.by, change.at, change.kind) == (cast.officer, make.NOW, "moved")
    row = change.sessions.get()
    assert row.from_starts_at == datetime(2026, 3, 17, 18, tzinfo=UTC)
    assert (row.to_starts_at, row.version) == (session.starts_at, 2)


def test_this_and_the_following_move_by_the_same_days_and_keep_six_o_clock_over_the_clock_change(
    cohort, place
):
    before = dates(cohort)
    move(cohort, 3, date(2026, 3, 24), scope=FOLLOWING)  # a week later; the clocks go forward on 29 March
    later = [(day + timedelta(days=7), at) for day, at in before[2:]]
    assert dates(cohort) == before[:2] + later
    sessions = list(cohort.sessions.order_by("number"))
    assert {in_london(session).time() for session in sessions} == {make.SIX_PM}
    assert [session.starts_at.hour for session in sessions] == [18] * 3 + [17] * 7
    attendances = place.attendances.order_by("session__number")
    assert [a.starts_at for a in attendances] == [s.starts_at for s in sessions]


def test_six_o_clock_stays_six_o_clock_when_sessions_are_moved_over_the_change_in_october():
    cohort = make.cohort(starts_on=date(2026, 10, 6))
    move(cohort, 1, date(2026, 10, 20), scope=ALL)
    sessions = list(cohort.sessions.order_by("number"))
    assert {in_london(session).time() for session in sessions} == {make.SIX_PM}
    assert [session.starts_at.hour for session in sessions] == [17] + [18] * 9
    assert sessions[-1].local_date == date(2026, 12, 22)


def test_all_that_are_still_to_come_move_and_what_has_begun_stays(cohort, place, cast):
    first, second = make.session(cohort, 1), make.session(cohort, 2)
    make.register(first, cast.officer)
    now = second.starts_at + timedelta(minutes=5)
    before = dates(cohort)
    move(cohort, 6, date(2026, 4, 9), time(19), scope=ALL, now=now)  # two days later, at seven
    assert dates(cohort)[:2] == before[:2]
    assert dates(cohort)[2:] == [(day + timedelta(days=2), time(19)) for day, _ in before[2:]]
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.status, second.status) == (Session.Status.DELIVERED, Session.Status.SCHEDULED)


def test_a_cohort_that_meets_twice_a_week_keeps_its_two_times(cohort):
    for session in cohort.sessions.filter(number__in=[2, 4, 6, 8, 10]):
        # Each even one on the Thursday after the odd one, in the morning.
        move(cohort, session.number, session.local_date - timedelta(days=5), time(10))
    move(cohort, 3, date(2026, 3, 18), time(17), scope=FOLLOWING)
    moved = dates(cohort)[2:]
    assert {(day.weekday(), at) for day, at in moved} == {(2, time(17)), (4, time(10))}
    assert dates(cohort)[:2] == [(date(2026, 3, 3), make.SIX_PM), (date(2026, 3, 5), time(10))]


def test_a_session_may_move_to_where_the_next_one_was(cohort, place):
    move(cohort, 1, date(2026, 3, 10), scope=FOLLOWING)
    assert make.attendance(place, 1).starts_at == datetime(2026, 3, 10, 18, tzinfo=UTC)
    assert make.attendance(place, 10).starts_at == datetime(2026, 5, 12, 17, tzinfo=UTC)


@pytest.mark.parametrize(
    ("number", "to", "at", "scope", "refusal", "sentence"),
    [
        (3, date(2026, 3, 17), make.SIX_PM, ONE, preview.NothingMoves, "already at this date and time"),
        (
            1,
            date(2026, 2, 23),
            time(9),
            ONE,
            preview.NotAhead,
            "Session 1 would be on Monday 23 February 2026",
        ),
        (3, date(2026, 3, 10), make.SIX_PM, ONE, preview.OutOfOrder, "session 3 on Tuesday 10 March 2026"),
        (3, date(2026, 3, 10), time(18, 59), ONE, preview.OutOfOrder, "must stay in order"),
        (
            3,
            date(2026, 3, 24),
            time(17, 1),
            ONE,
            preview.OutOfOrder,
            "Session 3 would be on Tuesday 24 March",
        ),
        (3, date(2026, 3, 3), make.SIX_PM, FOLLOWING, preview.OutOfOrder, "Session 2 would be on"),
        (
            2,
            date(2026, 2, 24),
            make.SIX_PM,
            ALL,
            preview.NotAhead,
            "Session 1 would be on Tuesday 17 February",
        ),
        (4, date(2026, 3, 29), time(1, 30), ONE, TimeDoesNotExist, "there is no 01:30"),
    ],
)
def test_what_cannot_be_is_refused_with_a_sentence_and_changes_nothing(
    cohort, place, number, to, at, scope, refusal, sentence
):
    before = dates(cohort)
    with pytest.raises(refusal, match=sentence):
        move(cohort, number, to, at, scope=scope)
    assert dates(cohort) == before
    assert not ChangedSession.objects.exists()
    assert not queued("session_moved").exists()


def test_a_session_may_begin_at_the_moment_at_which_the_one_before_ends(cohort):
    move(cohort, 3, date(2026, 3, 10), time(19))
    assert dates(cohort)[2] == (date(2026, 3, 10), time(19))


def test_what_has_begun_was_cancelled_or_belongs_to_a_cohort_that_is_over_stays(cohort, cast):
    begun = make.session(cohort, 1)
    facts = {"local_date": date(2026, 6, 2), "local_time": make.SIX_PM, "by": cast.officer}
    with pytest.raises(preview.SessionOver):
        schedule_changes.reschedule(session=begun, now=begun.starts_at, **facts)
    gone = make.cancelled(cohort, 4)
    with pytest.raises(preview.SessionOver):
        schedule_changes.reschedule(session=gone, now=make.NOW, **facts)
    Cohort.objects.filter(pk=cohort.pk).update(status=Cohort.Status.CANCELLED)
    with pytest.raises(CohortOver):
        schedule_changes.reschedule(session=make.session(cohort, 2), now=make.NOW, **facts)


def test_the_database_itself_keeps_the_sessions_in_order(cohort):
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    overlapping = Session.objects.filter(cohort=cohort, number=3)
    with pytest.raises(IntegrityError, match="follow each other by number"), transaction.atomic():
        overlapping.update(starts_at=datetime(2026, 3, 10, 18, 30, tzinfo=UTC))


def test_somebody_with_another_session_then_is_named_to_the_officer(cohort, cast):
    person = PersonFactory(given_name="Maud", family_name="Okafor")
    elsewhere(person, cast)
    make.placed(cohort, person=person)
    with pytest.raises(
        preview.SomebodyElsewhere, match="Maud Okafor has another session on Thursday 19 March"
    ):
        move(cohort, 3, THURSDAY, time(18, 30))
    move(cohort, 3, THURSDAY, time(19))  # right after it


def test_nobody_has_two_sessions_at_once_even_if_the_look_before_missed_it(cohort, cast, monkeypatch):
    person = PersonFactory()
    elsewhere(person, cast)
    make.placed(cohort, person=person)
    monkeypatch.setattr(
        preview, "_check_elsewhere", lambda *looked_at: None
    )  # another transaction was quicker
    before = dates(cohort)
    with pytest.raises(SessionsAtOnce):
        move(cohort, 3, THURSDAY, time(18, 30))
    assert dates(cohort) == before


def test_an_answer_to_the_old_time_is_wiped_and_history_keeps_it(cohort, place):
    for number, answer in ((3, "yes"), (4, "no")):
        responses.answer(attendance=make.attendance(place, number), answer=answer, now=make.NOW)
    Attendance.objects.filter(pk=make.attendance(place, 3).pk).update(joined_at=make.NOW)
    move(cohort, 3, THURSDAY)
    moved, stayed = make.attendance(place, 3), make.attendance(place, 4)
    assert (moved.answer, moved.answered_at, moved.answered_late, moved.joined_at) == ("", None, False, None)
    assert stayed.answer == "no"
    assert moved.events.filter(answer="yes").exists()


def test_an_answer_that_was_meant_for_the_old_time_is_not_taken_for_the_new_one(client, cohort, place):
    attendance = make.attendance(place, 3)
    page = f"/s/{attendance.link.token}/"
    with time_machine.travel(make.NOW, tick=False):
        assert 'name="version" value="1"' in client.get(page).content.decode()
        move(cohort, 3, THURSDAY)
        response = client.post(page, {"answer": "yes", "version": "1"})
        assert response.status_code == 409
        text = response.content.decode()
        assert "We have moved this session since you opened the page" in text
        assert "Thursday 19 March 2026" in text
        assert make.attendance(place, 3).answer == ""
        assert client.post(page, {"answer": "yes", "version": "x"}).status_code == 409
        assert client.post(page, {"answer": "yes", "version": "2"}).status_code == 302
    assert make.attendance(place, 3).answer == "yes"


def test_nothing_reminds_of_the_old_time_and_everything_of_the_new(cohort, place):
    old = make.session(cohort, 3).starts_at
    due = datetime(2026, 3, 16, 10, tzinfo=UTC)
    theirs = Message.objects.about("attendance", make.attendance(place, 3).pk)
    scheduling.queue_due_reminders(now=due)
    reminder = theirs.get(kind="reminder_day")
    move(cohort, 3, THURSDAY, now=due + timedelta(minutes=1))
    reminder.refresh_from_db()
    assert (reminder.state, reminder.reason) == ("cancelled", "the session was moved")
    assert not still_due(reminder, due + timedelta(minutes=2))
    scheduling.queue_due_reminders(now=old - timedelta(minutes=30))
    pending = {row.kind: row for row in theirs.filter(state="pending")}
    assert all(row.key.endswith(":v2") for row in pending.values())
    assert {kind: row.not_before for kind, row in pending.items()} == {
        "reminder_day": datetime(2026, 3, 18, 10, tzinfo=UTC),
        "reminder_hour": datetime(2026, 3, 19, 17, tzinfo=UTC),
    }


def test_a_reminder_in_a_workers_hands_does_not_pass_after_the_move(cohort, place):
    scheduling.queue_due_reminders(now=datetime(2026, 3, 16, 10, tzinfo=UTC))
    reminder = queued("reminder_day").get(subject_id=make.attendance(place, 3).pk)
    Message.objects.filter(pk=reminder.pk).update(
        state="sending",
        lease_token="2f1c1a58-8c0a-4a52-9a5e-0d3f4f9f7f10",
        lease_until=make.NOW + timedelta(days=60),
    )
    assert still_due(reminder, datetime(2026, 3, 16, 10, tzinfo=UTC))
    move(cohort, 3, THURSDAY, now=datetime(2026, 3, 16, 10, 1, tzinfo=UTC))
    assert not still_due(reminder, datetime(2026, 3, 16, 10, 2, tzinfo=UTC))


def test_who_has_just_heard_of_the_new_time_is_not_reminded_in_the_same_minute(cohort, place):
    now = datetime(2026, 3, 16, 14, tzinfo=UTC)  # the day before, after the reminder's time
    scheduling.queue_due_reminders(now=now)
    heard("reminder_day")
    move(cohort, 3, date(2026, 3, 17), time(19), now=now)
    scheduling.queue_due_reminders(now=now + timedelta(minutes=1))
    theirs = Message.objects.about("attendance", make.attendance(place, 3).pk).filter(state="pending")
    assert [(row.kind, row.not_before) for row in theirs] == [
        ("reminder_hour", datetime(2026, 3, 17, 18, tzinfo=UTC))
    ]


def seen(cohort, number, to):
    session = make.session(cohort, number)
    return preview.moving(
        cohort=cohort, session=session, scope=FOLLOWING, local_date=to, local_time=make.SIX_PM, now=make.NOW
    ).seen


def test_what_was_agreed_to_is_what_happens(cohort, place):
    to = date(2026, 3, 24)
    stale = seen(cohort, 3, to)
    make.placed(cohort)
    with pytest.raises(ChangedMeanwhile):
        move(cohort, 3, to, scope=FOLLOWING, seen=stale)
    again = seen(cohort, 3, to)
    move(cohort, 8, date(2026, 4, 23))
    with pytest.raises(ChangedMeanwhile):
        move(cohort, 3, to, scope=FOLLOWING, seen=again)
    move(cohort, 3, to, scope=FOLLOWING, seen=seen(cohort, 3, to))


def test_a_plan_tells_of_bank_holidays_and_clock_changes(cohort):
    session = make.session(cohort, 3)
    plan = preview.moving(
        cohort=cohort,
        session=session,
        scope=FOLLOWING,
        local_date=date(2026, 3, 23),
        local_time=make.SIX_PM,
        now=make.NOW,
    )
    assert plan.notes == [
        "Monday 6 April 2026, the new date of session 5, is a bank holiday.",
        "Monday 4 May 2026, the new date of session 9, is a bank holiday.",
        "The clocks change before session 4 on Monday 30 March 2026. It still starts at 6pm by people’s clocks.",
    ]


def test_moving_and_cancelling_ask_few_questions_of_the_database(cohort, django_assert_max_num_queries):
    for _ in range(7):
        make.placed(cohort)
    heard("placed")
    with django_assert_max_num_queries(70):
        move(cohort, 1, date(2026, 3, 5), scope=ALL)
    with django_assert_max_num_queries(110):
        cancel(cohort, 3)


@pytest.mark.django_db(transaction=True)
def test_of_several_officers_who_agreed_to_the_same_change_one_makes_it():
    cohort = make.cohort()
    make.placed(cohort)
    officers = [OfficerFactory() for _ in range(6)]
    agreed = {"session": make.session(cohort, 3), "local_date": THURSDAY, "local_time": make.SIX_PM}
    shown = preview.moving(cohort=cohort, scope=ONE, now=make.NOW, **agreed).seen

    def confirm(officer):
        def attempt(barrier):
            barrier.wait()
            return schedule_changes.reschedule(by=officer, now=make.NOW, seen=shown, **agreed)

        return attempt

    outcomes = at_once([confirm(officer) for officer in officers])
    assert sum(isinstance(outcome, PlanChange) for outcome in outcomes) == 1
    refused = [outcome for outcome in outcomes if not isinstance(outcome, PlanChange)]
    assert all(isinstance(outcome, Refused) for outcome in refused), refused
    assert make.session(cohort, 3).schedule_version == 2
