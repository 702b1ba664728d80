"""What this app puts on the officers' work queue."""

from collections.abc import Sequence
from datetime import datetime

from django.conf import settings
from django.urls import reverse

from design.panels import Panel, Row
from referrals.days import urgency, waited_in_words, working_days
from referrals.models import Referral, ReferralQuerySet


def to_triage(now: datetime, limit: int) -> tuple[int, Sequence[Row]]:
    """Referrals that nobody has decided on, oldest first."""
    new = Referral.objects.to_triage()
    rows = []
    for referral in new.select_related("participant")[:limit]:
        waited = working_days(referral.submitted_at, now)
        rows.append(_row(referral, waited_in_words(waited), urgency(waited)))
    return new.count(), rows


def unplaced(now: datetime, limit: int) -> tuple[int, Sequence[Row]]:
    """People on the waiting list without a place, in the order in which they are placed."""
    waiting = Referral.objects.waiting()
    in_order = in_waiting_order(waiting, now).select_related("participant")
    return waiting.count(), [
        _row(referral, waiting_in_words(referral), "red" if referral.long_wait else "")
        for referral in in_order[:limit]
    ]


def _row(referral: Referral, detail: str, urgency: str) -> Row:
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
    days = int(referral.waiting_days)
    words = f"Waiting {days} day{'' if days == 1 else 's'}"
    if referral.priority:
        words += f", priority {referral.priority}"
    return f"{words}, a long wait" if referral.long_wait else words


PANELS = [
    Panel(
        name="referrals_to_triage",
        title="New referrals to decide on",
        order=10,
        load=to_triage,
        url="admin:referrals_referral_changelist",
        empty="Every referral has been decided on.",
    ),
    Panel(
        name="waiting",
        title="Waiting for a place",
        order=30,
        load=unplaced,
        url="admin:referrals_referral_changelist",
        query="?show=waiting",
        empty="Nobody is waiting for a place.",
    ),
]
