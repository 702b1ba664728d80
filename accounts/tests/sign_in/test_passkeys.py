"""Coming in with a passkey: whose, from where, once, and what it is worth to an officer (ADR 10)."""

import json
from datetime import timedelta

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from django.test import Client
from django.utils import timezone
from fido2.utils import websafe_encode

from accounts import services
from accounts.sign_in import passkeys
from accounts.tests import factories
from accounts.tests.sign_in import keyring
from accounts.tests.sign_in.keyring import Passkey
from accounts.tests.sign_in.steps import ask_for_code, enter_code, is_signed_in, newest_code

pytestmark = pytest.mark.django_db
OFFICE = "/admin/accounts/user/"
REFUSED = "That passkey does not match an account here."


@pytest.fixture
def sam(db):
    return factories.referrer(name="Sam O’Brien", email="sam.o'brien@riverbank.example")


@pytest.fixture
def olive(db):
    return factories.officer(email="olive@partnership.example")


def owned_by(user, **facts) -> Passkey:
    """A passkey that this person has added."""
    passkey = Passkey(**facts)
    assert keyring.add(factories.sign_in(Client(), user), passkey).url == "/second-step/"
    return passkey


def test_a_passkey_signs_its_owner_in_and_leads_on(client, sam):
    passkey = owned_by(sam)
    answer = keyring.sign_in(client, passkey, onward="/second-step/")
    assert (answer.status_code, answer.url) == (302, "/second-step/")
    assert is_signed_in(client)
    page = client.get("/second-step/").content.decode()
    assert "My phone" in page
    assert "Last used on" in page


def test_whoever_has_asked_for_a_code_may_still_use_a_passkey(client, sam):
    passkey = owned_by(sam)
    ask_for_code(client, sam.email)
    keyring.sign_in(client, passkey)
    assert is_signed_in(client)


def test_a_passkey_never_leads_to_another_site(client, sam):
    assert keyring.sign_in(client, owned_by(sam), onward="https%3A%2F%2Fevil.example%2F").url == "/"


def test_the_browser_is_asked_for_a_key_that_knows_its_owner_and_checks_them(client, sam):
    factories.sign_in(client, sam)
    made = client.post("/second-step/passkeys/begin/").json()["publicKey"]
    assert made["authenticatorSelection"]["residentKey"] == "required"
    assert made["authenticatorSelection"]["userVerification"] == "required"
    asked = Client().post("/sign-in/passkey/begin/").json()["publicKey"]
    assert asked["userVerification"] == "required"
    assert not asked.get("allowCredentials"), "nobody learns who has a passkey"


def test_the_site_of_a_passkey_comes_from_the_settings_and_never_from_the_host_header(sam, settings):
    settings.ALLOWED_HOSTS = ["*"]
    settings.SITE_ORIGIN = "https://move.example:8443/"
    elsewhere = Client(headers={"host": "evil.example"})
    assert elsewhere.post("/sign-in/passkey/begin/").json()["publicKey"]["rpId"] == "move.example"
    assert 'data-origin="https://move.example:8443"' in elsewhere.get("/sign-in/").content.decode()


@pytest.mark.parametrize(
    "elsewhere",
    [
        "http://localhost:8001",
        "https://localhost:8000",
        "http://evil.localhost:8000",
        "https://evil.example",
        "null",
        "",
    ],
)
def test_an_answer_given_on_another_site_is_refused(client, sam, elsewhere):
    passkey = owned_by(sam)
    passkey.origin = elsewhere
    answer = keyring.sign_in(client, passkey)
    assert answer.url == "/sign-in/?again=passkey"
    assert REFUSED in client.get(answer.url).content.decode()
    assert not is_signed_in(client)
    factories.sign_in(client, sam)
    assert keyring.add(client, Passkey(origin=elsewhere)).status_code == 200
    assert passkeys.of(sam).count() == 1


def test_an_answer_is_good_once_and_in_one_browser(client, sam):
    passkey = owned_by(sam)
    given = passkey.get(client.post("/sign-in/passkey/begin/").json())
    thief = Client()
    keyring.answer(thief, given)
    assert not is_signed_in(thief), "another browser was never asked"
    thief.post("/sign-in/passkey/begin/")
    keyring.answer(thief, given)
    assert not is_signed_in(thief), "nor was it asked this"
    keyring.answer(client, given)
    assert is_signed_in(client)
    client.post("/sign-out/")
    keyring.answer(client, given)
    assert not is_signed_in(client)


def test_a_passkey_that_checked_nobody_is_refused(client, sam):
    passkey = owned_by(sam)
    passkey.verified = False
    keyring.sign_in(client, passkey)
    assert not is_signed_in(client)
    factories.sign_in(client, sam)
    assert keyring.add(client, Passkey(verified=False)).status_code == 200
    assert passkeys.of(sam).count() == 1


def test_a_passkey_opens_its_own_account_only(client, sam, olive):
    passkey = owned_by(sam)
    passkey.owner = owned_by(olive).owner
    keyring.sign_in(client, passkey)
    assert not is_signed_in(client)


def test_another_persons_key_with_the_right_name_is_refused(client, sam):
    forged = Passkey(name=owned_by(sam).name)
    forged.owner = owned_by(sam).owner
    keyring.sign_in(client, forged)
    assert not is_signed_in(client)


def test_a_closed_account_is_told_so_as_after_a_code(client, sam):
    passkey = owned_by(sam)
    sam.is_active = False
    sam.save()
    assert keyring.sign_in(client, passkey).url == "/sign-in/"
    assert not is_signed_in(client)
    assert "has been closed" in client.get("/sign-in/").content.decode()


def test_an_idle_session_opened_by_a_passkey_ends_and_a_passkey_opens_the_page_again(client, sam):
    passkey = owned_by(sam)
    with time_machine.travel(timezone.now(), tick=False) as clock:
        keyring.sign_in(client, passkey)
        client.get("/second-step/")
        clock.shift(timedelta(minutes=31))
        answer = client.get("/referrals/?page=2")
        assert answer.url == "/sign-in/?next=/referrals/%3Fpage%3D2"
        assert (
            'action="/sign-in/passkey/?next=%2Freferrals%2F%3Fpage%3D2"'
            in client.get(answer.url).content.decode()
        )
        assert keyring.sign_in(client, passkey, onward="/referrals/%3Fpage%3D2").url == "/referrals/?page=2"
    assert is_signed_in(client)


def test_the_session_changes_its_key_at_sign_in(client, sam):
    passkey = owned_by(sam)
    client.post("/sign-in/passkey/begin/")
    planted = client.session.session_key
    keyring.sign_in(client, passkey)
    assert is_signed_in(client)
    thief = Client()
    thief.cookies["sessionid"] = planted
    assert not is_signed_in(thief)


def test_a_practice_behind_one_address_is_never_shut_out(client, sam):
    passkey = owned_by(sam)
    for _ in range(40):
        assert keyring.answer(Client(), {"id": "x"}).status_code == 302
    keyring.sign_in(client, passkey)
    assert is_signed_in(client)


NONSENSE = [
    None, "", 1, [], {}, {"id": 1}, {"id": "AA", "rawId": "AA"}, "[" * 19_000, "9" * 5_000, "x" * 30_000,
    {"id": "AA", "rawId": "AA", "type": "public-key", "response": {}},
    {"id": "AA", "rawId": "AA", "type": "public-key", "response": {"clientDataJSON": "AA", "userHandle": "\ud800"}},
    {"id": "AA", "rawId": "AA", "type": "public-key", "response": {
        "clientDataJSON": websafe_encode(b'{"type":"webauthn.get","challenge":"AA","origin":"http://localhost:8000"}'),
        "authenticatorData": "AA", "signature": "AA", "userHandle": websafe_encode(b"zzzzzzzzzzzzz")}},
    {"id": "AA", "rawId": "AA", "type": "public-key", "response": {
        "clientDataJSON": websafe_encode(b'{"type":"webauthn.create","challenge":"AA","origin":"http://localhost:8000"}'),
        "attestationObject": websafe_encode(b"\x81" * 3000)}},
]  # fmt: skip


@pytest.mark.parametrize("sent", NONSENSE, ids=range(len(NONSENSE)))
def test_nonsense_in_place_of_an_answer_is_refused_and_never_a_fault(client, sam, sent):
    text = sent if isinstance(sent, str) else json.dumps(sent)
    client.post("/sign-in/passkey/begin/")
    assert client.post("/sign-in/passkey/", {"credential": text}).url == "/sign-in/?again=passkey"
    factories.sign_in(client, sam)
    client.post("/second-step/passkeys/begin/")
    answer = client.post("/second-step/passkeys/new/", {"name": "Mine", "credential": text})
    assert answer.status_code == 200
    assert 'value="Mine"' in answer.content.decode()
    assert not passkeys.of(sam).exists()


def test_what_a_browser_sends_beside_its_answer_is_not_kept(client, sam):
    factories.sign_in(client, sam)
    answer = Passkey().create(client.post("/second-step/passkeys/begin/").json())
    form = {"name": "n" * 60, "credential": json.dumps(answer | {"more": "\x00" * 50})}
    assert client.post("/second-step/passkeys/new/", form).status_code == 302
    assert set(passkeys.of(sam).get().data["credential"]) == {"id", "rawId", "type", "response"}


# --- The page of one's own passkeys ------------------------------------------------------------------------------


def test_passkeys_are_listed_and_removed_by_their_owner_alone(client, sam, olive):
    passkey = owned_by(sam)
    row = passkeys.of(sam).get()
    stranger = factories.sign_in(Client(), olive)
    assert stranger.get(f"/second-step/passkeys/{row.pk}/remove/").status_code == 404
    assert stranger.post(f"/second-step/passkeys/{row.pk}/remove/").status_code == 404
    factories.sign_in(client, sam)
    assert "Not used yet" in client.get("/second-step/").content.decode()
    assert "“My phone”" in client.get(f"/second-step/passkeys/{row.pk}/remove/").content.decode()
    assert passkeys.of(sam).exists(), "a look changes nothing"
    client.post(f"/second-step/passkeys/{row.pk}/remove/")
    keyring.sign_in(Client(), passkey)
    assert not passkeys.of(sam).exists()


def test_a_removed_passkey_opens_nothing(client, sam):
    passkey = owned_by(sam)
    passkeys.remove(passkey=passkeys.of(sam).get(), by=sam, now=timezone.now())
    keyring.sign_in(client, passkey)
    assert not is_signed_in(client)


def test_adding_and_removing_ask_for_a_fresh_sign_in_and_say_why(client, sam):
    owned_by(sam)
    remove = f"/second-step/passkeys/{passkeys.of(sam).get().pk}/remove/"
    for page in ("/second-step/passkeys/new/", remove):
        for method, status in (("get", 200), ("post", 403)):
            with time_machine.travel(timezone.now(), tick=False) as clock:
                factories.sign_in(client, sam)
                clock.shift(timedelta(minutes=16))
                answer = getattr(client, method)(page)
                assert answer.status_code == status
                assert "You signed in a while ago." in answer.content.decode()
                assert is_signed_in(client), "nobody is signed out without a word"
                answer = client.post("/sign-out/", {"next": page})
                assert answer.url == f"/sign-in/?next={page}"
            assert not is_signed_in(client)
    assert passkeys.of(sam).count() == 1


def test_a_passkey_without_a_name_gets_one(client, sam):
    factories.sign_in(client, sam)
    keyring.add(client, Passkey(), name="")
    keyring.add(client, Passkey(), name="  ")
    assert [str(each) for each in passkeys.of(sam)] == ["Passkey 1", "Passkey 2"]


def test_forgetting_the_second_step_forgets_passkeys_too(client, olive):
    passkey = owned_by(olive)
    services.forget_second_factor(user=olive, now=timezone.now(), by=olive)
    keyring.sign_in(client, passkey)
    assert not is_signed_in(client)


# --- What it is worth beside the code ----------------------------------------------------------------------------


def test_a_referrer_with_a_passkey_still_signs_in_with_a_code_alone(client, sam):
    owned_by(sam)
    ask_for_code(client, sam.email)
    assert enter_code(client, newest_code(sam)).url == "/"
    assert is_signed_in(client)


def test_an_officer_comes_straight_to_the_office_with_a_passkey(client, olive):
    passkey = owned_by(olive)
    assert keyring.sign_in(client, passkey, onward=OFFICE).url == OFFICE
    assert client.get(OFFICE).status_code == 200


def test_an_officer_with_a_passkey_still_gives_the_apps_code_after_an_emailed_one(client, olive):
    owned_by(olive)
    ask_for_code(client, olive.email)
    assert enter_code(client, newest_code(olive)).url == "/sign-in/second-step/"
    assert not is_signed_in(client)


def test_an_officer_may_use_the_passkey_as_second_step_after_the_code(client, olive):
    passkey = owned_by(olive)
    ask_for_code(client, olive.email)
    enter_code(client, newest_code(olive))
    assert "Use a passkey" in client.get("/sign-in/second-step/").content.decode()
    stranger = Passkey(owner=passkey.owner)
    for key, opens in ((stranger, False), (passkey, True)):
        asked = client.post("/sign-in/second-step/begin/").json()
        answer = client.post("/sign-in/second-step/", {"credential": json.dumps(key.get(asked))})
        assert is_signed_in(client) is opens
    assert client.get(OFFICE).status_code == 200
    assert answer.status_code == 302


def test_whoever_reads_the_mail_of_an_officer_with_only_a_passkey_sets_up_no_app(client, sam):
    """A referrer with a passkey was made an officer: the code alone must not let anybody add a factor of their own."""
    passkey = owned_by(sam)
    waiting = factories.sign_in(Client(), sam)
    services.change_account(
        user=sam,
        email=sam.email,
        name=sam.name,
        staff_role="officer",
        is_active=True,
        now=timezone.now(),
        by=sam,
    )
    assert waiting.get("/second-step/set-up/").url == "/sign-in/?next=/second-step/set-up/"
    ask_for_code(client, sam.email)
    assert enter_code(client, newest_code(sam)).url == "/sign-in/second-step/"
    assert "Enter the code from your app" not in client.get("/sign-in/second-step/").content.decode()
    assert client.get("/second-step/set-up/").url.startswith("/sign-in/")
    keyring.sign_in(client, passkey)
    assert client.get(OFFICE).status_code == 200


def test_a_session_of_a_removed_passkey_is_no_second_step_any_more(client, olive):
    keyring.sign_in(client, owned_by(olive))
    assert client.get(OFFICE).status_code == 200
    Authenticator.objects.filter(user=olive, type="webauthn").delete()
    assert client.get(OFFICE).url == f"/sign-in/?next={OFFICE}"
