"""The browser fixtures judge a page only when it is there with its styles."""

import pytest
from playwright.sync_api import Locator, Page

from accounts.tests.factories import sign_in_browser
from tests.plugins.browser import arrived

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_press_waits_for_the_whole_next_page(page, live_server, cast):
    sign_in_browser(page, live_server.url, cast.officer)
    page.goto(f"{live_server.url}/admin/")
    late = []

    def slowly(route):
        late.append(route.request.url)
        page.wait_for_timeout(300)
        route.continue_()

    page.route("**/*.css*", slowly)
    there = page.get_by_role("link", name="Cohorts").first
    Locator.click.__wrapped__(there)  # what Playwright alone does
    assert page.evaluate("document.readyState") != "complete"
    arrived(page)
    page.go_back()
    there.click()
    assert page.evaluate("document.readyState") == "complete"
    assert late


def test_going_somewhere_waits_for_the_script_that_comes_later(page, live_server, cast):
    """It puts another box in the place of a practice's: what was typed before was never looked up."""
    sign_in_browser(page, live_server.url, cast.receptionist)
    page.route("**/practice-lookup*.js*", lambda route: (page.wait_for_timeout(300), route.continue_()))
    address = f"{live_server.url}/referrals/new/"
    Page.goto.__wrapped__(page, address)  # what Playwright alone does
    assert page.locator("input[data-practice-lookup]").count() == 1
    page.goto(address)
    assert page.locator("input[data-practice-lookup]").count() == 0
