"""After a restore, until an officer confirms the list: nobody joins, is offered or is given a place without a call."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from accounts.tests.factories import OfficerFactory, sign_in
from core.dates import LONDON
from participants.models import Restore, RestoreCall
from participants.restores import call_first
from participants.restores import services as restores
from referrals import safety_log_replay
from referrals.models import Referral
from sessions.attendance import responses
from sessions.models import Place
from sessions.places import offer_expiry, offers, placement
from sessions.proposals import approval
from sessions.proposals import services as proposals
from sessions.tests import factories as make
from tests.test_safety_log import Code, lines_of, restored, someone

pytestmark = pytest.mark.django_db(transaction=True)
NOW = make.NOW


@pytest.fixture
def log(settings, tmp_path) -> Path:
    settings.SAFETY_LOG = tmp_path / "elsewhere" / "safety.jsonl"
    return settings.SAFETY_LOG


def started(place: Place) -> tuple[object, datetime]:
    """The first attendance and a moment at which its session can be joined."""
    attendance = make.attendance(place, 1)
    return attendance, attendance.starts_at


def refusals(place: Place, waits: Referral, offer: Place, cohort) -> dict[str, str]:
    """What each way into a group says, tried for real and rolled back."""
    attendance, start = started(place)
    tries: dict[str, Callable[[], object]] = {
        "join": lambda: responses.press_join(attendance=attendance, now=start),
        "offer": lambda: offers.offer(referral=waits, cohort=cohort, by=OfficerFactory(), now=NOW),
        "place": lambda: placement.place(referral=waits, cohort=cohort, by=OfficerFactory(), now=NOW),
        "accept": lambda: offers.accept(place=offer, now=NOW),
    }
    told = {}
    for name, trial in tries.items():
        try:
            with transaction.atomic():
                trial()
                transaction.set_rollback(True)
            told[name] = ""
        except Exception as refused:
            told[name] = str(refused)
    return told


@pytest.fixture
def group(log):
    cohort = make.cohort()
    return make.placed(cohort), make.suited(cohort), make.offered(cohort), cohort


def test_until_the_list_is_confirmed_nobody_joins_or_gets_a_place_without_a_call(group):
    place, waits, offer, cohort = group
    assert refusals(*group) == {"join": "", "offer": "", "place": "", "accept": ""}
    restore = Restore.objects.create(since=NOW - timedelta(days=1), at=NOW)
    told = refusals(*group)
    assert "We are checking our records after a computer fault. Call us on" in told["join"]
    assert "We are checking our records after a computer fault." in told["accept"]
    assert "Call this person" in told["offer"]
    assert "Call this person" in told["place"]
    offers.decline(place=offer, now=NOW)  # frees a place: nobody is offered it by itself
    assert not Place.objects.filter(referral=waits).exists()
    Restore.objects.filter(pk=restore.pk).update(confirmed_at=NOW, confirmed_by=OfficerFactory())
    other = make.offered(cohort)
    assert refusals(place, waits, other, cohort) == {"join": "", "offer": "", "place": "", "accept": ""}


def test_a_call_opens_the_door_for_that_person_alone(group, office, officer):
    place, waits, offer, cohort = group
    Restore.objects.create(since=NOW - timedelta(days=1), at=NOW)
    page = reverse("admin:referrals_referral_called", args=[waits.pk])
    assert "Confirm that you have called this person" in office.post(page, {"step": ""}).content.decode()
    office.post(page, {"confirmed": "on"})
    call = RestoreCall.objects.get()
    assert (call.participant_id, call.called_by) == (waits.participant_id, officer)
    assert waits.participant.contact_notes.get().words == call_first.LOGGED
    told = refusals(*group)
    assert (told["offer"], told["place"]) == ("", "")
    assert "checking our records" in told["join"]
    office.post(page, {"confirmed": "on"})
    assert RestoreCall.objects.count() == 1


def test_pages_say_in_plain_words_what_to_do(log, office, client, settings):
    now = datetime.now(UTC)
    cohort = make.cohort(now=now, starts_on=(now + timedelta(days=8)).astimezone(LONDON).date())
    place, offer, waits = make.placed(cohort, now=now), make.offered(cohort, now=now), make.suited(cohort)
    Restore.objects.create(since=now - timedelta(days=1), at=now)
    attendance, _ = started(place)
    own = client.get(reverse("sessions:answer", kwargs={"token": attendance.link.token})).content.decode()
    assert "We are checking our records after a computer fault." in own
    assert settings.SERVICE_PHONE in own
    address = reverse("offers:offer", kwargs={"token": offer.link.token})
    shown = client.get(address).content.decode()
    assert "We are checking our records after a computer fault." in shown
    assert "Yes, I’d like this place" not in shown
    theirs = client.post(address, {"answer": "yes"})
    assert theirs.status_code == 409
    assert "We are checking our records after a computer fault." in theirs.content.decode()
    referral = office.get(reverse("admin:referrals_referral_change", args=[waits.pk])).content.decode()
    assert "Record that you have called them" in referral
    placing = office.get(reverse("admin:cohort_sessions_cohort_place", args=[cohort.pk])).content.decode()
    assert "Call first" in placing


def test_the_officers_list_names_what_could_and_could_not_be_applied(log, office, cast):
    one = someone()
    restore = restored()
    log.parent.mkdir()
    log.write_text("".join(json.dumps(lines_of(one, code)) + "\n" for code in (Code.OBJECTION, "unheard_of")))
    safety_log_replay.replay(restore=restore)
    page = office.get(reverse("admin:participants_safety_facts")).content.decode()
    assert "Could not be applied (1)" in page
    assert "Applied again (1)" in page
    assert "Marked" in page
    assert "This release does not know this kind of fact." in page
    for who, status in (("receptionist", 403), ("lead", 403), ("administrator", 200)):
        seen = sign_in(Client(), getattr(cast, who)).get(reverse("admin:participants_safety_facts"))
        assert seen.status_code == status, who


def confirmed(restore: Restore) -> None:
    restores.confirm(restore=restore, by=OfficerFactory(), now=NOW)


def test_places_freed_meanwhile_are_offered_once_the_list_is_confirmed(group):
    place, first, offer, cohort = group
    second, third = make.suited(cohort), make.suited(cohort)
    restore = Restore.objects.create(since=NOW - timedelta(days=1), at=NOW)
    offers.decline(place=offer, now=NOW)
    placement.withdraw(place=place, by=OfficerFactory(), now=NOW, reason="better")
    offer_expiry.offer_freed(now=NOW)
    assert not Place.objects.filter(referral__in=[first, second, third]).exists()
    confirmed(restore)
    assert offer_expiry.offer_freed(now=NOW) == 2
    assert offer_expiry.offer_freed(now=NOW) == 0
    told = dict(Place.objects.filter(state="held").values_list("referral", "placed_by"))
    assert told == {first.pk: None, second.pk: None}  # as many as were freed, in the one order


def test_a_place_that_nobody_suits_is_not_offered_for_ever(group):
    place, waits, offer, cohort = group
    offers.decline(place=offer, now=NOW)  # no restore: the next in order is offered it, and that is that
    assert Place.objects.get(referral=waits).state == "held"
    offers.decline(place=Place.objects.get(referral=waits), now=NOW)
    later = make.suited(cohort)
    assert offer_expiry.offer_freed(now=NOW) == 0
    assert not Place.objects.filter(referral=later).exists()


def test_a_proposal_that_was_approved_waits_for_the_list_or_for_the_call(group, office, officer):
    *_, cohort = group
    rows = {referral.pk: referral for referral in (make.suited(cohort), make.suited(cohort))}
    proposal = proposals.request_proposal(cohorts=[cohort], waited_weeks=0, by=officer, now=NOW)
    assert proposals.make_asked(now=NOW) == 1
    restore = Restore.objects.create(since=NOW - timedelta(days=1), at=NOW)
    page = reverse("admin:cohort_sessions_cohort_proposal_approve", args=[proposal.pk])
    asked = _plain(office, page)
    assert "3 people wait until you have called them" in asked
    assert "cannot have a place yet" not in asked
    approval.approve(proposal=proposal, how="offer", by=officer, now=NOW)
    assert approval.carry_out_approved(now=NOW) == 0
    assert set(proposal.rows.values_list("outcome", flat=True)) == {""}
    page = reverse("admin:cohort_sessions_cohort_proposal", args=[proposal.pk])
    assert "3 people wait until you have called them" in _plain(office, page)
    one = next(iter(rows.values()))
    call_first.record_call(person=one.participant, by=officer, now=NOW)
    assert approval.carry_out_approved(now=NOW) == 1
    assert proposal.rows.get(referral=one).outcome == "offered"
    confirmed(restore)
    assert approval.carry_out_approved(now=NOW) == 2
    assert set(proposal.rows.values_list("outcome", flat=True)) == {"offered"}


def _plain(office: Client, page: str) -> str:
    return " ".join(office.get(page).content.decode().split())
