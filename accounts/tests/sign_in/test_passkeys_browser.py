"""The whole ceremony in Chromium, with a virtual authenticator in place of a phone."""

import json

import pytest

from accounts.login_sessions.store import SessionStore
from accounts.sign_in import passkeys
from accounts.tests import factories
from accounts.tests.sign_in.phone import Phone
from accounts.tests.sign_in.steps import newest_code
from tests.plugins.browser import DESK, PHONE, arrived

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def site(live_server, settings) -> str:
    settings.SITE_ORIGIN = live_server.url
    return live_server.url


def add_passkey(page, site: str) -> None:
    page.goto(f"{site}/second-step/passkeys/new/")
    page.get_by_role("button", name="Add this passkey").click()
    page.get_by_text("Passkey added").wait_for()


def test_a_receptionist_adds_a_passkey_signs_in_with_one_press_and_removes_it(site, open_page, looked_at):
    sam = factories.referrer(name="Sam O’Brien", email="sam.o'brien@riverbank.example")
    page = open_page(PHONE)
    phone = Phone(page)
    factories.sign_in_browser(page, site, sam)
    page.goto(f"{site}/second-step/")
    looked_at(page, "accounts-your-sign-in-empty")
    page.get_by_role("button", name="Add a passkey").click()
    looked_at(page, "accounts-new-passkey")

    phone.owner(agrees=False)
    page.get_by_label("Name").fill("Sam’s phone with a rather long name, in a blue case")
    page.get_by_role("button", name="Add this passkey").click()
    page.get_by_text("Press the button to try again.").wait_for()
    assert page.get_by_role("button", name="Add this passkey").evaluate("it => it === document.activeElement")
    looked_at(page, "accounts-new-passkey-stopped")
    phone.owner(agrees=True)
    page.get_by_role("button", name="Add this passkey").click()
    page.get_by_text("Passkey added").wait_for()
    looked_at(page, "accounts-your-sign-in")
    assert str(passkeys.of(sam).get()).startswith("Sam’s phone")

    page.goto(f"{site}/second-step/passkeys/new/")
    page.get_by_role("button", name="Add this passkey").click()
    page.get_by_text("This device already has a passkey").wait_for()

    page.context.clear_cookies()
    page.goto(f"{site}/sign-in/?next=/second-step/")
    looked_at(page, "accounts-sign-in-passkey")
    phone.owner(agrees=False)
    page.get_by_role("button", name="Sign in with a passkey").click()
    page.get_by_text("use another way to sign in").wait_for()
    looked_at(page, "accounts-sign-in-passkey-stopped")
    phone.owner(agrees=True)
    page.get_by_role("button", name="Sign in with a passkey").click()
    page.wait_for_url("**/second-step/")
    page.get_by_text("Last used on").wait_for()

    page.get_by_role("link", name="Remove the passkey Sam’s phone").click()
    looked_at(page, "accounts-remove-passkey")
    page.get_by_role("button", name="Remove this passkey").click()
    page.get_by_text("Passkey removed").wait_for()
    page.get_by_role("main").get_by_text("Add a passkey").wait_for()
    page.context.clear_cookies()
    page.goto(f"{site}/sign-in/")
    page.get_by_role("button", name="Sign in with a passkey").click()
    page.get_by_text("That passkey does not match an account here").wait_for()
    looked_at(page, "accounts-sign-in-passkey-unknown")


def test_an_officer_adds_a_passkey_and_comes_straight_to_the_office(site, open_page, looked_at):
    olive = factories.officer()
    page = open_page(DESK)
    Phone(page)
    factories.sign_in_browser(page, site, olive)
    page.goto(f"{site}/admin/")
    page.get_by_role("link", name="Account security").click()
    add_passkey(page, site)
    page.context.clear_cookies()
    page.goto(f"{site}/admin/")
    page.get_by_role("button", name="Sign in with a passkey").click()
    page.wait_for_url("**/admin/")
    arrived(page)
    assert page.get_by_role("heading", level=1).count() == 1

    page.context.clear_cookies()
    page.goto(f"{site}/sign-in/?next=/admin/")
    page.get_by_label("Email address").fill(olive.email)
    page.get_by_role("button", name="Send me a code").click()
    page.get_by_label("Code", exact=True).fill(newest_code(olive))
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/sign-in/second-step/**")
    looked_at(page, "accounts-second-step-passkey")
    page.get_by_role("button", name="Use a passkey").click()
    page.wait_for_url("**/admin/")


def test_a_passkey_needs_nothing_but_the_keyboard(site, open_page):
    page = open_page(DESK)
    Phone(page)
    factories.sign_in_browser(page, site, factories.referrer())
    page.goto(f"{site}/second-step/")
    reach(page, "Add a passkey")
    page.keyboard.press("Enter")
    page.wait_for_url("**/passkeys/new/")
    arrived(page)
    reach(page, "Add this passkey")
    page.keyboard.press("Enter")
    page.get_by_text("Passkey added").wait_for()
    page.context.clear_cookies()
    page.goto(f"{site}/sign-in/?next=/second-step/")
    reach(page, "Sign in with a passkey")
    page.keyboard.press("Space")
    page.wait_for_url("**/second-step/")


def reach(page, name: str) -> None:
    """Go on with Tab until the link or button of this name has the focus."""
    page.get_by_role("button", name=name).wait_for()
    for _ in range(30):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.textContent.trim()") == name:
            return
    pytest.fail(f"Tab never reaches {name!r}")


def test_without_javascript_or_at_another_address_no_passkey_is_offered(site, open_page, settings, looked_at):
    sam = factories.referrer()
    for page, origin in (
        (open_page(PHONE, javascript=False), site),
        (open_page(PHONE), "https://move.example"),
        (without_webauthn(open_page(PHONE)), site),
    ):
        settings.SITE_ORIGIN = origin
        page.goto(f"{site}/sign-in/")
        page.wait_for_load_state("networkidle")
        assert page.get_by_role("button", name="Send me a code").is_visible()
        assert not page.get_by_text("Sign in with a passkey").is_visible()
        factories.sign_in_browser(page, site, sam)
        page.goto(f"{site}/second-step/passkeys/new/")
        page.wait_for_load_state("networkidle")
        assert page.get_by_text("This browser cannot make a passkey here").is_visible()
        assert not page.get_by_text("Add this passkey").is_visible()
    looked_at(page, "accounts-new-passkey-not-here")


def without_webauthn(page):
    page.add_init_script("delete window.PublicKeyCredential")
    return page


def test_an_answer_that_the_browser_has_given_once_is_refused_when_it_is_sent_again(site, open_page):
    sam = factories.referrer()
    page = open_page(DESK)
    Phone(page)
    factories.sign_in_browser(page, site, sam)
    add_passkey(page, site)
    page.context.clear_cookies()
    sent = []
    page.on(
        "request", lambda request: sent.append(request) if request.url.endswith("/sign-in/passkey/") else None
    )
    page.goto(f"{site}/sign-in/")
    page.get_by_role("button", name="Sign in with a passkey").click()
    page.wait_for_url("**/referrals/")
    [posted] = [request for request in sent if request.method == "POST"]
    page.get_by_role("button", name="Sign out").click()
    page.goto(f"{site}/sign-in/")
    credential = dict(posted.post_data_json)["credential"]
    assert json.loads(credential)["response"]["signature"]
    page.evaluate(
        """credential => { const form = document.querySelector("form[data-passkey]");
           form.elements.credential.value = credential; form.submit(); }""",
        credential,
    )
    page.get_by_text("That passkey does not match an account here").wait_for()


def test_a_press_too_long_after_the_sign_in_says_why_and_leads_back(site, open_page):
    """The page was opened in time; the sign-in grew old while it was read."""
    sam = factories.referrer()
    page = open_page(DESK)
    Phone(page)
    factories.sign_in_browser(page, site, sam)
    page.goto(f"{site}/second-step/passkeys/new/")
    all_signed_in_an_hour_ago()
    page.get_by_role("button", name="Add this passkey").click()
    page.get_by_role("heading", name="Sign in again first").wait_for()
    page.get_by_role("button", name="Sign in again").click()
    page.wait_for_url(f"{site}/sign-in/?next=/second-step/passkeys/new/")
    assert not passkeys.of(sam).exists()


def all_signed_in_an_hour_ago() -> None:
    for row in SessionStore.get_model_class().objects.all():
        kept = row.get_decoded()
        for step in kept["account_authentication_methods"]:
            step["at"] -= 3600
        row.session_data = SessionStore().encode(kept)
        row.save()
