"""The design in a real browser: no violation, no sideways scroll, and everything works without JavaScript."""

import gzip
import re

import pytest

from tests.browser import ROOT
from tests.plugins.browser import PHONE

pytestmark = [pytest.mark.urls("tests.design_urls"), pytest.mark.django_db(transaction=True)]
PAGES = [
    "blank/",
    "filled/",
    "question/",
    "signed-in/",
    "page/parts/",
    "page/answer/",
    "page/done/",
    "page/500/",
    "page/404/",
]


def test_every_page_of_the_design_is_accessible_and_fits(live_server, open_page, looked_at):
    page = open_page(PHONE)
    for address in PAGES:
        page.goto(f"{live_server.url}/design/{address}")
        looked_at(page, f"design-{address.strip('/').replace('/', '-')}")


def test_errors_are_led_to_by_keyboard_and_nothing_typed_is_lost(
    live_server, phone, axe, no_sideways_scroll, screenshot
):
    phone.goto(f"{live_server.url}/design/blank/")
    phone.get_by_label("Given name").fill("Aoife")
    phone.get_by_label("Day", exact=True).fill("14")
    phone.get_by_role("button", name="Save and continue").click()
    assert phone.title().startswith("Error: Refer someone")
    assert phone.evaluate("document.activeElement.className") == "nhsuk-error-summary"
    axe(phone)
    no_sideways_scroll(phone)
    screenshot(phone, "design-errors-320")
    phone.get_by_role("link", name="Date of birth must include a month and year").press("Enter")
    assert phone.evaluate("document.activeElement.id") == "id_date_of_birth_month"
    assert phone.get_by_label("Given name").input_value() == "Aoife"
    assert phone.get_by_label("Day", exact=True).input_value() == "14"


def test_the_form_can_be_filled_and_sent_without_javascript(live_server, open_page, screenshot):
    page = open_page(PHONE, javascript=False)
    page.goto(f"{live_server.url}/design/filled/")
    assert page.get_by_label("Which language?").is_visible()
    page.get_by_label("Registered practice").fill("A99901")
    page.get_by_label("Language", exact=True).select_option("Polish")
    page.get_by_label("The person has agreed").check()
    screenshot(page, "design-no-javascript-320")
    page.get_by_role("button", name="Save and continue").click()
    assert page.locator("[data-cleaned=practice]").inner_text() == "A99901"
    assert page.locator("[data-cleaned=date_of_birth]").inner_text() == "14 March 1958"


def test_a_follow_up_question_appears_with_its_answer_and_none_clears_the_others(live_server, page):
    page.goto(f"{live_server.url}/design/blank/")
    assert not page.get_by_label("Which language?").is_visible()
    page.get_by_label("Yes", exact=True).check()
    assert page.get_by_label("Which language?").is_visible()
    page.get_by_label("No", exact=True).check()
    assert not page.get_by_label("Which language?").is_visible()

    page.get_by_label("A fever today").check()
    page.get_by_label("None of these").check()
    assert not page.get_by_label("A fever today").is_checked()
    page.get_by_role("status").get_by_text("Unticked: A fever today.").wait_for()
    page.get_by_role("button", name="Put it back").click()
    assert page.get_by_label("A fever today").is_checked()
    assert not page.get_by_label("None of these").is_checked()
    page.get_by_label("None of these").check()
    page.get_by_label("Chest pain when moving").check()
    assert not page.get_by_label("None of these").is_checked()
    assert not page.get_by_role("button", name="Put it back").is_visible()


def test_a_practice_is_suggested_and_chosen_with_the_keyboard(live_server, page, axe, screenshot):
    page.goto(f"{live_server.url}/design/blank/")
    box = page.get_by_role("combobox", name="Registered practice")
    assert "id_practice_helptext" in box.get_attribute("aria-describedby")
    box.press_sequentially("broo")
    page.get_by_role("option", name="Brook Lane Surgery (A99901)").wait_for()
    assert page.get_by_role("listbox").get_by_role("option").count() == 3
    axe(page)
    screenshot(page, "design-lookup-1280")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    assert page.locator("#id_practice").input_value() == "Brookfield Health Centre (A99902)"
    assert page.locator("#id_practice").get_attribute("name") == "practice"


def test_what_was_typed_is_sent_when_no_suggestion_is_chosen(live_server, page):
    page.goto(f"{live_server.url}/design/filled/")
    page.get_by_role("combobox", name="Registered practice").press_sequentially("zz9")
    page.get_by_text("No practice found").wait_for()
    page.get_by_role("button", name="Save and continue").click()
    assert page.get_by_role("combobox", name="Registered practice").input_value() == "zz9"


def test_the_first_page_is_light(live_server, page):
    sizes = []
    page.on("response", lambda answer: sizes.append(len(gzip.compress(answer.body()))))
    page.goto(f"{live_server.url}/design/blank/", wait_until="networkidle")
    assert len(sizes) >= 4
    assert sum(sizes) <= 60 * 1024
    assert (
        page.evaluate(
            "performance.getEntriesByType('resource').filter(e => !e.name.startsWith(origin)).length"
        )
        == 0
    )


@pytest.mark.parametrize("name", ["site", "admin"])
def test_every_picture_that_a_stylesheet_asks_for_is_there(name):
    built = ROOT / "static" / "build"
    asked = set(re.findall(r"url\(([^)]+)\)", (built / f"{name}.css").read_text()))
    assert asked
    assert {picture for picture in asked if not (built / picture).exists()} == set()
