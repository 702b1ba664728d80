"""What this app puts on the officers' work queue."""

from datetime import datetime

from django.db.models import QuerySet
from django.urls import reverse

from accounts.members import review
from accounts.models import Interest, Organisation, OrganisationQuerySet
from core.dates import day
from core.work_queue import Panel, Row


def without_lead(now: datetime) -> OrganisationQuerySet:
    """Organisations whose members nobody looks after."""
    return review.leaderless().order_by("name", "pk")


def _leaderless(place: Organisation, now: datetime) -> Row:
    return _row(place, "Nobody looks after its members")


def overdue_reviews(now: datetime) -> OrganisationQuerySet:
    """Organisations whose lead has not said for too long who still works there."""
    return review.overdue(now).order_by("name", "pk")


def _overdue(place: Organisation, now: datetime) -> Row:
    return _row(place, "Its lead has not confirmed who still works there")


def interests(now: datetime) -> QuerySet[Interest]:
    """People who would like to refer and have no answer yet, the longest first."""
    return Interest.objects.to_decide().order_by("sent_at", "pk")


def _interest(asked: Interest, now: datetime) -> Row:
    return Row(
        label=str(asked),
        url=reverse("admin:accounts_interest_change", args=[asked.pk]),
        detail=f"{asked.name}, wrote on {day(asked.sent_at)}",
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
        title="People who would like to refer",
        order=19,
        find=interests,
        row=_interest,
        url="admin:accounts_interest_changelist",
        query="?state__exact=new",
        empty="Everybody who asked has an answer.",
    ),
    Panel(
        name="reviews_overdue",
        title="Organisations that have not reviewed their members",
        order=62,
        find=overdue_reviews,
        row=_overdue,
        empty="Every lead has confirmed who works there.",
    ),
    Panel(
        name="organisations_without_lead",
        title="Organisations without a lead",
        order=64,
        find=without_lead,
        row=_leaderless,
        empty="Every organisation has somebody who looks after its members.",
    ),
]
