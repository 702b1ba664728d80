"""Sessions moved and cancelled after a cohort is open (domain.md 4.4 and the traps of 6)."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
import time_machine
from django.conf import settings
from django.db import IntegrityError, connection, transaction

from accounts.tests.factories import OfficerFactory
from design.dates import LONDON
from messaging import kinds
from messaging.models import Message
from participants.tests.factories import PersonFactory
from referrals.statuses import Reason, Status
from sessions import plans, services
from sessions.models import Attendance, ChangedSession, Cohort, OfferLink, Place, Session
from sessions.register import SessionWasCancelled
from sessions.replanning import ChangedMeanwhile, CohortOver, SessionsAtOnce
from sessions.tests import factories as make
from sessions.timetable import TimeDoesNotExist

pytestmark = pytest.mark.django_db
ONE, FOLLOWING, ALL = plans.Scope.ONE, plans.Scope.FOLLOWING, plans.Scope.ALL
THURSDAY = date(2026, 3, 19)  # two days after session 3


@pytest.fixture
def cohort():
    return make.cohort()


@pytest.fixture
def place(cohort):
    place = make.placed(cohort)
    heard("placed")
    return place


def heard(*of_kinds):
    """These messages have gone out."""
    rows = Message.objects.filter(state="pending", kind__in=of_kinds)
    rows.update(state="sent", sent_at=make.NOW, settled_at=make.NOW)


def move(cohort, number, to, at=make.SIX_PM, *, scope=ONE, now=make.NOW, **more):
    session = make.session(cohort, number)
    return services.reschedule(
        session=session, scope=scope, local_date=to, local_time=at, by=OfficerFactory(), now=now, **more
    )


def dates(cohort):
    return [(s.local_date, s.local_time) for s in cohort.sessions.held().order_by("number")]


def in_london(session):
    return session.starts_at.astimezone(LONDON)


def queued(kind):
    return Message.objects.filter(kind=kind, state="pending")


def still_due(message, now=make.NOW):
    return Message.objects.filter(kinds.get(message.kind).still_due(now), pk=message.pk).exists()


def words(message, now=make.NOW):
    kind = kinds.get(message.kind)
    return kinds.render(kind, kind.context(message, now))


# --- Moving ----------------------------------------------------------------------------------------------------


def test_one_session_moves_and_the_others_stay(cohort, place, cast):
    before = dates(cohort)
    session = make.session(cohort, 3)
    change = services.reschedule(
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
        (3, date(2026, 3, 17), make.SIX_PM, ONE, plans.NothingMoves, "at this date and time already"),
        (1, date(2026, 2, 23), time(9), ONE, plans.NotAhead, "Session 1 would be on Monday 23 February 2026"),
        (3, date(2026, 3, 10), make.SIX_PM, ONE, plans.OutOfOrder, "session 3 on Tuesday 10 March 2026"),
        (3, date(2026, 3, 10), time(18, 59), ONE, plans.OutOfOrder, "must follow each other"),
        (3, date(2026, 3, 24), time(17, 1), ONE, plans.OutOfOrder, "Session 3 would be on Tuesday 24 March"),
        (3, date(2026, 3, 3), make.SIX_PM, FOLLOWING, plans.OutOfOrder, "Session 2 would be on"),
        (2, date(2026, 2, 24), make.SIX_PM, ALL, plans.NotAhead, "Session 1 would be on Tuesday 17 February"),
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
    with pytest.raises(plans.SessionOver):
        services.reschedule(session=begun, now=begun.starts_at, **facts)
    gone = make.cancelled(cohort, 4)
    with pytest.raises(plans.SessionOver):
        services.reschedule(session=gone, now=make.NOW, **facts)
    Cohort.objects.filter(pk=cohort.pk).update(status=Cohort.Status.CANCELLED)
    with pytest.raises(CohortOver):
        services.reschedule(session=make.session(cohort, 2), now=make.NOW, **facts)


def test_the_database_itself_keeps_the_sessions_in_order(cohort):
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    overlapping = Session.objects.filter(cohort=cohort, number=3)
    with pytest.raises(IntegrityError, match="follow each other by number"), transaction.atomic():
        overlapping.update(starts_at=datetime(2026, 3, 10, 18, 30, tzinfo=UTC))


def elsewhere(person, cast):
    """A person whose earlier place counts on, with sessions on Thursdays."""
    other = make.cohort(starts_on=date(2026, 3, 5))
    earlier = make.placed(other, person=person)
    Place.objects.filter(pk=earlier.pk).update(state=Place.State.COMPLETED, ended_at=make.NOW)
    earlier.referral.status = Status.COMPLETED
    earlier.referral.save(update_fields=["status"])


def test_somebody_with_another_session_then_is_named_to_the_officer(cohort, cast):
    person = PersonFactory(given_name="Maud", family_name="Okafor")
    elsewhere(person, cast)
    make.placed(cohort, person=person)
    with pytest.raises(plans.SomebodyElsewhere, match="Maud Okafor has another session on Thursday 19 March"):
        move(cohort, 3, THURSDAY, time(18, 30))
    move(cohort, 3, THURSDAY, time(19))  # right after it


def test_nobody_has_two_sessions_at_once_even_if_the_look_before_missed_it(cohort, cast, monkeypatch):
    person = PersonFactory()
    elsewhere(person, cast)
    make.placed(cohort, person=person)
    monkeypatch.setattr(plans, "_check_elsewhere", lambda *looked_at: None)  # another transaction was quicker
    before = dates(cohort)
    with pytest.raises(SessionsAtOnce):
        move(cohort, 3, THURSDAY, time(18, 30))
    assert dates(cohort) == before


# --- What was answered, and reminders --------------------------------------------------------------------------


def test_an_answer_to_the_old_time_is_wiped_and_history_keeps_it(cohort, place):
    for number, answer in ((3, "yes"), (4, "no")):
        services.answer(attendance=make.attendance(place, number), answer=answer, now=make.NOW)
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
    assert services.queue_due_reminders(now=due) == 1
    reminder = queued("reminder_day").get()
    move(cohort, 3, THURSDAY, now=due + timedelta(minutes=1))
    reminder.refresh_from_db()
    assert (reminder.state, reminder.reason) == ("cancelled", "the session was moved")
    assert not still_due(reminder, due + timedelta(minutes=2))
    assert services.queue_due_reminders(now=old - timedelta(minutes=30)) == 0
    assert services.queue_due_reminders(now=datetime(2026, 3, 18, 10, tzinfo=UTC)) == 1
    assert queued("reminder_day").get().key.endswith(":v2")
    assert services.queue_due_reminders(now=datetime(2026, 3, 19, 17, tzinfo=UTC)) == 1


def test_a_reminder_in_a_workers_hands_does_not_pass_after_the_move(cohort, place):
    services.queue_due_reminders(now=datetime(2026, 3, 16, 10, tzinfo=UTC))
    reminder = queued("reminder_day").get()
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
    services.queue_due_reminders(now=now)
    heard("reminder_day")
    move(cohort, 3, date(2026, 3, 17), time(19), now=now)
    assert services.queue_due_reminders(now=now + timedelta(minutes=1)) == 0
    assert services.queue_due_reminders(now=datetime(2026, 3, 17, 18, tzinfo=UTC)) == 1
    assert queued("reminder_hour").exists()


# --- The mail about moved sessions -----------------------------------------------------------------------------


def test_one_mail_a_person_lists_old_and_new_dates_in_our_time(cohort, cast):
    person = PersonFactory(given_name="Síle", preferred_name="Síle D'A’", family_name="O'Neill")
    place = make.placed(cohort, person=person)
    make.placed(make.cohort())  # of another cohort: hears nothing
    heard("placed")
    move(cohort, 9, date(2026, 5, 5), scope=FOLLOWING)
    message = queued("session_moved").get()
    assert (message.subject_type, message.subject_id, message.participant) == ("place", place.pk, person)
    assert message.expires_at == make.session(cohort, 9).starts_at
    mail = words(message)
    assert mail.subject == "2 of your sessions have moved"
    link = f"{settings.SITE_ORIGIN}/s/{make.attendance(place, 9).link.token}/"
    assert (
        mail.text
        == f"""Hello Síle D'A’,

We have had to move 2 of your sessions. We are sorry if that is difficult.

Session 9 is now on Tuesday 5 May 2026, 6.00 pm to 7.00 pm UK time.
It was to be on Tuesday 28 April 2026, 6.00 pm to 7.00 pm UK time.

Session 10 is now on Tuesday 12 May 2026, 6.00 pm to 7.00 pm UK time.
It was to be on Tuesday 5 May 2026, 6.00 pm to 7.00 pm UK time.

Your other sessions stay as they were. If you had told us already whether you are coming, please tell us again for \
the new times. We will ask you before each session. Either answer is fine. This is your page for the first of them:

{link}

If a new time does not suit you, or you would rather talk, please ring us on 01632 960 123.

It’s Your Move
Active County Partnership
"""
    )


def test_the_mail_says_the_time_of_the_clocks_on_each_day_not_of_the_day_it_is_written(cohort, place):
    """The trap of mails in the wrong zone: from winter time over the change into summer time."""
    move(cohort, 4, date(2026, 3, 31), time(18, 0), scope=FOLLOWING)
    text = words(queued("session_moved").get()).text
    assert "now on Tuesday 31 March 2026, 6.00 pm to 7.00 pm UK time" in text
    assert "was to be on Tuesday 24 March 2026, 6.00 pm to 7.00 pm UK time" in text
    assert make.session(cohort, 4).starts_at.hour == 17


def test_the_mail_about_one_session_and_the_call_to_a_person_with_only_a_telephone(cohort):
    make.placed(cohort, person=PersonFactory(given_name="Una", by_phone=True))
    heard("placed")
    move(cohort, 3, THURSDAY)
    message = queued("session_moved").get()
    assert message.channel == Message.Channel.PHONE
    assert words(message).subject == "Your session has moved to Thursday 19 March 2026"
    script = kinds.script(message, make.NOW)
    assert "Session 3 is now on Thursday 19 March 2026, 6.00 pm to 7.00 pm UK time." in script
    assert "http" not in script
    session = make.session(cohort, 3)
    assert kinds.answers_page(message) == f"/admin/cohort_sessions/session/{session.pk}/register/"


def test_the_mail_is_not_due_once_the_session_moved_again_was_cancelled_or_began_or_the_person_left(
    cohort, place, cast
):
    move(cohort, 3, THURSDAY)
    message = queued("session_moved").get()
    starts_at = make.session(cohort, 3).starts_at
    assert still_due(message)
    assert not still_due(message, starts_at)

    with transaction.atomic():
        sid = transaction.savepoint()
        make.cancelled(cohort, 3)
        assert not still_due(message)
        transaction.savepoint_rollback(sid)
        sid = transaction.savepoint()
        services.withdraw(place=place, by=cast.officer, now=make.NOW, reason=Reason.BETTER)
        assert not still_due(message)
        transaction.savepoint_rollback(sid)
    assert still_due(message)
    move(cohort, 3, date(2026, 3, 20))
    assert not still_due(message)


def test_a_second_move_before_the_first_was_told_speaks_of_the_time_that_people_have_in_mind(cohort, place):
    move(cohort, 3, THURSDAY, scope=FOLLOWING)
    first = queued("session_moved").get()
    move(cohort, 3, date(2026, 3, 20))
    first.refresh_from_db()
    assert (first.state, first.reason) == ("cancelled", "another change came before it was sent")
    text = words(queued("session_moved").get()).text
    assert "Session 3 is now on Friday 20 March 2026" in text
    assert "It was to be on Tuesday 17 March 2026" in text
    assert "Session 4 is now on Thursday 26 March 2026" in text  # told by the first, which never went out
    assert "19 March" not in text


def test_a_second_move_after_the_first_was_told_speaks_of_that_alone(cohort, place):
    move(cohort, 3, THURSDAY, scope=FOLLOWING)
    heard("session_moved")
    move(cohort, 3, date(2026, 3, 20))
    text = words(queued("session_moved").get()).text
    assert "It was to be on Thursday 19 March 2026" in text
    assert "Session 4" not in text


def test_moved_back_before_anybody_heard_tells_nobody(cohort, place):
    move(cohort, 3, THURSDAY)
    move(cohort, 3, date(2026, 3, 17))
    assert not queued("session_moved").exists()


def test_who_has_not_had_their_first_dates_yet_gets_the_new_ones_in_that_message(cohort):
    make.placed(cohort)
    move(cohort, 3, THURSDAY)
    assert not queued("session_moved").exists()
    assert "Session 3: Thursday 19 March 2026" in words(queued("placed").get()).text


def test_the_night_holds_the_mail_back_unless_the_morning_is_too_late(cohort, place):
    night = datetime(2026, 3, 16, 22, tzinfo=UTC)
    move(cohort, 4, date(2026, 3, 26), now=night)
    assert queued("session_moved").get().not_before == datetime(2026, 3, 17, 8, tzinfo=UTC)
    early = make.cohort(start_time=time(7, 30))
    make.placed(early)
    heard("placed")
    move(early, 3, date(2026, 3, 18), time(7, 30), now=night)  # from the next morning, half past seven
    assert queued("session_moved").latest("pk").not_before == night


# --- Cancelling ------------------------------------------------------------------------------------------------


def cancel(cohort, number, **more):
    session = make.session(cohort, number)
    services.cancel_session(session=session, **{"by": OfficerFactory(), "now": make.NOW, **more})
    session.refresh_from_db()
    return session


def test_a_cancelled_session_keeps_its_row_and_ten_are_held(cohort, place, cast):
    before = dates(cohort)
    gone = cancel(cohort, 3, why="No instructor")
    assert (gone.status, gone.why) == (Session.Status.CANCELLED_BY_US, "No instructor")
    assert dates(cohort) == [*before[:2], *before[3:], (date(2026, 5, 12), make.SIX_PM)]
    assert [s.number for s in cohort.sessions.held().order_by("starts_at")] == list(range(1, 11))
    assert make.attendance(place, 10).starts_at == datetime(2026, 5, 12, 17, tzinfo=UTC)
    assert place.attendances.filter(counts=True).count() == 10
    assert not place.attendances.get(session=gone).counts


def test_a_cancelled_session_reminds_nobody(cohort, place):
    """The trap of cal #6973 and GetTogether #260: neither queued reminders nor later sweeps."""
    due = datetime(2026, 3, 16, 10, tzinfo=UTC)
    services.queue_due_reminders(now=due)
    reminder = queued("reminder_day").get()
    old = make.session(cohort, 3).starts_at
    cancel(cohort, 3, now=due + timedelta(minutes=1))
    reminder.refresh_from_db()
    assert (reminder.state, reminder.reason) == ("cancelled", "the session was cancelled")
    assert not still_due(reminder, due + timedelta(minutes=2))
    for minutes in (24 * 60, 60, 30, 1):
        assert services.queue_due_reminders(now=old - timedelta(minutes=minutes)) == 0
    # The new tenth reminds like any other.
    assert services.queue_due_reminders(now=datetime(2026, 5, 11, 9, tzinfo=UTC)) == 1


def test_one_person_who_cannot_come_cancels_nothing_for_others(cohort, cast):
    """The trap of cal #14458 and #10166: neither an answer nor leaving touches the session or another's reminder."""
    stays, cannot, leaves = make.placed(cohort), make.placed(cohort), make.placed(cohort)
    heard("placed")
    services.answer(attendance=make.attendance(cannot, 3), answer="no", now=make.NOW)
    services.withdraw(place=leaves, by=cast.officer, now=make.NOW, reason=Reason.BETTER)
    session = make.session(cohort, 3)
    assert session.status == Session.Status.SCHEDULED
    assert make.attendance(stays, 3).counts
    services.queue_due_reminders(now=datetime(2026, 3, 16, 10, tzinfo=UTC))
    assert set(queued("reminder_day").values_list("participant", flat=True)) == {
        stays.participant_id,
        cannot.participant_id,
    }
    assert not Message.objects.filter(kind="session_cancelled").exists()


def test_nobody_is_marked_as_not_coming_to_a_cancelled_session(cohort, place, cast):
    """The trap of cal #21195: no-show is nothing, not true, when the session was cancelled."""
    attendance = make.attendance(place, 3)
    gone = cancel(cohort, 3)
    with pytest.raises(SessionWasCancelled):
        services.save_register(
            session=gone, codes={attendance.pk: ("3", False)}, by=cast.officer, now=gone.ends_at
        )
    attendance.refresh_from_db()
    assert attendance.code == ""
    with pytest.raises(IntegrityError, match="nobody came to, or missed"), transaction.atomic():
        Attendance.objects.filter(pk=attendance.pk).update(code="3", coded_at=make.NOW, coded_by=cast.officer)
    for session in cohort.sessions.held().order_by("number"):
        make.register(session, cast.officer)
    assert services.attended_count(place) == (10, 10)


def test_the_mail_about_a_cancelled_session(cohort, cast):
    place = make.placed(cohort, person=PersonFactory(given_name="Síle", family_name="O'Neill"))
    heard("placed")
    cancel(cohort, 3)
    message = queued("session_cancelled").get()
    assert message.subject_id == place.pk
    assert message.expires_at == datetime(2026, 3, 17, 18, tzinfo=UTC)
    mail = words(message)
    assert mail.subject == "No session on Tuesday 17 March 2026"
    assert (
        mail.text
        == """Hello Síle,

We are sorry: there is no session at this time, because we have had to cancel it:

Tuesday 17 March 2026, 6.00 pm to 7.00 pm UK time

There is nothing that you need to do, and it does not count against you.

You do not lose a session. We have added one at the end:

Tuesday 12 May 2026, 6.00 pm to 7.00 pm UK time

Your next session is number 1 of 10: Tuesday 3 March 2026, 6.00 pm to 7.00 pm UK time. Your other \
sessions stay on the days that you know. We will write to you the day before, as always.

If the added date is difficult, or you would like to talk, please ring us on 01632 960 123.

It’s Your Move
Active County Partnership
"""
    )


def test_the_mail_about_a_cancelled_session_is_due_until_its_time_and_while_the_person_has_the_place(
    cohort, place, cast
):
    gone = cancel(cohort, 3)
    message = queued("session_cancelled").get()
    assert still_due(message, gone.starts_at - timedelta(seconds=1))
    assert not still_due(message, gone.starts_at)
    services.withdraw(place=place, by=cast.officer, now=make.NOW, reason=Reason.BETTER)
    assert not still_due(message)


def test_the_last_session_cancelled_names_the_added_one_once_as_the_next(cohort, place):
    now = datetime(2026, 5, 5, 9, tzinfo=UTC)
    cancel(cohort, 10, now=now)
    text = words(queued("session_cancelled").get(), now).text
    assert "That is your next session, number 10 of 10." in text
    assert text.count("Tuesday 12 May 2026") == 1


def test_a_cancelled_session_that_had_moved_untold_is_named_by_the_day_that_people_expect(cohort, place):
    move(cohort, 3, THURSDAY)
    cancel(cohort, 3)
    (cancelled,) = queued("session_cancelled")
    assert words(cancelled).subject == "No session on Tuesday 17 March 2026"
    heard("session_moved", "session_cancelled")
    move(cohort, 3, date(2026, 3, 26))
    heard("session_moved")
    cancel(cohort, 3)
    assert words(queued("session_cancelled").get()).subject == "No session on Thursday 26 March 2026"


def test_the_new_tenth_must_come_after_the_last_and_suit_everybody(cohort, cast):
    person = PersonFactory(given_name="Maud", family_name="Okafor")
    elsewhere(person, cast)
    make.placed(cohort, person=person)
    third, last = make.session(cohort, 3), make.session(cohort, 10)
    with pytest.raises(plans.NotAfterTheLast):
        cancel(cohort, 3, in_its_place=plans.tenth_at(third, last.local_date, time(18, 59)))
    with pytest.raises(plans.SomebodyElsewhere, match="Maud Okafor"):
        cancel(cohort, 3, in_its_place=plans.tenth_at(third, date(2026, 5, 7), make.SIX_PM))
    cancel(cohort, 3, in_its_place=plans.tenth_at(third, date(2026, 5, 8), time(11)))
    assert dates(cohort)[-1] == (date(2026, 5, 8), time(11))


# --- Places that are only offered ------------------------------------------------------------------------------


def offered(cohort, until):
    referral = make.waiting()
    place = Place.objects.create(
        cohort=cohort,
        referral=referral,
        participant=referral.participant,
        state=Place.State.HELD,
        placed_at=make.NOW,
        held_until=until,
    )
    OfferLink.make(now=make.NOW, expires_at=make.session(cohort, 1).starts_at, place=place)
    return place


def test_who_is_offered_a_place_hears_the_new_dates_and_keeps_a_day_before_the_first_session(cohort):
    place = offered(cohort, make.NOW + timedelta(hours=72))
    move(cohort, 1, date(2026, 2, 26), time(18))  # three days earlier than a day before
    place.refresh_from_db()
    assert place.held_until == datetime(2026, 2, 25, 18, tzinfo=UTC)
    assert place.link.expires_at == datetime(2026, 2, 26, 18, tzinfo=UTC)
    message = queued("offer_changed").get()
    assert (message.subject_id, message.expires_at) == (place.pk, place.held_until)
    text = words(message).text
    assert "Session 1: Thursday 26 February 2026, 6.00 pm to 7.00 pm UK time" in text
    assert "until Wednesday 25 February 2026, 6.00 pm UK time" in text
    assert still_due(message)
    move(cohort, 2, date(2026, 3, 12))
    message.refresh_from_db()
    assert message.state == "cancelled"
    assert not still_due(message)
    assert "Thursday 12 March 2026" in words(queued("offer_changed").get()).text


def test_no_session_moves_so_near_that_nobody_could_answer_an_offer(cohort):
    place = offered(cohort, make.NOW + timedelta(hours=72))
    with pytest.raises(plans.NoTimeToAnswer, match="take the offer back"):
        move(cohort, 1, date(2026, 2, 25), time(8, 59))
    place.refresh_from_db()
    assert place.held_until == make.NOW + timedelta(hours=72)
    move(cohort, 1, date(2026, 2, 25), time(9))
    place.refresh_from_db()
    assert place.held_until == make.NOW + timedelta(hours=24)


def test_a_cancelled_session_tells_who_is_offered_a_place(cohort):
    place = offered(cohort, make.NOW + timedelta(hours=72))
    cancel(cohort, 1)
    assert "Session 1: Tuesday 10 March 2026" in words(queued("offer_changed").get()).text
    place.refresh_from_db()
    assert place.held_until == make.NOW + timedelta(hours=72)
    assert place.link.expires_at == make.session(cohort, 1).starts_at


# --- Previews --------------------------------------------------------------------------------------------------


def seen(cohort, number, to):
    session = make.session(cohort, number)
    return plans.moving(
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
    plan = plans.moving(
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
        "The clocks change before session 4 on Monday 30 March 2026. It still starts at 6.00 pm by people’s clocks.",
    ]


def test_moving_and_cancelling_ask_few_questions_of_the_database(cohort, django_assert_max_num_queries):
    for _ in range(7):
        make.placed(cohort)
    heard("placed")
    with django_assert_max_num_queries(70):
        move(cohort, 1, date(2026, 3, 5), scope=ALL)
    with django_assert_max_num_queries(110):
        cancel(cohort, 3)
