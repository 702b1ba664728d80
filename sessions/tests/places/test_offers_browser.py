"""The pages about an offer in a real browser."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.tests.factories import OfficerFactory
from core.dates import LONDON
from participants.tests.factories import PersonFactory
from referrals.statuses import Reason
from sessions.places import offers, placement
from sessions.proposals import services as proposals
from sessions.tests import factories as make

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def now():
    return timezone.now()


@pytest.fixture
def cohort(db, now):
    start = (now + timedelta(days=12)).astimezone(LONDON)
    return make.cohort(now=now, starts_on=start.date(), name="Tuesdays")


@pytest.fixture
def place(cohort, now):
    return make.offered(cohort, person=PersonFactory(given_name="Síle", family_name="O’Neill"), now=now)


def page_of(place):
    return reverse("offers:offer", kwargs={"token": place.link.token})


def test_the_offer_in_a_browser(look, cohort, place, now):
    page = look.new()
    look.go(page, page_of(place))
    look.at(page, "offer")
    page.get_by_text("All 10 dates").click()
    look.at(page, "offer-dates")
    page.get_by_role("button", name="Leave the list").click()
    page.get_by_role("heading", name="Leave the list, Síle?").wait_for()
    look.at(page, "offer-leave")
    page.get_by_role("link", name="No, go back to the offer").click()
    page.get_by_role("button", name="Another time suits me better").click()
    look.at(page, "offer-ask-times")
    page.get_by_role("button", name="Give this place back and send my times").click()
    page.get_by_role("link", name="Tick at least one time that suits you").wait_for()
    look.at(page, "offer-ask-times-error")
    page.get_by_role("link", name="Keep this offer").click()
    page.get_by_role("button", name="Another time suits me better").click()
    page.get_by_role("group", name="Mornings").get_by_label("Thursday").check()
    page.get_by_role("button", name="Give this place back and send my times").click()
    page.get_by_text("We have your times").wait_for()
    look.at(page, "offer-other-time")
    page.get_by_role("button", name="Take this place after all").click()
    page.get_by_text("This place is yours").wait_for()
    look.at(page, "offer-taken-after-all")
    other = make.offered(cohort, now=now)
    look.go(page, page_of(other))
    page.get_by_role("button", name="Yes, I’d like this place").click()
    page.get_by_text("This place is yours").wait_for()
    look.at(page, "offer-taken")
    gone = make.offered(cohort, now=now)
    offers.take_back(place=gone, by=OfficerFactory(), now=now)
    look.go(page, page_of(gone))
    look.at(page, "offer-over")


def test_the_officers_pages_in_a_browser(look, cast, cohort, place, now):
    page = look.new(cast.officer)
    look.go(page, f"/admin/cohort_sessions/place/{place.pk}/offer/")
    look.at(page, "office-offer")
    page.get_by_role("button", name="Another time suits them better").click()
    page.get_by_text("keeps their waiting time").wait_for()
    look.go(page, f"/admin/cohort_sessions/place/{place.pk}/follow-up/")
    look.at(page, "office-follow-up")
    page.get_by_label("Note of the call").fill("Fridays are best.")
    page.get_by_role("button", name="Save and offer places again").click()
    page.get_by_text("Saved that you spoke to").wait_for()
    placement.withdraw(place=make.placed(cohort, now=now), by=cast.officer, now=now, reason=Reason.NOT_WANTED)
    look.go(page, f"/admin/cohort_sessions/cohort/{cohort.pk}/")
    look.at(page, "office-cohort-with-offers")


def test_the_offer_is_answered_by_keyboard_and_without_scripts(look, place):
    page = look.new(javascript=False)
    look.go(page, page_of(place))
    pressed = press_until(page, "Another time suits me better")
    assert pressed <= 8, "the answers come soon after the heading"
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Give this place back").wait_for()
    press_until(page, "I prefer to talk about times on the phone")
    page.keyboard.press("Space")
    press_until(page, "Give this place back and send my times")
    page.keyboard.press("Enter")
    page.get_by_text("to ask which times suit you").wait_for()
    place.refresh_from_db()
    assert place.other_time


def test_an_officer_offers_decides_and_approves_without_scripts(look, cast, cohort, now):
    referral = make.suited(cohort, opted_in_at=now - timedelta(days=30))
    page = look.new(cast.officer, javascript=False)
    look.go(page, "/admin/cohort_sessions/cohort/proposals/")
    page.get_by_role("button", name="Make a proposal").press("Enter")
    proposals.make_asked(now=now)
    page.get_by_role("link", name="Refresh").press("Enter")
    assert page.get_by_text(referral.reference).count()
    look.go(page, f"/admin/cohort_sessions/cohort/{cohort.pk}/place/")
    page.get_by_role("checkbox").first.press("Space")
    page.get_by_role("button", name="Continue").press("Enter")
    page.get_by_role("button", name="Offer 1 person a place").press("Enter")
    page.get_by_text("offered a place in Tuesdays").wait_for()
    look.go(page, f"/admin/cohort_sessions/cohort/{cohort.pk}/cancel/")
    page.get_by_label("Why?").fill("No instructor")
    page.get_by_role("button", name="Cancel this group").press("Enter")
    page.get_by_text("is cancelled. Its people are back").wait_for()


NAMED = "(e => (e.labels?.length ? e.labels[0] : e).innerText)(document.activeElement)"


def press_until(page, name):
    """How often Tab is pressed until this button or box has the focus."""
    for pressed in range(1, 40):
        page.keyboard.press("Tab")
        if page.evaluate(NAMED).strip() == name:
            return pressed
    raise AssertionError(f"{name} is not reached by Tab")
