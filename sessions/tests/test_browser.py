"""The pages of cohorts and links in a real browser: no violation, no sideways scroll, keyboard and no JavaScript."""

import re
from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from core.dates import LONDON
from core.dates import day as in_words
from core.working_days import bank_holidays
from participants.needs import services as needs
from participants.readiness import services as readiness
from participants.tests.factories import PersonFactory
from referrals.models import Referral
from referrals.statuses import Reason
from sessions.attendance import responses
from sessions.models import Programme, Session
from sessions.places import placement
from sessions.tests import factories as make
from sessions.tests.attendance.test_register import run

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def cohort(db):
    """A cohort whose ten sessions begin in two days' time."""
    now = timezone.now()
    start = (now + timedelta(days=2)).astimezone(LONDON)
    return make.cohort(now=now, starts_on=start.date(), start_time=make.SIX_PM)


def link_to(attendance, name="answer"):
    return reverse(f"sessions:{name}", args=[attendance.link.token])


def starts_in(attendance, **time):
    start = timezone.now() + timedelta(**time)
    Session.objects.filter(pk=attendance.session_id).update(
        starts_at=start, ends_at=start + timedelta(hours=1)
    )


def test_a_participant_answers_changes_the_answer_and_joins(look, cohort):
    attendance = make.attendance(make.placed(cohort, now=timezone.now()), 1)
    page = look.new()
    look.go(page, link_to(attendance))
    look.at(page, "answer-blank")
    page.get_by_role("button", name="I’ll be there").click()
    page.get_by_text("You have told us: I’ll be there").wait_for()
    look.at(page, "answer-yes")
    page.get_by_role("button", name="I can’t come").click()
    page.get_by_text("You have told us: I can’t come").wait_for()
    look.at(page, "answer-no")
    starts_in(attendance, minutes=10)
    page.reload()
    look.at(page, "answer-join")
    page.get_by_role("button", name="Join the session").click()
    page.wait_for_url("https://zoom.us/**")
    attendance.refresh_from_db()
    assert attendance.answer == "no"
    assert attendance.joined_at is not None
    starts_in(attendance, minutes=-20)
    look.go(page, link_to(attendance))
    look.at(page, "answer-join-again")
    page.get_by_role("button", name="Join again").click()
    page.wait_for_url("https://zoom.us/**")


def test_the_answer_works_by_keyboard_and_without_javascript(look, cohort):
    attendance = make.attendance(make.placed(cohort, now=timezone.now()), 1)
    page = look.new(javascript=False)
    look.go(page, link_to(attendance))
    for _ in range(10):
        page.keyboard.press("Tab")
        if page.locator("button:focus", has_text="I can’t come").count():
            break
    page.keyboard.press("Enter")
    page.get_by_text("You have told us: I can’t come").wait_for()
    starts_in(attendance, minutes=10)
    page.reload()
    page.get_by_role("button", name="Join the session").click()
    page.wait_for_url("https://zoom.us/**")


def test_every_other_state_of_the_link_page(look, cohort, cast):
    now = timezone.now()
    place, leaver = make.placed(cohort, now=now), make.placed(cohort, now=now)
    attendance, second = make.attendance(place, 1), make.attendance(place, 2)
    page = look.new()
    look.go(page, f"/s/{'A' * 43}/")
    look.at(page, "link-over")
    starts_in(attendance, minutes=-20)
    look.go(page, link_to(attendance))
    look.at(page, "answer-too-late-to-join")
    starts_in(attendance, hours=-2)
    page.reload()
    look.at(page, "answer-session-over")
    make.cancelled(cohort, 2, now=now)
    look.go(page, link_to(second))
    look.at(page, "answer-cancelled")
    placement.withdraw(place=leaver, by=cast.officer, now=now, reason=Reason.NOT_WANTED)
    look.go(page, link_to(make.attendance(leaver, 3)))
    look.at(page, "answer-left")


def test_the_page_after_joining(look, cohort):
    """It leads on at once; for the picture the video service does not answer, as on a bad line."""
    attendance = make.attendance(make.placed(cohort, now=timezone.now()), 1)
    starts_in(attendance, minutes=10)
    page = look.new()
    page.route("https://zoom.us/**", lambda route: route.fulfill(status=204))
    look.go(page, link_to(attendance))
    page.get_by_role("button", name="Join the session").click()
    page.get_by_role("link", name="Open the video call").wait_for()
    look.at(page, "join")


def test_an_officer_stops_somebody_joining_again(look, cohort, cast):
    people = [PersonFactory(date_of_birth=date(1961, 3, 3)), PersonFactory()]
    one, other = (
        make.attendance(make.placed(cohort, person=person, now=timezone.now()), 1) for person in people
    )
    starts_in(one, minutes=-20)
    for attendance in (one, other):
        responses.press_join(attendance=attendance, now=timezone.now() - timedelta(minutes=30))
    page = look.new(cast.officer)
    look.go(page, reverse("admin:cohort_sessions_session_register", args=[one.session_id]))
    look.at(page, "register-joined")
    page.get_by_role("link", name="Not back today (Aoife O’Neill, born 3 March 1961)").press("Enter")
    look.at(page, "not-back-today")
    page.get_by_role("button", name="Not back today").press("Enter")
    page.get_by_role("button", name="Let them back in (Aoife O’Neill, born 3 March 1961)").wait_for()
    look.at(page, "register-not-back")
    plain = look.new()
    look.go(plain, link_to(one))
    look.at(plain, "answer-call-first")
    assert plain.get_by_role("button", name="Join").count() == 0


def test_an_officer_opens_a_cohort(look, cast):
    make.programme()
    page = look.new(cast.officer)
    look.go(page, "/admin/cohort_sessions/cohort/add/")
    look.at(page, "open-blank")
    page.get_by_role("button", name="Show the 10 dates").click()
    page.get_by_role("heading", name="There is a problem").wait_for()
    look.at(page, "open-errors")
    start = (timezone.now() + timedelta(days=5)).astimezone(LONDON)
    page.get_by_label("Name of the group").fill("Tuesdays")
    for part, value in (("Day", start.day), ("Month", start.month), ("Year", start.year)):
        page.get_by_label(part, exact=True).fill(str(value))
    page.get_by_label("Start time (UK time)").fill("6pm")
    other_day = start + timedelta(days=2)
    assert page.get_by_label("Start time on the second day").is_hidden()
    page.get_by_label("Twice a week").check()
    page.get_by_label("Second day", exact=True).select_option(f"{other_day:%A}")
    page.get_by_label("Start time on the second day").fill("10:30am")
    page.get_by_label("Dates to leave out (optional)").fill(
        f"{(start + timedelta(weeks=1)):%d/%m/%Y}\n{(start + timedelta(weeks=1, days=1)):%d/%m/%Y}"
    )
    page.get_by_label("Address of the video room").fill(make.ROOM)
    page.get_by_role("button", name="Show the 10 dates").click()
    look.at(page, "open-preview")
    page.get_by_role("button", name="Go back and change").click()
    look.at(page, "open-filled")
    page.get_by_role("button", name="Show the 10 dates").click()
    page.get_by_role("button", name="Open this group").click()
    page.get_by_text("Tuesdays is open, with 10 sessions.").wait_for()
    look.at(page, "cohort-empty")

    plain = look.new(cast.officer, javascript=False)
    look.go(plain, "/admin/cohort_sessions/cohort/add/")
    assert plain.get_by_label("Start time on the second day").is_visible()


def test_an_officer_leaves_out_a_bank_holiday(look, cast):
    programme = make.programme()
    now = timezone.now()
    holiday = next(day for day in bank_holidays(now.year + 1) if day.weekday() == 0)
    start = holiday - timedelta(weeks=1)
    page = look.new(cast.officer)
    look.go(page, "/admin/cohort_sessions/cohort/add/")
    page.get_by_label("Programme").select_option(str(programme))
    page.get_by_label("Name of the group").fill("Mondays")
    for part, value in (("Day", start.day), ("Month", start.month), ("Year", start.year)):
        page.get_by_label(part, exact=True).fill(str(value))
    page.get_by_label("Start time (UK time)").fill("6pm")
    page.get_by_label("Address of the video room").fill(make.ROOM)
    page.get_by_role("button", name="Show the 10 dates").press("Enter")
    look.at(page, "open-holidays")
    page.get_by_role("checkbox", name=in_words(holiday)).press("Space")
    page.get_by_role("button", name="Open this group").press("Enter")
    page.get_by_text("You changed the bank holidays to leave out").wait_for()
    look.at(page, "open-holidays-changed")
    page.get_by_role("button", name="Open this group").press("Enter")
    page.get_by_text("Mondays is open, with 10 sessions.").wait_for()
    assert not Session.objects.filter(local_date=holiday).exists()


def test_an_officer_plans_a_cohort_of_a_phase(look, cast):
    programme = make.programme()
    page = look.new(cast.officer)
    look.go(page, "/admin/cohort_sessions/phase/add/")
    look.at(page, "phase-add")
    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_text("Please correct the errors below").wait_for()
    look.at(page, "phase-errors")
    page.get_by_label("Programme").select_option(str(programme))
    page.get_by_label("Kind").select_option("Pilot")
    page.get_by_label("Name").fill("Pilot 2027")
    page.get_by_role("button", name="Save", exact=True).click()
    look.at(page, "list-phase")
    now = timezone.now()
    cohort = make.cohort(
        programme=programme,
        phase=programme.phases.get(),
        planned=True,
        now=now,
        starts_on=(now + timedelta(days=10)).astimezone(LONDON).date(),
    )
    look.go(page, f"/admin/cohort_sessions/cohort/{cohort.pk}/change/")
    look.at(page, "cohort-planned")
    page.get_by_role("link", name="Open for placements").click()
    look.at(page, "recruit")
    page.get_by_role("button", name="Open for placements").click()
    page.get_by_text("is open for placements.").wait_for()
    look.at(page, "cohort-recruiting")


def test_an_officer_writes_what_a_session_is_about(look, cohort, cast):
    attendance = make.attendance(make.placed(cohort, now=timezone.now()), 1)
    page = look.new(cast.officer)
    look.go(page, f"/admin/cohort_sessions/programme/{cohort.programme_id}/change/")
    page.get_by_role("link", name="Session topics").press("Enter")
    look.at(page, "contents-blank")
    page.get_by_role("main").get_by_role("link", name="Welcome").press("Enter")
    look.at(page, "content-blank")
    page.get_by_label("Name of the material (optional)").fill("How to take part from a chair")
    page.get_by_role("button", name="Save").press("Enter")
    page.get_by_role("heading", name="There is a problem").wait_for()
    look.at(page, "content-errors")
    page.get_by_label("Web address of the material (optional)").fill("https://films.example.org/chair")
    page.get_by_label("Plan for the instructor (optional)").fill(
        "Arrive and talk, 10 minutes.\n\nWarm up, 10."
    )
    look.at(page, "content-filled")
    page.get_by_role("button", name="Save").press("Enter")
    page.get_by_text("Saved for session 1.").wait_for()
    look.at(page, "contents")
    look.go(page, f"/admin/cohort_sessions/session/{attendance.session_id}/register/")
    look.at(page, "answers-about")
    look.go(page, f"/admin/cohort_sessions/cohort/{cohort.pk}/change/")
    look.at(page, "cohort-about")
    theirs = look.new()
    look.go(theirs, link_to(attendance))
    assert theirs.get_by_role("link", name="How to take part from a chair").is_visible()
    look.at(theirs, "answer-about")


def test_an_officer_says_who_leads(look, cohort, cast):
    page = look.new(cast.officer)
    look.go(page, "/admin/cohort_sessions/instructor/add/")
    look.at(page, "instructor-add")
    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_text("Please correct the errors below").wait_for()
    look.at(page, "instructor-errors")
    page.get_by_label("Name").fill("Ann Ó Briain")
    page.get_by_label("Qualification:").fill("Level 4 Exercise Referral")
    page.get_by_role("button", name="Save", exact=True).click()
    look.at(page, "list-instructor")
    make.instructor(name="Ben", qualified_until=timezone.now().date() + timedelta(days=9))
    look.go(page, "/admin/")
    page.get_by_role("link", name=f"{cohort}, next session").click()
    look.at(page, "hosts-blank")
    page.get_by_label("Lead").select_option(label="Ann Ó Briain (Level 4 Exercise Referral)")
    page.get_by_label("Second host").select_option(index=2)
    page.get_by_role("button", name="Save").click()
    page.get_by_role("heading", name="There is a problem").wait_for()
    look.at(page, "hosts-errors")
    page.get_by_label("Second host").select_option(index=0)
    page.get_by_role("button", name="Save").click()
    page.get_by_text("Ann Ó Briain, lead").wait_for()
    look.at(page, "cohort-led")


def test_an_officer_makes_another_programme_and_another_cohort(look, cohort, cast):
    page = look.new(cast.officer)
    look.go(page, f"/admin/cohort_sessions/programme/{cohort.programme_id}/change/")
    page.get_by_role("link", name="Copy this programme").press("Enter")
    look.at(page, "clone-blank")
    page.get_by_role("button", name="Copy programme").press("Enter")
    page.get_by_role("heading", name="There is a problem").wait_for()
    look.at(page, "clone-errors")
    page.get_by_label("Name of the new programme").fill("In the afternoon")
    page.get_by_role("button", name="Copy programme").press("Enter")
    page.get_by_text("In the afternoon is ready").wait_for()
    look.at(page, "clone-made")
    look.go(page, f"/admin/cohort_sessions/cohort/{cohort.pk}/change/")
    page.get_by_role("link", name="Open a group like this").press("Enter")
    look.at(page, "open-like")
    assert page.get_by_label("Start time (UK time)").input_value() == "18:00"


def test_an_officer_places_people_keeps_the_register_and_ends_a_place(look, cohort, cast):
    for _ in range(3):
        make.waiting(opted_in_at=timezone.now() - timedelta(days=9))
    page = look.new(cast.officer)
    look.go(page, f"/admin/cohort_sessions/cohort/{cohort.pk}/place/")
    look.at(page, "place-list")
    page.get_by_role("button", name="Continue").click()
    look.at(page, "place-errors")
    for box in page.get_by_role("checkbox").all():
        box.check()
    page.get_by_role("button", name="Continue").click()
    look.at(page, "place-confirm")
    page.get_by_role("button", name="Place 3 people").click()
    page.get_by_text("3 people were placed").wait_for()
    session = make.session(cohort, 1)
    register = f"/admin/cohort_sessions/session/{session.pk}/register/"
    look.go(page, register)
    look.at(page, "answers")
    page.get_by_role("button", name="Is coming").first.click()
    page.get_by_text("I’ll be there.").first.wait_for()
    starts_in(session.attendances.first(), minutes=-65)
    look.go(page, register)
    look.at(page, "register-blank")
    page.get_by_role("button", name="Save register").click()
    page.get_by_role("heading", name="There is a problem").wait_for()
    look.at(page, "register-errors")
    look.go(page, register)
    page.get_by_role("button", name="Mark everyone as on time, then correct").click()
    page.get_by_label("Did not attend").first.check()
    look.at(page, "register-filled")
    page.get_by_role("button", name="Save register").click()
    page.get_by_text("Register saved").wait_for()
    look.at(page, "cohort")
    page.get_by_role("link", name="end the place of").first.click()
    look.at(page, "end-blank")
    page.get_by_role("button", name="End place").click()
    page.get_by_role("heading", name="There is a problem").wait_for()
    look.at(page, "end-errors")


def test_an_officer_ends_a_place_after_five_of_ten_and_the_practice_reads_it(look, cohort, cast):
    place = make.placed(cohort, now=timezone.now())
    Referral.objects.filter(pk=place.referral_id).update(organisation=cast.riverbank)
    run(cohort, cast.officer, absent={place: range(6, 11)})
    page = look.new(cast.officer)
    look.go(page, "/admin/")
    page.get_by_role("link", name=re.compile("Finished below attendance target")).first.click()
    look.at(page, "end-finished")
    page.get_by_role("button", name="End place").press("Enter")
    page.get_by_role("heading", name="There is a problem").wait_for()
    look.at(page, "end-finished-errors")
    page.get_by_label("Finished: all their sessions are over").press("Space")
    page.get_by_role("button", name="End place").press("Enter")
    page.get_by_text("Finished, attended fewer than the target").first.wait_for()
    look.at(page, "cohort-finished")
    theirs = look.new(cast.receptionist)
    look.go(theirs, "/referrals/?show=finished")
    theirs.get_by_text("Finished (attended 5 of 10)").wait_for()
    look.at(theirs, "practice-list-finished")
    theirs.get_by_role("row").filter(has_text=place.referral.reference).get_by_role("link").click()
    look.at(theirs, "practice-finished")


def test_the_lists_and_the_work_queue(look, cohort, cast):
    make.placed(cohort, now=timezone.now())
    page = look.new(cast.officer)
    for name in ("cohort", "session", "place", "programme"):
        look.go(page, f"/admin/cohort_sessions/{name}/")
        look.at(page, f"list-{name}")
    look.go(page, "/admin/cohort_sessions/programme/add/")
    look.at(page, "programme-add")
    look.go(page, f"/admin/cohort_sessions/programme/{cohort.programme_id}/change/")
    look.at(page, "programme-change")
    look.go(page, "/admin/")
    look.at(page, "work-queue")


def test_an_officer_looks_at_the_best_places_and_says_whom_a_cohort_suits(look, cohort, cast):
    now = timezone.now()
    meets = (cohort.sessions.get(number=1).local_date.weekday(), "evening")
    there, elsewhere = make.waiting(opted_in_at=now), make.waiting(opted_in_at=now)
    make.waiting(opted_in_at=now)  # nobody has asked
    Programme.objects.update(minimum_to_start=1)
    for one, times in ((there, meets), (elsewhere, ((meets[0] + 1) % 7, "morning"))):
        told = {"person": one.participant, "by": cast.officer, "now": now}
        readiness.save(changes={"level": "gentle"}, **told)
        readiness.change_times(add=[times], remove=(), **told)
    needs.save(person=there.participant, codes=["lip_reads"], by=cast.officer, now=now)
    page = look.new(cast.officer)
    look.go(page, reverse("admin:cohort_sessions_cohort_best"))
    look.at(page, "best-places")
    page.get_by_role("button", name="Preview placing 1 person").press("Enter")
    look.at(page, "best-places-confirm")
    assert there.reference in page.content()
    look.go(page, reverse("admin:cohort_sessions_cohort_suits", args=[cohort.pk]))
    look.at(page, "suits")
    for box in page.get_by_role("group", name="Activity levels").get_by_role("checkbox").all():
        box.uncheck()
    page.get_by_role("button", name="Save").press("Enter")
    page.get_by_role("heading", name="There is a problem").wait_for()
    look.at(page, "suits-errors")
    page.get_by_role("checkbox", name="Seated").check()
    page.get_by_role("button", name="Save").press("Enter")
    page.get_by_text("For seated.").wait_for()
    look.at(page, "cohort-suits")

    plain = look.new(cast.officer, javascript=False)
    look.go(plain, reverse("admin:cohort_sessions_cohort_suits", args=[cohort.pk]))
    plain.get_by_role("checkbox", name="Moderate").check()
    plain.get_by_role("button", name="Save").click()
    plain.get_by_text("For seated, moderate.").wait_for()
    look.go(plain, reverse("admin:cohort_sessions_cohort_best"))
    assert plain.get_by_text("0 of 2 people can be placed.").is_visible()
    assert plain.get_by_text("no group at times they can attend is for gentle, with standing").is_visible()
