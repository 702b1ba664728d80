"""Organisations of every kind: a code of our own where no list gives one, and what closing one means."""

from threading import Event, Thread

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.utils import timezone

from accounts import services
from accounts.models import Organisation
from accounts.organisations import ods_import
from accounts.organisations import services as organisations
from accounts.tests import factories
from referrals.submission import services as submission
from referrals.tests.factories import submitted
from referrals.triage import services as triage

pytestmark = pytest.mark.django_db
Kind = Organisation.Kind


def test_a_body_on_no_list_has_a_code_of_ours_that_nobody_is_shown_as_an_ods_code():
    team = organisations.add_organisation(name="  Riverside  Physio ", kind=Kind.PHYSIOTHERAPY, by=None)
    assert team.name == "Riverside Physio"
    assert team.ods_code.startswith("LOCAL")
    assert len(team.ods_code) == 11
    assert str(team) == "Riverside Physio"
    assert str(factories.practice("Brook Surgery", code="Z91234")) == "Brook Surgery (Z91234)"
    assert list(Organisation.objects.matching(team.ods_code.lower())) == [team]


def test_a_person_is_never_registered_with_it():
    organisations.add_organisation(name="Riverside Physio", kind=Kind.PHYSIOTHERAPY, by=None)
    assert not Organisation.objects.offered().exists()


@pytest.mark.parametrize("kind", [Kind.GP_PRACTICE, Kind.OTHER_PRESCRIBER])
def test_what_the_national_list_holds_is_not_added_by_hand(kind):
    with pytest.raises(organisations.OnTheNationalList):
        organisations.add_organisation(name="Made-up Surgery", kind=kind, by=None)
    with pytest.raises(IntegrityError, match="organisation_listed_has_ods_code"), transaction.atomic():
        Organisation.objects.create(name="Made-up Surgery", kind=kind, ods_code="LOCAL000001")


def test_a_code_that_is_taken_is_drawn_again(monkeypatch):
    drawn = iter([7, 7, 8])
    monkeypatch.setattr(organisations.secrets, "randbelow", lambda below: next(drawn))
    made = [organisations.add_organisation(name=name, kind=Kind.PHARMACY, by=None) for name in ("A", "B")]
    assert [each.ods_code for each in made] == ["LOCAL000007", "LOCAL000008"]


def test_the_next_import_of_practices_leaves_it_as_it_is():
    team = organisations.add_organisation(name="Riverside Physio", kind=Kind.PHYSIOTHERAPY, by=None)
    ods_import.load(lines=[])
    team.refresh_from_db()
    assert (team.name, team.kind, team.ods_status) == ("Riverside Physio", "physiotherapy", "")


# --- Closing ---------------------------------------------------------------------------------------------------------


def closing(practice: Organisation) -> str:
    return f"/admin/accounts/organisation/{practice.pk}/closing/"


def test_an_officer_closes_an_organisation_and_its_referrals_go_on(office, officer, cast):
    referral = submitted(organisation=cast.riverbank, by=cast.receptionist)
    page = office.get(closing(cast.riverbank))
    assert "No one can refer from it" in page.content.decode()
    assert "Enter why it refers no more" in office.post(closing(cast.riverbank), {}).content.decode()
    told = office.post(closing(cast.riverbank), {"reason": "Merged with Hilltop"}, follow=True)
    assert "The access of 2 people has ended" in told.content.decode()
    assert "Merged with Hilltop" in told.content.decode()
    cast.riverbank.refresh_from_db()
    assert cast.riverbank.refers_no_more_since
    ended = cast.receptionist.memberships.get()
    assert (ended.ended_because, ended.ended_by) == ("closed", officer)
    assert ended.events.count() == 2
    assert office.get(f"/admin/referrals/referral/{referral.pk}/change/").status_code == 200
    triage.accept(referral=referral, by=officer, now=timezone.now())
    with pytest.raises(organisations.ClosedAlready):
        organisations.close(organisation=cast.riverbank, reason="Again", by=officer, now=timezone.now())


def test_nobody_refers_for_a_closed_organisation_nor_joins_it(cast):
    organisations.close(organisation=cast.riverbank, reason="Merged", by=cast.officer, now=timezone.now())
    with pytest.raises(submission.ReferralRefused, match="no longer refers to us"):
        submitted(organisation=cast.riverbank, by=cast.receptionist)
    with pytest.raises(services.OrganisationClosed):
        services.join(
            user=cast.stranger, organisation=cast.riverbank, role="clinician_admin", now=timezone.now()
        )
    assert not Organisation.objects.for_user(cast.receptionist).exists()


def test_it_is_opened_again_and_nobody_comes_back_by_themselves(office, cast):
    organisations.close(organisation=cast.riverbank, reason="Merged", by=cast.officer, now=timezone.now())
    assert "Closed on" in office.get(closing(cast.riverbank)).content.decode()
    office.post(closing(cast.riverbank), {"any": "thing"})
    assert not Organisation.objects.for_user(cast.receptionist).exists()
    services.join(
        user=cast.receptionist, organisation=cast.riverbank, role="clinician_admin", now=timezone.now()
    )
    submitted(organisation=Organisation.objects.get(pk=cast.riverbank.pk), by=cast.receptionist)


@pytest.mark.parametrize(
    ("because", "sentence"),
    [
        ("closed", "Riverbank Surgery no longer refers patients to us. Thank you"),
        ("unused", "You had not signed in for a long time"),
        ("lead", "Your access for Riverbank Surgery has ended"),
    ],
)
def test_whoever_has_no_access_any_more_reads_a_kind_sentence(cast, because, sentence):
    place = cast.receptionist.memberships.get()
    services.end_membership(membership=place, by=None, because=because, now=timezone.now())
    client = factories.sign_in(Client(), cast.receptionist)
    home = client.get("/")
    assert (home.status_code, sentence in home.content.decode()) == (200, True)
    led_there = client.get("/referrals/")
    assert (led_there.status_code, sentence in led_there.content.decode()) == (403, True)


def test_a_stranger_reads_one_too(cast):
    home = factories.sign_in(Client(), cast.stranger).get("/")
    assert "does not belong to an organisation yet" in home.content.decode()


def test_referrers_close_nothing(cast):
    client = factories.sign_in(Client(), cast.lead)
    assert client.post(closing(cast.riverbank), {"reason": "x"}).status_code == 403
    cast.riverbank.refresh_from_db()
    assert cast.riverbank.refers_no_more_since is None


@pytest.mark.django_db(transaction=True)
def test_a_referral_that_is_being_sent_is_finished_before_the_organisation_closes(cast):
    sending, order = Event(), []

    def close() -> None:
        sending.wait(10)
        organisations.close(organisation=cast.riverbank, reason="Merged", by=cast.officer, now=timezone.now())
        order.append("closed")
        connection.close()

    thread = Thread(target=close)
    thread.start()
    with transaction.atomic():
        submitted(organisation=cast.riverbank, by=cast.receptionist)
        sending.set()
        thread.join(0.5)
        order.append("sent")
    thread.join()
    assert order == ["sent", "closed"]
