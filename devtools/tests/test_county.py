"""The rehearsal of a county's waiting list: what a proposal does with it, from the asking to the offers."""

import sys
from datetime import datetime

import pytest
from django.core.management import call_command

from core.clock import database_now
from devtools.demo.rehearsal import county, demonstration
from devtools.management.commands import demo
from participants.models import Participant
from referrals.models import Referral
from referrals.statuses import Status
from sessions.models import Cohort, Place, Proposal
from sessions.proposals import approval
from sessions.proposals import services as proposals
from sessions.tests.race import audit

pytestmark = pytest.mark.django_db


SIZES = [
    pytest.param((60, 15, 4), id="short"),
    pytest.param((300, 30, 10), id="full", marks=pytest.mark.soak),  # as `demo --county` makes it
]


def colleagues_only(*, now: datetime) -> bool:
    demonstration._colleagues(now)
    return True


@pytest.mark.parametrize("size", SIZES)
def test_a_countys_waiting_list_from_the_asking_to_the_offers(size, settings, capsys, monkeypatch):
    settings.DEMO = True
    assert SIZES[-1].values[0] == (county.PEOPLE, county.COHORTS, county.PLACES)
    for name, number in zip(("PEOPLE", "COHORTS", "PLACES"), size, strict=True):
        monkeypatch.setattr(county, name, number)
    if size != SIZES[-1].values[0]:
        monkeypatch.setattr(demo, "furnish", colleagues_only)  # test_demonstration.py has the rest
    call_command("demo", "--county")
    assert f"{county.PEOPLE} more wait for a place" in capsys.readouterr().out
    theirs = Cohort.objects.filter(name__startswith=county.NAMED)
    assert theirs.count() == county.COHORTS
    assert not Participant.objects.real().exists()
    now, officer = database_now(), theirs.first().opened_by
    proposal = proposals.request_proposal(cohorts=list(theirs), waited_weeks=0, by=officer, now=now)
    proposals.make_asked(now=now)
    proposal.refresh_from_db()
    assert proposal.state == Proposal.State.READY
    assert proposal.considered >= county.PEOPLE
    assert proposal.people > proposal.first_come
    assert proposal.proof in ("flow", "milp")
    assert proposal.bound_people == proposal.people
    with capsys.disabled():
        gained = 100 * (proposal.people / proposal.first_come - 1)
        told = f"{proposal.people} of {proposal.considered} placed, first come {proposal.first_come} (+{gained:.1f} %)"
        sys.stdout.write(f"\n  county: {told}, {proposal.proof}, {proposal.seconds:.1f} s\n")
    before = Referral.objects.filter(status=Status.OFFERED).count()
    approval.approve(proposal=proposal, how="offer", by=officer, now=now)
    assert approval.carry_out_approved(now=now) == proposal.people
    assert Referral.objects.filter(status=Status.OFFERED).count() == before + proposal.people
    assert Place.objects.filter(cohort__in=theirs, state=Place.State.HELD).count() == proposal.people
    assert audit() == set()
    call_command("demo", "--county")
    assert theirs.count() == county.COHORTS
