"""What this app puts on the officers' work queue."""

from collections.abc import Sequence
from datetime import datetime

from django.urls import reverse

from accounts import review
from accounts.models import Interest, OrganisationQuerySet
from design.dates import day
from design.panels import Panel, Row


def without_lead(now: datetime, limit: int) -> tuple[int, Sequence[Row]]:
    """Organisations whose members nobody looks after."""
    return _rows(review.leaderless(), limit, "Nobody looks after its members")


def overdue_reviews(now: datetime, limit: int) -> tuple[int, Sequence[Row]]:
    """Organisations whose lead has not said for too long who still works there."""
    return _rows(review.overdue(now), limit, "Its lead has not confirmed who still works there")


def interests(now: datetime, limit: int) -> tuple[int, Sequence[Row]]:
    """People who would like to refer and have no answer yet, the longest first."""
    waiting = Interest.objects.to_decide()
    rows = [
        Row(
            label=str(each),
            url=reverse("admin:accounts_interest_change", args=[each.pk]),
            detail=f"{each.name}, wrote on {day(each.sent_at)}",
        )
        for each in waiting.order_by("sent_at", "pk")[:limit]
    ]
    return waiting.count(), rows


def _rows(found: OrganisationQuerySet, limit: int, detail: str) -> tuple[int, Sequence[Row]]:
    rows = [
        Row(
            label=str(place),
            url=reverse("admin:accounts_organisation_change", args=[place.pk]),
            detail=detail,
            urgency="amber",
        )
        for place in found.order_by("name", "pk")[:limit]
    ]
    return found.count(), rows


PANELS = [
    Panel(
        name="interests",
        title="People who would like to refer",
        order=19,
        load=interests,
        url="admin:accounts_interest_changelist",
        query="?state__exact=new",
        empty="Everybody who asked has an answer.",
    ),
    Panel(
        name="reviews_overdue",
        title="Organisations that have not reviewed their members",
        order=62,
        load=overdue_reviews,
        empty="Every lead has confirmed who works there.",
    ),
    Panel(
        name="organisations_without_lead",
        title="Organisations without a lead",
        order=64,
        load=without_lead,
        empty="Every organisation has somebody who looks after its members.",
    ),
]
