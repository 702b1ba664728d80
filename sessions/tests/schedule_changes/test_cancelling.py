"""Sessions that we cancel, and the places that are only offered meanwhile (docs/domain.md 5.5)."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from django.db import IntegrityError, transaction

from messaging.models import Message
from participants.tests.factories import PersonFactory
from referrals.statuses import Reason
from sessions.attendance import register, responses
from sessions.attendance.register import SessionWasCancelled
from sessions.models import Attendance, OfferLink, Place, Session
from sessions.places import placement
from sessions.reminders import scheduling
from sessions.schedule_changes import preview
from sessions.tests import factories as make
from sessions.tests.schedule_changes.changing import (
    THURSDAY,
    cancel,
    dates,
    elsewhere,
    heard,
    move,
    queued,
    still_due,
    words,
)

pytestmark = pytest.mark.django_db


def test_a_cancelled_session_keeps_its_row_and_ten_are_held(cohort, place, cast):
    before = dates(cohort)
    gone = cancel(cohort, 3, why="No instructor")
    assert (gone.status, gone.why) == (Session.Status.CANCELLED_BY_US, "No instructor")
    assert dates(cohort) == [*before[:2], *before[3:], (date(2026, 5, 12), make.SIX_PM)]
    assert [s.number for s in cohort.sessions.held().order_by("starts_at")] == list(range(1, 11))
    assert make.attendance(place, 10).starts_at == datetime(2026, 5, 12, 17, tzinfo=UTC)
    assert place.attendances.filter(expected=True).count() == 10
    assert not place.attendances.get(session=gone).expected


def test_a_cancelled_session_reminds_nobody(cohort, place):
    """The trap of cal #6973 and GetTogether #260: neither queued reminders nor later sweeps."""
    due = datetime(2026, 3, 16, 10, tzinfo=UTC)
    scheduling.queue_due_reminders(now=due)
    reminder = queued("reminder_day").get(subject_id=make.attendance(place, 3).pk)
    old = make.session(cohort, 3)
    cancel(cohort, 3, now=due + timedelta(minutes=1))
    reminder.refresh_from_db()
    assert (reminder.state, reminder.reason) == ("cancelled", "the session was cancelled")
    assert not still_due(reminder, due + timedelta(minutes=2))
    for minutes in (24 * 60, 60, 30, 1):
        scheduling.queue_due_reminders(now=old.starts_at - timedelta(minutes=minutes))
        waiting = Message.objects.about("attendance", *old.attendances.values_list("pk", flat=True))
        assert not waiting.filter(state="pending").exists()
    # The new tenth reminds like any other.
    scheduling.queue_due_reminders(now=datetime(2026, 5, 11, 9, tzinfo=UTC))
    assert queued("reminder_day").filter(subject_id=make.attendance(place, 10).pk, state="pending").exists()


def test_one_person_who_cannot_come_cancels_nothing_for_others(cohort, cast):
    """The trap of cal #14458 and #10166: neither an answer nor leaving touches the session or another's reminder."""
    stays, cannot, leaves = make.placed(cohort), make.placed(cohort), make.placed(cohort)
    heard("placed")
    responses.answer(attendance=make.attendance(cannot, 3), answer="no", now=make.NOW)
    placement.withdraw(place=leaves, by=cast.officer, now=make.NOW, reason=Reason.BETTER)
    session = make.session(cohort, 3)
    assert session.status == Session.Status.SCHEDULED
    assert make.attendance(stays, 3).expected
    scheduling.queue_due_reminders(now=datetime(2026, 3, 16, 10, tzinfo=UTC))
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
        register.save_register(
            session=gone, codes={attendance.pk: ("3", False)}, by=cast.officer, now=gone.ends_at
        )
    attendance.refresh_from_db()
    assert attendance.code == ""
    with pytest.raises(IntegrityError, match="nobody came to, or missed"), transaction.atomic():
        Attendance.objects.filter(pk=attendance.pk).update(code="3", coded_at=make.NOW, coded_by=cast.officer)
    for session in cohort.sessions.held().order_by("number"):
        make.register(session, cast.officer)
    assert placement.attended_count(place) == (10, 10)


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

We are sorry, but we have had to cancel this session:

Tuesday 17 March 2026, 6pm to 7pm UK time

You do not need to do anything, and it does not count against you.

You do not lose a session. We have added one at the end:

Tuesday 12 May 2026, 6pm to 7pm UK time

Your next session is number 1 of 10: Tuesday 3 March 2026, 6pm to 7pm UK time. Your other \
sessions do not change. We will write to you before each session, as always.

If the new date is difficult, or you want to talk, call us on 01632 960 123.

It’s Your Move
Active County Partnership

Privacy, accessibility and complaints: http://localhost:8000/notices/
"""
    )


def test_the_mail_about_a_cancelled_session_is_due_until_its_time_and_while_the_person_has_the_place(
    cohort, place, cast
):
    gone = cancel(cohort, 3)
    message = queued("session_cancelled").get()
    assert still_due(message, gone.starts_at - timedelta(seconds=1))
    assert not still_due(message, gone.starts_at)
    placement.withdraw(place=place, by=cast.officer, now=make.NOW, reason=Reason.BETTER)
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
    with pytest.raises(preview.NotAfterTheLast):
        cancel(cohort, 3, in_its_place=preview.tenth_at(third, last.local_date, time(18, 59)))
    with pytest.raises(preview.SomebodyElsewhere, match="Maud Okafor"):
        cancel(cohort, 3, in_its_place=preview.tenth_at(third, date(2026, 5, 7), make.SIX_PM))
    cancel(cohort, 3, in_its_place=preview.tenth_at(third, date(2026, 5, 8), time(11)))
    assert dates(cohort)[-1] == (date(2026, 5, 8), time(11))


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
    assert "Session 1: Thursday 26 February 2026, 6pm to 7pm UK time" in text
    assert "until Wednesday 25 February 2026, 6pm UK time" in text
    assert still_due(message)
    move(cohort, 2, date(2026, 3, 12))
    message.refresh_from_db()
    assert message.state == "cancelled"
    assert not still_due(message)
    assert "Thursday 12 March 2026" in words(queued("offer_changed").get()).text


def test_no_session_moves_so_near_that_nobody_could_answer_an_offer(cohort):
    place = offered(cohort, make.NOW + timedelta(hours=72))
    with pytest.raises(preview.NoTimeToAnswer, match="take back the offer"):
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
