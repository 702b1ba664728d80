"""Ticks and "None of these apply" in a real browser: none is hidden while it is ticked, and none goes without a word."""

import pytest

from accounts.tests.factories import sign_in_browser
from referrals import safety
from referrals.tests import filling
from tests.plugins.browser import PHONE

pytestmark = pytest.mark.django_db(transaction=True)
RED, SIGNS = "safety_red_flags", "safety_cauda_equina"
CANCER, IMMUNE = "A history of cancer", "Immunosuppression"
SHOWN = """() => [...document.querySelectorAll('input[type=checkbox]:checked')]
    .map(box => box.closest('.nhsuk-checkboxes__item').checkVisibility())"""


@pytest.fixture
def safety_page(open_page, live_server, cast):
    """Page 3, signed in, with the pages before it filled."""

    def opened(**options):
        page = open_page(PHONE, **options)
        sign_in_browser(page, live_server.url, cast.receptionist)
        page.goto(f"{live_server.url}/referrals/new/")
        filling.patient(page)
        filling.consent(page)
        return page

    return opened


def radio(page, name, value):
    return page.locator(f'input[name="{name}"][value="{value}"]')


def said(page, name):
    """What is announced below the question of this name."""
    return page.locator(f"[data-choices]:has(> * > [name={name}]) + .app-unticked")


def test_none_says_which_ticks_it_removes_and_one_press_brings_them_back(safety_page, looked_at):
    page = safety_page()
    announced = said(page, RED).get_by_role("status")
    assert announced.inner_text() == ""  # there before it speaks, or no screen reader would hear it
    radio(page, RED, "some").check()
    page.get_by_label(CANCER).check()
    page.get_by_label(IMMUNE).check()
    radio(page, RED, "none").focus()
    page.keyboard.press("Space")
    assert announced.inner_text() == f"Unticked: {CANCER}; {IMMUNE}."
    assert announced.evaluate("e => e.ariaLive || e.getAttribute('role')") == "status"
    assert not page.get_by_label(CANCER).is_checked()
    assert not page.get_by_label(CANCER).is_visible()
    looked_at(page, "ticks-removed")

    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Put them back"
    page.keyboard.press("Enter")
    assert page.evaluate("[document.activeElement.name, document.activeElement.value]") == [RED, "some"]
    assert radio(page, RED, "some").is_checked()
    assert page.get_by_label(CANCER).is_checked()
    assert page.get_by_label(IMMUNE).is_checked()
    assert page.get_by_label(CANCER).is_visible()
    assert announced.inner_text() == f"Ticked again: {CANCER}; {IMMUNE}."
    assert not said(page, RED).get_by_role("button").is_visible()


def test_every_list_does_so_and_another_tick_ends_the_offer(safety_page):
    page = safety_page()
    for asked in safety.QUESTION_SETS:
        name, item = f"safety_{asked.code}", asked.items[0]
        box = page.locator(f'input[name="{name}_which"][value="{item.code}"]')
        for away in [value for value, _ in asked.answers if value != safety.SOME]:
            radio(page, name, "some").check()
            box.check()
            assert not said(page, name).get_by_role("button").is_visible()
            radio(page, name, away).check()
            assert said(page, name).get_by_role("status").inner_text() == f"Unticked: {item.words}."
            assert not box.is_checked()
        said(page, name).get_by_role("button", name="Put it back").click()
        assert box.is_checked()


def test_after_going_back_to_the_form_no_tick_is_hidden(safety_page, looked_at):
    """The walk's path: a tick left under "None", as a page without scripts or an older one sends it."""
    page = safety_page()
    radio(page, SIGNS, "some").check()
    page.get_by_label("Loss of bowel control").check()
    radio(page, SIGNS, "none").evaluate(
        "box => { box.checked = true; }"
    )  # no event: our script does not see it
    filling.go_on(page)
    page.get_by_role("heading", name="No referral was made").wait_for()
    page.get_by_role("button", name="Go back to the form").click()
    assert radio(page, SIGNS, "none").is_checked()
    assert page.evaluate(SHOWN) == [True]
    looked_at(page, "ticks-after-going-back")

    radio(page, SIGNS, "some").check()  # still there, and chosen above now
    radio(page, SIGNS, "none").check()
    radio(page, RED, "some").check()
    page.get_by_label(CANCER).check()
    radio(page, RED, "none").evaluate("box => { box.checked = true; }")
    filling.go_on(page)
    page.get_by_role("alert").get_by_text(f"but this is ticked: {CANCER}.").wait_for()
    assert page.evaluate(SHOWN) == [True]
    looked_at(page, "ticks-beside-none")


def test_answers_that_the_browser_restores_show_their_ticks(safety_page, live_server):
    page = safety_page()
    radio(page, RED, "some").check()
    page.get_by_label(CANCER).check()
    radio(page, RED, "none").evaluate("box => { box.checked = true; }")
    page.goto(f"{live_server.url}/referrals/")
    page.go_back()
    page.locator(".js-enabled").first.wait_for(state="attached")
    page.wait_for_load_state("load")
    if page.get_by_label(
        CANCER
    ).is_checked():  # this browser may restore nothing of a page that is not to be stored
        assert page.get_by_label(CANCER).is_visible()
    # What a restored page is: the answers are in place before "pageshow".
    radio(page, RED, "none").evaluate(
        f"""none => {{
            none.checked = true;
            document.querySelector('[name="{RED}_which"][value="cancer"]').checked = true;
            dispatchEvent(new PageTransitionEvent('pageshow', {{persisted: true}}));
        }}"""
    )
    assert page.get_by_label(CANCER).is_visible()
    page.get_by_label(CANCER).uncheck()
    assert page.get_by_label(CANCER).is_visible()  # nothing closes under the finger


def test_without_scripts_no_tick_is_ever_hidden(safety_page, looked_at):
    page = safety_page(javascript=False)
    page.get_by_label(CANCER).check()
    radio(page, RED, "none").check()
    assert page.get_by_label(CANCER).is_visible()
    filling.go_on(page)
    page.get_by_role("alert").get_by_text(f"but this is ticked: {CANCER}.").wait_for()
    assert page.get_by_label(CANCER).is_checked()
    assert page.get_by_label(CANCER).is_visible()
    page.get_by_label("Loss of bowel control").check()
    radio(page, SIGNS, "none").check()
    filling.go_on(page)
    page.get_by_role("heading", name="No referral was made").wait_for()
    page.get_by_role("button", name="Go back to the form").click()
    assert page.get_by_label("Loss of bowel control").is_checked()
    assert page.get_by_label("Loss of bowel control").is_visible()
    assert page.get_by_label(CANCER).is_visible()
