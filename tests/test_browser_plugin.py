"""The browser fixtures judge a page only when it is there with its styles, and see what is not ours."""

import pytest
from playwright.sync_api import Locator, Page

from accounts.tests.factories import sign_in_browser
from design.theme import FONT
from tests.plugins.browser import arrived, looks_ours

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


def drawn_in(page: Page, selector: str) -> set[str]:
    """The typefaces that the browser really drew the words in."""
    session = page.context.new_cdp_session(page)
    session.send("DOM.enable")
    session.send("CSS.enable")
    root = session.send("DOM.getDocument")["root"]["nodeId"]
    found = session.send("DOM.querySelector", {"nodeId": root, "selector": selector})["nodeId"]
    fonts = session.send("CSS.getPlatformFontsForNode", {"nodeId": found})["fonts"]
    return {font["familyName"] for font in fonts}


def test_a_page_in_no_typeface_of_ours_is_found_out(page, live_server):
    """The browser's own typeface differs from ours here, as it does on people's computers."""
    page.goto(f"{live_server.url}/")
    looks_ours(page)
    ours = drawn_in(page, "h1")
    page.evaluate("document.querySelector('h1').style.fontFamily = 'Times New Roman, serif'")
    assert not ours & drawn_in(page, "h1")
    with pytest.raises(AssertionError, match="Times New Roman"):
        looks_ours(page)


def test_a_question_smaller_than_its_answers_is_found_out(page):
    form = "<fieldset><legend>Ill?</legend><label><input type=radio> Yes</label></fieldset>"
    page.set_content(f"<style>body, input {{ font-family: {FONT}; }}</style>{form}")
    looks_ours(page)
    page.evaluate("document.querySelector('legend').style.fontSize = '15px'")
    with pytest.raises(AssertionError, match="15px above 16px"):
        looks_ours(page)
