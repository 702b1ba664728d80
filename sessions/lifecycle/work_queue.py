"""Officers' work: cohorts below their minimum."""

from datetime import datetime, timedelta

from django.db.models import QuerySet
from django.urls import reverse

from core.dates import moment
from core.work_queue import Panel, Row
from sessions.lifecycle import services as lifecycle
from sessions.models import Cohort


def _decide(cohort: Cohort, now: datetime) -> Row:
    people = "1 person has" if cohort.enrolled == 1 else f"{cohort.enrolled} people have"
    return Row(
        f"{cohort}, from {moment(cohort.begins)}",
        reverse("admin:cohort_sessions_cohort_decide", args=[cohort.pk]),
        f"{people} a place; the minimum is {cohort.programme.minimum_to_start}",
        urgency="red" if cohort.begins <= now + timedelta(days=2) else "amber",
    )


def below_minimum(now: datetime) -> QuerySet[Cohort]:
    """Cohorts that begin soon with too few people; the first to begin first."""
    return lifecycle.to_decide(now).select_related("programme").order_by("begins", "pk")


PANELS = [
    Panel(
        name="below_minimum",
        title="Groups below minimum size",
        order=32,
        find=below_minimum,
        row=_decide,
        empty="No group that starts soon is below its minimum size.",
        group="pk",
        do="Decide",
    ),
]
