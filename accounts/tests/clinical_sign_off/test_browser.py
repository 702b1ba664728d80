"""Signing a health text by keyboard, and the page that says that we take no referrals."""

import re

import pytest
from django.utils import timezone

from accounts.clinical_sign_off import services
from accounts.models import TextSignOff
from accounts.tests.clinical_sign_off.signing import SAFETY_OFFICER
from accounts.tests.factories import sign_in_browser
from tests.plugins.browser import DESK, PHONE

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def production(settings):
    settings.PRODUCTION = True
    services.forget()
    yield
    services.forget()


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no-javascript"])
def test_an_administrator_reads_a_text_and_records_its_sign_off(
    scripts, cast, live_server, open_page, looked_at, production
):
    page = open_page(DESK if scripts else PHONE, javascript=scripts)
    sign_in_browser(page, live_server.url, cast.administrator)
    page.goto(f"{live_server.url}/admin/")
    page.get_by_role("link", name="Read and sign off").click()
    looked_at(page, "sign-off-list", scripts=scripts)
    page.get_by_role("link", name="Questions after a session").click()
    page.get_by_role("button", name="Record sign-off").click()
    looked_at(page, "sign-off-text", scripts=scripts)
    for label, name in (("Name", "name"), ("Role", "role"), ("Registered with", "registration_body")):
        page.get_by_label(label, exact=True).fill(SAFETY_OFFICER[name])
    page.get_by_label("Registration number").fill("7654321")
    today = timezone.localdate()
    for part, value in (("Day", today.day), ("Month", today.month), ("Year", today.year)):
        page.get_by_label(part, exact=True).fill(str(value))
    page.keyboard.press("Enter")
    page.get_by_text(re.compile("Signed off: Questions after a session, version [0-9]+.")).wait_for()
    assert TextSignOff.objects.get().name == "Dr Ada Nwosu"
    page.get_by_role("link", name="Record that the safety officer accepts").click()
    looked_at(page, "sign-off-acceptance", scripts=scripts)


def test_a_receptionist_reads_whom_to_call_and_sends_it_again_later(
    cast, live_server, open_page, looked_at, production, settings
):
    page = open_page(PHONE)
    sign_in_browser(page, live_server.url, cast.receptionist)
    page.goto(f"{live_server.url}/referrals/new/")
    page.get_by_role("heading", name="We cannot take referrals now").wait_for()
    settings.PRODUCTION = False
    page.goto(f"{live_server.url}/referrals/paste/")
    page.locator("[name=pasted]").fill("Aoife O’Neill, born 27/03/1958")
    settings.PRODUCTION = True
    page.keyboard.press("Tab")
    page.locator("main form button").click()
    page.get_by_role("heading", name="We cannot take referrals now").wait_for()
    looked_at(page, "no-referrals")
    settings.PRODUCTION = False
    page.get_by_role("button", name="Send it again").click()
    page.get_by_role("heading", name="Check each line").wait_for()
