"""The pages of a spreadsheet in a real browser: no violation, no sideways scroll, and no script needed."""

import pytest
from django.utils import timezone

from accounts.tests.factories import sign_in_browser
from referrals.models import Spreadsheet
from referrals.spreadsheets import services
from referrals.tests.spreadsheets.test_import import ADA, BEN, as_csv
from tests.plugins.browser import PHONE

pytestmark = pytest.mark.django_db(transaction=True)


def test_an_officer_brings_a_list(live_server, open_page, looked_at, cast):
    page = open_page(PHONE)
    sign_in_browser(page, live_server.url, cast.officer)
    page.goto(f"{live_server.url}/admin/participants/participant/")
    looked_at(page, "spreadsheet-people")
    page.get_by_role("link", name="Import a spreadsheet").click()
    looked_at(page, "spreadsheet-blank")
    page.get_by_role("button", name="Upload").click()
    looked_at(page, "spreadsheet-errors")
    page.get_by_label("People who take part").check()
    page.get_by_label("Who referred them?").fill("Z99001")
    page.get_by_label("Where does this list come from?").fill("Olu’s list")
    page.get_by_label("Why can we keep these details?").fill("Direct care")
    page.get_by_label("Everyone in this file has had pain").check()
    wrong = ["", *BEN[1:]]
    data = as_csv(ADA, BEN, [*BEN[:2], "31/02/1961", *BEN[3:]], wrong)
    page.get_by_label("Spreadsheet", exact=True).set_input_files(
        {"name": "list.csv", "mimeType": "text/csv", "buffer": data}
    )
    page.get_by_role("button", name="Upload").click()
    looked_at(page, "spreadsheet-columns")
    page.get_by_role("button", name="Check the rows").click()
    looked_at(page, "spreadsheet-check")
    page.get_by_role("link", name="To add (2)").click()
    page.get_by_role("button", name="Add 2 people").click()
    page.get_by_text("Starting.").wait_for()
    services.carry_out_pressed(now=timezone.now())
    page.get_by_text("2 people added.").wait_for()  # the page looks again by itself
    looked_at(page, "spreadsheet-added")
    assert Spreadsheet.objects.get().done == 2
    page.goto(f"{live_server.url}/admin/referrals/spreadsheet/")
    looked_at(page, "spreadsheet-list")
    page.goto(f"{live_server.url}/admin/")
    page.get_by_text("Taking part, safety questions not asked").first.wait_for()
    page.goto(f"{live_server.url}/admin/referrals/referral/?show=waiting")
    page.get_by_role("link", name="Export this list").click()
    looked_at(page, "spreadsheet-export")
