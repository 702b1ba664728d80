"""Requests that are written and have not gone follow the programme's timetable when officers change it."""

from datetime import datetime

from messaging.models import Message
from messaging.outbox import queue as outbox
from sessions.models import Attendance, MessageTime
from sessions.reminders.programme_timing import timetables_of
from sessions.reminders.scheduling import JUST_CHANGED, OTHER_TIMES
from sessions.reminders.timing import Kind, asks_again_at

KINDS = (Kind.FEEDBACK, Kind.FEEDBACK_NUDGE)


def follow_timetable(now: datetime) -> None:
    """Bring what waits to the times and ways that officers have just chosen; what goes no more is called back."""
    lately = MessageTime.objects.filter(changed_at__gt=now - JUST_CHANGED, kind__in=KINDS)
    changed = {programme for programme in lately.values_list("programme", flat=True) if programme}
    if not changed:
        return
    timetables = timetables_of(changed)
    waiting = Message.objects.filter(state=Message.State.PENDING, kind__in=KINDS)
    theirs = Attendance.objects.filter(
        pk__in=waiting.values("subject_id"), session__cohort__programme__in=changed
    )
    programmes = dict(theirs.values_list("pk", "session__cohort__programme"))
    waiting = waiting.filter(subject_type="attendance", subject_id__in=programmes)
    wanted: dict[str, outbox.Window | None] = {}
    for key, kind, subject, asked_at, ends in waiting.values_list(
        "key", "kind", "subject_id", "queued_at", "expires_at"
    ):
        asks, again = (timetables[programmes[subject]][each] for each in KINDS)
        at = asks_again_at(again, asked_at)
        if kind == Kind.FEEDBACK and asks.active:
            wanted[key] = None
        elif kind == Kind.FEEDBACK_NUDGE and asks.active and again.active and at < ends:
            wanted[key] = (at, ends)
    outbox.reschedule(waiting, wanted, reason=OTHER_TIMES, now=now)
