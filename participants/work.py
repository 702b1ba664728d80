"""What this app puts on the officers' work queue."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.urls import reverse

from design.dates import LONDON, day, moment
from design.panels import Panel, Row
from participants.models import LookAlike, Participant, ReportedDifference, TechCheck

COUNTED = 1000


def told_differently(now: datetime, limit: int) -> tuple[int, Sequence[Row]]:
    """Details that a later referral gave differently, oldest first."""
    waiting = ReportedDifference.objects.open()
    rows = [
        Row(
            label=f"{difference.participant}: {Participant._meta.get_field(difference.field).verbose_name}",
            url=reverse("admin:participants_participant_change", args=[difference.participant_id]),
            detail=f"Told on {day(difference.reported_at)}",
            people=(difference.participant_id,),
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
            people=(person.pk,),
        )
        for person in due.order_by("needs_review_on", "pk")[:limit]
    ]
    return due[:COUNTED].count(), rows


def test_calls(now: datetime, limit: int) -> tuple[int, Sequence[Row]]:
    """Test calls of the next seven days, and those that nobody has said anything about, the earliest first."""
    today = now.astimezone(LONDON).date()
    coming = TechCheck.objects.open().filter(
        at__lt=now + timedelta(days=7),
        participant__died_at__isnull=True,
        participant__merged_into__isnull=True,
    )
    rows = []
    for check in coming.select_related("participant", "officer").order_by("at", "pk")[:limit]:
        late = check.at <= now
        soon = "amber" if check.at.astimezone(LONDON).date() == today else ""
        rows.append(
            Row(
                label=str(check.participant),
                url=reverse("admin:participants_participant_ready", args=[check.participant_id]),
                detail=f"{'Not recorded: ' if late else ''}{moment(check.at)}, {check.officer.name}",
                urgency="red" if late else soon,
            )
        )
    return coming[:COUNTED].count(), rows


def look_alikes(now: datetime, limit: int) -> tuple[int, Sequence[Row]]:
    """Pairs of rows that may be one person, the longest known first; the newer row is compared with the older."""
    undecided = LookAlike.objects.filter(two_people_at__isnull=True)
    rows = [
        Row(
            label=f"{pair.one} and {pair.other}",
            url=reverse("admin:participants_participant_merge", args=[pair.one_id, pair.other_id]),
            detail=f"Noticed on {day(pair.found_at)}",
            people=(pair.one_id, pair.other_id),
        )
        for pair in undecided.select_related("one", "other").order_by("found_at", "pk")[:limit]
    ]
    return undecided[:COUNTED].count(), rows


PANELS = [
    Panel(
        name="test_calls",
        title="Test calls of the next seven days",
        order=19,
        load=test_calls,
        empty="No test call is booked.",
    ),
    Panel(
        name="look_alikes",
        title="Possibly the same person",
        order=27,
        load=look_alikes,
        empty="Nobody seems to be entered twice.",
    ),
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
