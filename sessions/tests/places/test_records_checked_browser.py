"""What officers and people see while records are checked after a restore, in a real browser."""

import json
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from core.dates import LONDON
from participants.models import Restore, SafetyFact
from participants.tests.factories import PersonFactory
from referrals import safety_log_replay
from sessions.proposals import services as proposals
from sessions.tests import factories as make
from tests.test_safety_log import Someone, lines_of

pytestmark = pytest.mark.django_db(transaction=True)


def test_the_list_the_call_and_the_two_pages_of_a_person(look, cast, settings, tmp_path):
    now = timezone.now()
    cohort = make.cohort(
        now=now, starts_on=(now + timedelta(days=8)).astimezone(LONDON).date(), by=cast.officer
    )
    person = PersonFactory(given_name="Síle", practice=cast.riverbank)
    place, offer = make.placed(cohort, now=now, person=person), make.offered(cohort, now=now)
    restore = Restore.objects.create(since=now - timedelta(days=1), at=now)
    settings.SAFETY_LOG = tmp_path / "safety.jsonl"
    one, lost = (
        Someone(person, place.referral, cast.officer),
        Someone(PersonFactory(), place.referral, cast.officer),
    )
    told = [lines_of(one, code) for code in (SafetyFact.Code.OBJECTION, SafetyFact.Code.EMAIL_BAD)]
    told.append(
        lines_of(lost, SafetyFact.Code.HOLD) | {"reference": "IYM-ZZZZ-ZZZ", "detail": "safeguarding"}
    )
    for each in told:
        each["at"] = (now - timedelta(hours=2)).isoformat()
    settings.SAFETY_LOG.write_text("".join(json.dumps(each) + "\n" for each in told))
    safety_log_replay.replay(restore=restore)

    page = look.new(cast.officer)
    look.go(page, reverse("admin:participants_restore", args=[restore.pk]))
    page.get_by_text("unless an officer has called them").wait_for()
    look.at(page, "restored")
    page.get_by_role("link", name="Safety facts that could not be applied again").click()
    page.get_by_role("heading", name="Could not be applied (1)").wait_for()
    look.at(page, "safety-facts")
    look.go(page, f"/admin/referrals/referral/{place.referral.pk}/change/")
    page.get_by_role("link", name="Record that you have called them").click()
    look.at(page, "called")
    page.get_by_role("button", name="Record call").click()
    page.get_by_role("alert").get_by_text("Confirm that you have called this person").wait_for()
    look.at(page, "called-errors")

    theirs = look.new()
    look.go(theirs, reverse("sessions:answer", args=[place.attendances.first().link.token]))
    theirs.get_by_text("We are checking our records after a computer fault.").wait_for()
    look.at(theirs, "checked-join")
    look.go(theirs, reverse("offers:offer", args=[offer.link.token]))
    theirs.get_by_text("We are checking our records after a computer fault.").wait_for()
    look.at(theirs, "checked-offer")

    page.get_by_label("I have called this person today").check()
    page.get_by_role("button", name="Record call").click()
    page.get_by_text("was called: they can join").wait_for()
    look.go(theirs, reverse("sessions:answer", args=[place.attendances.first().link.token]))
    assert theirs.get_by_text("We are checking our records").count() == 0


def test_a_proposal_says_who_waits_for_a_call(look, cast):
    now = timezone.now()
    cohort = make.cohort(
        now=now,
        starts_on=(now + timedelta(days=8)).astimezone(LONDON).date(),
        by=cast.officer,
        programme=make.programme(minimum_to_start=1),
    )
    make.suited(cohort)
    proposal = proposals.request_proposal(cohorts=[cohort], waited_weeks=0, by=cast.officer, now=now)
    proposals.make_asked(now=now)
    Restore.objects.create(since=now - timedelta(days=1), at=now)
    page = look.new(cast.officer)
    look.go(page, reverse("admin:cohort_sessions_cohort_proposal_approve", args=[proposal.pk]))
    page.get_by_text("1 person waits until you have called them").wait_for()
    look.at(page, "checked-approve")
    page.get_by_role("button", name="Approve proposal").press("Enter")
    page.get_by_text("We are doing this now.", exact=False).first.wait_for()
    page.get_by_text("1 person waits until you have called them").wait_for()
    look.at(page, "checked-proposal")
