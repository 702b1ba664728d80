"""How a referral is shown as a row of the work queue, and the order in which people wait."""

from datetime import datetime

from django.conf import settings
from django.urls import reverse

from core.text import counted
from core.work_queue import Row
from referrals.models import Referral, ReferralQuerySet


def row(referral: Referral, detail: str, urgency: str) -> Row:
    """One referral as a line of work that leads to its page."""
    return Row(
        label=f"{referral.participant} ({referral.reference})",
        url=reverse("admin:referrals_referral_change", args=[referral.pk]),
        detail=detail,
        urgency=urgency,
    )


def in_waiting_order(waiting: ReferralQuerySet, now: datetime) -> ReferralQuerySet:
    """The one order of the waiting list, with this place's own idea of a long wait."""
    return waiting.in_waiting_order(now, long_wait_days=settings.LONG_WAIT_DAYS)


def waiting_in_words(referral: Referral) -> str:
    """Days on the waiting list, and what puts this person before others."""
    words = f"Waiting {counted(int(referral.waiting_days), 'day')}"
    if referral.priority:
        words += f", priority {referral.priority}"
    return f"{words}, a long wait" if referral.long_wait else words
