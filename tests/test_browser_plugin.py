"""The browser fixtures judge a page only when it is there with its styles, and see what is not ours."""

import pytest
from playwright.sync_api import Locator, Page

from accounts.tests.factories import sign_in_browser
from design.theme import FONT
from tests.plugins.browser import DESK, arrived, looks_ours

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
    there = page.get_by_role("link", name="Groups").first
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


PAGE = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>T</title><style>
body { font-family: %s } .wide { display: none } a { display: inline-block }
@media (min-width: 600px) { .wide { display: block } .close a { margin: 0; width: 10px; height: 10px; overflow: hidden } }
</style></head><body><main><h1>T</h1>%s</main></body></html>"""


@pytest.mark.parametrize(
    ("part", "rule"),
    [
        ('<p class="wide" style="color: #ccc">Pale, and there on a wide page only</p>', "color-contrast"),
        ('<p class="close"><a href="/a">One</a><a href="/b">Two</a></p>', "target-size"),
    ],
)
def test_what_is_wrong_in_the_other_width_alone_is_found_out(phone, looked_at, part, rule):
    """One load is looked at in both widths: what shows or moves in the second is judged there."""
    phone.set_content(PAGE % (FONT, "<p>Nothing wrong</p>"))
    looked_at(phone, "nothing-wrong")
    phone.set_content(PAGE % (FONT, part))
    with pytest.raises(AssertionError, match=rule):
        looked_at(phone, "wrong")
    assert phone.viewport_size == DESK
