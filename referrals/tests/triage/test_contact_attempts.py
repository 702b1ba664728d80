"""The session died while somebody typed: they sign in, by passkey or code, and are on that page, filled."""

from datetime import timedelta
from uuid import uuid4

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from accounts.tests.factories import sign_in, sign_in_browser
from accounts.tests.sign_in import keyring
from accounts.tests.sign_in.phone import Phone
from accounts.tests.sign_in.steps import newest_code
from referrals.models import Referral, ReferralDraft
from referrals.tests import filling
from referrals.tests.submission.test_drafts import PERSON, page
from tests.plugins.browser import DESK, PHONE

pytestmark = pytest.mark.django_db
TYPED = {"note": "O’Neill & Söhne\nrings twice", "message_safe": "yes", "postcode": "GL1 2AB"}


@pytest.fixture
def passkey(reception) -> keyring.Passkey:
    made = keyring.Passkey()
    keyring.add(reception, made)
    return made


def by_code(client: Client, address: str, cast, passkey) -> str:
    asked = client.post(address, {"email": cast.receptionist.email})
    return client.post(asked.url, {"code": newest_code(cast.receptionist)}).url


def by_passkey(client: Client, address: str, cast, passkey) -> str:
    return keyring.sign_in(client, passkey, onward=address.partition("next=")[2]).url


def idle(client: Client, address: str, form: dict):
    with time_machine.travel(timezone.now() + timedelta(minutes=31), tick=False):
        return client.post(address, form)


def session_gone(client: Client, address: str, form: dict):
    client.cookies.pop("sessionid")
    return client.post(address, form)


@pytest.mark.parametrize("death", [idle, session_gone])
@pytest.mark.parametrize("way_in", [by_code, by_passkey])
def test_what_was_typed_is_on_the_page_after_signing_in(reception, cast, passkey, death, way_in):
    key = uuid4()
    reception.post(page(key), PERSON)
    reception.get(page(key))
    answer = death(reception, page(key), PERSON | TYPED)
    assert answer.url == f"/sign-in/?next={page(key)}"
    assert way_in(reception, answer.url, cast, passkey) == page(key)
    initial = reception.get(page(key)).context["form"].initial
    assert {box: initial[box] for box in TYPED} == TYPED
    assert reception.get(page(key)).context["form"].initial["given_name"] == PERSON["given_name"]
    assert ReferralDraft.objects.count() == 1
    assert not Referral.objects.exists()


@pytest.mark.parametrize("way_in", [by_code, by_passkey])
def test_a_colleague_who_signs_in_instead_sees_nothing_of_it(reception, cast, way_in):
    key = uuid4()
    reception.get(page(key))
    theirs = keyring.Passkey()
    keyring.add(sign_in(Client(), cast.lead), theirs)
    answer = session_gone(reception, page(key), PERSON)
    if way_in is by_passkey:
        onward = by_passkey(reception, answer.url, cast, theirs)
    else:
        asked = reception.post(answer.url, {"email": cast.lead.email})
        onward = reception.post(asked.url, {"code": newest_code(cast.lead)}).url
    assert PERSON["family_name"] not in reception.get(onward).content.decode()
    assert ReferralDraft.objects.get().user == cast.receptionist


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
def test_the_browser_brings_the_page_back_after_one_press(open_page, live_server, settings, cast, size):
    settings.SITE_ORIGIN = live_server.url
    tab = open_page(size)
    Phone(tab)
    sign_in_browser(tab, live_server.url, cast.receptionist)
    tab.goto(f"{live_server.url}/second-step/passkeys/new/")
    tab.get_by_role("button", name="Add this passkey").click()
    tab.get_by_text("Passkey added").wait_for()
    tab.goto(f"{live_server.url}/referrals/new/")
    filling.names(tab)
    tab.get_by_label("Postcode").fill("GL1 2AB")
    typed_at = tab.url
    tab.context.clear_cookies(name="sessionid")
    tab.get_by_role("button", name="Continue").click()
    tab.get_by_role("button", name="Sign in with a passkey").click()
    tab.wait_for_url(typed_at)
    assert tab.get_by_label("Postcode").input_value() == "GL1 2AB"


@pytest.mark.django_db(transaction=True)
def test_the_browser_brings_the_page_back_after_the_code_without_javascript(open_page, live_server, cast):
    tab = open_page(PHONE, javascript=False)
    sign_in_browser(tab, live_server.url, cast.receptionist)
    tab.goto(f"{live_server.url}/referrals/new/")
    tab.get_by_label("First name").fill("Áine")
    typed_at = tab.url
    tab.context.clear_cookies(name="sessionid")
    tab.get_by_role("button", name="Continue").click()
    tab.get_by_label("Email address").fill(cast.receptionist.email)
    tab.get_by_role("button", name="Send me a code").click()
    tab.get_by_label("Code", exact=True).fill(newest_code(cast.receptionist))
    tab.get_by_role("button", name="Sign in").click()
    assert tab.url == typed_at
    assert tab.get_by_label("First name").input_value() == "Áine"
