"""What has ended is closed when nothing can follow any more, and still says how it ended."""

from datetime import timedelta

import pytest

from messaging.delivery import worker
from messaging.models import Message
from outcomes import closure
from outcomes.practice_letters import services as practice_letters
from referrals import status_changes
from referrals.models import Referral
from referrals.search import FILTERS
from referrals.statuses import Reason, Status
from referrals.tests.factories import NOW, ReferralFactory
from referrals.triage import services as triage

pytestmark = pytest.mark.django_db
LONG_AFTER = NOW + timedelta(days=93)


@pytest.fixture
def declined(cast):
    referral = ReferralFactory(organisation=cast.riverbank, submitted_by=cast.receptionist)
    triage.decline(
        referral=referral, by=cast.officer, now=NOW, reason=Reason.OTHER_SERVICE, words="Falls team"
    )
    practice_letters.write_due_letters(now=NOW)
    return referral


def test_it_waits_for_the_letter_and_for_three_months(declined):
    assert closure.close_ended(now=LONG_AFTER) == 0, "the letter has not gone out"
    worker.drain(now=NOW)
    assert closure.close_ended(now=NOW + timedelta(days=91)) == 0
    assert closure.close_ended(now=LONG_AFTER) == 1
    assert closure.close_ended(now=LONG_AFTER) == 0
    declined.refresh_from_db()
    assert (declined.status, declined.ended_as) == (Status.CLOSED, Status.DECLINED)
    change = declined.status_changes.latest("pk")
    assert (change.from_status, change.to_status, change.by) == (Status.DECLINED, Status.CLOSED, None)


def test_a_letter_that_could_not_be_sent_keeps_it_open(declined):
    Message.objects.update(state=Message.State.FAILED, settled_at=NOW, reason="no such mailbox")
    assert closure.close_ended(now=LONG_AFTER) == 0


@pytest.mark.parametrize("status", [Status.SUBMITTED, Status.WAITING, Status.ACTIVE, Status.DIED])
def test_nothing_else_is_closed(status):
    ReferralFactory(status=status, status_at=NOW, opted_in_at=NOW)
    assert closure.close_ended(now=LONG_AFTER) == 0


def test_a_closed_referral_is_found_and_shown_as_it_ended():
    done = ReferralFactory(status=Status.CLOSED, ended_as=Status.COMPLETED, opted_in_at=NOW)
    assert list(Referral.objects.in_group(FILTERS["completed"].statuses)) == [done]
    assert not Referral.objects.in_group(FILTERS["ended"].statuses).exists()
    assert done.outcome.label == "Completed"


def test_somebody_who_finished_below_the_target_is_closed_too_and_found_apart_from_those_who_completed():
    change = ending(ReferralFactory(status=Status.ACTIVE, opted_in_at=NOW))
    practice_letters.write_due_letters(now=NOW)
    worker.drain(now=NOW)
    assert closure.close_ended(now=LONG_AFTER) == 1
    change.referral.refresh_from_db()
    assert change.referral.ended_as == Status.FINISHED_BELOW_TARGET
    assert list(Referral.objects.in_group(FILTERS["finished"].statuses)) == [change.referral]
    for other in ("completed", "ended"):
        assert not Referral.objects.in_group(FILTERS[other].statuses).exists()


def ending(referral):
    return status_changes.move(
        referral=referral, to=Status.FINISHED_BELOW_TARGET, by=None, now=NOW, attended=5, out_of=10
    )
