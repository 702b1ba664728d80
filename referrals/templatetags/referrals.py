"""What the referral pages ask of Python: times and statuses in the words of the service."""

from collections.abc import Mapping
from datetime import datetime

from django import template
from django.utils import timezone

from core import dates
from referrals import clinicians, on_hold, timeline
from referrals.days import days_ago
from referrals.eligibility import Eligibility
from referrals.models import Referral

register = template.Library()


register.filter(dates.day)
register.filter(dates.moment)


@register.filter
def age(value: datetime) -> str:
    """22 days ago, as London counts days; the date itself stands beside it."""
    return days_ago(value, timezone.now())


@register.filter
def badge(referral: Referral) -> str:
    """The colour of a status; its words stand beside it."""
    words = on_hold.label(referral)
    if words in (on_hold.ON_HOLD, on_hold.ELSEWHERE):
        return "amber" if words == on_hold.ON_HOLD else ""
    return timeline.BADGES.get(referral.outcome, "")


register.filter("standing", on_hold.label)
register.filter(on_hold.in_short)


@register.filter
def practice_contacted(asked_at: datetime) -> str:
    """By when we contact the practice about a clinician without an account, in a sentence."""
    return clinicians.will_contact(asked_at, now=timezone.now())


@register.inclusion_tag("referrals/eligibility_flags.html")
def eligibility_flags(known: Mapping[int, Eligibility], referral: Referral) -> dict[str, object]:
    """Whether this person may have a place, and what is missing, from what the view read for everybody."""
    return {"found": known.get(referral.pk), "referral": referral}
