"""The timetables of messages as they stand: what officers have confirmed, over the starting points."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from django.db.models import Q

from messaging.routing.channels import USUAL
from sessions.models import Attendance, MessageTime, Place, Programme
from sessions.reminders.timing import STARTING_POINTS, Kind, Timetable, TimetableEntry

WRITTEN = ("active", "anchor", "days", "at", "minutes", "until", "only_session", "ways", "repeats")


def timetable_of(programme: Programme) -> Timetable:
    """The programme's own lines, and the one for whoever waits, by kind."""
    return timetables_of([programme.pk])[programme.pk]


def timetables_of(programmes: Iterable[int]) -> Mapping[int, Timetable]:
    """Of several programmes, by their numbers; one query."""
    found = {pk: dict(STARTING_POINTS) for pk in programmes}
    rows = MessageTime.objects.filter(Q(programme__in=found) | Q(programme__isnull=True))
    for row in rows.values("programme", "kind", *WRITTEN):
        entry = _entry(row)
        for pk in [row["programme"]] if row["programme"] else found:
            found[pk][row["kind"]] = entry
    return found


def waiting_entry() -> TimetableEntry:
    """When people hear that they are still on the waiting list."""
    row = MessageTime.objects.filter(kind=Kind.STILL_ON_LIST).values("kind", *WRITTEN).first()
    return _entry(row) if row else STARTING_POINTS[Kind.STILL_ON_LIST]


def orders(subjects: Mapping[str, Collection[int]]) -> Mapping[tuple[str, int], Sequence[str]]:
    """In which order of ways what is about these goes, by kind; only where a programme's is not the usual one."""
    rows = MessageTime.objects.filter(kind__in=subjects).exclude(ways=list(USUAL))
    chosen: dict[str, dict[int | None, list[str]]] = {}
    for kind, programme, ways in rows.values_list("kind", "programme", "ways"):
        chosen.setdefault(kind, {})[programme] = ways
    found: dict[tuple[str, int], Sequence[str]] = {}
    for kind, ways_of in chosen.items():
        if None in ways_of:  # of whoever waits
            found |= {(kind, pk): ways_of[None] for pk in subjects[kind]}
        else:
            theirs = _programmes(kind, subjects[kind])
            found |= {(kind, pk): ways_of[programme] for pk, programme in theirs if programme in ways_of}
    return found


def _programmes(kind: str, subjects: Collection[int]) -> Iterable[tuple[int, int]]:
    """Of what each of these messages is about, the programme."""
    if kind == Kind.OFFER_NUDGE:
        return Place.objects.filter(pk__in=subjects).values_list("pk", "cohort__programme")
    return Attendance.objects.filter(pk__in=subjects).values_list("pk", "session__cohort__programme")


def _entry(row: Mapping[str, Any]) -> TimetableEntry:
    """A line as it is compared and copied: its lists cannot change."""
    written = {name: row[name] for name in WRITTEN}
    written |= {name: tuple(row[name]) for name in ("ways", "repeats")}
    return TimetableEntry(kind=row["kind"], confirmed=True, **written)
