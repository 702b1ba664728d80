"""The page on which an officer confirms that old words are deleted: at both widths, by keyboard, and without scripts."""

from datetime import UTC, datetime

import pytest

from accounts.tests.factories import sign_in_browser
from itsyourmove.models import Disposal
from tests.plugins.browser import PHONE

pytestmark = pytest.mark.django_db(transaction=True)
OLD = datetime(2018, 3, 4, 9, tzinfo=UTC)
NEW = datetime(2026, 11, 30, 3, tzinfo=UTC)


@pytest.mark.parametrize("scripts", [True, False], ids=["keyboard", "no-javascript"])
def test_an_officer_finds_what_is_past_its_time_and_confirms(
    scripts, cast, live_server, open_page, looked_at
):
    Disposal.objects.create(kind="person_texts", as_of=NEW, count=1240, oldest=OLD)
    page = open_page(PHONE, javascript=scripts)
    sign_in_browser(page, live_server.url, cast.officer)
    page.goto(f"{live_server.url}/admin/")
    page.get_by_role("link", name="Delete the text of 1,240 messages about people", exact=True).click()
    button = page.get_by_role("button", name="Delete the text")
    button.wait_for()
    if scripts:
        looked_at(page, "retention-confirm")
        button.focus()
        page.keyboard.press("Enter")
    else:
        button.click()
    page.get_by_text("Confirmed. The text will be deleted within 2 hours.").wait_for()
    if scripts:
        looked_at(page, "retention-list")
    assert Disposal.objects.get().confirmed_by == cast.officer
