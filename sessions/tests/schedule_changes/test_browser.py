"""The pages that change an open cohort in a real browser: no violation, no sideways scroll, keyboard, no JavaScript."""

from datetime import timedelta

import pytest
from django.utils import timezone

from messaging.models import Message
from participants.needs import services as needs
from participants.tests.factories import PersonFactory
from sessions.attendance import responses
from sessions.tests import factories as make
from sessions.tests.test_browser import cohort

pytestmark = pytest.mark.django_db(transaction=True)
__all__ = ["cohort"]  # a fixture


def fill_date(page, to):
    for part, value in (("Day", to.day), ("Month", to.month), ("Year", to.year)):
        page.get_by_label(part, exact=True).fill(str(value))


def people(cohort, officer):
    now = timezone.now()
    flagged = PersonFactory(given_name="Maud", family_name="Okafor")
    needs.save(person=flagged, codes=["lip_reads"], by=officer, now=now)
    place = make.placed(cohort, person=flagged, now=now)
    make.placed(cohort, person=PersonFactory(by_phone=True), now=now)
    Message.objects.filter(state="pending").update(state="sent", sent_at=now, settled_at=now)
    make.placed(cohort, now=now)
    return place


def test_an_officer_moves_sessions(look, cohort, cast):
    place = people(cohort, cast.officer)
    responses.answer(attendance=make.attendance(place, 3), answer="yes", now=timezone.now())
    session = make.session(cohort, 3)
    page = look.new(cast.officer)
    look.go(page, f"/admin/cohort_sessions/session/{session.pk}/register/")
    look.at(page, "answers-may-change")
    page.get_by_role("link", name="Move this session").press("Enter")
    look.at(page, "move-blank")
    page.get_by_role("button", name="Preview changes").press("Enter")
    page.get_by_role("heading", name="There is a problem").wait_for()
    look.at(page, "move-errors")
    page.get_by_label("This session and those after it").check()
    fill_date(page, session.local_date + timedelta(days=2))
    page.get_by_label("Start time (UK time)").fill("10:30am")
    page.get_by_label("Reason").fill("The instructor is away")
    page.get_by_role("button", name="Preview changes").press("Enter")
    page.get_by_role("heading", name="Who we will tell").wait_for()
    look.at(page, "move-preview")
    page.get_by_role("button", name="Go back and change").press("Enter")
    assert page.get_by_label("Reason").input_value() == "The instructor is away"
    look.at(page, "move-filled")
    page.get_by_role("button", name="Preview changes").press("Enter")
    make.placed(cohort, now=timezone.now())
    page.get_by_role("button", name="Move 8 sessions and tell 3 people").press("Enter")
    page.get_by_role("heading", name="Check again").wait_for()
    look.at(page, "move-stale")
    page.get_by_role("button", name="Move 8 sessions and tell 4 people").press("Enter")
    page.get_by_text("8 sessions moved.").wait_for()
    look.at(page, "cohort-moved")


def test_an_officer_cancels_a_session_without_javascript(look, cohort, cast):
    place = people(cohort, cast.officer)
    session = make.session(cohort, 3)
    link = make.attendance(place, 3).link
    page = look.new(cast.officer, javascript=False)
    look.go(page, f"/admin/cohort_sessions/cohort/{cohort.pk}/change/")
    page.get_by_role("link", name="Cancel session 3").click()
    page.get_by_role("button", name="Preview changes").click()
    assert page.get_by_text("Enter the reason").first.is_visible()
    page.get_by_label("Reason").fill("Nobody to lead it")
    page.get_by_role("button", name="Preview changes").click()
    page.get_by_role("button", name="Cancel session 3 and tell 3 people").click()
    assert page.get_by_text("Session cancelled, and one added").is_visible()

    page = look.new(cast.officer)
    look.go(page, f"/admin/cohort_sessions/cohort/{cohort.pk}/change/")
    look.at(page, "cohort-cancelled")
    look.go(page, f"/admin/cohort_sessions/session/{session.pk}/register/")
    look.at(page, "answers-cancelled")
    session = make.session(cohort, 5)
    look.go(page, f"/admin/cohort_sessions/session/{session.pk}/cancel/")
    look.at(page, "cancel-blank")
    page.get_by_role("button", name="Preview changes").click()
    page.get_by_role("heading", name="There is a problem").wait_for()
    look.at(page, "cancel-errors")
    page.get_by_label("Reason").fill("Nobody to lead it")
    page.get_by_role("button", name="Preview changes").click()
    look.at(page, "cancel-preview")

    theirs = look.new()
    look.go(theirs, f"/s/{link.token}/")
    assert theirs.get_by_text("We had to cancel this session.").is_visible()
    assert theirs.get_by_text("of 10", exact=False).count() == 0
    look.at(theirs, "answer-cancelled-by-us")


def test_an_officer_gives_a_cohort_another_video_room(look, cohort, cast):
    page = look.new(cast.officer)
    look.go(page, f"/admin/cohort_sessions/cohort/{cohort.pk}/change/")
    page.get_by_role("link", name="Change room").press("Enter")
    look.at(page, "video-blank")
    page.get_by_label("Address of the video room").fill("http://zoom.us/j/2")
    page.get_by_role("button", name="Save address").press("Enter")
    page.get_by_role("heading", name="There is a problem").wait_for()
    look.at(page, "video-errors")
    page.get_by_label("Address of the video room").fill("https://zoom.us/j/55512345678")
    page.get_by_role("button", name="Save address").press("Enter")
    page.get_by_text("Video room changed for").wait_for()
