"""What a browser is left with: cookies that no other site can set, no messages in them, and nothing after signing out."""

import json
import os
import subprocess
import sys
from datetime import timedelta
from uuid import uuid4

import pytest
import time_machine
from django.conf import settings as site
from django.contrib.sessions.backends.db import SessionStore
from django.test import Client
from django.utils import timezone

from accounts.tests.factories import sign_in, sign_in_browser
from accounts.tests.sign_in.steps import ask_for_code, enter_code, is_signed_in, newest_code
from referrals.models import ReferralDraft
from referrals.self_assessment import services as self_assessment
from referrals.tests.factories import typed
from referrals.tests.self_assessment import own
from tests.plugins.cast import Cast

pytestmark = pytest.mark.django_db
Session = SessionStore.get_model_class()
INVITED = {"name": "Asha", "email": "asha@riverbank.example", "role": "clinician_admin", "profession": ""}


# --- Cookies ---------------------------------------------------------------------------------------------------------


@pytest.mark.processes
def test_where_patients_are_served_the_names_of_cookies_begin_with_host():
    shown = "import json; from itsyourmove import settings as s; print(json.dumps([s.SESSION_COOKIE_NAME, s.CSRF_COOKIE_NAME, s.COOKIE_PREFIX]))"
    keys = dict.fromkeys(("SECRET_KEY", "LINK_KEY", "MESSAGE_KEY"), "x" * 40)
    places = {"DATABASE_URL": "postgresql://u@h/d", "REDIS_URL": "redis://h/0", "STATIC_ROOT": "static"}
    kept = {name: value for name, value in os.environ.items() if name not in ("DEMO", "TESTING")}
    ran = subprocess.run(
        [sys.executable, "-c", shown],
        cwd=site.BASE_DIR,
        env=kept | keys | places | {"PRODUCTION": "1"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert json.loads(ran.stdout) == ["__Host-sessionid", "__Host-csrftoken", "__Host-"]


@pytest.fixture
def as_in_production(settings):
    settings.COOKIE_PREFIX = "__Host-"
    settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME = "__Host-sessionid", "__Host-csrftoken"
    settings.SESSION_COOKIE_SECURE = settings.CSRF_COOKIE_SECURE = True


def test_every_cookie_is_of_this_very_host(as_in_production, cast: Cast, client: Client):
    ask_for_code(client, cast.receptionist.email)
    enter_code(client, newest_code(cast.receptionist))
    assert is_signed_in(client)
    key = uuid4()
    client.get(f"/referrals/new/{key}/patient/")
    referral = own.waiting(now=timezone.now())
    asked = self_assessment.send_safety_link(
        referral=referral, because="again", by=cast.officer, now=timezone.now()
    )
    page = f"/q/{asked.token}/"
    assert client.post(page, own.born(referral)).status_code == 302
    assert "Confirm your date of birth" not in client.get(page).content.decode()
    found = {name: morsel for name, morsel in client.cookies.items() if morsel.value}
    assert {name.removeprefix("__Host-").split("_")[0] for name in found} >= {
        "sessionid", "csrftoken", "known", "referral", "proof",
    }  # fmt: skip
    for name, morsel in found.items():
        assert name.startswith("__Host-"), name
        assert (morsel["path"], morsel["domain"], morsel["secure"]) == ("/", "", True), name
    # And the one that keeps a form whose session is gone still does its work.
    client.cookies.pop("__Host-sessionid")
    client.post(f"/referrals/new/{key}/patient/", typed())
    assert ReferralDraft.objects.get(user=cast.receptionist).typed["given_name"] == ["Aoife"]


def test_what_a_page_says_once_stands_in_no_cookie(cast: Cast):
    lee = sign_in(Client(), cast.lead)
    lee.post("/colleagues/invite/", INVITED)
    assert not [name for name in lee.cookies if "messages" in name]
    assert "Asha can now refer" in lee.get("/colleagues/").content.decode()
    assert "Asha can now refer" not in lee.get("/colleagues/").content.decode()


def test_looking_for_a_code_that_nobody_asked_for_keeps_nothing_and_says_what_to_do(client: Client):
    page = client.get("/sign-in/code/?next=/referrals/", follow=True)
    assert "Ask for a new code" in page.content.decode()
    assert page.request["QUERY_STRING"].count("next=") == 1
    assert not Session.objects.exists()


# --- Signing out -----------------------------------------------------------------------------------------------------


def test_signing_out_clears_what_the_browser_kept_of_pages_and_leaves_its_cookies(cast: Cast, client: Client):
    sign_in(client, cast.receptionist)
    assert client.get("/sign-out/").headers.get("Clear-Site-Data") is None
    answer = client.post("/sign-out/")
    assert (answer.status_code, answer.url) == (302, "/signed-out/")
    assert answer["Clear-Site-Data"] == '"cache", "storage"'


def test_in_a_browser_the_page_after_signing_out_is_whole(live_server, cast: Cast, page):
    sign_in_browser(page, live_server.url, cast.receptionist)
    page.goto(f"{live_server.url}/sign-out/")
    page.context.add_cookies([{"name": "known_browser", "value": "x", "url": live_server.url}])
    page.get_by_role("main").get_by_role("button", name="Sign out").click()
    page.wait_for_url("**/signed-out/")
    assert page.evaluate("document.styleSheets.length > 0 && document.styleSheets[0].cssRules.length > 0")
    assert "known_browser" in [each["name"] for each in page.context.cookies()]
    page.goto(f"{live_server.url}/referrals/")
    assert "/sign-in/" in page.url


# --- Looking changes nothing -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "path", ["/sign-in/passkey/", "/second-step/passkeys/new/", "/second-step/passkeys/1/remove/"]
)
def test_a_stranger_who_looks_at_a_page_of_passkeys_leaves_no_session(client: Client, path: str):
    client.get(path)
    client.head(path)
    assert not Session.objects.exists()


def test_looking_at_the_passkey_sign_in_leaves_a_code_that_was_asked_for(cast: Cast, client: Client):
    ask_for_code(client, cast.receptionist.email)
    before = Session.objects.get()
    client.get("/sign-in/passkey/")
    assert Session.objects.get().session_data == before.session_data
    enter_code(client, newest_code(cast.receptionist))
    assert is_signed_in(client)


@pytest.mark.parametrize("path", ["/second-step/passkeys/new/", "/second-step/passkeys/1/remove/"])
def test_looking_at_a_passkey_page_long_after_signing_in_signs_nobody_out(
    cast: Cast, client: Client, path: str
):
    now = timezone.now()
    with time_machine.travel(now, tick=False) as clock:
        sign_in(client, cast.receptionist)
        client.get("/second-step/")
        clock.shift(timedelta(minutes=16))
        client.get("/second-step/")
        before = Session.objects.get().session_data
        page = client.get(path)
        assert "Sign in again first" in page.content.decode()
        assert Session.objects.get().session_data == before
        assert is_signed_in(client)
        answer = client.post("/sign-out/", {"next": path})
    assert answer.url == f"/sign-in/?next={path}"
    assert not is_signed_in(client)


def test_signing_out_leads_to_no_other_site(cast: Cast, client: Client):
    sign_in(client, cast.receptionist)
    assert client.post("/sign-out/", {"next": "https://evil.example/"}).url == "/signed-out/"


LOOK_UPS = ["accounts/user", "accounts/membership", "messaging/message", "messaging/lettertopost"]


@pytest.mark.parametrize(
    "path", ["autocomplete/", *(f"{each}/action-form-autocomplete/" for each in LOOK_UPS)]
)
@pytest.mark.parametrize("query", ["", "?page=x"])
def test_the_admin_has_no_look_up_that_nothing_uses(cast: Cast, client: Client, path: str, query: str):
    sign_in(client, cast.administrator)
    client.raise_request_exception = False
    answer = client.get(f"/admin/{path}{query}", follow=True)
    led_away = not answer.request["PATH_INFO"].endswith("autocomplete/")  # as for a row that is not there
    assert led_away or answer.status_code == 404
