"""Officers change or confirm when a programme's messages go; what is written already and has not gone follows."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.db.models import CheckConstraint

from core.errors import Busy, Refused, refusing
from sessions.models import Cohort, MessageTime, Programme
from sessions.reminders import scheduling
from sessions.reminders.programme_timing import WRITTEN, timetable_of
from sessions.reminders.timing import Kind, Timetable, problems
from sessions.waiting_list import services as waiting_list

CHANGEABLE = frozenset({"active", "days", "at", "minutes", "only_session", "ways", "repeats"})


class NotTogether(Refused):
    """These times do not go together; the sentences say why."""


class NoSuchTime(Refused):
    sentence = (
        "Choose a number of days from 1 to 28 (or 365 while people wait), a time from 08:00 to 19:59, or 1 to 240 minutes. "
        "Nothing was changed."
    )


RULES: dict[str, type[Refused]] = {
    rule.name: NoSuchTime for rule in MessageTime._meta.constraints if isinstance(rule, CheckConstraint)
} | {"message_time_once_a_kind": Busy}


def with_changes(programme: Programme, kind: str, changes: Mapping[str, Any]) -> Timetable:
    """The programme's timetable as it would be. Raises NotTogether; KeyError for an unknown kind or name."""
    if strange := set(changes) - CHANGEABLE:
        raise KeyError(", ".join(sorted(strange)))
    as_it_is = timetable_of(programme)
    as_it_would_be = {**as_it_is, kind: replace(as_it_is[kind], **changes, confirmed=True)}
    if wrong := problems(as_it_would_be, kind, hold_hours=programme.hold_hours):
        raise NotTogether(" ".join(wrong))
    return as_it_would_be


def change_times(
    *, programme: Programme, kind: str, changes: Mapping[str, object], now: datetime
) -> MessageTime:
    """Change one line of a programme's timetable; the rest of it stays, and is confirmed by this.

    Messages that are written and have not gone take the new time and ways in the same transaction, or are called back where
    the line is switched off. History keeps who changed it. Raises a Refused; KeyError as `with_changes` does.
    """
    with refusing(RULES):
        programme = Programme.objects.select_for_update(of=("self",), no_key=True).get(pk=programme.pk)
        entry = with_changes(programme, kind, changes)[kind]
        owner = None if kind == Kind.STILL_ON_LIST else programme
        values = {name: getattr(entry, name) for name in WRITTEN} | {"changed_at": now}
        for name in ("ways", "repeats"):
            values[name] = list(values[name])
        row, _ = MessageTime.objects.update_or_create(programme=owner, kind=kind, defaults=values)
        if owner is None:
            waiting_list.follow_timetable(now=now)
            waiting_list.queue_still_on_list(now=now)
        else:
            scheduling.follow_timetable(programme.pk, now)
            scheduling.queue_for(Cohort.objects.filter(programme=programme), now=now)
    return row
