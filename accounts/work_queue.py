"""What this app puts on the officers' work queue."""

from datetime import datetime

from django.db.models import QuerySet
from django.urls import reverse

from accounts.members import review
from accounts.models import Interest, Organisation
from core.dates import day
from core.work_queue import Panel, Row


def interests(now: datetime) -> QuerySet[Interest]:
    """People who would like to refer and have no answer yet, the longest first."""
    return Interest.objects.to_decide().order_by("sent_at", "pk")


def _interest(asked: Interest, now: datetime) -> Row:
    return Row(
        label=str(asked),
        url=reverse("admin:accounts_interest_change", args=[asked.pk]),
        detail=f"{asked.name}, asked on {day(asked.sent_at)}",
    )


def _row(place: Organisation, detail: str) -> Row:
    return Row(
        label=str(place),
        url=reverse("admin:accounts_organisation_change", args=[place.pk]),
        detail=detail,
        urgency="amber",
    )


PANELS = [
    Panel(
        name="interests",
        title="Requests to become a referrer",
        order=19,
        find=interests,
        row=_interest,
        url="admin:accounts_interest_changelist",
        query="?state__exact=new",
        empty="No requests to answer.",
    ),
    Panel(
        name="reviews_overdue",
        title="Organisations: staff review overdue",
        order=62,
        find=lambda now: review.overdue(now).order_by("name", "pk"),
        row=lambda place, now: _row(place, "Lead has not confirmed who still works there"),
        empty="No overdue reviews.",
    ),
    Panel(
        name="organisations_without_lead",
        title="Organisations without a lead",
        order=64,
        find=lambda now: review.leaderless().order_by("name", "pk"),
        row=lambda place, now: _row(place, "No one manages its members"),
        empty="Every organisation has a lead.",
    ),
]
