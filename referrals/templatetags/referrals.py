"""What the referral pages ask of Python: times and statuses in the words of the service."""

from datetime import datetime

from django import template
from django.utils import timezone

from design import dates
from referrals import timeline
from referrals.days import days_ago
from referrals.models import Referral

register = template.Library()


register.filter(dates.moment)


@register.filter
def age(value: datetime) -> str:
    """22 days ago, as London counts days; the date itself stands beside it."""
    return days_ago(value, timezone.now())


@register.filter
def badge(referral: Referral) -> str:
    """The colour of a status; its words stand beside it."""
    return timeline.BADGES.get(referral.outcome, "")
