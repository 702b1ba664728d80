"""What the referral pages ask of Python: times and statuses in the words of the service."""

from collections.abc import Mapping
from datetime import datetime

from django import template
from django.utils import timezone

from core import dates
from referrals import hold_display
from referrals.ages import days_ago
from referrals.models import Referral
from referrals.screening import clinician_requests
from referrals.screening.eligibility import Eligibility
from referrals.tracking import record, status_timeline

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
    words = hold_display.label(referral)
    if words in (hold_display.ON_HOLD, hold_display.ELSEWHERE):
        return "amber" if words == hold_display.ON_HOLD else ""
    return status_timeline.BADGES.get(referral.outcome, "")


register.filter("standing", hold_display.label)
register.filter(hold_display.in_short)


@register.filter
def practice_contacted(asked_at: datetime) -> str:
    """By when we contact the practice about a clinician without an account, in a sentence."""
    return clinician_requests.will_contact(asked_at, now=timezone.now())


register.simple_tag(record.for_record)


@register.inclusion_tag("referrals/tracking/eligibility_flags.html")
def eligibility_flags(known: Mapping[int, Eligibility], referral: Referral) -> dict[str, object]:
    """Whether this person may have a place, and what is missing, from what the view read for everybody."""
    return {"found": known.get(referral.pk), "referral": referral}
