"""The office's pages of people in a real browser: no violation, no sideways scroll at 320 px."""

import pytest
from django.urls import reverse

from accounts.tests.factories import OfficerFactory, sign_in_browser
from participants.models import Participant
from participants.tests.factories import DifferenceFactory
from tests.plugins.browser import DESK, PHONE

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("size", ["320", "1280"])
def test_the_pages_of_people_are_for_everybody(
    size, live_server, open_page, axe, no_sideways_scroll, screenshot
):
    difference = DifferenceFactory()
    page = open_page({"320": PHONE, "1280": DESK}[size])
    sign_in_browser(page, live_server.url, OfficerFactory())

    def judge(name: str) -> None:
        axe(page)
        no_sideways_scroll(page)
        screenshot(page, f"participants-{name}-{size}")

    page.goto(f"{live_server.url}/admin/participants/participant/")
    judge("list")
    page.get_by_label("Find by name, NHS number or postcode").fill("neil")
    page.get_by_role("button", name="Search").click()
    page.get_by_role("link", name="Aoife O’Neill").wait_for()
    judge("found")
    page.goto(
        f"{live_server.url}{reverse('admin:participants_participant_change', args=[difference.participant_id])}"
    )
    judge("person")
    page.get_by_role("textbox", name="Postcode").fill("nowhere")
    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_text("Enter a full UK postcode").first.wait_for()
    judge("person-errors")
    page.get_by_role("button", name="Take “GL50 1AA”").click()
    page.get_by_text("The new value stands now.").wait_for()
    page.get_by_role("link", name="Change needs").click()
    page.get_by_label("British Sign Language interpreter needed").check()
    judge("needs")
    page.get_by_role("button", name="Save these needs").click()
    page.get_by_text("BSL interpreter").wait_for()
    judge("person-with-needs")
    page.get_by_role("link", name="History").click()
    page.get_by_text("What changed").wait_for()
    judge("history")
    assert Participant.objects.get().postcode == "GL50 1AA"
