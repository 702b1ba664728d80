"""Feedback forms that will be asked for after the sessions to come (messaging.forecast.registry)."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Count, Q

from messaging.forecast.registry import Foreseen
from outcomes.feedback.eligibility import LOOK_BACK, asks, asks_from
from sessions.message_groups import message_group
from sessions.models import Session


def feedback(now: datetime, until: datetime) -> Iterable[Foreseen]:
    """At most one for everybody expected: only who comes is asked."""
    sessions = (
        Session.objects.filter(asks("cohort__programme"), ends_at__gt=now - LOOK_BACK, ends_at__lt=until)
        .exclude(status=Session.Status.CANCELLED_BY_US)
        .annotate(
            asks_from=asks_from("ends_at", "cohort__programme"),
            expected=Count("attendances", filter=Q(attendances__expected=True)),
        )
        .filter(asks_from__gte=now, asks_from__lt=until, expected__gt=0)
    )
    for session in sessions.order_by("asks_from", "pk"):
        yield Foreseen("feedback", session.asks_from, session.expected, message_group(session.cohort_id))
