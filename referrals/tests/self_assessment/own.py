"""The person's own answers for tests, in the trade's words."""

from datetime import datetime

from referrals import safety
from referrals.models import Referral, SafetyLink
from referrals.safety import self_assessment_questions
from referrals.statuses import Status
from referrals.tests.factories import NOW, ReferralFactory

ALL_NO = dict.fromkeys((asked.code for asked in safety.OWN.questions), self_assessment_questions.NO)


def waiting(now: datetime = NOW, **facts: object) -> Referral:
    """Somebody on the waiting list, who has not been asked."""
    return ReferralFactory(status=Status.WAITING, opted_in_at=now, **facts)


def address(referral: Referral, name: str = "") -> str:
    """The address in the person's last message."""
    return f"/q/{SafetyLink.objects.current().get(referral=referral).token}/{name}"


def born(referral: Referral) -> dict[str, str]:
    """Their date of birth, as the gate asks for it."""
    date = referral.participant.date_of_birth
    return {
        f"proof_date_{part}": str(value)
        for part, value in (("day", date.day), ("month", date.month), ("year", date.year))
    }
