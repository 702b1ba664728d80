"""What this app puts on the officers' work queue."""

from collections.abc import Sequence
from datetime import datetime

from django.urls import reverse

from design.dates import day
from design.panels import Panel, Row
from participants.models import Participant, ReportedDifference

COUNTED = 1000


def told_differently(now: datetime, limit: int) -> tuple[int, Sequence[Row]]:
    """Details that a later referral gave differently, oldest first."""
    waiting = ReportedDifference.objects.open()
    rows = [
        Row(
            label=f"{difference.participant}: {Participant._meta.get_field(difference.field).verbose_name}",
            url=reverse("admin:participants_participant_change", args=[difference.participant_id]),
            detail=f"Told on {day(difference.reported_at)}",
        )
        for difference in waiting.select_related("participant").order_by("reported_at", "pk")[:limit]
    ]
    return waiting[:COUNTED].count(), rows


PANELS = [
    Panel(
        name="told_differently",
        title="Details told differently",
        order=25,
        load=told_differently,
        url="admin:participants_participant_changelist",
        query="?show=different",
        empty="Nothing about anybody is in doubt.",
    ),
]
