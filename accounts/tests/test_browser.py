"""Signing in as people do it, in a real browser: nothing wrong for axe, nothing too wide for a phone."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse

from accounts.sign_in import second_factor
from accounts.tests import factories
from accounts.tests.sign_in.steps import newest_code
from tests.plugins.browser import DESK, PHONE

pytestmark = pytest.mark.django_db(transaction=True)


def address(page) -> str:
    return re.sub(r"^https?://[^/]+", "", page.url)


def test_a_receptionist_signs_in_and_out(live_server, open_page, looked_at):
    sam = factories.referrer(
        name="Sam O’Brien", email="sam.o'brien@riverbank-surgery-and-health-centre.example"
    )
    page = open_page(PHONE)
    page.goto(f"{live_server.url}/sign-in/?next=/second-step/")
    looked_at(page, "accounts-sign-in")
    page.get_by_role("button", name="Send me a code").click()
    page.get_by_role("link", name="Enter your email address").click()
    assert page.get_by_label("Email address").evaluate("box => box === document.activeElement")
    assert page.title().startswith("Error: ")
    looked_at(page, "accounts-sign-in-error")

    page.get_by_label("Email address").fill(sam.email)
    page.keyboard.press("Enter")
    page.wait_for_url("**/sign-in/code/**")
    page.get_by_text("I did not get a code").click()
    looked_at(page, "accounts-code")
    page.get_by_label("Code", exact=True).fill("wrong")
    page.get_by_role("button", name="Sign in").click()
    looked_at(page, "accounts-code-error")
    page.get_by_label("Code", exact=True).fill(newest_code(sam).lower().replace("-", ""))
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/second-step/")
    looked_at(page, "accounts-no-second-step")

    page.goto(f"{live_server.url}/sign-out/")
    looked_at(page, "accounts-sign-out")
    page.get_by_role("main").get_by_role("button", name="Sign out").click()
    page.wait_for_url("**/signed-out/")
    looked_at(page, "accounts-signed-out")


def test_an_officer_sets_up_the_second_step_and_uses_it(live_server, open_page, looked_at):
    olive = factories.officer(email="olive@partnership.example")
    page = open_page(PHONE)

    def first_step():
        page.goto(f"{live_server.url}/sign-in/?next=/second-step/")
        page.get_by_label("Email address").fill(olive.email)
        page.get_by_role("button", name="Send me a code").click()
        page.wait_for_url("**/sign-in/code/**")
        page.get_by_label("Code", exact=True).fill(newest_code(olive))
        page.get_by_role("button", name="Sign in").click()

    first_step()
    page.wait_for_url("**/second-step/set-up/**")
    looked_at(page, "accounts-set-up")
    page.get_by_text("I cannot use the camera").click()
    secret = page.locator(".app-key").inner_text().replace(" ", "")
    looked_at(page, "accounts-set-up-key")
    page.get_by_label("Code", exact=True).fill("000000")
    page.get_by_role("button", name="Continue").click()
    looked_at(page, "accounts-set-up-error")
    page.get_by_label("Code", exact=True).fill(factories.code_of_app(secret))
    page.get_by_role("button", name="Continue").click()
    page.wait_for_url("**/recovery-codes/**")
    assert page.locator("main .app-code").count() == 10
    looked_at(page, "accounts-recovery-codes")
    page.get_by_role("button", name="I have saved them").click()
    assert address(page) == "/second-step/"
    looked_at(page, "accounts-second-step-status")
    page.get_by_role("link", name="Make new recovery codes").click()
    looked_at(page, "accounts-new-recovery-codes")
    page.goto(f"{live_server.url}/second-step/recovery-codes/")
    looked_at(page, "accounts-recovery-codes-shown-before")

    page.context.clear_cookies()
    first_step()
    page.wait_for_url("**/sign-in/second-step/**")
    page.get_by_text("I do not have my phone").click()
    looked_at(page, "accounts-second-step")
    page.get_by_label("Code", exact=True).fill("000000")
    page.get_by_role("button", name="Continue").click()
    looked_at(page, "accounts-second-step-error")
    page.get_by_label("Code", exact=True).fill(factories.code_of_app(secret, later=1))
    page.get_by_role("button", name="Continue").click()
    page.wait_for_url("**/second-step/")


def test_signing_in_needs_no_javascript(live_server, open_page):
    sam = factories.referrer()
    page = open_page(PHONE, javascript=False)
    page.goto(f"{live_server.url}/sign-in/?next=/second-step/")
    page.get_by_label("Email address").fill(sam.email)
    page.get_by_role("button", name="Send me a code").click()
    page.get_by_label("Code", exact=True).fill(newest_code(sam))
    page.get_by_role("button", name="Sign in").click()
    assert address(page) == "/second-step/"


def test_signing_somebody_out_everywhere_and_signing_in_again_have_no_barrier(
    live_server, open_page, looked_at, monkeypatch
):
    ada, sam = factories.administrator(), factories.referrer()
    monkeypatch.setattr(second_factor, "RECENT", timedelta(seconds=-60))
    page = open_page(PHONE)
    factories.sign_in_browser(page, live_server.url, ada)
    page.goto(f"{live_server.url}/admin/accounts/user/{sam.pk}/sign-out/")
    looked_at(page, "accounts-admin-sign-out")
    page.get_by_role("button", name="Sign them out everywhere").press("Enter")
    page.get_by_text(f"{sam} is signed out everywhere.").wait_for()
    page.goto(f"{live_server.url}{reverse('passkey_add')}")
    page.get_by_role("heading", name="Sign in again first").wait_for()
    looked_at(page, "accounts-sign-in-again")


def test_the_accounts_pages_of_the_admin_have_no_barrier(live_server, open_page, axe, screenshot):
    ada = factories.administrator()
    sam = factories.referrer(factories.practice("Riverbank Surgery"), name="Sam O’Brien")
    organisation = sam.memberships.get().organisation
    page = open_page(DESK)
    factories.sign_in_browser(page, live_server.url, ada)
    for name, path in (
        ("users", "user/"),
        ("user-add", "user/add/"),
        ("user", f"user/{sam.pk}/change/"),
        ("organisations", "organisation/"),
        ("organisation", f"organisation/{organisation.pk}/change/"),
        ("memberships", "membership/"),
        ("membership-add", "membership/add/"),
        ("membership", f"membership/{sam.memberships.get().pk}/change/"),
    ):
        page.goto(f"{live_server.url}/admin/accounts/{path}")
        assert page.get_by_role("heading", level=1).count() == 1, path
        screenshot(page, f"accounts-admin-{name}-1280")
        axe(page)
    page.goto(f"{live_server.url}/admin/accounts/user/add/")
    page.locator('input[name="_save"]').click()
    screenshot(page, "accounts-admin-user-add-error-1280")
    axe(page)
