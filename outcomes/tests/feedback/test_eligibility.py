"""Who is asked how a session was, when, how often, and until when (docs/domain.md 8.1)."""

import threading
from datetime import UTC, datetime, time, timedelta

import pytest
from django.db import connection

from core.dates import LONDON
from core.nonces import key_of
from messaging.content import rendering
from messaging.delivery import worker
from messaging.kinds import registry as kinds
from messaging.models import Message
from outcomes.feedback import forecast as feedback_forecast
from outcomes.feedback import services as feedback
from outcomes.models import Feedback, FormLink
from participants.tests.factories import PersonFactory
from referrals.statuses import Reason, Status
from sessions.attendance import register, responses
from sessions.models import Attendance
from sessions.places import placement as places_services
from sessions.reminder_settings import services as reminder_settings
from sessions.reminders.scheduling import OTHER_TIMES
from sessions.reminders.timing import STARTING_POINTS, Kind, asks_again_at
from sessions.tests import factories as make

pytestmark = pytest.mark.django_db
HALF_AN_HOUR = timedelta(minutes=30)


@pytest.fixture
def cohort(db):
    return make.cohort()


@pytest.fixture
def attendance(cohort):
    """Session 3 of somebody in the cohort; ends on Tuesday 17 March 2026 at 7pm."""
    return make.attendance(make.placed(cohort), 3)


def marked(attendance, officer, code=Attendance.Code.ON_TIME, now=None):
    session = attendance.session
    codes = {row.pk: (code, False) for row in session.attendances.all()}
    register.save_register(session=session, codes=codes, by=officer, now=now or session.ends_at)


def asked():
    return set(Message.objects.filter(kind="feedback").values_list("subject_id", flat=True))


def still_due(message, now):
    return Message.objects.filter(kinds.get(message.kind).still_due(now), pk=message.pk).exists()


def london(*parts):
    return datetime(*parts, tzinfo=LONDON).astimezone(UTC)


@pytest.mark.parametrize("code", Attendance.ATTENDED)
def test_those_who_came_are_asked_half_an_hour_after_the_end_and_not_before(attendance, cast, code):
    marked(attendance, cast.officer, code)
    due = attendance.ends_at + HALF_AN_HOUR
    assert feedback.queue_due_feedback(now=due - timedelta(seconds=1)) == 0
    assert feedback.queue_due_feedback(now=due) == 1
    message = Message.objects.get(kind="feedback")
    assert message.key == key_of("feedback", attendance)
    assert (message.subject_type, message.subject_id) == ("attendance", attendance.pk)
    assert message.not_before == due


@pytest.mark.parametrize("code", sorted(set(Attendance.Code.values) - set(Attendance.ATTENDED)))
def test_those_who_did_not_come_are_not_asked(attendance, cast, code):
    marked(attendance, cast.officer, code)
    feedback.queue_due_feedback(now=attendance.ends_at + HALF_AN_HOUR)
    assert asked() == set()


def test_without_a_register_those_who_pressed_join_are_asked(cohort):
    pressed, silent = (make.attendance(make.placed(cohort), 3) for _ in range(2))
    responses.press_join(attendance=pressed, now=pressed.starts_at)
    feedback.queue_due_feedback(now=pressed.ends_at + HALF_AN_HOUR)
    assert asked() == {pressed.pk}
    assert silent.pk not in asked()


def test_the_others_are_asked_when_the_register_marks_them(attendance, cast):
    feedback.queue_due_feedback(now=attendance.ends_at + HALF_AN_HOUR)
    assert asked() == set()
    next_day = attendance.ends_at + timedelta(hours=20)
    marked(attendance, cast.officer, now=next_day)
    feedback.queue_due_feedback(now=next_day)
    assert asked() == {attendance.pk}


def test_a_register_that_says_absent_overrules_the_join_button(attendance, cast):
    responses.press_join(attendance=attendance, now=attendance.starts_at)
    now = attendance.ends_at + HALF_AN_HOUR
    feedback.queue_due_feedback(now=now)
    message = Message.objects.get(kind="feedback")
    assert still_due(message, now)
    marked(attendance, cast.officer, Attendance.Code.DID_NOT_ATTEND, now=now)
    assert not still_due(message, now)


def test_a_register_filled_after_the_next_session_asks_nobody(attendance, cast):
    marked(attendance, cast.officer, now=attendance.ends_at + timedelta(days=7))
    assert feedback.queue_due_feedback(now=attendance.ends_at + timedelta(days=7)) == 0


def test_the_link_lives_until_the_next_session_starts(attendance, cohort, cast):
    marked(attendance, cast.officer)
    feedback.queue_due_feedback(now=attendance.ends_at + HALF_AN_HOUR)
    link = FormLink.objects.get(attendance=attendance)
    assert link.expires_at == make.session(cohort, 4).starts_at
    assert FormLink.objects.find(link.token) == link


def test_a_cancelled_session_does_not_close_the_link_of_the_one_before(attendance, cohort, cast):
    fifth = make.session(cohort, 5)
    make.cancelled(cohort, 4)
    marked(attendance, cast.officer)
    feedback.queue_due_feedback(now=attendance.ends_at + HALF_AN_HOUR)
    assert FormLink.objects.get().expires_at == fifth.starts_at


def test_the_last_sessions_link_lives_fourteen_days(cohort, cast):
    last = make.attendance(make.placed(cohort), 10)
    marked(last, cast.officer)
    feedback.queue_due_feedback(now=last.ends_at + HALF_AN_HOUR)
    assert FormLink.objects.get().expires_at == last.ends_at + timedelta(days=14)


def test_one_nudge_the_next_day_at_ten(attendance, cast):
    marked(attendance, cast.officer)
    now = attendance.ends_at + HALF_AN_HOUR
    for later in (timedelta(), timedelta(hours=1), timedelta(days=3)):
        feedback.queue_due_feedback(now=now + later)
    nudge = Message.objects.get(kind="feedback_nudge")
    assert nudge.not_before == london(2026, 3, 18, 10, 0)


@pytest.mark.parametrize(
    ("asked_at", "nudged_at"),
    [
        ((2026, 3, 17, 19, 30), (2026, 3, 18, 10, 0)),
        ((2026, 3, 17, 20, 15), (2026, 3, 19, 10, 0)),  # quiet hours: it leaves on the 18th at 8am
        ((2026, 3, 28, 19, 30), (2026, 3, 29, 10, 0)),  # the clocks go forward in between
        ((2026, 12, 24, 20, 30), (2026, 12, 27, 10, 0)),  # nothing leaves on Christmas Day
    ],
)
def test_the_nudge_is_counted_from_the_day_the_request_leaves(asked_at, nudged_at):
    assert asks_again_at(STARTING_POINTS[Kind.FEEDBACK_NUDGE], london(*asked_at)) == london(*nudged_at)


def retimed(attendance, kind, now, **changes):
    programme = attendance.session.cohort.programme
    reminder_settings.change_times(programme=programme, kind=kind, changes=changes, now=now)


def test_a_programme_asks_when_its_officers_say_and_no_other_programme_does(attendance, cast):
    other = make.attendance(make.placed(make.cohort(programme=make.programme())), 3)
    for each in (attendance, other):
        marked(each, cast.officer)
    retimed(attendance, Kind.FEEDBACK, make.NOW, minutes=90)
    end = attendance.ends_at
    assert (feedback.queue_due_feedback(now=end + HALF_AN_HOUR), asked()) == (1, {other.pk})
    assert feedback.queue_due_feedback(now=end + timedelta(minutes=90) - timedelta(seconds=1)) == 0
    assert feedback.queue_due_feedback(now=end + timedelta(minutes=90)) == 1
    assert asked() == {other.pk, attendance.pk}


def test_a_programme_may_ask_nobody_or_once(attendance, cast):
    marked(attendance, cast.officer)
    now = attendance.ends_at + HALF_AN_HOUR
    retimed(attendance, Kind.FEEDBACK, make.NOW, active=False)
    assert feedback.queue_due_feedback(now=now) == 0
    assert not FormLink.objects.exists()
    retimed(attendance, Kind.FEEDBACK, make.NOW, active=True)
    retimed(attendance, Kind.FEEDBACK_NUDGE, make.NOW, active=False)
    assert feedback.queue_due_feedback(now=now) == 1
    assert [message.kind for message in Message.objects.filter(kind__startswith="feedback")] == ["feedback"]


def test_requests_that_wait_follow_what_officers_have_just_chosen(attendance, cast):
    marked(attendance, cast.officer)
    now = attendance.ends_at + HALF_AN_HOUR
    feedback.queue_due_feedback(now=now)
    nudge = Message.objects.get(kind="feedback_nudge")
    retimed(attendance, Kind.FEEDBACK_NUDGE, now, days=2, at=time(9), ways=["phone", "email"])
    feedback.queue_due_feedback(now=now)
    nudge.refresh_from_db()
    assert (nudge.not_before, nudge.channel) == (london(2026, 3, 19, 9), "phone")
    retimed(attendance, Kind.FEEDBACK, now, active=False)
    feedback.queue_due_feedback(now=now)
    waiting = Message.objects.filter(kind__startswith="feedback")
    assert {(message.state, message.reason) for message in waiting} == {("cancelled", OTHER_TIMES)}


def test_whoever_is_rung_by_the_programmes_order_is_not_nudged(attendance, cast):
    marked(attendance, cast.officer)
    retimed(attendance, Kind.FEEDBACK, make.NOW, ways=["phone", "email"])
    feedback.queue_due_feedback(now=attendance.ends_at + HALF_AN_HOUR)
    call = Message.objects.get(kind__startswith="feedback")
    assert (call.kind, call.channel) == ("feedback", "phone")


def test_the_flight_plan_foresees_it_at_the_programmes_time(attendance):
    end = attendance.ends_at
    found = list(feedback_forecast.feedback(end - HALF_AN_HOUR, end + HALF_AN_HOUR + timedelta(seconds=1)))
    assert [(each.at, each.most) for each in found] == [(end + HALF_AN_HOUR, 1)]
    retimed(attendance, Kind.FEEDBACK, make.NOW, minutes=5)
    assert [each.at for each in feedback_forecast.feedback(end, end + HALF_AN_HOUR)] == [
        end + timedelta(minutes=5)
    ]
    retimed(attendance, Kind.FEEDBACK, make.NOW, active=False)
    assert not list(feedback_forecast.feedback(end, end + HALF_AN_HOUR))


def test_an_answer_calls_the_request_and_the_nudge_back(attendance, cast):
    marked(attendance, cast.officer)
    now = attendance.ends_at + HALF_AN_HOUR
    feedback.queue_due_feedback(now=now)
    nudge = Message.objects.get(kind="feedback_nudge")
    assert still_due(nudge, now)
    feedback.record_feedback(attendance=attendance, answers=feedback.Answers(enjoyed=9), now=now)
    assert not still_due(nudge, now)
    states = Message.objects.filter(kind__startswith="feedback").values_list("state", "reason")
    assert set(states) == {("cancelled", "Answered.")}


def test_somebody_with_only_a_telephone_gets_a_call_and_no_nudge(cohort, cast):
    person = PersonFactory(by_phone=True)
    attendance = make.attendance(make.placed(cohort, person=person), 3)
    marked(attendance, cast.officer)
    feedback.queue_due_feedback(now=attendance.ends_at + HALF_AN_HOUR)
    (message,) = Message.objects.filter(kind__startswith="feedback")
    assert (message.key, message.channel) == (key_of("feedback", attendance), Message.Channel.PHONE)
    assert "[personal link]" not in rendering.script(message, attendance.ends_at)
    assert rendering.response_url(message) == f"/admin/outcomes/feedback/by-telephone/{attendance.pk}/"


def test_nobody_who_has_left_is_asked(attendance, cast):
    marked(attendance, cast.officer)
    now = attendance.ends_at + HALF_AN_HOUR
    feedback.queue_due_feedback(now=now)
    message = Message.objects.get(kind="feedback")
    attendance.place.refresh_from_db()
    places_services.end_place(
        place=attendance.place, to=Status.LEFT_EARLY, by=cast.officer, now=now, reason=Reason.BETTER
    )
    assert not still_due(message, now)
    FormLink.objects.all().delete()
    assert feedback.queue_due_feedback(now=now) == 0


def test_asking_twice_asks_once_and_costs_the_same_for_many(cohort, cast, django_assert_max_num_queries):
    for _ in range(8):
        make.placed(cohort)
    session = make.session(cohort, 3)
    make.register(session, cast.officer)
    now = session.ends_at + HALF_AN_HOUR
    with django_assert_max_num_queries(17):
        assert feedback.queue_due_feedback(now=now) == 8
    before = list(FormLink.objects.order_by("pk").values("pk", "digest", "expires_at"))
    assert feedback.queue_due_feedback(now=now) == 0
    assert list(FormLink.objects.order_by("pk").values("pk", "digest", "expires_at")) == before
    assert Message.objects.filter(kind="feedback").count() == 8


@pytest.mark.django_db(transaction=True)
def test_two_sweeps_at_once_make_one_link_and_one_request(cast):
    cohort = make.cohort()
    places = [make.placed(cohort) for _ in range(3)]
    session = make.session(cohort, 3)
    make.register(session, cast.officer)
    at_once(lambda: feedback.queue_due_feedback(now=session.ends_at + HALF_AN_HOUR), times=6)
    assert FormLink.objects.count() == Message.objects.filter(kind="feedback").count() == len(places)
    assert not FormLink.objects.filter(digest__isnull=True).exists()
    assert all(FormLink.objects.find(link.token) == link for link in FormLink.objects.all())


@pytest.mark.django_db(transaction=True)
def test_the_mail_that_leaves_holds_a_link_and_the_copy_does_not(cast):
    attendance = make.attendance(make.placed(make.cohort(), person=PersonFactory(made_up=True)), 3)
    marked(attendance, cast.officer)
    now = attendance.ends_at + HALF_AN_HOUR
    feedback.queue_due_feedback(now=now)
    worker.drain(now=now)
    message = Message.objects.get(kind="feedback")
    assert (message.state, message.channel, message.sent_at) == ("sent", "file", now)
    token = FormLink.objects.get().token
    assert token in rendering.render_message(message, now).text
    assert token not in message.rendered_text
    assert "[personal link]" in message.rendered_text
    assert Feedback.objects.count() == 0


def at_once(work, *, times):
    """Run the same thing in several threads, each with a connection of its own."""
    gate, faults = threading.Barrier(times), []

    def run():
        try:
            gate.wait(timeout=10)
            work()
        except Exception as fault:
            faults.append(fault)
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _ in range(times)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert faults == []
