"""Officers' work: people who wait and gave other times."""

from datetime import datetime

from django.db.models import QuerySet
from django.urls import reverse

from core.dates import day
from core.work_queue import Panel, Row
from sessions.models import WaitingLink


def times_changed(now: datetime) -> QuerySet[WaitingLink]:
    """Waiting people who said that other times suit them now."""
    return WaitingLink.objects.to_ask_about_times(now)


def _ask_times(link: WaitingLink, now: datetime) -> Row:
    return Row(
        f"{link.referral.participant}, {link.referral.reference}",
        reverse("admin:cohort_sessions_place_times_changed", args=[link.pk]),
        f"asked for other times on {day(link.times_changed_at)}",
    )


PANELS = [
    Panel(
        name="times_changed",
        title="Availability changed",
        order=35,
        find=times_changed,
        row=_ask_times,
        names=lambda link: [(link.referral.participant, None)],
        empty="No changes to availability.",
        person="referral__participant",
        do="Record their times",
    ),
]
