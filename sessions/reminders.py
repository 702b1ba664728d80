"""Reminders of each session: the day before, and the hour before (domain.md 4.7)."""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

from django.db.models import CharField, Exists, F, Max, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Cast, Concat

from messaging import outbox
from messaging.models import Message
from sessions import states
from sessions.models import Attendance, Place, Session
from sessions.timetable import local_to_utc

DAY, HOUR = "reminder_day", "reminder_hour"
HOUR_BEFORE = timedelta(minutes=60)
Windows = dict[int, tuple[datetime, datetime]]  # of each session, by its number in the database: due and over
HORIZON = timedelta(days=3)  # no reminder falls due earlier than that before its session


def queue_due_reminders(*, now: datetime) -> int:
    """Queue every reminder whose time has come and is not over; how many are new.

    `reminder_day` is due on the calendar day before the session at the programme's wall-clock time and gives way to
    `reminder_hour`, due 60 minutes before the start and over at the start. A person placed after a reminder's time
    has just had the dates and gets the next one; so has everybody whose session was moved after it. May run twice or
    beside itself without harm.
    """
    soon = (
        Session.objects.filter(status__in=states.AHEAD, starts_at__gt=now, starts_at__lte=now + HORIZON)
        .select_related("cohort__programme")
        .annotate(moved_at=Max("changes__change__at"))
        .order_by("pk")
    )
    windows: dict[str, Windows] = {DAY: {}, HOUR: {}}
    for session in soon:
        for kind, window in ((DAY, day_window(session)), (HOUR, hour_window(session))):
            heard_since = session.moved_at is not None and session.moved_at >= window[0]
            if window[0] <= now < window[1] and not heard_since:
                windows[kind][session.pk] = window
    return sum(_queue(kind, sessions, now) for kind, sessions in windows.items())


def day_window(session: Session) -> tuple[datetime, datetime]:
    """From the programme's time on the calendar day before, until the reminder of the hour is due."""
    due = local_to_utc(session.local_date - timedelta(days=1), session.cohort.programme.reminder_day_time)
    return due, session.starts_at - HOUR_BEFORE


def hour_window(session: Session) -> tuple[datetime, datetime]:
    return session.starts_at - HOUR_BEFORE, session.starts_at


def still_due(kind: str) -> Callable[[datetime], Q]:
    """The condition under which a queued reminder may still go: the fence asks it in the sending UPDATE itself."""

    def condition(now: datetime) -> Q:
        right = _expected(kind).filter(pk=OuterRef("subject_id"), key=OuterRef("key"), starts_at__gt=now)
        return Q(Exists(right))

    return condition


def _expected(kind: str) -> QuerySet[Attendance]:
    """Attendances that may be reminded, with the reminder's key: the schedule's version is part of it."""
    text = CharField()
    key = Concat(
        Value(f"{kind}:"),
        Cast("pk", text),
        Value(":v"),
        Cast("session__schedule_version", text),
        output_field=text,
    )
    return Attendance.objects.filter(
        counts=True, place__state=Place.State.TAKEN, session__status__in=states.AHEAD
    ).annotate(key=key)


def _queue(kind: str, windows: Windows, now: datetime) -> int:
    if not windows:
        return 0
    wanted = (
        _expected(kind)
        .filter(~Exists(Message.objects.filter(key=OuterRef("key"))), session__in=windows)
        .select_related("participant")
        .annotate(placed_at=F("place__placed_at"))
        .order_by("pk")
    )
    return outbox.queue_many(_promises(kind, wanted, windows), now=now)


def _promises(kind: str, wanted: Iterable[Attendance], windows: Windows) -> Iterable[outbox.Promise]:
    for attendance in wanted:
        due, over = windows[attendance.session_id]
        if attendance.placed_at < due:
            yield outbox.Promise(
                key=attendance.key,
                kind=kind,
                subject_type="attendance",
                subject_id=attendance.pk,
                participant=attendance.participant,
                expires_at=over,
            )
