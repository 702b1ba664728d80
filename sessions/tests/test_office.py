"""The officers' pages: opening a cohort, placing people, the register, ending a place."""

from datetime import date, timedelta

import pytest
import time_machine
from django.urls import reverse

from accounts.tests.factories import sign_in
from core import work_queue
from messaging.models import Message
from participants.tests.factories import PersonFactory
from referrals import safety
from referrals.self_assessment import services as self_assessment
from referrals.statuses import Reason, Status
from sessions.attendance import responses as answers_services
from sessions.models import Attendance, Cohort, Place, Programme
from sessions.places import completion
from sessions.reminders import scheduling
from sessions.tests import factories as make
from sessions.tests.pages import text_of, url

pytestmark = pytest.mark.django_db

ADD = "/admin/cohort_sessions/cohort/add/"


@pytest.fixture
def now():
    with time_machine.travel(make.NOW, tick=False):
        yield make.NOW


@pytest.fixture
def office(client, cast, now):
    return sign_in(client, cast.officer)


@pytest.fixture
def programme(db):
    return make.programme()


@pytest.fixture
def typed(programme):
    return {
        "programme": str(programme.pk),
        "name": "Spring, Tuesdays",
        "starts_on_day": "24",
        "starts_on_month": "3",
        "starts_on_year": "2026",
        "start_time": "6:30pm",
        "often": "once",
        "second_day": "",
        "second_time": "",
        "skip_dates": "7/4/2026",
        "capacity": "",
        "join_url": make.ROOM,
        "takes_people": "now",
    }


def test_opening_a_cohort_shows_the_dates_first_and_opens_on_confirmation(office, typed):
    preview = office.post(ADD, typed)
    text = text_of(preview)
    assert preview.status_code == 200
    assert "Tuesday 24 March 2026, 6:30pm to 7:30pm" in text
    assert "Tuesday 2 June 2026, 6:30pm to 7:30pm" in text
    assert "No session on Tuesday 7 April 2026, as you asked." in text
    assert "The clocks change before session 2" in text
    assert "8 places" in text
    assert not Cohort.objects.exists()

    response = office.post(ADD, typed | {"step": "confirm"})
    cohort = Cohort.objects.get()
    assert response.url == url("cohort_change", cohort.pk)
    assert (cohort.name, cohort.capacity, cohort.sessions.count()) == ("Spring, Tuesdays", 8, 10)
    assert [s.starts_at.hour for s in cohort.sessions.order_by("number")[:2]] == [18, 17]


def test_a_cohort_may_meet_twice_a_week_at_a_time_of_its_own_each_day(office, typed):
    typed |= {"often": "twice", "second_day": "3", "second_time": "10:30am"}
    text = text_of(office.post(ADD, typed))
    assert "Tuesday 24 March 2026, 6:30pm to 7:30pm" in text
    assert "Thursday 26 March 2026, 10:30am to 11:30am" in text
    office.post(ADD, typed | {"step": "confirm"})
    sessions = Cohort.objects.get().sessions.order_by("number")
    assert [(s.local_date.isoformat(), s.local_time.hour) for s in sessions][:4] == [
        ("2026-03-24", 18),
        ("2026-03-26", 10),
        ("2026-03-31", 18),
        ("2026-04-02", 10),
    ]


def test_the_preview_keeps_everything_that_was_typed(office, typed):
    text = office.post(ADD, typed).content.decode()
    for name, value in typed.items():
        assert f'<input type="hidden" name="{name}" value="{value}">' in text
    text = office.post(ADD, typed | {"step": "change"}).content.decode()
    assert 'value="Spring, Tuesdays"' in text
    assert 'value="6:30pm"' in text


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"programme": "999"}, "Select the programme from the list"),
        ({"name": ""}, "Enter the name of the group"),
        ({"name": "n" * 101}, "must be 100 characters or fewer"),
        ({"starts_on_day": "31", "starts_on_month": "2"}, "must be a real date"),
        ({"starts_on_day": "22", "starts_on_month": "2"}, "Choose a first session in the future"),
        ({"starts_on_year": "9999"}, "must have a year between"),
        ({"start_time": "6"}, "Enter the start time like 18:00 or 6:30pm"),
        ({"start_time": "25:00"}, "Enter the start time like 18:00 or 6:30pm"),
        ({"start_time": "0pm"}, "Enter the start time like 18:00 or 6:30pm"),
        ({"starts_on_day": "29", "start_time": "1:30"}, "there is no 01:30"),
        ({"often": ""}, "Select how often it meets"),
        ({"often": "daily"}, "Select how often it meets from the list"),
        (
            {"often": "twice", "second_time": "10:30"},
            '<a href="#id_second_day">Select the second day</a>',
        ),
        (
            {"often": "twice", "second_day": "3"},
            '<a href="#id_second_time">Enter the start time on the second day</a>',
        ),
        (
            {"often": "twice", "second_day": "7", "second_time": "10:30"},
            "Select the second day from the list",
        ),
        (
            {"often": "twice", "second_day": "3", "second_time": "10"},
            "Enter the start time on the second day like",
        ),
        (
            {"often": "twice", "second_day": "1", "second_time": "10:30"},
            '<a href="#id_second_day">The second day must be another day',
        ),
        (
            {"often": "twice", "second_day": "6", "second_time": "1:30"},
            '<a href="#id_second_time">On Sunday 29 March 2026 the clocks go forward',
        ),
        ({"takes_people": ""}, "Select whether it is open for placements"),
        ({"skip_dates": "Easter"}, "“Easter” is not a date like 7/4/2026"),
        ({"skip_dates": "31/2/2026"}, "is not a date like 7/4/2026"),
        ({"capacity": "13"}, "Enter a number of places from 1 to 12"),
        ({"capacity": "٨"}, "Enter a number of places from 1 to 12"),
        ({"join_url": "http://zoom.us/j/1"}, "must start with https://"),
        ({"join_url": "https://zoom.us.evil.example/j/1"}, "from one of our services"),
        ({"join_url": "https://zoom.us@evil.example/"}, "must not contain a name, password or port"),
        ({"join_url": "https://zoom.us:8443/j/1"}, "must not contain a name, password or port"),
        ({"join_url": "https://[::1/"}, "This is not a video address"),
        ({"join_url": "javascript:alert(1)"}, "must start with https://"),
        ({"join_url": "https://evil.example\\@zoom.us/"}, "must not contain spaces"),
        ({"join_url": "https://127.0.0.1/j/1"}, "from one of our services"),
    ],
)
@pytest.mark.parametrize("step", ["", "confirm"])
def test_nonsense_gives_the_form_back_with_what_to_do(office, typed, wrong, words, step):
    response = office.post(ADD, typed | wrong | {"step": step})
    text = text_of(response)
    assert response.status_code == 200
    assert "There is a problem" in text
    assert words in text
    assert "6:30pm" in text or "start_time" in wrong
    assert not Cohort.objects.exists()


@pytest.mark.parametrize(
    "good",
    ["https://zoom.us/j/1?pwd=a", "https://us02web.zoom.us/j/1", "https://TEAMS.microsoft.com/l/meetup"],
)
def test_video_addresses_of_known_services_are_taken(office, typed, good):
    office.post(ADD, typed | {"join_url": good, "step": "confirm"})
    assert Cohort.objects.get().join_url == good


def test_a_name_is_used_once(office, typed):
    office.post(ADD, typed | {"step": "confirm"})
    assert "A group already has this name" in text_of(office.post(ADD, typed | {"step": "confirm"}))
    assert Cohort.objects.count() == 1


@pytest.mark.parametrize(
    ("typed_time", "hour", "minute"), [("18:00", 18, 0), ("9:15am", 9, 15), ("12pm", 12, 0), ("12am", 0, 0)]
)
def test_times_are_read_as_people_write_them(office, typed, typed_time, hour, minute):
    office.post(ADD, typed | {"start_time": typed_time, "step": "confirm"})
    local = Cohort.objects.get().sessions.first().local_time
    assert (local.hour, local.minute) == (hour, minute)


def test_people_are_placed_from_the_waiting_list_after_a_look_at_who(office, cast, now):
    cohort = make.cohort(capacity=2)
    long_ago, recent, urgent = (
        make.waiting(opted_in_at=now - timedelta(days=130)),
        make.waiting(opted_in_at=now - timedelta(days=1)),
        make.waiting(opted_in_at=now - timedelta(days=1), priority=3, priority_reason="Housing"),
    )
    page = url("cohort_place", cohort.pk)
    text = office.get(page).content.decode()
    assert [text.index(r.reference) for r in (long_ago, urgent, recent)] == sorted(
        text.index(r.reference) for r in (long_ago, urgent, recent)
    )
    everyone = [str(r.pk) for r in (recent, urgent, long_ago)]
    text = text_of(office.post(page, {"step": "choose", "referral": everyone}))
    assert "You chose 3 people for 2 free places" in text
    assert not Place.objects.exists()

    response = office.post(page, {"step": "confirm", "referral": everyone}, follow=True)
    text = text_of(response)
    assert "2 people were placed" in text
    assert f"({recent.reference}): nothing changed. This group is full." in text
    assert set(Place.objects.values_list("referral_id", flat=True)) == {long_ago.pk, urgent.pk}
    assert Place.objects.first().placed_by == cast.officer


def test_whoever_has_not_answered_the_safety_questions_is_named_before_placing_and_can_be_placed(
    office, cast
):
    cohort, silent, said = make.cohort(), make.waiting(), make.waiting()
    replies = {asked.code: "no" for asked in safety.OWN.questions}
    self_assessment.record(referral=said, replies=replies, now=make.NOW)
    everyone = [str(silent.pk), str(said.pk)]
    text = text_of(office.post(url("cohort_place", cohort.pk), {"step": "choose", "referral": everyone}))
    assert text.count("Safety questions not answered") == 1
    assert text.index(silent.reference) < text.index("Safety questions not answered")
    office.post(url("cohort_place", cohort.pk), {"step": "confirm", "referral": everyone})
    assert Place.objects.filter(referral=silent).exists()


@pytest.mark.parametrize("ticked", [[], ["x"], ["99999"], ["9" * 30], ["-1"], ["٣"]])
@pytest.mark.parametrize("step", ["choose", "confirm"])
def test_choosing_nobody_says_what_to_do(office, ticked, step):
    cohort = make.cohort()
    response = office.post(url("cohort_place", cohort.pk), {"step": step, "referral": ticked})
    assert response.status_code == 200
    assert "Select at least one person" in text_of(response)


def test_the_waiting_list_can_be_searched_without_a_name_in_the_address(office):
    cohort = make.cohort()
    wanted, other = make.waiting(), make.waiting()
    text = text_of(
        office.post(url("cohort_place", cohort.pk), {"step": "search", "search": wanted.reference})
    )
    assert wanted.reference in text
    assert f"<td>{other.reference}</td>" not in text
    searched = {"step": "search", "search": "no\0body"}
    assert wanted.reference not in text_of(office.post(url("cohort_place", cohort.pk), searched))


def test_the_list_of_cohorts_leads_to_placing(office):
    cohort, other = make.cohort(), make.cohort()
    listing = url("cohort_changelist")
    one = {"action": "place_people_action", "_selected_action": [cohort.pk]}
    assert office.post(listing, one).url == url("cohort_place", cohort.pk)
    both = {"action": "place_people_action", "_selected_action": [cohort.pk, other.pk]}
    assert "Select one group" in text_of(office.post(listing, both, follow=True))


@pytest.mark.parametrize("chosen", ["x", "1\0", "-1", "1.5", "٣", ""])
def test_a_chosen_row_without_a_number_is_a_bad_request(office, chosen):
    make.cohort()
    action = {"action": "place_people_action", "_selected_action": [chosen]}
    assert office.post(url("cohort_changelist"), action).status_code == 400


def test_the_cohort_page_shows_places_marks_and_answers(office, cast):
    cohort = make.cohort()
    place = make.placed(cohort)
    answers_services.answer(attendance=make.attendance(place, 2), answer="yes", now=make.NOW)
    make.register(make.session(cohort, 1), cast.officer)
    text = text_of(office.get(url("cohort_change", cohort.pk)))
    assert "8 places: 1 taken, 7 free" in text
    assert "Attended on time" in text
    assert "Answered: I’ll be there" in text
    assert "1 of 1" in text


def test_before_the_start_the_register_page_takes_answers_by_telephone(office, cast):
    cohort = make.cohort()
    attendance = make.attendance(make.placed(cohort), 1)
    page = url("session_register", attendance.session_id)
    assert "The register opens when the session starts" in text_of(office.get(page))
    office.post(page, {"attendance": attendance.pk, "step": "no"})
    attendance.refresh_from_db()
    assert attendance.answer == "no"
    assert "I can’t come" in text_of(office.get(page))


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"step": "maybe"}, "Press one of the buttons"),
        ({"step": ""}, "Press one of the buttons"),
        ({"attendance": "0"}, "changed this since"),
        ({"attendance": "\0"}, "changed this since"),
    ],
)
def test_an_answer_by_telephone_that_cannot_be_kept_is_explained(office, wrong, said):
    attendance = make.attendance(make.placed(make.cohort()), 1)
    page = url("session_register", attendance.session_id)
    typed = {"attendance": attendance.pk, "step": "no"} | wrong
    assert said in text_of(office.post(page, typed, follow=True))
    attendance.refresh_from_db()
    assert attendance.answer == ""


def marks(attendances, code="5", **more):
    return {f"code_{a.pk}": code for a in attendances} | more


def test_the_register_saves_marks_and_says_what_is_missing(office, cast):
    cohort = make.cohort()
    first, second = make.attendance(make.placed(cohort), 1), make.attendance(make.placed(cohort), 1)
    answers_services.answer(attendance=first, answer="no", now=first.starts_at - timedelta(minutes=5))
    page = url("session_register", first.session_id)
    with time_machine.travel(first.ends_at, tick=False):
        sign_in(office, cast.officer)
        assert "I can’t come (in the last hour)." in text_of(office.get(page))
        text = text_of(office.post(page, marks([first])))
        assert "Select what happened for Aoife O’Neill" in text
        text = text_of(office.post(page, marks([first, second], "3") | {f"adapted_{first.pk}": "on"}))
        assert "did not attend. Untick “adapted”" in text
        assert not Attendance.objects.exclude(code="").exists()
        filled = office.post(page, {"step": "fill"}).content.decode()
        assert filled.count(" checked") == 2
        assert not Attendance.objects.exclude(code="").exists()
        response = office.post(
            page, marks([first], "3") | marks([second], "6", **{f"adapted_{second.pk}": "on"})
        )
        assert response.url == url("cohort_change", cohort.pk)
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.code, second.code, second.adapted, second.coded_by) == ("3", "6", True, cast.officer)


def test_a_stale_register_is_told_and_can_then_be_saved(office, cast):
    cohort = make.cohort()
    attendance = make.attendance(make.placed(cohort), 1)
    page = url("session_register", attendance.session_id)
    with time_machine.travel(attendance.ends_at, tick=False):
        sign_in(office, cast.officer)
        make.register(attendance.session, cast.administrator)
        response = office.post(page, marks([attendance], "3", seen=""))
        text = text_of(response)
        assert "Ada Byrne saved this register" in text
        seen = text.split('name="seen" value="')[1].split('"')[0]
        assert office.post(page, marks([attendance], "3", seen=seen)).status_code == 302
    attendance.refresh_from_db()
    assert attendance.code == "3"


def test_ending_a_place_offers_what_fits_and_tells_why(office, cast):
    cohort = make.cohort()
    place = make.placed(cohort)
    page = url("place_end", place.pk)
    text = text_of(office.get(page))
    assert "Withdrawn: no longer wants the place" in text
    assert "Left early" not in text
    assert "Select how it ended" in text_of(office.post(page, {}))
    other = {"ending": Status.WITHDRAWN, "reason": Reason.OTHER, "words": ""}
    assert "Enter the other reason" in text_of(office.post(page, other))
    assert "from the list" in text_of(office.post(page, other | {"ending": Status.LEFT_EARLY}))
    response = office.post(page, other | {"words": "Works on Tuesdays now."})
    assert response.url == url("cohort_change", cohort.pk)
    place.refresh_from_db()
    change = place.referral.status_changes.latest("pk")
    assert (place.state, change.to_status, change.words, change.by) == (
        Place.State.LEFT,
        Status.WITHDRAWN,
        "Works on Tuesdays now.",
        cast.officer,
    )
    assert "already ended" in text_of(office.get(page, follow=True))


def test_after_the_last_session_an_officer_ends_those_who_did_not_complete(office, cast):
    cohort = make.cohort()
    left, never = make.placed(cohort), make.placed(cohort)
    for number in range(1, 11):
        make.register(
            make.session(cohort, number),
            cast.officer,
            absent={never.pk} | ({left.pk} if number > 3 else set()),
        )
    listed = text_of(office.get(url("place_changelist") + "?state=to_be_ended"))
    assert "3 of 10" in listed
    assert "0 of 10" in listed
    for place, ending in ((left, Status.LEFT_EARLY), (never, Status.NOT_PARTICIPATING)):
        office.post(url("place_end", place.pk), {"ending": ending, "reason": Reason.NO_CONTACT})
        place.referral.refresh_from_db()
        assert place.referral.status == ending
    cohort.refresh_from_db()
    assert cohort.taken == 0


def test_sessions_to_come_are_listed_soonest_first_and_the_others_latest_first(office):
    for day in (24, 26, 25):
        make.cohort(starts_on=date(2026, 2, day))
    for group, days in (("?when=week", [24, 25, 26]), ("", [30, 29, 28])):
        found = office.get(f"/admin/cohort_sessions/session/{group}").context["cl"].result_list
        assert [session.starts_at.day for session in found][:3] == days


def test_a_call_about_a_session_leads_to_where_the_answer_is_written_down(client, cast):
    attendance = make.attendance(make.placed(make.cohort(), person=PersonFactory(by_phone=True)), 1)
    noon_before = attendance.starts_at - timedelta(hours=30)
    scheduling.queue_due_reminders(now=noon_before)
    call = Message.objects.get(kind="reminder_day", subject_id=attendance.pk)
    answers = reverse("admin:cohort_sessions_session_register", args=[attendance.session_id])
    with time_machine.travel(noon_before, tick=False):
        page = sign_in(client, cast.officer).get(f"/admin/messaging/call/{call.pk}/change/")
        assert f'href="{answers}"' in page.content.decode()


def panel(name, now, limit=8):
    return next(p for p in work_queue.registered() if p.name == name).load(now, limit)


def test_the_work_queue_tells_of_sessions_registers_and_endings(cast, django_assert_max_num_queries):
    cohort = make.cohort()
    places = [make.placed(cohort) for _ in range(3)]
    answers_services.answer(attendance=make.attendance(places[0], 1), answer="yes", now=make.NOW)
    week_before = make.session(cohort, 1).starts_at - timedelta(days=6)
    with django_assert_max_num_queries(2):
        count, rows = panel("sessions_this_week", week_before)
    assert (count, rows[0].detail) == (1, "1 coming, 0 not coming, 2 no answer")
    end = make.session(cohort, 1).ends_at
    assert panel("registers_due", end - timedelta(minutes=1))[0] == 0
    for late, urgency in ((timedelta(0), ""), (timedelta(days=1), "amber"), (timedelta(days=3), "red")):
        with django_assert_max_num_queries(2):
            count, rows = panel("registers_due", end + late)
        assert (count, rows[0].urgency) == (1, urgency)
    for number in range(1, 11):
        make.register(make.session(cohort, number), cast.officer, absent={places[0].pk})
    now = make.session(cohort, 10).ends_at
    assert panel("registers_due", now)[0] == 0
    completion.complete_due_places(now=now)
    with django_assert_max_num_queries(2):
        count, rows = panel("to_be_ended", now)
    assert (count, rows[0].detail) == (1, "attended 0 of 10")


def test_panels_ask_the_same_questions_for_many_rows(django_assert_max_num_queries):
    for hour in range(8, 18):
        make.placed(make.cohort(start_time=make.SIX_PM.replace(hour=hour)))
    with django_assert_max_num_queries(2):
        count, rows = panel("sessions_this_week", make.NOW + timedelta(days=3), limit=5)
    assert (count, len(rows)) == (10, 5)


PAGES = [
    lambda: url("programme_changelist"),
    lambda: url("cohort_changelist"),
    lambda: ADD,
    lambda: url("cohort_change", Cohort.objects.first().pk),
    lambda: url("cohort_place", Cohort.objects.first().pk),
    lambda: url("cohort_recruit", Cohort.objects.first().pk),
    lambda: url("cohort_hosts", Cohort.objects.first().pk),
    lambda: url("instructor_changelist"),
    lambda: url("phase_changelist"),
    lambda: url("programme_clone", Programme.objects.first().pk),
    lambda: url("programme_contents", Programme.objects.first().pk),
    lambda: url("programme_content", Programme.objects.first().pk, 1),
    lambda: url("session_changelist"),
    lambda: url("session_register", Cohort.objects.first().sessions.first().pk),
    lambda: url("place_changelist"),
    lambda: url("place_end", Place.objects.first().pk),
]


@pytest.mark.parametrize("address", PAGES)
def test_referrers_never_reach_these_pages(client, cast, now, address):
    make.placed(make.cohort())
    sign_in(client, cast.receptionist)
    assert client.get(address()).status_code == 403
    assert client.post(address(), {}).status_code == 403
    client.logout()
    client.cookies.clear()
    assert client.get(address()).status_code == 302


@pytest.mark.parametrize("address", PAGES)
def test_officers_reach_each_page(office, address):
    make.placed(make.cohort())
    assert office.get(address()).status_code == 200


@pytest.mark.parametrize("pk", ["0", "99999", "9" * 25])
@pytest.mark.parametrize(
    "page",
    [
        "cohort/{}/place/",
        "cohort/{}/change/",
        "cohort/{}/recruit/",
        "cohort/{}/hosts/",
        "programme/{}/clone/",
        "programme/{}/content/",
        "programme/{}/content/1/",
        "session/{}/register/",
        "place/{}/end/",
    ],
)
def test_wrong_numbers_are_not_found(office, page, pk):
    assert office.get(f"/admin/cohort_sessions/{page.format(pk)}").status_code == 404


def test_nothing_is_deleted_by_hand(office):
    make.placed(make.cohort())
    for model, pk in (
        ("cohort", Cohort.objects.first().pk),
        ("session", Cohort.objects.first().sessions.first().pk),
        ("place", Place.objects.first().pk),
        ("programme", Programme.objects.first().pk),
    ):
        assert office.post(f"/admin/cohort_sessions/{model}/{pk}/delete/", {"post": "yes"}).status_code == 403
