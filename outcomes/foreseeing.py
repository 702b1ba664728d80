"""Feedback forms that will be asked for after the sessions to come (messaging.ahead)."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Count, Q

from messaging.ahead import Foreseen
from outcomes.asking import ASK_AFTER
from sessions.groups import message_group
from sessions.models import Session


def feedback(now: datetime, until: datetime) -> Iterable[Foreseen]:
    """At most one for everybody expected: only who comes is asked."""
    sessions = (
        Session.objects.filter(ends_at__gte=now - ASK_AFTER, ends_at__lt=until - ASK_AFTER)
        .exclude(status=Session.Status.CANCELLED_BY_US)
        .annotate(expected=Count("attendances", filter=Q(attendances__counts=True)))
    )
    for session in sessions.filter(expected__gt=0).order_by("ends_at", "pk"):
        yield Foreseen(
            "feedback", session.ends_at + ASK_AFTER, session.expected, message_group(session.cohort_id)
        )
