"""A project officer's work on one referral, whole, in a browser: by keyboard alone, and by hand without JavaScript.

It arrives; she asks, is answered, accepts, tries to reach the person, hears yes, asks what they need and when they can
come; the person answers about their safety; she records a clearance; and the person waits, ready to be placed.
"""

import re

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Locator, Page

from accounts.tests.factories import sign_in_browser
from referrals.models import Referral
from referrals.screening import eligibility
from referrals.tests import filling
from referrals.tests.self_assessment.own import ALL_NO, address
from tests.plugins.browser import PHONE

pytestmark = pytest.mark.django_db(transaction=True)
STOPS = 150  # a trap for the keyboard, or something out of its reach, ends here


class Mouse:
    """Whoever points, in a browser without JavaScript."""

    options = {"javascript": False}

    def press(self, found: Locator) -> None:
        found.click()

    def choose(self, found: Locator) -> None:
        found.check()

    def write(self, found: Locator, words: str) -> None:
        found.fill(words)


class Keyboard:
    """Whoever has only Tab, Space, the arrows, Enter and the letters."""

    options = {}

    def press(self, found: Locator) -> None:
        self._reach(found)
        with found.page.expect_navigation():
            found.page.keyboard.press("Enter")

    def choose(self, found: Locator) -> None:
        # Tab enters a group of radio buttons at its first; the arrows go on from there.
        group = found.page.locator(f'input[name="{found.get_attribute("name")}"]')
        self._reach(found if found.get_attribute("type") == "checkbox" else group)
        for key in ["Space", *["ArrowDown"] * group.count()]:
            if not found.is_checked():
                found.page.keyboard.press(key)
        assert found.is_checked()

    def write(self, found: Locator, words: str) -> None:
        self._reach(found)
        found.page.keyboard.type(words)

    def _reach(self, found: Locator) -> None:
        found.first.wait_for()
        focused = "all => all.includes(document.activeElement)"
        for _ in range(STOPS):
            if found.evaluate_all(focused):
                return
            found.page.keyboard.press("Tab")
        raise AssertionError(f"Tab never reached {found}")


@pytest.mark.parametrize("hand", [Keyboard(), Mouse()], ids=["keyboard", "no-javascript"])
def test_from_a_referral_that_arrives_to_a_person_who_is_ready_and_waits(
    hand, cast, live_server, open_page, looked_at
):
    site = live_server.url

    def judge(page: Page) -> None:
        if not hand.options:  # axe needs the scripts
            looked_at(page, "journey")

    desk, office, person = (open_page(PHONE, **hand.options) for _ in range(3))
    sign_in_browser(desk, site, cast.receptionist)
    sign_in_browser(office, site, cast.officer)

    def button(page: Page, name: str) -> None:
        hand.press(page.get_by_role("button", name=name, exact=True))

    def link(page: Page, name: str | re.Pattern) -> None:
        exact = isinstance(name, str)
        hand.press(
            page.get_by_role("main").or_(page.locator("#content")).get_by_role("link", name=name, exact=exact)
        )

    # A referral arrives. She finds it on her work queue and asks about it.
    desk.goto(f"{site}/referrals/new/")
    filling.to_the_check(desk)
    filling.send(desk)
    referral = Referral.objects.get()
    reference = re.compile(referral.reference)

    def on_today(heading: str, why: str, do: str) -> Locator:
        """Her line under this heading, with this reason; what is done about it is pressed."""
        office.goto(f"{site}/admin/")
        line = office.get_by_role("list", name=heading).get_by_role("listitem").filter(has_text=reference)
        line.get_by_text(why).first.wait_for()
        judge(office)
        hand.press(line.get_by_role("link", name=re.compile(f"^{do}")))
        return line

    on_today("Referrals", "New referrals to review", "Review the referral")
    link(office, "Ask the organisation")
    hand.write(office.get_by_label("What do you need to know?"), "Which number is hers?")
    button(office, "Send question")
    office.get_by_text("waits for the organisation’s answer").wait_for()

    # The organisation answers, and it is among the notes to read.
    desk.goto(f"{site}/referrals/{referral.reference}/")
    hand.write(desk.get_by_label("Write to the project officers"), "The mobile, after 2pm.")
    button(desk, "Send to the project officers")
    desk.get_by_text("We have sent your note").wait_for()
    on_today("Referrals", "Notes from organisations to read", "Review the referral")
    office.get_by_text("The mobile, after 2pm.").first.wait_for()
    button(office, "I have read this")
    judge(office)

    # She accepts, tries once in vain, and then the person says yes.
    link(office, "Accept")
    hand.choose(office.get_by_label("Not yet: we will contact them first"))
    button(office, "Accept")
    office.get_by_text("is accepted and to be contacted").wait_for()
    on_today("Referrals", "People to contact", "Record the call")
    hand.choose(office.get_by_label("Telephone"))
    hand.choose(office.get_by_label("No answer"))
    button(office, "Save attempt")
    office.get_by_text("has a new contact attempt").wait_for()
    judge(office)
    link(office, "They said yes")
    today = timezone.localdate()
    for part, value in (("Day", today.day), ("Month", today.month), ("Year", today.year)):
        hand.write(office.get_by_label(part, exact=True), str(value))
    button(office, "Put on the waiting list")

    # She asks what they need, how they join and when.
    hand.press(office.get_by_role("link", name="Readiness checklist"))
    judge(office)
    link(office, re.compile("What they join with"))
    hand.choose(office.get_by_label("Gentle"))
    button(office, "Save")
    link(office, re.compile("When they can join"))
    hand.choose(office.get_by_role("group", name="Mornings").get_by_label("Monday"))
    button(office, "Save")
    office.get_by_text("Can be matched to a group").wait_for()
    office.goto(site + reverse("admin:participants_participant_needs", args=[referral.participant_id]))
    hand.choose(office.get_by_label("Does use hearing aid"))
    button(office, "Save needs")
    office.get_by_text("Hearing aid").first.wait_for()

    # The person answers about their safety, by the link in their mail.
    person.goto(site + address(referral))
    for part, value in (("Day", "27"), ("Month", "3"), ("Year", "1958")):
        hand.write(person.get_by_label(part, exact=True), value)
    button(person, "Continue")
    for code in ALL_NO:
        reply = "yes" if code == "told" else "no"
        hand.choose(person.locator(f'input[name="{code}"][value="{reply}"]'))
    button(person, "Send my answers")
    person.get_by_role("heading", name=re.compile("^Thank you")).wait_for()
    judge(person)

    # That asks for a clearance: she has spoken with them, and says on what grounds they may take part.
    office.goto(f"{site}/admin/")
    office.get_by_role("list", name="Waiting and placing").get_by_text("Hearing aid").wait_for()
    on_today("Waiting and placing", "Speak to before first session", "Open the referral")
    link(office, "Record a safety clearance")
    hand.write(office.get_by_label("Reason"), "Rang: her GP is content, walks daily")
    button(office, "Record that they can take part")
    office.get_by_text("May take part", exact=True).wait_for()
    judge(office)

    # They wait, and nothing stands in the way of a place.
    office.goto(f"{site}/admin/")
    waits = office.get_by_role("list", name="Waiting and placing")
    waits.get_by_role("link", name=reference).first.wait_for()
    judge(office)
    referral.refresh_from_db()
    assert (referral.status, eligibility.blockers(referral)) == ("waiting", [])
    moves = referral.status_changes.order_by("pk").values_list("to_status", flat=True)
    assert list(moves) == [
        "submitted",
        "info_requested",
        "submitted",
        "accepted",
        "contacting",
        "waiting",
    ]
