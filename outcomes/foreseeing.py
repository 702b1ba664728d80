"""Feedback forms that will be asked for after the sessions to come (messaging.ahead)."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db.models import Count, Q

from messaging.ahead import Foreseen
from sessions.groups import message_group
from sessions.message_timetable import Kind, asks_at
from sessions.models import Session
from sessions.timetables import timetables_of

LONGEST = timedelta(minutes=240)  # after a session (message_time_as_its_anchor_says)


def feedback(now: datetime, until: datetime) -> Iterable[Foreseen]:
    """At most one for everybody expected: only who comes is asked."""
    sessions = list(
        Session.objects.filter(ends_at__gte=now - LONGEST, ends_at__lt=until)
        .exclude(status=Session.Status.CANCELLED_BY_US)
        .annotate(expected=Count("attendances", filter=Q(attendances__counts=True)))
        .filter(expected__gt=0)
        .select_related("cohort")
        .order_by("ends_at", "pk")
    )
    timetables = timetables_of({session.cohort.programme_id for session in sessions})
    for session in sessions:
        entry = timetables[session.cohort.programme_id][Kind.FEEDBACK]
        at = asks_at(entry, session.ends_at)
        if entry.active and now <= at < until:
            yield Foreseen(Kind.FEEDBACK, at, session.expected, message_group(session.cohort_id))
