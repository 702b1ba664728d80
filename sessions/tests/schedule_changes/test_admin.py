"""The officers' pages that change an open cohort: look first, then a yes that counts for what was shown."""

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine

from accounts.tests.factories import sign_in
from messaging.models import Message
from participants.needs import services as needs
from participants.tests.factories import PersonFactory
from sessions.attendance import responses
from sessions.cohorts import video_link
from sessions.models import Cohort, Place, PlanChange, Session
from sessions.schedule_changes import services as schedule_changes
from sessions.tests import factories as make
from sessions.tests.pages import text_of, url

pytestmark = pytest.mark.django_db


@pytest.fixture
def cohort():
    return make.cohort(name="Tuesdays")


def hidden(response, name="seen"):
    return response.content.decode().split(f'name="{name}" value="')[1].split('"')[0]


def new(day, month, year=2026, at="18:00", **more):
    return {
        "date_day": str(day),
        "date_month": str(month),
        "date_year": str(year),
        "time": at,
        "why": "The instructor is away",
        **more,
    }


def all_heard():
    Message.objects.filter(state="pending").update(state="sent", sent_at=make.NOW, settled_at=make.NOW)


def test_the_cohort_page_leads_to_both_and_shows_what_was_changed(office, cohort, cast):
    make.placed(cohort)
    moved, gone = make.session(cohort, 3), make.session(cohort, 5)
    facts = {"by": cast.officer, "now": make.NOW}
    schedule_changes.reschedule(
        session=moved, local_date=date(2026, 3, 19), local_time=make.SIX_PM, why="Hall shut", **facts
    )
    schedule_changes.cancel_session(session=gone, why="Nobody to lead it", **facts)
    page = office.get(url("cohort_change", cohort.pk))
    text = text_of(page)
    assert url("session_move", moved.pk) in text
    assert url("session_cancel", moved.pk) in text
    assert url("session_move", gone.pk) not in text
    assert "Moved to another time: Hall shut" in text
    assert "Not held" in text
    assert "Cancelled by us: Nobody to lead it" in text
    assert "moved the session of Tuesday 17 March 2026, 6pm to Thursday 19 March 2026" in text
    assert "cancelled the session of Tuesday 31 March 2026, 6pm. Nobody to lead it" in text
    # Ten columns and ten cells, whatever was cancelled.
    grid = page.content.decode().split('class="app-grid"')[1].split("</table>")[0]
    assert grid.count('<th scope="col">') == 13
    assert grid.count("<td>") == 12
    assert [int(n) for n in range(1, 11) if f'<th scope="col">{n}<' in grid] == list(range(1, 11))
    assert "not theirs" not in grid


def test_what_has_begun_has_no_way_to_change_it(office, cohort, cast):
    session = make.session(cohort, 1)
    with time_machine.travel(session.starts_at, tick=False):
        sign_in(office, cast.officer)
        text = text_of(office.get(url("cohort_change", cohort.pk)))
        assert url("session_move", session.pk) not in text
        response = office.get(url("session_move", session.pk), follow=True)
        assert response.redirect_chain[-1][0] == url("cohort_change", cohort.pk)
        assert "has started, is over or is cancelled" in text_of(response)


def test_moving_shows_everything_first_and_moves_on_a_yes(office, cohort, cast):
    person = PersonFactory(given_name="Maud", family_name="Okafor")
    needs.save(person=person, codes=["lip_reads"], by=cast.officer, now=make.NOW)
    place = make.placed(cohort, person=person)
    rung = make.placed(cohort, person=PersonFactory(family_name="Zeal", by_phone=True))
    all_heard()
    unread = make.placed(cohort)
    responses.answer(attendance=make.attendance(place, 4), answer="yes", now=make.NOW)
    session = make.session(cohort, 3)
    page = url("session_move", session.pk)
    text = text_of(office.get(page))
    assert "Session 3 is on <strong>Tuesday 17 March 2026, 6pm to 7pm</strong>" in text
    assert 'value="6pm"' in text

    typed = new(23, 3, scope="following")
    preview = office.post(page, typed)
    text = text_of(preview)
    assert preview.status_code == 200
    for shown in (
        "Move 8 sessions of Tuesdays?",
        "Tuesday 17 March 2026, 6pm to 7pm",
        "Monday 23 March 2026, 6pm to 7pm",
        "Monday 6 April 2026, the new date of session 5, is a bank holiday.",
        "The clocks change before session 4 on Monday 30 March 2026. It still starts at 6pm",
        "Maud Okafor",
        needs.flags(person.needs.all())[0],
        "An email",
        "A call or letter by an officer",
        "Their first message is not sent yet and will have these dates",
        "We will ask again about 1 session they had answered.",
        "Move 8 sessions and tell 3 people",
    ):
        assert shown in text
    for name, value in typed.items():
        assert f'<input type="hidden" name="{name}" value="{value}">' in preview.content.decode()
    assert not PlanChange.objects.exists()

    response = office.post(page, typed | {"step": "confirm", "seen": hidden(preview)}, follow=True)
    assert "8 sessions moved. We will tell the people affected." in text_of(response)
    change = PlanChange.objects.get()
    assert (change.by, change.why) == (cast.officer, "The instructor is away")
    told = Message.objects.filter(kind="session_moved")
    assert {message.participant for message in told} == {place.participant, rung.participant}
    assert unread.participant not in {message.participant for message in told}
    assert make.session(cohort, 10).local_date == date(2026, 5, 11)


def test_a_preview_that_is_stale_changes_nothing_and_is_shown_anew(office, cohort):
    session = make.session(cohort, 3)
    page, typed = url("session_move", session.pk), new(19, 3, scope="one")
    seen = hidden(office.post(page, typed))
    make.placed(cohort)
    response = office.post(page, typed | {"step": "confirm", "seen": seen})
    text = text_of(response)
    assert response.status_code == 409
    assert "in this group have changed since you looked" in text
    assert "tell 1 person" in text
    assert not PlanChange.objects.exists()
    office.post(page, typed | {"step": "confirm", "seen": hidden(response)})
    assert PlanChange.objects.count() == 1


@pytest.mark.parametrize("seen", [{}, {"seen": ""}, {"seen": "x"}])
def test_nothing_is_changed_by_a_yes_to_nothing(office, cohort, seen):
    page = url("session_move", make.session(cohort, 3).pk)
    response = office.post(page, new(19, 3, scope="one", step="confirm", **seen))
    assert response.status_code == 409
    page = url("session_cancel", make.session(cohort, 3).pk)
    assert office.post(page, new(12, 5, step="confirm", **seen)).status_code == 409
    assert not PlanChange.objects.exists()


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        (new(19, 3), "Select which sessions to move"),
        (new(19, 3, scope="some"), "Select"),
        (new("", 3, scope="one"), "New date of this session must include a day"),
        (new("", "", "", scope="one"), "Enter the new date of this session"),
        (new(19, 3, 9999, scope="one"), "must have a year between"),
        (new(19, 3, at="6", scope="one"), "Enter the start time like 18:00 or 6:30pm"),
        (new(29, 3, at="1:30", scope="one"), "there is no 01:30"),
        (new(17, 3, scope="one"), "already at this date and time"),
        (new(10, 3, scope="one"), "Sessions must stay in order"),
        (new(1, 1, scope="one"), "which has passed. Choose a later date."),
        (new(19, 3, scope="one") | {"why": ""}, "Enter the reason"),
        (new(19, 3, scope="one") | {"why": "w" * 201}, "must be 200 characters or fewer"),
    ],
)
@pytest.mark.parametrize("step", ["", "confirm"])
def test_nonsense_gives_the_form_back_with_what_was_typed(office, cohort, typed, words, step):
    response = office.post(
        url("session_move", make.session(cohort, 3).pk), typed | {"step": step, "seen": "x"}
    )
    text = text_of(response)
    assert "There is a problem" in text or "Nothing was changed" in text
    assert words in text
    assert f'value="{typed["time"]}"' in text
    assert not PlanChange.objects.exists()


def test_change_something_keeps_what_was_typed(office, cohort):
    page = url("session_move", make.session(cohort, 3).pk)
    text = text_of(office.post(page, new(19, 3, at="7:15pm", scope="following", step="change")))
    assert 'value="7:15pm"' in text
    assert 'value="The instructor is away"' in text
    assert 'value="following" checked' in text
    assert "There is a problem" not in text


def test_cancelling_offers_a_week_after_the_last_and_cancels_on_a_yes(office, cohort, cast):
    place = make.placed(cohort)
    all_heard()
    session = make.session(cohort, 3)
    page = url("session_cancel", session.pk)
    text = text_of(office.get(page))
    for shown in ('value="12"', 'value="5"', 'value="2026"', 'value="6pm"'):
        assert shown in text
    preview = office.post(page, new(14, 5, at="17:30"))
    text = text_of(preview)
    for shown in (
        "Cancel session 3 of Tuesdays?",
        "session 3, <strong>Tuesday 17 March 2026, 6pm to 7pm</strong>",
        "<strong>Thursday 14 May 2026, 5:30pm to 6:30pm</strong>",
        "Sessions 4 to 10 keep their dates",
        str(place.participant),
        "Cancel session 3 and tell 1 person",
    ):
        assert shown in text
    assert not PlanChange.objects.exists()
    confirmed = new(14, 5, at="17:30", step="confirm", seen=hidden(preview))
    text = text_of(office.post(page, confirmed, follow=True))
    assert "one added on Thursday 14 May 2026, 5:30pm to 6:30pm" in text
    session.refresh_from_db()
    assert (session.status, session.why) == (Session.Status.CANCELLED_BY_US, "The instructor is away")
    assert make.session(cohort, 10).starts_at == datetime(2026, 5, 14, 16, 30, tzinfo=UTC)
    assert Message.objects.filter(kind="session_cancelled").count() == 1
    # Again, as after the back button: nothing more.
    again = office.post(page, confirmed, follow=True)
    assert "has started, is over or is cancelled" in text_of(again)
    assert PlanChange.objects.count() == 1


def test_an_added_session_before_the_last_is_refused_beside_its_date(office, cohort):
    response = office.post(url("session_cancel", make.session(cohort, 3).pk), new(5, 5))
    assert "Choose a date after the last session" in text_of(response)
    assert not PlanChange.objects.exists()


def test_the_preview_names_who_is_offered_a_place_and_until_when_they_may_answer(office, cohort):
    referral = make.waiting(person=PersonFactory(given_name="Ike", family_name="Held"))
    Place.objects.create(
        cohort=cohort,
        referral=referral,
        participant=referral.participant,
        state=Place.State.HELD,
        placed_at=make.NOW,
        held_until=make.NOW + timedelta(hours=72),
    )
    page = url("session_move", make.session(cohort, 1).pk)
    text = text_of(office.post(page, new(26, 2, scope="one")))
    assert "Ike Held" in text
    assert "can answer until Wednesday 25 February 2026, 6pm, earlier" in text
    text = text_of(office.post(page, new(24, 2, scope="one", at="9:30")))
    assert "would have less than a day to answer" in text


def test_the_sessions_own_page_leads_to_both_until_it_starts(office, cohort):
    session = make.session(cohort, 3)
    text = text_of(office.get(url("session_register", session.pk)))
    assert url("session_move", session.pk) in text
    assert url("session_cancel", session.pk) in text
    gone = make.cancelled(cohort, 4)
    text = text_of(office.get(url("session_register", gone.pk)))
    assert "Tuesday 24 March 2026" in text
    assert "was cancelled, so it has no register" in text
    assert url("session_move", gone.pk) not in text


def test_an_answer_told_by_telephone_about_the_old_time_is_not_kept_for_the_new_one(office, cohort, cast):
    attendance = make.attendance(make.placed(cohort), 3)
    session = attendance.session
    page = url("session_register", session.pk)
    pressed = {
        "attendance": str(attendance.pk),
        "step": "yes",
        "version": hidden(office.get(page), "version"),
    }
    schedule_changes.reschedule(
        session=session, local_date=date(2026, 3, 19), local_time=make.SIX_PM, by=cast.officer, now=make.NOW
    )
    assert "We have moved this session since you opened" in text_of(office.post(page, pressed, follow=True))
    attendance.refresh_from_db()
    assert attendance.answer == ""
    office.post(page, pressed | {"version": "2"})
    attendance.refresh_from_db()
    assert attendance.answer == "yes"


def test_the_list_of_cohorts_begins_with_the_first_session_that_is_held(office, cohort):
    make.cancelled(cohort, 1)
    assert "Tuesday 10 March 2026" in text_of(office.get(url("cohort_changelist")))
    Session.objects.filter(cohort=cohort).update(status=Session.Status.CANCELLED_BY_US)
    Cohort.objects.filter(pk=cohort.pk).update(status=Cohort.Status.CANCELLED)
    assert office.get(url("cohort_changelist")).status_code == 200
    assert office.get(url("cohort_change", cohort.pk)).status_code == 200


def test_another_video_room_is_checked_saved_and_written_to_nobody(office, cohort, cast):
    make.placed(cohort)
    before = Message.objects.count()
    page = url("cohort_video", cohort.pk)
    assert f'value="{make.ROOM}"' in text_of(office.get(page))
    for wrong, words in (
        ("http://zoom.us/j/2", "must start with https://"),
        ("https://evil.example/j/2", "from one of our services"),
        ("", "Enter the video address"),
    ):
        text = text_of(office.post(page, {"join_url": wrong}))
        assert words in text
    cohort.refresh_from_db()
    assert cohort.join_url == make.ROOM
    other = "https://zoom.us/j/55512345678"
    response = office.post(page, {"join_url": other}, follow=True)
    assert "Video room changed for Tuesdays." in text_of(response)
    assert "another video address." in text_of(response)
    cohort.refresh_from_db()
    assert cohort.join_url == other
    assert PlanChange.objects.get().by == cast.officer
    assert Message.objects.count() == before
    office.post(page, {"join_url": other})
    assert PlanChange.objects.count() == 1


def test_the_video_address_is_in_no_mail_and_leads_at_once_to_the_new_room(cohort, cast):
    place = make.placed(cohort)
    other = "https://zoom.us/j/55512345678"
    video_link.change_video_address(cohort=cohort, join_url=other, by=cast.officer, now=make.NOW)
    attendance = make.attendance(place, 1)
    assert responses.press_join(attendance=attendance, now=attendance.starts_at) == other


def test_the_preview_of_a_full_cohort_asks_few_questions(office, cohort, django_assert_max_num_queries):
    for _ in range(8):
        make.placed(cohort)
    all_heard()
    page = url("session_move", make.session(cohort, 1).pk)
    with django_assert_max_num_queries(25):
        office.post(page, new(5, 3, scope="all"))
