"""How the office's lists and forms look: on a phone a row is a card, and a button looks as it does on our own pages."""

import pytest
from django.urls import reverse

from accounts.tests.factories import sign_in_browser
from tests.plugins.browser import DESK, PHONE
from tests.test_access import World, world  # noqa: F401 - a fixture

pytestmark = pytest.mark.django_db(transaction=True)
LISTS = [
    "referrals_referral",
    "participants_participant",
    "cohort_sessions_session",
    "cohort_sessions_place",
    "accounts_organisation",
    "accounts_user",
    "accounts_membership",
    "cohort_sessions_cohort",
]
# How much of a list is outside its box, and the cells that do not say their heading.
SEEN = """() => {
  const box = document.querySelector("#changelist .results");
  const mute = [...document.querySelectorAll("#result_list tbody td:not(.action-checkbox)")]
    .filter((cell) => getComputedStyle(cell, "::before").content === "none");
  return [box.scrollWidth - box.clientWidth, mute.length];
}"""
LOOK = "e => { const s = getComputedStyle(e); return [s.backgroundColor, s.color, s.borderRadius, s.fontWeight]; }"


def test_a_row_of_a_list_is_a_card_on_a_phone(world: World, live_server, open_page, looked_at):  # noqa: F811
    page = open_page(DESK)
    sign_in_browser(page, live_server.url, world.cast.administrator)
    for name in LISTS:
        page.set_viewport_size(DESK)
        page.goto(live_server.url + reverse(f"admin:{name}_changelist") + "?show=all" * ("referral" in name))
        beyond, _ = page.evaluate(SEEN)
        assert beyond <= 0, f"{name} scrolls in its box at 1280 px"
        page.set_viewport_size(PHONE)
        assert page.evaluate(SEEN) == [0, 0], name
    page.set_viewport_size(DESK)
    looked_at(page, "desk-list")


def test_buttons_of_the_admin_look_like_ours(world: World, live_server, open_page, looked_at):  # noqa: F811
    page = open_page(DESK)
    sign_in_browser(page, live_server.url, world.cast.administrator)
    group = reverse("admin:cohort_sessions_cohort_change", args=[world.pks["cohort_sessions.cohort"]])
    page.goto(live_server.url + group)
    ours = page.get_by_role("link", name="Place people").evaluate(LOOK)
    page.goto(live_server.url + reverse("admin:cohort_sessions_cohort_changelist"))
    assert page.get_by_role("button", name="Continue").evaluate(LOOK) == ours
    assert page.get_by_role("link", name="Open a group").evaluate(LOOK) == ours
    programme = reverse(
        "admin:cohort_sessions_programme_change", args=[world.pks["cohort_sessions.programme"]]
    )
    page.goto(live_server.url + programme)
    assert page.get_by_role("button", name="Save", exact=True).evaluate(LOOK) == ours
    looked_at(page, "desk-form")
