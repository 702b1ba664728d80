"""A key can be changed while the service runs, and nobody loses a second factor, a session or a code by it."""

import os
import subprocess
import sys
from io import StringIO

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from django.conf import settings as site
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client

from accounts.tests import factories
from accounts.tests.sign_in.steps import ask_for_code, enter_code, is_signed_in, newest_code
from core.encryption import CannotBeOpened
from itsyourmove import key_rotation
from itsyourmove.environment import url_of_database
from messaging.models import DatabaseIdentity, Message
from messaging.restores import database_identity
from participants.models import Participant
from referrals.spreadsheets import services
from referrals.tests.factories import NOW
from referrals.tests.spreadsheets.test_import import ADA, BEN, HEADINGS, checked

OLD, NEW = "the old key " * 4, "the new key " * 4
DONE = "No row needs the old key: remove it from MESSAGE_KEY_FALLBACKS."


@pytest.fixture(autouse=True)
def old_key(settings, request):
    settings.MESSAGE_KEY, settings.MESSAGE_KEY_FALLBACKS = OLD, []
    if {"db", "olive"} & {*request.fixturenames}:
        request.getfixturevalue("db")
        database_identity.take()


@pytest.fixture
def olive(db):
    return factories.officer(email="olive@partnership.example")


def new_key(settings, *fallbacks: str) -> None:
    settings.MESSAGE_KEY, settings.MESSAGE_KEY_FALLBACKS = NEW, list(fallbacks)


def sign_in_with_app(olive, secret: str, *, later: int = 0) -> bool:
    """Both steps in a fresh browser; `later` counts periods of the app, whose codes are good once."""
    client = Client()
    ask_for_code(client, olive.email)
    enter_code(client, newest_code(olive))
    client.post("/sign-in/second-step/", {"code": factories.code_of_app(secret, later=later)})
    return is_signed_in(client)


def rotate() -> str:
    said = StringIO()
    call_command("rotate_keys", stdout=said)
    return said.getvalue()


def test_a_key_that_is_simply_changed_shuts_people_out(settings, olive):
    secret = factories.set_up_app(olive)
    new_key(settings)
    with pytest.raises(CannotBeOpened):
        sign_in_with_app(olive, secret)
    with pytest.raises(CommandError, match="1 of the stored secrets cannot be decrypted"):
        rotate()


def test_with_the_old_key_behind_it_people_come_in_and_after_rotating_it_can_go(settings, olive):
    secret = factories.set_up_app(olive)
    codes = RecoveryCodes.activate(olive).get_unused_codes()
    ask_for_code(Client(), olive.email)
    waits = newest_code(olive)
    new_key(settings, OLD)
    assert newest_code(olive) == waits
    assert sign_in_with_app(olive, secret)
    assert "Re-encrypted with the new key: 3." in (said := rotate()), (
        "the app, the recovery codes, the code that waits"
    )
    assert DONE in said
    assert rotate().split("\n")[:2] == ["Re-encrypted with the new key: 0.", DONE]
    new_key(settings)
    assert "No row needs an old key" in rotate()
    row = Message.objects.filter(user=olive, kind="sign_in_code").earliest("pk")
    assert waits == key_rotation.secrets.open(row.secret)
    assert sign_in_with_app(olive, secret, later=1)
    assert RecoveryCodes.activate(olive).get_unused_codes() == codes
    assert RecoveryCodes.activate(olive).validate_code(codes[3])


def test_a_sheet_that_an_officer_brought_before_the_key_was_changed_is_added_after_it(settings, cast):
    """Its cells and what the check found open with the new key alone, and the people come in."""
    sheet = checked(cast, ADA, BEN)
    found = services.verdicts(sheet)
    new_key(settings, OLD)
    assert services.contents(sheet)[0] == HEADINGS, "it opens before the rotation too"
    assert "Re-encrypted with the new key: 2." in rotate()
    new_key(settings)
    sheet.refresh_from_db()
    assert services.contents(sheet)[1] == [(2, ADA), (3, BEN)]
    assert services.verdicts(sheet) == found
    services.press(sheet=sheet, by=cast.officer, now=NOW)
    assert services.carry_out_pressed(now=NOW) == 1
    assert sorted(Participant.objects.values_list("given_name", flat=True)) == ["Ada", "Ben"]


def test_a_sheet_whose_key_is_gone_says_upload_it_again(settings, cast):
    sheet = checked(cast, ADA)
    new_key(settings)
    with pytest.raises(services.NotThere):
        services.contents(sheet)
    assert services.verdicts(sheet) == []
    with pytest.raises(CommandError, match="2 of the stored secrets cannot be decrypted"):
        rotate()


@pytest.mark.parametrize("name", ["MESSAGE_KEY", "LINK_KEY"])
def test_the_database_itself_is_known_by_the_new_key_before_the_old_one_may_go(settings, db, name):
    """Else `restored` would take the next backup for one of another key."""
    true = getattr(settings, name)
    setattr(settings, name, NEW)
    setattr(settings, f"{name}_FALLBACKS", [])
    with pytest.raises(CommandError, match="Still encrypted with an old key: 1"):
        rotate()  # too early: the old key is gone already
    setattr(settings, f"{name}_FALLBACKS", [true])
    assert "No row needs" in rotate()
    setattr(settings, f"{name}_FALLBACKS", [])
    assert "No row needs" in rotate()
    assert database_identity.wrong_keys(DatabaseIdentity.objects.get()) == []


def test_a_passkey_is_not_sealed_and_stays(settings, olive):
    passkey = Authenticator.objects.create(
        user=olive, type="webauthn", data={"name": "Phone", "credential": {}}
    )
    new_key(settings, OLD)
    assert "Re-encrypted with the new key: 0." in rotate()
    passkey.refresh_from_db()
    assert passkey.data == {"name": "Phone", "credential": {}}


def test_what_a_running_process_writes_meanwhile_stays_and_is_found(settings, olive, monkeypatch):
    """A recovery code is spent between reading the row and writing it: it must not come back."""
    codes = RecoveryCodes.activate(olive).get_unused_codes()
    new_key(settings, OLD)
    true = key_rotation._in_factor

    def spent_meanwhile(*row):
        monkeypatch.setattr(key_rotation, "_in_factor", true)
        assert RecoveryCodes.activate(olive).validate_code(codes[0])
        return true(*row)

    monkeypatch.setattr(key_rotation, "_in_factor", spent_meanwhile)
    with pytest.raises(CommandError, match="Still encrypted with an old key: 1"):
        rotate()
    assert DONE in rotate()
    assert RecoveryCodes.activate(olive).get_unused_codes() == codes[1:]


def test_a_run_that_was_cut_short_is_taken_up_again(settings, db, monkeypatch):
    for number in range(3):
        factories.set_up_app(factories.officer(email=f"officer{number}@partnership.example"))
    new_key(settings, OLD)
    true, left = key_rotation._in_factor, [1]

    def dies(*row):
        if not left:
            raise KeyboardInterrupt
        left.pop()
        return true(*row)

    monkeypatch.setattr(key_rotation, "_in_factor", dies)
    with pytest.raises(KeyboardInterrupt):
        rotate()
    monkeypatch.setattr(key_rotation, "_in_factor", true)
    assert "Re-encrypted with the new key: 2." in rotate()


@pytest.mark.processes
def test_the_command_in_a_process_of_its_own_reads_its_keys_from_the_environment(transactional_db, settings):
    settings.MESSAGE_KEY = "old-key-of-the-environment"
    database_identity.take()
    factories.set_up_app(factories.officer())
    assert "1 of the stored secrets cannot be decrypted" in manage("rotate_keys", MESSAGE_KEY=NEW)
    said = manage("rotate_keys", MESSAGE_KEY=NEW, MESSAGE_KEY_FALLBACKS="older, old-key-of-the-environment")
    assert said.split("\n")[:2] == ["Re-encrypted with the new key: 1.", DONE]


def manage(*words: str, **environment: str) -> str:
    done = subprocess.run(
        [sys.executable, "manage.py", *words],
        cwd=site.BASE_DIR,
        env=os.environ
        | {"TESTING": "1", "DATABASE_URL": url_of_database(connection.settings_dict)}
        | environment,
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stdout + done.stderr


# --- SECRET_KEY ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("fallbacks", "stays"), [([], False), ([site.SECRET_KEY], True)])
@pytest.mark.parametrize("epoch", [0, 1])
def test_a_session_and_a_search_outlive_a_new_secret_key_by_its_fallback(
    settings, client, cast, fallbacks, stays, epoch
):
    type(cast.officer).objects.filter(pk=cast.officer.pk).update(session_epoch=epoch)
    cast.officer.refresh_from_db()
    factories.sign_in(client, cast.officer)
    people = "/admin/participants/participant/"
    client.post(people, {"search": "Nobody Of That Name"})
    assert "Nobody Of That Name" in client.get(people).content.decode()
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "another secret key", fallbacks
    answer = client.get(people)
    assert (answer.status_code == 200) is stays
    if stays:
        assert is_signed_in(client)


@pytest.mark.parametrize(("fallbacks", "opens"), [([], False), ([site.SECRET_KEY], True)])
@pytest.mark.parametrize("epoch", [0, 1])
def test_a_code_asked_for_before_a_new_secret_key_still_signs_in_by_its_fallback(
    settings, client, cast, fallbacks, opens, epoch
):
    lead = cast.lead
    type(lead).objects.filter(pk=lead.pk).update(session_epoch=epoch)
    ask_for_code(client, lead.email)
    code = newest_code(lead)
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "another secret key " * 3, fallbacks
    enter_code(client, code)
    assert is_signed_in(client) is opens


@pytest.mark.processes
@pytest.mark.parametrize("name", ["SECRET_KEY_FALLBACKS", "MESSAGE_KEY_FALLBACKS"])
@pytest.mark.parametrize(("keys", "starts"), [("x" * 40, True), ("x" * 40 + "," + "y" * 39, False)])
def test_production_refuses_a_short_old_key(name, keys, starts):
    secrets = dict.fromkeys(("SECRET_KEY", "LINK_KEY", "MESSAGE_KEY"), "x" * 40)
    places = {"DATABASE_URL": "postgresql://u@h/d", "REDIS_URL": "redis://h/0", "STATIC_ROOT": "static"}
    kept = {word: value for word, value in os.environ.items() if word not in ("DEMO", "TESTING")}
    ran = subprocess.run(
        [sys.executable, "-c", "import itsyourmove.settings"],
        cwd=site.BASE_DIR,
        env=kept | secrets | places | {"PRODUCTION": "1", name: keys},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (ran.returncode == 0) is starts, ran.stderr
    assert starts or "MESSAGE_KEY_FALLBACKS: 40 characters or more each." in ran.stderr
