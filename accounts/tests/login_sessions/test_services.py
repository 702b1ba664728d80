"""Open sessions end when who a person is, or what they may do, changes; the one who made the change stays signed in."""

import pytest
from django.test import Client
from django.utils import timezone

from accounts import services
from accounts.login_sessions import services as login_sessions
from accounts.login_sessions.store import SessionStore
from accounts.members import services as members
from accounts.models import Membership
from accounts.organisations import services as organisations
from accounts.roles import CLINICIAN_ADMIN, OFFICER
from accounts.sign_in import passkeys
from accounts.tests import factories
from accounts.tests.sign_in.steps import ask_for_code, enter_code, is_signed_in, newest_code
from itsyourmove import tasks
from itsyourmove.celery import app
from itsyourmove.retention import services as retention

pytestmark = pytest.mark.django_db
OWN_PAGE = "/second-step/"
Session = SessionStore.get_model_class()


def now():
    return timezone.now()


def is_open(client: Client) -> bool:
    return client.get(OWN_PAGE).status_code == 200


def changed(user, **facts):
    told = {"email": user.email, "name": user.name, "staff_role": user.staff_role, "is_active": True, **facts}
    services.change_account(user=user, by=factories.administrator(), now=now(), **told)


@pytest.fixture
def surgery():
    return factories.practice()


@pytest.fixture
def sam(surgery):
    return factories.referrer(surgery, email="sam@riverbank.example")


@pytest.fixture
def elsewhere(sam):
    """Sam, signed in at another computer."""
    client = factories.sign_in(Client(), sam)
    assert is_open(client)
    return client


@pytest.mark.parametrize("facts", [{"email": "sam.new@riverbank.example"}, {"staff_role": OFFICER}])
def test_a_new_address_or_role_ends_every_session(elsewhere, sam, facts):
    changed(sam, **facts)
    assert not is_open(elsewhere)


def test_a_session_of_a_closed_account_does_not_come_back_when_it_is_opened_again(elsewhere, sam):
    changed(sam, is_active=False)
    changed(sam, is_active=True)
    assert not is_open(elsewhere)


def test_a_corrected_name_ends_no_session(elsewhere, sam):
    changed(sam, name="Sam O’Brien")
    assert is_open(elsewhere)


def test_a_second_factor_that_an_administrator_removes_ends_every_session(elsewhere, sam):
    services.forget_second_factor(user=sam, by=factories.administrator(), now=now())
    assert not is_open(elsewhere)


def test_a_membership_that_ends_or_changes_ends_every_session(sam, surgery):
    lee = factories.lead(surgery)
    for act in (
        lambda place: members.change_role(
            place=place, role=CLINICIAN_ADMIN, profession="", is_lead=True, by=lee, now=now()
        ),
        lambda place: services.end_membership(membership=place, by=None, now=now()),
    ):
        client = factories.sign_in(Client(), sam)
        act(sam.memberships.get())
        assert not is_open(client)


def test_closing_an_organisation_ends_the_sessions_of_its_members_and_nobody_elses(elsewhere, surgery):
    neighbour = factories.sign_in(Client(), factories.referrer(factories.practice("Hilltop Surgery")))
    organisations.close(organisation=surgery, reason="Merged", by=factories.officer(), now=now())
    assert not is_open(elsewhere)
    assert is_open(neighbour)


def test_a_passkey_that_is_removed_ends_the_other_sessions_and_keeps_this_one(client, elsewhere, sam):
    passkey = passkeys.Authenticator.objects.create(
        user=sam, type="webauthn", data={"name": "My phone", "credential": {}}
    )
    factories.sign_in(client, sam)
    assert client.post(f"/second-step/passkeys/{passkey.pk}/remove/").url == OWN_PAGE
    assert is_open(client)
    assert not is_open(elsewhere)


def test_setting_up_an_app_ends_the_other_sessions_and_keeps_this_one(client, elsewhere, sam):
    factories.sign_in(client, sam)
    page = client.get("/second-step/set-up/").context["form"].secret
    client.post("/second-step/set-up/", {"code": factories.code_of_app(page)})
    assert client.get(OWN_PAGE).context["app"] is not None
    assert not is_open(elsewhere)


def test_new_recovery_codes_end_the_other_sessions_and_keep_this_one(client, elsewhere, sam):
    secret = factories.set_up_app(sam)
    factories.sign_in(client, sam)
    client.post("/second-step/recovery-codes/new/", {"code": factories.code_of_app(secret)})
    assert is_open(client)
    assert not is_open(elsewhere)


def test_an_administrator_who_corrects_their_own_address_stays_signed_in(client):
    ada = factories.administrator(email="ada@partnership.example")
    elsewhere = factories.sign_in(Client(), ada)
    factories.sign_in(client, ada)
    answers = {"name": ada.name, "email": "ada.new@partnership.example"}
    assert client.post(f"/admin/accounts/user/{ada.pk}/change/", answers).status_code == 302
    assert is_open(client)
    assert not is_open(elsewhere)


def test_a_lead_who_gives_up_the_lead_stays_signed_in(client, surgery):
    factories.lead(surgery, name="Other Lead")
    lee = factories.lead(surgery)
    factories.sign_in(client, lee)
    place = lee.memberships.get()
    client.post(f"/colleagues/{place.pk}/", {"role": CLINICIAN_ADMIN, "profession": "", "is_lead": ""})
    assert not Membership.objects.get(pk=place.pk).is_lead
    assert is_open(client)


def test_a_code_asked_for_before_the_address_changed_opens_nothing(client, sam):
    ask_for_code(client, sam.email)
    code = newest_code(sam)
    changed(sam, email="sam.new@riverbank.example")
    assert enter_code(client, code).url == "/sign-in/?again=1"
    assert not is_signed_in(client)


def test_a_sign_in_that_waits_for_its_second_step_ends_too(client):
    olive = factories.officer()
    secret = factories.set_up_app(olive)
    ask_for_code(client, olive.email)
    assert enter_code(client, newest_code(olive)).url == "/sign-in/second-step/"
    changed(olive, email="olive.new@partnership.example")
    client.post("/sign-in/second-step/", {"code": factories.code_of_app(secret)})
    assert not is_signed_in(client)


# --- Signing out everywhere ---------------------------------------------------------------------------------------


def test_a_person_signs_out_everywhere_but_here(client, elsewhere, sam):
    factories.sign_in(client, sam)
    assert "Sign out everywhere else" in client.get(OWN_PAGE).content.decode()
    assert client.get("/second-step/sign-out-everywhere/").status_code == 405
    assert is_open(elsewhere)
    answer = client.post("/second-step/sign-out-everywhere/", follow=True)
    assert "You have signed out everywhere else." in answer.content.decode()
    assert is_open(client)
    assert not is_open(elsewhere)


def test_signing_out_everywhere_needs_the_forms_own_token(sam):
    client = factories.sign_in(Client(enforce_csrf_checks=True), sam)
    assert client.post("/second-step/sign-out-everywhere/").status_code == 403
    assert client.post("/second-step/sign-out-everywhere/").status_code == 403


def test_an_officer_signs_a_referrer_out_everywhere(client, elsewhere, sam):
    factories.sign_in(client, factories.officer())
    page = f"/admin/accounts/user/{sam.pk}/sign-out/"
    assert page in client.get(f"/admin/accounts/user/{sam.pk}/change/").content.decode()
    assert "Sign Robin Made-Up out everywhere?" in client.get(page).content.decode()
    assert is_open(elsewhere)
    answer = client.post(page, follow=True)
    assert "Robin Made-Up is signed out everywhere." in answer.content.decode()
    assert not is_open(elsewhere)


def test_only_an_administrator_signs_staff_out(client):
    olive, other = factories.officer(), factories.officer(name="Otto Officer")
    theirs = factories.sign_in(Client(), other)
    page = f"/admin/accounts/user/{other.pk}/sign-out/"
    factories.sign_in(client, olive)
    assert client.post(page).status_code == 403
    assert page not in client.get(f"/admin/accounts/user/{other.pk}/change/").content.decode()
    assert is_open(theirs)
    factories.sign_in(client, factories.administrator())
    assert client.post(page).status_code == 302
    assert not is_open(theirs)


# --- What a session keeps -----------------------------------------------------------------------------------------


def test_a_session_that_grows_keeps_the_sign_in_and_nothing_else(client, sam):
    factories.sign_in(client, sam)
    store = SessionStore(client.cookies["sessionid"].value)
    store["heap"] = "".join(f"{number:x}" for number in range(20_000))
    store.save()
    row = Session.objects.get(session_key=store.session_key)
    assert len(row.session_data) <= SessionStore.MOST
    assert "heap" not in row.get_decoded()
    assert is_open(client)


def test_beat_removes_sessions_that_have_run_out_and_no_others(sam):
    key = factories.session_for(sam)
    Session.objects.filter(session_key=key).update(expire_date=now())
    other = factories.session_for(sam)
    retention.keep_to_time(now=now())
    assert set(Session.objects.values_list("session_key", flat=True)) == {other}
    assert any(entry["task"] == tasks.keep_to_time.name for entry in app.conf.beat_schedule.values())


def test_who_asked_for_a_code_to_another_address_may_sign_in_to_their_own(sam, rf):
    request = rf.get("/")
    request.session = {login_sessions.ASKED_AS: [sam.pk + 1, "another"]}
    assert login_sessions.is_as_asked(request, sam)
    request.session = {login_sessions.ASKED_AS: [sam.pk, "before the change"]}
    assert not login_sessions.is_as_asked(request, sam)
