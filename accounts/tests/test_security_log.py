"""The security log: one line for each event, with ids, and never an address, a name or a code."""

import json
import logging
from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts import services
from accounts.members import services as members
from accounts.roles import CLINICIAN_ADMIN
from accounts.sign_in import passkeys
from accounts.tests import factories
from accounts.tests.sign_in import keyring
from accounts.tests.sign_in.keyring import Passkey
from accounts.tests.sign_in.steps import ask_for_code, enter_code, newest_code
from itsyourmove.logs import KEYS, JsonFormatter
from messaging.content import rendering
from messaging.models import Message
from participants.personal_links import birth_date_check
from participants.tests.factories import PersonFactory
from referrals.tests import factories as referrals

pytestmark = pytest.mark.django_db
WRONG = "000000"


class Lines(logging.Handler):
    def __init__(self) -> None:
        super().__init__()
        self.lines = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(json.loads(JsonFormatter().format(record)))


@pytest.fixture
def log(django_capture_on_commit_callbacks):
    """What the security log holds once everything in the block is committed: (event, kind, user, by)."""
    handler = Lines()
    logger = logging.getLogger("security")
    logger.addHandler(handler)

    class Log:
        lines = handler.lines

        def of(self, act) -> list[tuple]:
            handler.lines.clear()
            with django_capture_on_commit_callbacks(execute=True):
                act()
            return [(line["event"], line.get("kind"), line.get("user_id")) for line in handler.lines]

    yield Log()
    logger.removeHandler(handler)


def first_step(client: Client, user) -> None:
    ask_for_code(client, user.email)
    enter_code(client, newest_code(user))


def test_signing_in_and_out(log, client):
    sam = factories.referrer(email="canary@practice.example", name="Canary")
    assert log.of(lambda: ask_for_code(client, sam.email)) == [("sign-in code asked for", None, sam.pk)]
    assert log.of(lambda: enter_code(client, "BBBB-BBBB")) == [("sign-in code wrong", None, sam.pk)]
    assert log.of(lambda: enter_code(client, newest_code(sam))) == [("signed in", None, sam.pk)]
    assert log.of(lambda: client.post("/sign-out/")) == [("session ended", "signed_out", sam.pk)]
    assert log.of(lambda: ask_for_code(client, "nobody@practice.example")) == [
        ("sign-in code asked for", None, None)
    ]
    assert "nary" not in json.dumps(log.lines)


def test_a_code_tried_three_times_is_a_lock_out(log, client):
    sam = factories.referrer()
    ask_for_code(client, sam.email)
    for _ in range(2):
        enter_code(client, "BBBB-BBBB")
    assert log.of(lambda: enter_code(client, "BBBB-BBBB")) == [
        ("sign-in code wrong", None, sam.pk),
        ("locked out", "code", sam.pk),
    ]


def test_the_second_step_and_the_mail_about_a_wrong_one(log, client):
    olive = factories.officer()
    factories.set_up_app(olive)
    first_step(client, olive)

    def second(code):
        return client.post("/sign-in/second-step/", {"code": code})

    assert log.of(lambda: second(WRONG)) == [("second step failed", None, olive.pk)]
    assert log.of(lambda: second("")) == []
    for _ in range(4):
        second(WRONG)
    assert log.of(lambda: second(WRONG)) == [("locked out", "second_step", olive.pk)]
    told = Message.objects.get(kind="second_step_failed")
    assert told.user == olive
    mail = rendering.render_message(told, timezone.now())
    assert mail.subject == "A sign-in to your It’s Your Move account failed"
    assert "Hello Olive Officer," in mail.text


def test_a_right_second_step(log, client):
    olive = factories.officer()
    secret = factories.set_up_app(olive)
    first_step(client, olive)
    code = factories.code_of_app(secret)
    assert log.of(lambda: client.post("/sign-in/second-step/", {"code": code})) == [
        ("second step given", None, olive.pk),
        ("signed in", None, olive.pk),
    ]
    assert not Message.objects.filter(kind="second_step_failed").exists()


def test_keys_roles_and_invitations(log):
    surgery = factories.practice()
    lee, ada = factories.lead(surgery), factories.administrator()
    sam = factories.referrer(surgery)
    now = timezone.now()
    facts = {"email": sam.email, "name": sam.name, "is_active": True, "by": ada, "now": now}
    ended = ("session ended", "everywhere", sam.pk)
    assert log.of(lambda: services.change_account(user=sam, staff_role="officer", **facts)) == [
        ended,
        ("role changed", "partnership", sam.pk),
    ]
    assert {line["by_id"] for line in log.lines} == {ada.pk}
    assert log.of(lambda: services.forget_second_factor(user=sam, by=ada, now=now)) == [
        ended,
        ("second factor changed", "forgotten", sam.pk),
    ]
    place = sam.memberships.get()
    assert log.of(lambda: members.end(place=place, by=lee, now=now)) == [
        ended,
        ("role changed", "ended", sam.pk),
    ]
    assert log.lines[-1]["organisation_id"] == surgery.pk
    invited = log.of(
        lambda: members.invite(
            organisation=surgery, email="new@practice.example", name="New", role=CLINICIAN_ADMIN,
            profession="", is_lead=False, by=lee, now=now,
        )
    )  # fmt: skip
    assert [event for event, *_ in invited] == ["account opened", "role changed", "invited"]
    key = passkeys.Authenticator.objects.create(user=lee, type="webauthn", data={"name": "x"})
    assert log.of(lambda: passkeys.remove(passkey=key, by=lee, now=now))[-1] == (
        "passkey removed",
        None,
        lee.pk,
    )


def test_refusals_name_the_route_and_never_the_address(log):
    sam = factories.referrer(factories.practice("Hilltop Surgery"))
    theirs = referrals.ReferralFactory()
    client = factories.sign_in(Client(enforce_csrf_checks=True), sam)
    assert log.of(lambda: client.get("/admin/accounts/user/")) == [("access refused", None, sam.pk)]
    page = reverse("referrals:detail", args=[theirs.reference])
    assert log.of(lambda: client.get(page)) == [("access refused", None, sam.pk)]
    assert (log.lines[0]["route"], log.lines[0]["status_code"]) == ("referrals:detail", 404)
    assert log.lines[0]["referral_id"] == theirs.pk
    assert theirs.reference not in json.dumps(log.lines)
    nobodys = reverse("referrals:detail", args=["IYM-ZZZZ-ZZZ"])
    assert log.of(lambda: client.get(nobodys)) == []
    assert log.of(lambda: client.post("/sign-out/")) == [("csrf check failed", None, sam.pk)]


def test_a_lead_who_asks_for_another_organisations_member(log):
    lee, theirs = factories.lead(), factories.referrer()
    client = factories.sign_in(Client(), lee)
    page = f"/colleagues/{theirs.memberships.get().pk}/"
    assert log.of(lambda: client.get(page)) == [("access refused", None, lee.pk)]
    assert log.of(lambda: client.get("/colleagues/987654321/")) == []


def test_a_lock_out_at_the_date_of_birth(log):
    person = PersonFactory()
    facts = {"participant": person, "purpose": "test", "given": timezone.now().date(), "now": timezone.now()}
    for _ in range(4):
        birth_date_check.is_theirs(**facts)
    assert log.of(lambda: birth_date_check.is_theirs(**facts)) == [("locked out", "birth_date", None)]
    assert log.lines[0]["participant_id"] == person.pk


def test_every_key_of_a_line_is_in_the_closed_list(log, client):
    factories.sign_in(client, factories.referrer())
    log.of(lambda: client.get("/admin/"))
    assert set(log.lines[0]) - {"time", "level", "logger", "event"} <= set(KEYS)


def test_a_passkey_that_is_used_and_one_that_opens_nothing(log, client):
    sam = factories.referrer()
    passkey = Passkey()
    keyring.add(factories.sign_in(Client(), sam), passkey, name="My phone")
    events = log.of(lambda: keyring.sign_in(client, passkey))
    assert ("passkey used", None, sam.pk) in events
    assert ("signed in", None, sam.pk) in events
    assert log.of(lambda: keyring.sign_in(Client(), Passkey())) == [("passkey refused", None, None)]


def test_a_session_that_was_left_alone(log, client, settings):
    sam = factories.referrer()
    factories.sign_in(client, sam)
    with time_machine.travel(timezone.now(), tick=False) as clock:
        client.get("/second-step/")
        clock.shift(timedelta(seconds=settings.IDLE_SECONDS + 1))
        assert log.of(lambda: client.get("/second-step/")) == [("session ended", "idle", sam.pk)]
