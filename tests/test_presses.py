"""How many presses an officer's daily work takes, from Today: links, buttons and answers chosen; letters apart.

`BEFORE` is what the same took on the pages of 74b47b95 (docs/design.md, "Presses"). Each takes a third fewer at least.
"""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Locator, Page

from accounts.tests.factories import sign_in_browser
from messaging.models import AdHoc
from participants.models import ContactNote
from participants.tests.factories import PersonFactory
from referrals.models import Referral
from referrals.tests.factories import ReferralFactory
from sessions.models import Place
from sessions.tests import factories as make
from tests.plugins.browser import DESK

pytestmark = pytest.mark.django_db(transaction=True)
BEFORE = {
    "accept a referral": 3,
    "place a person": 6,
    "move a session": 6,
    "write to a group": 5,
    "record a call": 6,
}
FIND = 3  # presses, fewer than


class Hand:
    """Counts what is pressed."""

    def __init__(self, page: Page) -> None:
        self.page, self.presses = page, 0

    def press(self, found: Locator) -> None:
        self.presses += 1
        found.click()

    def choose(self, name: str) -> None:
        self.presses += 1
        self.page.get_by_label(name, exact=True).check()

    def link(self, name: str) -> None:
        self.press(self.page.get_by_role("link", name=name).first)

    def button(self, name: str) -> None:
        self.press(self.page.get_by_role("button", name=name).first)

    def line(self, about: str, do: str) -> None:
        """What a line of Today offers: its next step, or a reason of it."""
        line = self.page.locator(".app-lines > li").filter(has_text=about)
        self.press(line.get_by_role("link", name=do).first)


@pytest.fixture
def today(cast, live_server, open_page) -> Page:
    page = open_page(DESK)
    sign_in_browser(page, live_server.url, cast.officer)
    return page


def from_today(page: Page, live_server) -> Hand:
    page.goto(f"{live_server.url}/admin/")
    return Hand(page)


def few_enough(work: str, hand: Hand) -> None:
    most = BEFORE[work] * 2 // 3
    assert hand.presses <= most, f"{work}: {hand.presses} presses, {BEFORE[work]} before"


def test_accept_a_referral(cast, today, live_server):
    referral = ReferralFactory(participant__practice=cast.riverbank)
    hand = from_today(today, live_server)
    hand.line(referral.reference, "Review the referral")
    hand.button("Accept, then contact them")
    today.get_by_text("is accepted and to be contacted").wait_for()
    assert Referral.objects.get().opted_in_at is None  # nobody says for them that they agreed
    few_enough("accept a referral", hand)


def group(now):
    """A group that meets in three days, with room."""
    return make.cohort(
        now=now,
        programme=make.programme(minimum_to_start=1),
        starts_on=timezone.localdate(now) + timedelta(days=3),
    )


def test_place_a_person(cast, today, live_server):
    referral = make.suited(group(timezone.now()))
    hand = from_today(today, live_server)
    hand.line(referral.reference, "Waiting")
    hand.button("Preview placing")
    hand.button("they said yes")
    today.get_by_text("placed").first.wait_for()
    assert Place.objects.get().referral == referral
    few_enough("place a person", hand)


def test_move_a_session_write_to_its_group_and_find_it_by_a_caller(cast, today, live_server):
    now = timezone.now()
    cohort = group(now)
    place = make.placed(cohort, person=PersonFactory(family_name="Zebedee"), now=now)

    hand = from_today(today, live_server)
    hand.line(cohort.name, "Write to the group")
    today.get_by_label("Subject").fill("Bring water")
    today.get_by_role("textbox", name="Message").fill("Please bring a glass of water.")
    hand.button("Preview")
    hand.button("Send to 1 person")
    today.get_by_text("Bring water").first.wait_for()
    assert AdHoc.objects.count() == 1
    few_enough("write to a group", hand)

    hand = from_today(today, live_server)
    hand.line(cohort.name, "Move session 1")
    today.get_by_label("Start time").fill("7pm")
    today.get_by_label("Reason").fill("The hall is shut")
    hand.button("Preview changes")
    hand.button("Move session 1 and tell")
    today.get_by_text("1 session moved").wait_for()
    few_enough("move a session", hand)

    today.goto(f"{live_server.url}/admin/settings/")
    hand = Hand(today)
    today.get_by_role("searchbox", name="Find a person").fill("zebedee")
    hand.button("Find")
    hand.link(str(place.participant))
    today.get_by_role("link", name=cohort.name).first.wait_for()
    assert hand.presses < FIND


def test_record_a_call(cast, today, live_server):
    referral = make.waiting(person=PersonFactory(phone="+441582555014"))
    hand = from_today(today, live_server)
    hand.line(referral.reference, "Record a call")
    hand.choose("Telephone")
    hand.choose("We did")
    today.get_by_label("What was said?").fill("She is well.")
    hand.button("Save note")
    today.get_by_text("Note saved").wait_for()
    assert ContactNote.objects.count() == 1
    few_enough("record a call", hand)
