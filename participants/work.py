"""What this app puts on the officers' work queue."""

from collections.abc import Sequence
from datetime import datetime

from django.urls import reverse

from design.dates import LONDON, day
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


def needs_to_ask(now: datetime, limit: int) -> tuple[int, Sequence[Row]]:
    """People whose access needs were asked a year ago, the longest first."""
    due = Participant.objects.filter(
        needs_review_on__lte=now.astimezone(LONDON).date(), died_at__isnull=True, merged_into__isnull=True
    )
    rows = [
        Row(
            label=str(person),
            url=reverse("admin:participants_participant_needs", args=[person.pk]),
            detail=f"Due on {day(person.needs_review_on)}",
        )
        for person in due.order_by("needs_review_on", "pk")[:limit]
    ]
    return due[:COUNTED].count(), rows


PANELS = [
    Panel(
        name="needs_to_ask",
        title="Access needs to ask again",
        order=60,
        load=needs_to_ask,
        empty="Nobody’s needs are due to be asked again.",
    ),
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
