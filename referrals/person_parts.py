"""What a person's page tells of their referrals (participants.person_page)."""

from datetime import datetime
from typing import Any

from django.db.models import Subquery

from participants.models import Participant
from participants.person_page import HEADER, Part
from referrals.models import Referral, ReferralQuerySet, SafetyHold
from referrals.screening.admin import safety_shown
from referrals.screening.eligibility import HOLD
from referrals.self_assessment.telephone_admin import own_shown
from referrals.summary import about_referral

SHOWN = 5  # the newest


def _referrals(person: Participant) -> ReferralQuerySet:
    return Referral.objects.filter(participant=person).newest_first()


def standing(person: Participant, now: datetime) -> dict[str, Any]:
    """Their referrals with how each stands, and the first hold that is on. One query."""
    held = (
        _referrals(person)
        .select_related("organisation")
        .annotate(
            hold_why=Subquery(HOLD.values("why")[:1]), hold_since=Subquery(HOLD.values("put_on_at")[:1])
        )
    )
    referrals = list(held[:SHOWN])
    for referral in referrals:
        referral.hold_words = SafetyHold.Why(referral.hold_why).label.lower() if referral.hold_why else ""
    return {"referrals": referrals}


def newest(person: Participant, now: datetime) -> dict[str, Any]:
    """The newest referral with its safety answers, and the others by reference. The same queries however many."""
    referrals = list(_referrals(person).select_related("organisation", "submitted_by")[: SHOWN + 1])
    if not referrals:
        return {"referral": None}
    referral = referrals[0]
    referral.participant = person
    return {
        "referral": referral,
        "others": referrals[1:],
        "about_referral": about_referral(referral),
        **safety_shown(referral),
        **own_shown(referral),
    }


PARTS = [
    Part("referrals", HEADER, 10, "admin/referrals/referral/standing.html", standing),
    Part("newest_referral", "referral", 10, "admin/referrals/referral/of_person.html", newest),
]
