"""Somebody typed into a demonstration counts as made up; on a database that somebody else named nobody is marked."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from accounts.tests.factories import sign_in
from core import work_queue
from core.clock import database_now
from devtools.demo.rehearsal import county, demonstration
from devtools.demo.rehearsal.run import next_serial
from devtools.management.commands import demo
from messaging.delivery import worker
from messaging.models import Message
from messaging.tests.conftest import NOON
from participants.models import Participant
from participants.tests.factories import PersonFactory
from referrals.models import Referral
from referrals.tests.factories import send, submitted, typed
from referrals.triage import services as triage

pytestmark = pytest.mark.django_db


@pytest.fixture
def demonstrates(settings, monkeypatch):
    settings.DEMO = True
    monkeypatch.delenv("DATABASE_URL", raising=False)


def said(command: str, *arguments: str) -> str:
    out = StringIO()
    call_command(command, *arguments, stdout=out)
    return out.getvalue()


# --- Typing ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("demo", [True, False])
def test_who_is_typed_into_a_demonstration_is_made_up_and_on_every_list(cast, settings, demo):
    settings.DEMO = demo
    send(sign_in(Client(), cast.receptionist), typed(email="aoife@home.example"))
    person = Participant.objects.get()
    assert (person.synthetic, person.email) == (demo, "aoife@home.example")
    count, (row,) = {each.name: each.load for each in work_queue.registered()}["referrals_to_triage"](NOON, 8)
    assert (count, person.full_name in row.label) == (1, True)


def test_who_was_there_before_stays_who_they_are(cast, settings):
    submitted(organisation=cast.riverbank, by=cast.receptionist, nhs_number="9990000018")
    settings.DEMO = True
    submitted(organisation=cast.hilltop, by=cast.neighbour, nhs_number="9990000018")
    assert [person.synthetic for person in Participant.objects.all()] == [False]


def test_the_welcome_of_somebody_typed_goes_nowhere(cast, demonstrates, smtp_sink):
    now = database_now().replace(hour=12)
    referral = submitted(organisation=cast.riverbank, by=cast.receptionist, now=now)
    triage.accept(referral=referral, by=cast.officer, now=now, opted_in_on=now.date())
    worker.drain(now=now)
    theirs = Message.objects.filter(participant=referral.participant, state=Message.State.SENT)
    assert {"welcome", "safety_questions"} <= set(theirs.values_list("kind", flat=True))
    assert set(theirs.values_list("channel", flat=True)) == {"file"}
    assert {mail["To"] for mail in smtp_sink.mails} == {cast.receptionist.email}  # as everywhere


# --- The county -----------------------------------------------------------------------------------------------


@pytest.fixture
def small_county(demonstrates, monkeypatch):
    for name, number in {"PEOPLE": 4, "COHORTS": 2, "PLACES": 4}.items():
        monkeypatch.setattr(county, name, number)

    def colleagues_only(*, now) -> bool:  # test_demonstration.py has the rest
        demonstration._colleagues(now)
        return True

    monkeypatch.setattr(demo, "furnish", colleagues_only)


def test_a_county_moves_in_beside_somebody_typed(cast, small_county):
    submitted(organisation=cast.riverbank, by=cast.receptionist, nhs_number="9999999999")
    assert "4 more wait for a place" in said("demo", "--county")
    assert Referral.objects.filter(status="waiting").count() == 4
    assert next_serial() < 999_900_000  # there is room for many more


def test_beside_somebody_who_is_not_made_up_it_is_one_sentence(small_county):
    PersonFactory()
    assert said("demo", "--county").splitlines()[-1] == (
        "This database has people who are not made up: nobody was added."
    )
    assert Participant.objects.count() == 1


# --- People already there -------------------------------------------------------------------------------------


def test_people_already_in_this_clones_own_database_are_marked_once(demonstrates):
    PersonFactory.create_batch(2)
    PersonFactory(made_up=True)
    assert said("mark_made_up") == "2 people were already in this demonstration: marked as made up.\n"
    assert not Participant.objects.real().exists()
    assert said("mark_made_up") == ""
    PersonFactory()
    assert said("mark_made_up") == "1 person was already in this demonstration: marked as made up.\n"


def test_what_waits_for_them_stays_here(cast, demonstrates, settings):
    settings.DEMO = False
    referral = submitted(organisation=cast.riverbank, by=cast.receptionist)
    triage.accept(referral=referral, by=cast.officer, now=NOON, opted_in_on=NOON.date())
    settings.DEMO = True
    said("mark_made_up")
    waiting = Message.objects.filter(participant=referral.participant)
    assert set(waiting.values_list("channel", flat=True)) == {"file"}


def test_in_a_database_that_somebody_named_nobody_is_marked(demonstrates, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgresql://elsewhere/")
    PersonFactory()
    assert said("mark_made_up") == ""
    assert Participant.objects.real().count() == 1


def test_outside_a_demonstration_nobody_is_marked():
    PersonFactory()
    with pytest.raises(CommandError, match="DEMO=1"):
        call_command("mark_made_up")
    assert Participant.objects.real().count() == 1
