"""The pages for everyone: they can be read by all, say what is true of this deployment, and stand in every footer."""

import ast
from datetime import timedelta
from html import escape
from pathlib import Path

import pytest
from django.conf import settings as site
from django.template.loader import render_to_string
from django.test import Client
from django.urls import reverse

from accounts.sign_in import known_browser
from accounts.tests.factories import sign_in
from design import search_cookie
from devtools import sentences
from itsyourmove.environment import NOTICE_FACTS
from itsyourmove.public_pages import cookies, safety_text, urls
from itsyourmove.public_pages.facts import in_words
from itsyourmove.system_checks import notices_are_true
from participants.personal_links import birth_date_gate
from referrals.guidance import content as guidance_content
from referrals.submission import draft_views
from tests.plugins.browser import DESK, PHONE
from tests.plugins.cast import Cast

NOTICES = ("privacy", "accessibility", "terms", "cookies", "complaints")
PAGES = ["home", *(pattern.name for pattern in urls.urlpatterns)]
TRUE = dict.fromkeys(NOTICE_FACTS, "Our own") | {
    "LAWFUL_BASIS": "public_task",
    "NOTICES_APPROVED_ON": "2026-03-02",
    "SERVICE_PHONE": "0300 123 4567",
    "SERVICE_EMAIL": "hello@partnership.test",
}


def text_of(client: Client, name: str) -> str:
    return " ".join(client.get(reverse(name)).content.decode().split())


# --- In a browser ----------------------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_every_page_is_accessible_fits_a_phone_and_needs_no_scripts(live_server, open_page, looked_at):
    page = open_page(PHONE)
    for name in PAGES:
        page.goto(live_server.url + reverse(name))
        looked_at(page, f"public-{name}")
    plain = open_page(PHONE, javascript=False)
    plain.goto(live_server.url)
    plain.get_by_role("button", name="Find out how to join").click()
    for label in ("Privacy notice", "Terms of use", "Cookies", "How to complain or say thank you"):
        plain.get_by_role("contentinfo").get_by_role("link", name=label).click()
        assert plain.get_by_role("heading", level=1).inner_text() == label
    desk = open_page(DESK)
    desk.goto(live_server.url)
    desk.get_by_role("navigation").get_by_role("link", name="Is it safe for me?").press("Enter")
    assert desk.locator("[aria-current=page]").inner_text() == "Is it safe for me?"
    assert desk.evaluate("[...document.images].every((image) => image.complete && image.naturalWidth > 0)")


# --- Who sees what ---------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_who_is_signed_in_keeps_their_home_and_their_menu(client: Client, cast: Cast):
    sign_in(client, cast.receptionist)
    assert client.get("/").url == reverse("referrals:list")
    page = text_of(client, "privacy")
    assert "New referral" in page
    assert 'aria-label="The programme"' not in page


@pytest.mark.django_db
@pytest.mark.parametrize("name", PAGES)
def test_a_page_for_everyone_asks_the_database_nothing_and_leaves_no_cookie(
    client: Client, django_assert_num_queries, name: str
):
    with django_assert_num_queries(0):
        answer = client.get(reverse(name))
    assert answer.status_code == 200
    assert not answer.cookies
    assert client.post(reverse(name)).status_code in (200, 405)


@pytest.mark.django_db
def test_the_notices_are_linked_in_every_footer(client: Client, cast: Cast):
    sign_in(client, cast.officer)
    office = client.get(reverse("admin:index")).content.decode()
    own = client.get("/s/unknown/").content.decode()
    fault = render_to_string("500.html")
    for page in (office, own, fault, Client().get("/sign-in/").content.decode()):
        assert [name for name in NOTICES if f'href="{reverse(name)}"' not in page] == []


# --- What they say ---------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_the_facts_of_the_deployment_are_filled_in(client: Client, settings):
    settings.DATA_CONTROLLER, settings.ICO_NUMBER = "Rivershire Sport <Trust>", "ZB123456"
    settings.LAWFUL_BASIS, settings.DATA_LOCATION = "legitimate_interests", "in Wales"
    settings.NOT_ACCEPTED_KEPT_DAYS, settings.COMMISSIONER_NAME = 400, "Rivershire Care Board"
    settings.COMPLAINTS_EMAIL, settings.COMMISSIONER_PHONE = "moan@rivershire.test", "0300 111 2222"
    privacy, complaints = text_of(client, "privacy"), text_of(client, "complaints")
    for said in (
        "Rivershire Sport &lt;Trust&gt; decides",
        "ZB123456",
        "article 6(1)(f)",
        "in Wales.",
        "1 year after",
    ):
        assert said in privacy
    assert "article 6(1)(e)" not in privacy
    for said in (
        "Rivershire Care Board",
        "tel:03001112222",
        "mailto:moan@rivershire.test",
        "Ombudsman",
        "ico.org.uk",
    ):
        assert said in complaints


@pytest.mark.django_db
def test_a_page_with_a_fact_missing_says_nothing_in_its_place(client: Client, settings):
    for name in NOTICE_FACTS:
        setattr(settings, name, "")
    for name in PAGES:
        page = text_of(client, name)
        assert 'href="mailto:"' not in page
        assert 'href="tel:"' not in page
        assert "None" not in page
        assert " ." not in page


@pytest.mark.django_db
def test_what_is_said_about_safety_stands_on_the_page_and_the_page_prints_no_status(client: Client):
    page = text_of(client, "is_it_safe")
    emergency = next(part for part in guidance_content.LEAFLET if part.urgent)
    assert [line for line in emergency.lines if escape(line) not in page] == []
    assert "sign-off" not in page
    assert all(line in page for line in safety_text.BEFORE.lines)


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(2922 * 86400, "8 years"), (365 * 86400, "1 year"), (14 * 86400, "14 days"), (43200, "12 hours"), (1800, "30 minutes")],
)  # fmt: skip
def test_how_long_is_said_in_words(seconds: int, words: str):
    assert in_words(timedelta(seconds=seconds)) == words


# --- Cookies ---------------------------------------------------------------------------------------------------------


def test_every_cookie_that_the_code_sets_is_on_the_page(settings):
    settings.COOKIE_PREFIX, settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME = "__Host-", "s", "c"
    ours = {known_browser.COOKIE, draft_views.COOKIE, "proof_...", "clinician_..."}
    named = {cookie.name for cookie in cookies.all_of_them()}
    assert named == {"s", "c", search_cookie.SEARCH, *(f"__Host-{name}" for name in ours)}
    assert birth_date_gate._cookie(type("Link", (), {"PURPOSE": "x", "pk": 1})).startswith("proof_")
    # Whoever sets another one adds it to the page, and then its module to this list.
    assert modules_that_set_cookies() == {
        "accounts/sign_in/known_browser.py",
        "design/search_cookie.py",
        "design/signed_cookies.py",
        "participants/personal_links/birth_date_gate.py",
        "referrals/clinician_link/views.py",
        "referrals/submission/draft_views.py",
    }


def modules_that_set_cookies() -> set[str]:
    root = Path(site.BASE_DIR)
    return {
        str(file.relative_to(root))
        for room in sentences.ROOMS
        for file in (root / room).rglob("*.py")
        if "tests" not in file.parts
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
        and getattr(node.func, "attr", getattr(node.func, "id", "")) in ("set_cookie", "set_signed_cookie")
    }


def test_how_long_cookies_stay_follows_the_settings(settings):
    settings.DRAFT_DAYS, settings.SESSION_COOKIE_AGE, settings.CSRF_COOKIE_AGE = 21, 3600, 86400
    lasts = {cookie.name: cookie.lasts for cookie in cookies.all_of_them()}
    assert lasts["referral_form"] == "21 days"
    assert lasts[settings.SESSION_COOKIE_NAME] == "Until you close your browser, or for 1 hour at most"
    assert lasts[settings.CSRF_COOKIE_NAME] == "1 day"
    assert (lasts["known_browser"], lasts["proof_..."]) == ("1 year", "30 minutes")
    assert site.SESSION_EXPIRE_AT_BROWSER_CLOSE


# --- Before it is deployed -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "numbers"),
    [
        ({}, []),
        *[({name: ""}, ["E040"]) for name in NOTICE_FACTS],
        ({"COMMISSIONER_EMAIL": "feedback@exampleshire.example"}, ["E041"]),
        ({"SERVICE_PHONE": "01632 960 123"}, ["E041"]),
        ({"LAWFUL_BASIS": "consent"}, ["E042"]),
        ({"NOTICES_APPROVED_ON": "2 March"}, ["E043"]),
        ({"NOTICES_APPROVED_ON": "2999-01-01"}, ["E043"]),
    ],
)
def test_a_deployment_with_a_fact_unset_or_made_up_is_named(settings, changes, numbers):
    for name, value in (TRUE | changes).items():
        setattr(settings, name, value)
    found = notices_are_true(None)
    assert [error.id for error in found] == [f"itsyourmove.{number}" for number in numbers]
    assert all(next(iter(changes)) in error.msg for error in found)
