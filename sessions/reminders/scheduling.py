"""The messages before a session, written ahead so that officers see what will go (docs/domain.md 8.1)."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta

from django.db.models import CharField, Exists, F, Max, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Cast, Coalesce, Concat, Greatest

from core.nonces import name_in_sql
from messaging.models import Message
from messaging.outbox import queue as outbox
from participants.models import Participant, TechCheck
from sessions import statuses
from sessions.message_groups import message_group
from sessions.models import Attendance, Cohort, MessageTime, Place, PlaceMove, Session
from sessions.reminders.programme_timing import timetables_of
from sessions.reminders.timing import (
    MOST_AHEAD,
    OF_A_SESSION,
    Kind,
    Timetable,
    Window,
    same_time_next_day,
    windows,
)

AHEAD = timedelta(days=15)  # a day more than officers look ahead
JUST_CHANGED = timedelta(minutes=10)
OTHER_TIMES = "The times of the programme’s messages were changed."

Windows = dict[int, Window]  # of each session, by its number in the database: due and over
REACHED = (Message.State.SENT, Message.State.UNCERTAIN)


def queue_due_reminders(*, now: datetime) -> int:
    """Write every message about a session that falls due within `AHEAD`, each not before its time; how many are new.

    The times are the programme's. A person placed after a reminder's time has just had the dates and gets the next
    one; so has everybody who was moved, or whose session was, after it. May run twice or beside itself without harm.
    """
    changed = MessageTime.objects.filter(changed_at__gt=now - JUST_CHANGED, programme__isnull=False)
    for programme in set(changed.values_list("programme", flat=True)):
        follow_timetable(programme, now)  # also what was written, at the old time, while somebody changed it
    return _queue(_soon(now), now)


def queue_for(cohorts: Iterable[Cohort], *, now: datetime) -> int:
    """The same for these cohorts alone: part of a transaction that changed who comes to what, and when."""
    return _queue(_soon(now).filter(cohort__in=cohorts), now)


def follow_timetable(programme: int, now: datetime) -> None:
    """Bring what is written and has not gone to the programme's times and ways as they are now."""
    sessions = list(_soon(now).filter(cohort__programme=programme))
    wanted = _windows(sessions, _timetables(sessions), now)
    session = Attendance.objects.filter(pk=OuterRef("subject_id"), session__in=sessions).values("session")
    rows = Message.objects.filter(subject_type="attendance", kind__in=OF_A_SESSION).annotate(
        session=Subquery(session)
    )
    back: dict[str, list[int]] = {}
    stopped = rows.filter(session__isnull=False, state=Message.State.CANCELLED, reason=OTHER_TIMES)
    for kind, pk, subject in stopped.values_list("kind", "session", "subject_id"):
        if pk in wanted[kind]:
            back.setdefault(kind, []).append(subject)
    for kind, subjects in back.items():
        outbox.take_up(subject_type="attendance", subject_ids=subjects, kinds=[kind], reason=OTHER_TIMES)
    pending = rows.filter(session__isnull=False, state=Message.State.PENDING)
    told = pending.values_list("key", "kind", "session")
    moved = {key: window for key, kind, pk in told if (window := wanted[kind].get(pk)) is not None}
    outbox.reschedule(pending, moved, reason=OTHER_TIMES, now=now)


def still_due(kind: str) -> Callable[[datetime], Q]:
    """The condition under which a queued message may still go: the guard asks it in the sending UPDATE itself."""

    def condition(now: datetime) -> Q:
        right = _expected(kind).filter(pk=OuterRef("subject_id"), key=outbox.first_key(), starts_at__gt=now)
        return Q(Exists(right))

    return condition


def _soon(now: datetime) -> QuerySet[Session]:
    return (
        Session.objects.filter(
            status__in=statuses.AHEAD, starts_at__gt=now, starts_at__lte=now + AHEAD + MOST_AHEAD
        )
        .select_related("cohort")
        .annotate(moved_at=Max("changes__change__at"))
        .order_by("pk")
    )


def _timetables(sessions: Iterable[Session]) -> Mapping[int, Timetable]:
    return timetables_of({session.cohort.programme_id for session in sessions})


def _windows(
    sessions: Iterable[Session], timetables: Mapping[int, Timetable], now: datetime
) -> dict[str, Windows]:
    """By kind, the window of each of these sessions that is not over."""
    found: dict[str, Windows] = {kind: {} for kind in OF_A_SESSION}
    for session in sessions:
        theirs = windows(
            timetables[session.cohort.programme_id],
            number=session.number,
            local_date=session.local_date,
            starts_at=session.starts_at,
        )
        for kind, window in theirs.items():
            if now < window[1]:
                found[kind][session.pk] = window
    return found


def _queue(soon: Iterable[Session], now: datetime) -> int:
    sessions = list(soon)
    moved_at = {session.pk: session.moved_at for session in sessions}
    timetables = _timetables(sessions)
    lines = {session.pk: timetables[session.cohort.programme_id] for session in sessions}
    due: dict[str, Windows] = {}
    for kind, theirs in _windows(sessions, timetables, now).items():
        for pk, window in theirs.items():
            heard_since = (moved := moved_at[pk]) is not None and moved >= window[0]
            if window[0] <= now + AHEAD and (kind == Kind.TECH_CHECK or not heard_since):
                due.setdefault(kind, {})[pk] = window
    return outbox.queue_many(_promises(due, lines, now), now=now) if due else 0


def _expected(kind: str) -> QuerySet[Attendance]:
    """Attendances that may hear of their session, with the message's key: the schedule's version is part of it."""
    text = CharField()
    key = Concat(
        Value(f"{kind}:"),
        name_in_sql(),
        Value(":v"),
        Cast("session__schedule_version", text),
        output_field=text,
    )
    expected = Attendance.objects.filter(
        expected=True, place__state=Place.State.TAKEN, session__status__in=statuses.AHEAD
    ).annotate(key=key)
    return expected.filter(~Exists(_tech_checks())) if kind == Kind.TECH_CHECK else expected


def _tech_checks() -> QuerySet[TechCheck]:
    """A test call that is booked or has worked: nobody needs to be invited to another."""
    needless = Q(done_at__isnull=True) | Q(outcome__in=TechCheck.WORKED)
    return TechCheck.objects.filter(needless, participant=OuterRef("participant"))


def _promises(
    due: dict[str, Windows], lines: Mapping[int, Timetable], now: datetime
) -> Iterable[outbox.Promise]:
    """For everybody expected who was not promised it; a reminder only if its time came after they had their dates."""
    one, *others = (_wanted(kind, theirs) for kind, theirs in due.items())
    wanted = list(one.union(*others, all=True)) if others else list(one)
    people = Participant.objects.in_bulk({row[2] for row in wanted})
    for attendance, session, participant, cohort, told_at, kind, key in wanted:
        start, over = due[kind][session]
        if kind == Kind.TECH_CHECK:
            start = start if start > now else same_time_next_day(start, now)
        elif told_at >= start:
            continue
        yield outbox.Promise(
            key=key,
            kind=kind,
            subject_type="attendance",
            subject_id=attendance,
            participant=people[participant],
            not_before=start,
            expires_at=over,
            group=message_group(cohort),
            order=lines[session][kind].ways,
        )


def _wanted(kind: str, due: Windows) -> QuerySet:
    moves = PlaceMove.objects.filter(place=OuterRef("place")).order_by("-pk")
    wanted = (
        _expected(kind)
        .filter(~Exists(Message.objects.filter(key=OuterRef("key"))), session__in=due)
        .annotate(
            told_at=Greatest(
                Coalesce(F("place__taken_at"), F("place__placed_at")), Subquery(moves.values("at")[:1])
            ),
            kind=Value(str(kind)),
        )
    )
    if kind == Kind.TECH_CHECK:  # once to a person, also when the first session moves
        invited = Message.objects.filter(kind=kind, participant=OuterRef("participant"), state__in=REACHED)
        wanted = wanted.filter(~Exists(invited))
    return wanted.values_list("pk", "session", "participant", "session__cohort", "told_at", "kind", "key")
