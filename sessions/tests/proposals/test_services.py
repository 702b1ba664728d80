"""Proposals that are kept: asked for, made, moved, approved, carried out."""

from datetime import timedelta
from functools import partial

import pytest
from celery.exceptions import SoftTimeLimitExceeded
from django.db import IntegrityError, transaction
from django.urls import reverse

from accounts.tests.factories import sign_in
from core.errors import Busy, ReasonMissing
from participants.models import Availability
from referrals.screening import services as screening
from referrals.statuses import Status
from referrals.triage import services as triage
from sessions.cohorts import requirements
from sessions.lifecycle import services as lifecycle
from sessions.models import Place, Proposal, ProposedPlace
from sessions.places import placement
from sessions.proposals import approval, pool
from sessions.proposals import services as proposals
from sessions.proposals.services import NoCohortChosen, NoMove, NoRoom, NotReady
from sessions.tests import factories as make
from sessions.tests.pages import text_of, url
from sessions.tests.race import at_once, audit

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
LIST = reverse("admin:cohort_sessions_cohort_proposals")


@pytest.fixture
def cohort(db):
    return make.cohort(programme=make.programme(minimum_to_start=1), capacity=2)


def made(*cohorts, officer, weeks=0):
    proposal = proposals.request_proposal(cohorts=list(cohorts), waited_weeks=weeks, by=officer, now=make.NOW)
    assert proposals.make_asked(now=make.NOW) == 1
    proposal.refresh_from_db()
    return proposal


def waits(cohort, *, days, **details):
    return make.suited(cohort, opted_in_at=make.NOW - days * DAY, **details)


def row_of(proposal, referral):
    return proposal.rows.get(referral=referral)


def test_a_proposal_keeps_who_where_and_why(cohort, officer):
    first, second, third = (waits(cohort, days=days) for days in (30, 20, 10))
    proposal = made(cohort, officer=officer)
    assert (proposal.state, proposal.considered, proposal.people, proposal.proof) == ("ready", 3, 2, "flow")
    assert (proposal.bound_people, proposal.bound_score) == (2, 50)
    rows = list(proposal.rows.order_by("position"))
    assert [row.referral for row in rows] == [first, second, third]
    assert [row.cohort for row in rows] == [cohort, cohort, None]
    assert f"placed in {cohort} on Tuesday evening" in rows[0].reason
    assert rows[2].reason
    assert not Place.objects.exists()


def test_nothing_kept_beside_the_rows_is_about_a_person(cohort, officer):
    referral = waits(cohort, days=30)
    proposal = made(cohort, officer=officer)
    kept = str(proposal.told) + row_of(proposal, referral).reason
    for personal in (referral.participant.family_name, str(referral.participant.nhs_number or "–")):
        assert personal not in kept


def test_the_pool_is_what_was_chosen(cohort, officer):
    other = make.cohort(programme=make.programme(minimum_to_start=1))
    long, short = waits(cohort, days=40), waits(cohort, days=20)
    proposal = made(other, officer=officer, weeks=5)
    assert list(proposal.rows.values_list("referral", "cohort")) == [(long.pk, other.pk)]
    assert short.pk not in proposal.told["people"]
    with pytest.raises(NoCohortChosen):
        proposals.request_proposal(cohorts=[], waited_weeks=0, by=officer, now=make.NOW)


def test_a_dead_worker_is_told_as_failed_and_another_may_be_asked(cohort, officer):
    proposal = proposals.request_proposal(cohorts=[cohort], waited_weeks=0, by=officer, now=make.NOW)
    assert proposals._claim(make.NOW) == proposal
    assert proposals.make_asked(now=make.NOW + timedelta(minutes=5)) == 0
    assert proposals.make_asked(now=make.NOW + timedelta(minutes=7)) == 0
    proposal.refresh_from_db()
    assert proposal.state == Proposal.State.FAILED


def test_a_fault_of_the_engine_is_told_and_not_swallowed(cohort, officer, monkeypatch):
    proposal = proposals.request_proposal(cohorts=[cohort], waited_weeks=0, by=officer, now=make.NOW)

    def broken(*args, **kwargs):
        raise RuntimeError

    monkeypatch.setattr(proposals.allocation, "solve", broken)
    with pytest.raises(RuntimeError):
        proposals.make_asked(now=make.NOW)
    proposal.refresh_from_db()
    assert (proposal.state, proposal.progress) == ("failed", "Something went wrong. Ask for it again.")


def test_a_move_needs_a_reason_and_room_and_shows_its_cost(cohort, officer):
    other = make.cohort(programme=make.programme(minimum_to_start=1), capacity=1)
    first, second, third = (waits(cohort, days=days) for days in (130, 20, 10))
    proposal = made(cohort, other, officer=officer)
    assert proposals.worth(proposal) == proposals.Cost(1, 3, 160)
    row = row_of(proposal, first)
    assert proposals.worth(proposal, instead={row.pk: None}) == proposals.Cost(0, 2, 30)
    with pytest.raises(ReasonMissing):
        proposals.move(row=row, cohort=None, by=officer, now=make.NOW, why="  ")
    elsewhere = other if row.cohort == cohort else cohort
    with pytest.raises(NoRoom):
        proposals.move(row=row, cohort=elsewhere, by=officer, now=make.NOW, why="Likes it")
    moved = proposals.move(row=row, cohort=None, by=officer, now=make.NOW, why="Asked to wait")
    assert (moved.cohort, moved.moved_by, moved.moved_why) == (None, officer, "Asked to wait")
    assert moved.proposed == row.proposed, "what the engine said is kept"


def test_a_move_against_a_rule_is_said(cohort, officer):
    referral = waits(cohort, days=9)
    evening = make.cohort(starts_on=make.FIRST_DAY + DAY)
    requirements.suit(cohort=evening, changes={"levels": ["moderate"], "language": "pl"})
    proposal = made(cohort, evening, officer=officer)
    found = pool.load_pool_of(proposal, make.NOW)
    assert found.rules_broken(referral.pk, cohort.pk) == []
    assert found.rules_broken(referral.pk, evening.pk) == [
        "We do not know if they can make its times.",
        "It is not at their activity level.",
    ]


def test_the_database_wants_a_reason_for_a_move(cohort, officer):
    waits(cohort, days=9)
    proposal = made(cohort, officer=officer)
    with pytest.raises(IntegrityError, match="moved_for_a_reason"), transaction.atomic():
        proposal.rows.update(moved_by=officer, moved_at=make.NOW)
    with pytest.raises(IntegrityError, match="approved_at_and_by"), transaction.atomic():
        Proposal.objects.update(state="approved")


@pytest.mark.parametrize(
    ("how", "outcome", "status"),
    [("offer", "offered", Status.OFFERED), ("place", "placed", Status.ENROLLED)],
)
def test_a_yes_is_carried_out_for_each_in_order(cohort, officer, how, outcome, status):
    first, second, third = (waits(cohort, days=days) for days in (30, 20, 10))
    proposal = made(cohort, officer=officer)
    approval.approve(proposal=proposal, how=how, by=officer, now=make.NOW)
    assert approval.carry_out_approved(now=make.NOW) == 2
    assert approval.carry_out_approved(now=make.NOW) == 0
    for referral in (first, second):
        referral.refresh_from_db()
        assert referral.status == status
        assert row_of(proposal, referral).outcome == outcome
    third.refresh_from_db()
    assert third.status == Status.WAITING
    assert set(Place.objects.values_list("placed_by", flat=True)) == {officer.pk}
    with pytest.raises(NotReady):
        approval.approve(proposal=proposal, how=how, by=officer, now=make.NOW)
    with pytest.raises(NotReady):
        proposals.move(row=row_of(proposal, first), cohort=None, by=officer, now=make.NOW, why="Late")


def test_everything_is_decided_again_at_the_yes(cohort, officer):
    other = make.cohort(programme=make.programme(minimum_to_start=1), starts_on=make.FIRST_DAY + DAY)
    gone, held, busy = (waits(cohort, days=days) for days in (30, 20, 19))
    cancelled = waits(other, days=18)
    proposal = made(cohort, other, officer=officer)
    placement.place(referral=busy, cohort=other, by=officer, now=make.NOW)
    triage.withdraw(referral=gone, by=officer, now=make.NOW, reason="better")
    screening.hold(referral=held, by=officer, now=make.NOW, words="Chest pain")
    lifecycle.cancel_cohort(cohort=other, by=officer, now=make.NOW, words="No instructor")
    said = proposals.changed_since(proposal, pool.load_pool_of(proposal, make.NOW))
    assert said[0].startswith("2 people are no longer able to be placed")
    assert f"{other} has 0 free places now; it had 8." in said
    approval.approve(proposal=proposal, how="offer", by=officer, now=make.NOW)
    approval.carry_out_approved(now=make.NOW)
    outcomes = {row.referral_id: row.outcome for row in proposal.rows.filter(cohort__isnull=False)}
    assert set(outcomes) == {gone.pk, held.pk, cancelled.pk}
    assert set(outcomes.values()) == {"refused"}
    assert all(row.outcome_words for row in proposal.rows.filter(outcome="refused"))
    assert not Place.objects.open().exists()


def test_who_no_longer_fits_is_not_offered_blindly_unless_an_officer_put_them_there(cohort, officer):
    changed, put = waits(cohort, days=30), waits(cohort, days=20)
    proposal = made(cohort, officer=officer)
    with pytest.raises(NoMove):
        proposals.move(row=row_of(proposal, put), cohort=cohort, by=officer, now=make.NOW, why="Asked")
    for there in (None, cohort):
        proposals.move(row=row_of(proposal, put), cohort=there, by=officer, now=make.NOW, why="Asked for it")
    Availability.objects.all().delete()
    for one in (changed, put):
        Availability.objects.create(
            participant=one.participant, weekday=5, part="morning", told_at=make.NOW, told_to=officer
        )
    approval.approve(proposal=proposal, how="offer", by=officer, now=make.NOW)
    approval.carry_out_approved(now=make.NOW)
    refused = row_of(proposal, changed)
    assert (refused.outcome, refused.outcome_words) == (
        "refused",
        "We do not know if they can make its times.",
    )
    assert row_of(proposal, put).outcome == "offered"


def test_a_cohort_filled_meanwhile_refuses_the_last_not_the_first(cohort, officer):
    first, second = waits(cohort, days=30), waits(cohort, days=20)
    proposal = made(cohort, officer=officer)
    make.placed(cohort)
    approval.approve(proposal=proposal, how="offer", by=officer, now=make.NOW)
    approval.carry_out_approved(now=make.NOW)
    assert row_of(proposal, first).outcome == "offered"
    assert "full" in row_of(proposal, second).outcome_words


@pytest.mark.django_db(transaction=True)
def test_two_officers_and_two_workers_at_once_approve_and_carry_out_once(cohort, officer):
    waiting = [waits(cohort, days=days) for days in (30, 20)]
    proposal = made(cohort, officer=officer)

    def say_yes(barrier):
        barrier.wait(timeout=60)
        return approval.approve(proposal=proposal, how="offer", by=officer, now=make.NOW)

    said = at_once([say_yes] * 4)
    assert sorted(type(each) is NotReady for each in said) == [False, True, True, True]

    def carry(barrier):
        barrier.wait(timeout=60)
        return approval.carry_out_approved(now=make.NOW)

    assert sum(at_once([carry] * 4)) >= 2
    assert Place.objects.filter(referral__in=waiting).count() == 2
    assert audit() == set()


def test_the_end_of_a_workers_time_refuses_nobody(cohort, officer, monkeypatch):
    referral = waits(cohort, days=30)
    proposal = made(cohort, officer=officer)
    approval.approve(proposal=proposal, how="offer", by=officer, now=make.NOW)

    def over(**facts):
        raise SoftTimeLimitExceeded

    with monkeypatch.context() as patched:
        patched.setattr(approval.offers, "offer", over)
        with pytest.raises(SoftTimeLimitExceeded):
            approval.carry_out_approved(now=make.NOW)
    assert row_of(proposal, referral).outcome == ""
    assert approval.carry_out_approved(now=make.NOW) == 1


def test_one_proposal_is_made_at_a_time(cohort, officer):
    for _ in range(2):
        proposals.request_proposal(cohorts=[cohort], waited_weeks=0, by=officer, now=make.NOW)
    assert proposals._claim(make.NOW)
    assert proposals._claim(make.NOW) is None


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_make_a_proposal_once(cohort, officer):
    waits(cohort, days=30)
    asked = [
        proposals.request_proposal(cohorts=[cohort], waited_weeks=0, by=officer, now=make.NOW)
        for _ in range(3)
    ]

    def work(barrier):
        barrier.wait(timeout=60)
        return proposals.make_asked(now=make.NOW)

    assert sum(at_once([partial(work)] * 3)) == 3
    assert ProposedPlace.objects.count() == len(asked)


def test_somebody_busy_is_tried_again_and_a_fault_keeps_nobody_else_waiting(cohort, officer, monkeypatch):
    first, second = waits(cohort, days=30), waits(cohort, days=20)
    proposal = made(cohort, officer=officer)
    approval.approve(proposal=proposal, how="offer", by=officer, now=make.NOW)
    real = approval.offers.offer

    def for_first(error):
        def offer(**facts):
            if facts["referral"] == first:
                raise error
            return real(**facts)

        monkeypatch.setattr(approval.offers, "offer", offer)

    for_first(Busy())
    assert approval.carry_out_approved(now=make.NOW) == 1
    assert row_of(proposal, first).outcome == ""
    assert row_of(proposal, second).outcome == "offered"
    for_first(RuntimeError())
    assert approval.carry_out_approved(now=make.NOW) == 1
    assert row_of(proposal, first).outcome_words == "Something went wrong. Place this person yourself."


# The pages


def test_an_officer_asks_reads_moves_and_approves(office, cast, cohort):
    first, second = waits(cohort, days=30), waits(cohort, days=20)
    text = text_of(office.get(LIST))
    assert f"{cohort}: Tuesday evening, 2 free places" in text
    text = text_of(office.post(LIST, {"weeks": "x"}))
    assert "Enter a number of weeks from 0 to 104." in text
    assert "Choose at least one group" in text_of(office.post(LIST, {"weeks": "0"}))
    response = office.post(LIST, {"weeks": "", "cohort": [cohort.pk]})
    page = response["Location"]
    assert "Waiting to be made" in text_of(office.get(page))
    proposals.make_asked(now=make.NOW)
    text = text_of(office.get(page))
    assert "2 of 2 people would have a place" in text.replace("</strong>", "")
    assert "No arrangement places more people." in text
    assert "waiting 30 days" in text
    row = ProposedPlace.objects.get(referral=second)
    move = reverse("admin:cohort_sessions_cohort_proposal_move", args=[row.proposal_id, row.pk])
    assert "Choose a group, or none." in text_of(office.post(move, {"step": "show"}))
    text = text_of(office.post(move, {"step": "show", "cohort": "none"}))
    assert "Effect of this change" in text
    assert "Enter a reason" in text_of(
        office.post(move, {"step": "confirm", "cohort": "none", "shown": "none"})
    )
    # A yes to another cohort than the one that was shown is shown first.
    office.post(move, {"step": "confirm", "cohort": "none", "shown": cohort.pk, "why": "On holiday"})
    row.refresh_from_db()
    assert row.cohort == cohort
    office.post(move, {"step": "confirm", "cohort": "none", "shown": "none", "why": "On holiday"})
    text = text_of(office.get(page))
    assert "“On holiday”" in text
    # What was proven was proven of the proposal as the engine made it.
    assert "No arrangement places more people." not in text
    assert "An officer has changed the group of 1 person since" in text
    approve = reverse("admin:cohort_sessions_cohort_proposal_approve", args=[row.proposal_id])
    text = text_of(office.get(approve))
    assert first.reference in text
    assert second.reference not in text
    assert "Choose what we should do." in text_of(office.post(approve, {"how": "x"}))
    assert "moved people in this proposal since" in text_of(
        office.post(approve, {"how": "offer"}, follow=True)
    )
    seen = approval.fingerprint(row.proposal)
    office.post(approve, {"how": "offer", "seen": seen})
    assert "We are doing this now" in text_of(office.get(page))
    approval.carry_out_approved(now=make.NOW)
    assert "Offered" in text_of(office.get(page))
    assert "can no longer be changed or approved" in text_of(
        office.post(approve, {"how": "offer"}, follow=True)
    )
    assert Place.objects.get().referral == first
    assert "1 of 2" in text_of(office.get(LIST))


@pytest.mark.parametrize(
    ("why", "problem"), [("On\0 holiday", "hidden character"), ("x" * 501, "500 characters or fewer")]
)
def test_a_reason_that_cannot_be_kept_is_explained_and_moves_nobody(office, cohort, officer, why, problem):
    referral = waits(cohort, days=30)
    row = row_of(made(cohort, officer=officer), referral)
    move = url("cohort_proposal_move", row.proposal_id, row.pk)
    answer = office.post(move, {"step": "confirm", "cohort": "none", "shown": "none", "why": why})
    assert answer.status_code == 200
    assert problem in text_of(answer)
    assert why in answer.content.decode()
    row.refresh_from_db()
    assert row.cohort == cohort


def test_the_page_says_what_has_changed_since(office, cohort, officer):
    waits(cohort, days=30)
    proposal = made(cohort, officer=officer)
    page = reverse("admin:cohort_sessions_cohort_proposal", args=[proposal.pk])
    assert "Changes since this was made" not in text_of(office.get(page))
    waits(cohort, days=20)
    make.placed(cohort)
    text = text_of(office.get(page))
    assert "1 person has joined the list since" in text
    assert f"{cohort} has 1 free place now; it had 2." in text


def test_the_pages_ask_a_bounded_number_of_questions(office, cohort, officer, django_assert_max_num_queries):
    cohorts = [cohort, *(make.cohort(programme=cohort.programme) for _ in range(3))]
    for days in range(40):
        waits(cohorts[days % 4], days=days)
    proposal = made(*cohorts, officer=officer)
    for name, args in (("proposals", []), ("proposal", [proposal.pk]), ("proposal_approve", [proposal.pk])):
        with django_assert_max_num_queries(30):
            office.get(reverse(f"admin:cohort_sessions_cohort_{name}", args=args))


@pytest.mark.parametrize("role", ["receptionist", "lead", "neighbour", "stranger"])
def test_nobody_else_sees_or_changes_a_proposal(client, cast, cohort, officer, role):
    referral = waits(cohort, days=30)
    proposal = made(cohort, officer=officer)
    row = row_of(proposal, referral)
    sign_in(client, getattr(cast, role))
    for name, args, press in (
        ("proposals", [], {"cohort": [cohort.pk]}),
        ("proposal", [proposal.pk], {}),
        (
            "proposal_move",
            [proposal.pk, row.pk],
            {"step": "confirm", "cohort": "none", "shown": "none", "why": "x"},
        ),
        ("proposal_approve", [proposal.pk], {"how": "offer", "seen": approval.fingerprint(proposal)}),
    ):
        page = url(f"cohort_{name}", *args)
        assert (client.get(page).status_code, client.post(page, press).status_code) == (403, 403), name
    proposal.refresh_from_db()
    row.refresh_from_db()
    assert (proposal.state, row.cohort, Proposal.objects.count()) == ("ready", cohort, 1)
