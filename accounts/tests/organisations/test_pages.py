"""A lead's pages and the public form in a real browser: nothing wrong for axe, nothing too wide, with and without scripts."""

import re
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.utils import timezone

from accounts import services
from accounts.access_requests import services as access_requests
from accounts.models import Interest, Membership, Organisation
from accounts.organisations import services as organisations
from accounts.tests import factories
from accounts.tests.factories import sign_in_browser
from referrals.tests import filling
from tests.plugins.browser import PHONE

pytestmark = pytest.mark.django_db(transaction=True)
WAYS = pytest.mark.parametrize("javascript", [True, False], ids=["scripts on", "scripts off"])


@pytest.fixture
def look(looked_at):
    """Check a page as it stands, where it has scripts: axe is one."""

    def look(page, name: str, javascript: bool = True) -> None:
        if javascript:
            looked_at(page, f"organisations-{name}")

    return look


@WAYS
def test_a_lead_looks_after_colleagues(live_server, open_page, look, cast, javascript):
    Membership.objects.update(started_at=timezone.now() - timedelta(days=200))
    page = open_page(PHONE, javascript=javascript)
    sign_in_browser(page, live_server.url, cast.lead)
    page.goto(f"{live_server.url}/referrals/")
    look(page, "banner", javascript)
    page.get_by_role("link", name="check the list").click()
    page.get_by_role("heading", name="Colleagues").wait_for()
    look(page, "colleagues-due", javascript)
    page.get_by_role("button", name=re.compile("Still works here.*Sam O’Brien")).click()
    page.get_by_text("1 colleague confirmed").wait_for()
    page.get_by_role("button", name="All of these still work here").click()
    page.get_by_text("2 colleagues confirmed").wait_for()
    look(page, "colleagues", javascript)

    page.get_by_role("button", name="Invite a colleague").click()
    look(page, "invite", javascript)
    page.get_by_role("button", name="Invite").click()
    page.get_by_role("heading", name="There is a problem").wait_for()
    look(page, "invite-error", javascript)
    page.get_by_label("Name", exact=True).fill("Dr Asha O'Neill-Featherstonehaugh")
    page.get_by_label("Work email address").fill("asha.oneill-featherstonehaugh@riverbank-surgery.example")
    page.get_by_label("Clinician", exact=True).check()
    page.get_by_label("Which profession?").select_option("nurse")
    look(page, "invite-filled", javascript)
    page.get_by_role("button", name="Invite").click()
    page.get_by_text("We’ll email an invitation").wait_for()
    look(page, "invited", javascript)

    page.get_by_role("link", name="Change the role of Sam O’Brien").click()
    look(page, "colleague", javascript)
    page.get_by_label("They also look after").check()
    page.get_by_role("button", name="Save").click()
    page.get_by_text("You have changed the role of Sam O’Brien").wait_for()
    page.get_by_role("link", name="End access for Sam O’Brien").click()
    look(page, "end", javascript)
    page.get_by_role("button", name="End access").click()
    page.get_by_text("Sam O’Brien can no longer refer for").wait_for()


@WAYS
def test_a_stranger_asks_to_refer(live_server, open_page, look, javascript):
    cache.clear()
    page = open_page(PHONE, javascript=javascript)
    page.goto(live_server.url)
    page.get_by_role("main").get_by_role("link", name="For health professionals").click()
    page.get_by_role("main").get_by_role("button", name="Register to refer patients").click()
    page.get_by_role("heading", name="Register to refer patients").wait_for()
    look(page, "join", javascript)
    page.get_by_role("button", name="Send").click()
    page.get_by_role("heading", name="There is a problem").wait_for()
    look(page, "join-error", javascript)
    page.get_by_label("Name of your organisation").fill("Riverside Physio")
    page.get_by_label("What kind of organisation is it?").select_option("physiotherapy")
    page.get_by_label("Your name").fill("Asha O'Neill")
    page.get_by_label("Your profession").select_option("physiotherapist")
    page.get_by_label("Your work email address").fill("asha@riverside.example")
    page.get_by_label("Your work phone number").fill("01632 960555")
    page.get_by_label("Why would you like to refer patients?").fill("Many people ask us how to go on.")
    # Somebody who only uses the keyboard goes from the last question to the button, past the box for programs.
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent.trim()") == "Send"
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Thank you").wait_for()
    look(page, "join-thanks", javascript)
    assert Interest.objects.get().name == "Asha O'Neill"


def test_an_officer_decides_and_closes(live_server, open_page, look, cast):
    access_requests.express(
        organisation_name="Riverside Physio", kind="physiotherapy", ods_code="", name="Asha O'Neill",
        profession="physiotherapist", email="asha@riverside.example", phone="01632 960555",
        why="Many people ask us how to go on.", now=timezone.now(),
    )  # fmt: skip
    organisations.add_organisation(name="Riverside Physio Cheltenham", kind="physiotherapy", by=None)
    page = open_page(PHONE)
    sign_in_browser(page, live_server.url, cast.officer)
    page.goto(f"{live_server.url}/admin/")
    page.get_by_role("link", name="Riverside Physio", exact=True).click()
    look(page, "interest")
    page.get_by_role("link", name="Decline request").click()
    look(page, "interest-decline")
    page.get_by_role("link", name="Go back").click()
    page.get_by_role("link", name="Approve").click()
    look(page, "interest-approve")
    page.get_by_role("button", name="Approve and invite them").click()
    page.get_by_text("We will email them an invitation").wait_for()
    look(page, "interests")
    made = Organisation.objects.get(name="Riverside Physio")
    page.goto(f"{live_server.url}/admin/accounts/organisation/{made.pk}/change/")
    look(page, "organisation")
    page.get_by_role("link", name="Close this organisation").click()
    look(page, "close")
    page.get_by_label("Why does it refer no more?").fill("Moved away")
    page.get_by_role("button", name="Close it").click()
    page.get_by_text("refers no more. The access of 1 person has ended").wait_for()
    page.get_by_role("link", name="Open it again").click()
    look(page, "open-again")


def test_whoever_has_no_access_reads_why(live_server, open_page, look, cast):
    place = cast.receptionist.memberships.get()
    services.end_membership(membership=place, by=None, because="closed", now=timezone.now())
    page = open_page(PHONE)
    sign_in_browser(page, live_server.url, cast.receptionist)
    page.goto(live_server.url)
    page.get_by_text("no longer refers patients to us").wait_for()
    look(page, "no-access")


@WAYS
def test_an_administrator_names_the_clinician_once(live_server, open_page, look, cast, javascript):
    ruth = factories.clinician(cast.riverbank)
    page = open_page(PHONE, javascript=javascript)
    sign_in_browser(page, live_server.url, cast.receptionist)
    page.goto(f"{live_server.url}/referrals/new/")
    filling.patient(page)
    page.get_by_role("group", name="Have they had pain for 3 months or more?").get_by_label(
        "Yes", exact=True
    ).check()
    page.get_by_label("Yes, today").check()
    page.locator("[name=patient_present][value=no]").check()
    page.get_by_label("Who is the referring clinician?").select_option(str(ruth.memberships.get().pk))
    look(page, "consent-clinician", javascript)
    page.get_by_role("button", name="Continue").click()
    page.get_by_role("heading", name="Check your answers before sending").wait_for()
    assert page.get_by_text("Dr Ruth O'Brien, GP").count() == 1
