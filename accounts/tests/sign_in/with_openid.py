"""Coming in by an OpenID Connect provider. test_openid.py runs this file in a process where one is configured."""

import html
import re
import time
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
import time_machine
from allauth.socialaccount.models import SocialAccount, SocialToken
from cryptography.hazmat.primitives.asymmetric import rsa
from django.conf import settings as configured
from django.contrib import admin
from django.test import Client
from django.utils import timezone

from accounts.models import User
from accounts.tests import factories
from accounts.tests.sign_in.provider import Provider
from accounts.tests.sign_in.steps import is_signed_in
from tests.plugins.browser import DESK, PHONE

pytestmark = pytest.mark.django_db
OFFICE = "/admin/accounts/user/"
STRANGER = "does not match an account here"
AWAY = "We could not sign you in with Trust sign-in."


@pytest.fixture(scope="session")
def running():
    application = configured.SOCIALACCOUNT_PROVIDERS["openid_connect"]["APP"]
    provider = Provider(configured.OIDC_ISSUER, application["client_id"], application["secret"])
    yield provider
    provider.stop()


@pytest.fixture
def provider(running):
    running.forget()
    return running


@pytest.fixture
def sam(provider):
    user = factories.referrer(name="Sam O’Brien", email="sam.o'brien@riverbank.example")
    provider.person["email"] = user.email
    return user


def begin(client: Client, *, onward: str = "") -> str:
    """Press the button; answers the provider's address that the page leads to."""
    page = client.post("/sign-in/provider/" + (f"?next={onward}" if onward else ""))
    assert page.status_code == 200, page.url
    return html.unescape(re.search(r'content="0;url=([^"]+)"', page.content.decode())[1])


def answer_of(address: str) -> str:
    """What the provider sends the browser back to, without our origin."""
    back = requests.get(address, allow_redirects=False, timeout=5).headers["Location"]
    assert back.startswith("http://localhost:8000/sign-in/provider/back/?")
    return back.removeprefix("http://localhost:8000")


def sign_in(client: Client, *, onward: str = ""):
    return client.get(answer_of(begin(client, onward=onward)))


def told(client: Client) -> str:
    return html.unescape(client.get("/sign-in/").content.decode())


def test_somebody_with_an_account_comes_in_and_is_led_on(client, sam):
    answer = sign_in(client, onward="/second-step/")
    assert (answer.status_code, answer.url) == (302, "/second-step/")
    assert is_signed_in(client)


def test_the_question_carries_state_nonce_and_pkce_and_no_more_scope_than_needed(client, sam):
    query = parse_qs(urlsplit(begin(client)).query)
    assert len(query["state"][0]) >= 16
    assert len(query["nonce"][0]) == 64
    assert query["code_challenge_method"] == ["S256"]
    assert sorted(query["scope"][0].split()) == ["email", "openid"]
    assert query["redirect_uri"] == ["http://localhost:8000/sign-in/provider/back/"]


def test_what_the_address_says_changes_nothing_of_the_question(client, sam):
    page = client.post(
        "/sign-in/provider/?scope=admin&auth_params=prompt%3Dnone&process=connect&action=rerequest"
    )
    assert "admin" not in page.content.decode()
    assert "prompt" not in page.content.decode()


def test_a_person_is_known_by_the_subject_afterwards_and_nothing_else_is_kept(client, sam, provider):
    sign_in(client)
    provider.person |= {"email": "new.name@elsewhere.example", "email_verified": False}
    again = Client()
    sign_in(again)
    assert is_signed_in(again)
    assert again.session["_auth_user_id"] == str(sam.pk)
    stored = SocialAccount.objects.get()
    assert (stored.user, stored.uid, stored.extra_data) == (sam, "person-1", {})
    assert not SocialToken.objects.exists()
    sam.refresh_from_db()
    assert sam.email == "sam.o'brien@riverbank.example"


@pytest.mark.parametrize("verified", [False, None, "true", "false", 1, [True]])
def test_an_address_that_the_provider_has_not_verified_opens_nothing(client, sam, provider, verified):
    provider.person["email_verified"] = verified
    assert sign_in(client).url == "/sign-in/"
    assert STRANGER in told(client)
    assert not is_signed_in(client)
    assert not SocialAccount.objects.exists()


@pytest.mark.parametrize(
    "email", ["who@riverbank.example", "", None, 7, "ſam.o'brien@riverbank.example", "a@b@c"]
)
def test_a_stranger_gets_the_same_sentence_and_no_account(client, sam, provider, email):
    provider.person["email"] = email
    before = User.objects.count()
    answer = sign_in(client, onward="/second-step/")
    assert answer.url == "/sign-in/?next=%2Fsecond-step%2F"
    assert STRANGER in told(client)
    assert not is_signed_in(client)
    assert User.objects.count() == before


def test_the_provider_cannot_give_one_account_to_two_of_its_people(client, sam, provider):
    sign_in(client)
    provider.person["sub"] = "person-2"
    other = Client()
    sign_in(other)
    assert not is_signed_in(other)
    assert STRANGER in told(other)


def test_another_issuers_subjects_are_other_people(client, sam, provider):
    stored = SocialAccount.objects.create(
        provider="oidc-another", uid="person-1", user=factories.referrer(), extra_data={}
    )
    sign_in(client)
    assert client.session["_auth_user_id"] == str(sam.pk) != str(stored.user_id)


def test_a_closed_account_stays_closed(client, sam):
    sign_in(Client())
    sam.is_active = False
    sam.save()
    assert sign_in(client).url == "/sign-in/"
    assert "has been closed" in told(client)
    assert not is_signed_in(client)


def test_a_closed_account_is_not_joined_to_anybody(client, sam):
    sam.is_active = False
    sam.save()
    sign_in(client)
    assert STRANGER in told(client)
    assert not SocialAccount.objects.exists()


# --- Answers that must not be believed -------------------------------------------------------------------------------

HOUR = 3600
LIES = {
    "wrong nonce": {"nonce": "another"},
    "no nonce": {"nonce": None},
    "wrong audience": {"aud": "another-service"},
    "many audiences, meant for another": {"aud": ["move", "another"], "azp": "another"},
    "no audience": {"aud": None},
    "wrong issuer": {"iss": "http://127.0.0.1:1/"},
    "expired": {"exp": int(time.time()) - HOUR},
    "never expires": {"exp": None},
    "issued tomorrow": {"iat": int(time.time()) + 24 * HOUR},
    "no subject": {"sub": None},
    "another subject than the person's": {"sub": "person-2"},
    "subject of another kind": {"sub": 7},
    "endless subject": {"sub": "x" * 500},
}


@pytest.mark.parametrize("lie", LIES.values(), ids=LIES)
def test_an_answer_that_must_not_be_believed_is_a_sentence(client, sam, provider, lie):
    provider.claims = lie
    if lie.get("sub") == "x" * 500:
        provider.person["sub"] = lie["sub"]
    assert sign_in(client).url == "/sign-in/"
    assert AWAY in told(client)
    assert not is_signed_in(client)


def test_an_answer_signed_by_somebody_else_is_refused(client, sam, provider):
    provider.signing_key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    sign_in(client)
    assert not is_signed_in(client)


@pytest.mark.parametrize(("algorithm", "key"), [("none", None), ("HS256", "k" * 40)])
def test_an_answer_without_a_real_signature_is_refused(client, sam, provider, algorithm, key):
    provider.algorithm, provider.signing_key = algorithm, key
    sign_in(client)
    assert not is_signed_in(client)


def test_an_answer_is_good_once_in_the_browser_that_asked_and_for_ten_minutes(client, sam):
    back = answer_of(begin(client))
    for other in (Client(), _having_asked_too()):
        assert other.get(back).url == "/sign-in/"
        assert not is_signed_in(other)
    client.get(back)
    assert is_signed_in(client)
    client.post("/sign-out/")
    client.get(back)
    assert not is_signed_in(client)

    late = answer_of(begin(client))
    with time_machine.travel(timezone.now() + timedelta(minutes=11)):
        assert client.get(late).url == "/sign-in/"
        assert not is_signed_in(client)


def _having_asked_too() -> Client:
    other = Client()
    begin(other)
    return other


@pytest.mark.parametrize("state", ["", "state=", "state=wrong", "state=%F0%9F%98%80", "state=" + "x" * 3000])
def test_a_wrong_state_is_a_sentence(client, sam, state):
    begin(client)
    assert client.get(f"/sign-in/provider/back/?code=x&{state}").url == "/sign-in/"
    assert AWAY in told(client)


@pytest.mark.parametrize(
    ("error", "sentence"), [("access_denied", "was stopped"), ("server_error", AWAY), ("<b>", AWAY)]
)
def test_somebody_who_stops_at_the_provider_is_told_how_to_go_on(client, sam, error, sentence):
    state = parse_qs(urlsplit(begin(client)).query)["state"][0]
    client.get("/sign-in/provider/back/", {"error": error, "error_description": "<script>", "state": state})
    page = told(client)
    assert sentence in page
    assert "<script>" not in page.partition("<main")[2]


NONSENSE = [
    "",
    "[]",
    "null",
    "{}",
    '{"issuer": 1}',
    "<html>",
    '"x"',
    "[" * 5000,
    '{"access_token": []}',
    '{"keys": 3}',
]


@pytest.mark.parametrize("page", ["/.well-known/openid-configuration", "/token", "/jwks", "/userinfo"])
@pytest.mark.parametrize("fault", [500, 503, 404, *NONSENSE], ids=lambda fault: str(fault)[:12])
def test_a_provider_that_is_away_or_talks_nonsense_is_a_sentence(client, sam, provider, page, fault):
    if page == "/.well-known/openid-configuration":
        provider.fault = {page: fault}
        assert client.post("/sign-in/provider/?next=/second-step/").url == "/sign-in/?next=%2Fsecond-step%2F"
    else:
        back = answer_of(begin(client))
        provider.fault = {page: fault}
        assert client.get(back).url == "/sign-in/"
    assert AWAY in told(client)
    assert not is_signed_in(client)


def test_a_provider_that_nobody_answers_for_is_a_sentence(client, sam, settings):
    application = settings.SOCIALACCOUNT_PROVIDERS["openid_connect"]["APP"]["settings"]
    before = application["server_url"]
    application["server_url"] = "http://127.0.0.1:1/.well-known/openid-configuration"
    try:
        assert client.post("/sign-in/provider/").url == "/sign-in/"
    finally:
        application["server_url"] = before
    assert AWAY in told(client)


def test_the_code_by_email_needs_no_provider(client, sam, provider):
    provider.fault = {"/.well-known/openid-configuration": 500}
    assert client.post("/sign-in/", {"email": sam.email}).url == "/sign-in/code/"


def test_a_link_alone_does_not_lead_to_the_provider(client):
    assert client.get("/sign-in/provider/").url == "/sign-in/"
    assert Client(enforce_csrf_checks=True).post("/sign-in/provider/").status_code == 403
    assert client.post("/sign-in/provider/back/").status_code == 405


# --- What it is worth to an officer ------------------------------------------------------------------------------


@pytest.fixture
def olive(provider):
    user = factories.officer(email="olive@partnership.example")
    provider.person["email"] = user.email
    return user


def test_an_officer_still_gives_a_second_code(client, olive):
    factories.set_up_app(olive)
    assert sign_in(client, onward=OFFICE).url == "/sign-in/second-step/"
    assert not is_signed_in(client)


def test_an_officer_without_an_app_is_sent_to_set_one_up(client, olive):
    sign_in(client)
    assert client.get(OFFICE).url.startswith("/second-step/set-up/")


@pytest.mark.parametrize("has_app", [True, False])
def test_where_it_is_set_so_the_providers_sign_in_stands_for_both_steps(client, olive, settings, has_app):
    settings.OIDC_IS_SECOND_FACTOR = True
    if has_app:
        factories.set_up_app(olive)
    assert sign_in(client, onward=OFFICE).url == OFFICE
    assert client.get(OFFICE).status_code == 200
    settings.OIDC_IS_SECOND_FACTOR = False
    assert client.get(OFFICE).status_code == 302


def test_the_librarys_tables_are_nobodys_to_change_in_the_admin():
    assert not [model for model in admin.site._registry if model._meta.app_label == "socialaccount"]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("size", "javascript"), [(PHONE, True), (DESK, False)], ids=["phone", "without-javascript"]
)
def test_the_browser_goes_there_and_back_under_the_strict_policy(
    live_server, settings, open_page, axe, no_sideways_scroll, screenshot, sam, provider, size, javascript
):
    settings.SITE_ORIGIN = live_server.url
    page = open_page(size, javascript=javascript)
    page.goto(f"{live_server.url}/sign-in/?next=/second-step/")
    if javascript:
        axe(page)
        no_sideways_scroll(page)
    screenshot(page, f"accounts-sign-in-openid-{size['width']}")
    page.get_by_role("button", name="Sign in with Trust sign-in").click()
    page.wait_for_url("**/second-step/")
    page.get_by_role("heading", name="Account security").wait_for()
