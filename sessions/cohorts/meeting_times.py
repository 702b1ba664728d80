"""When a cohort meets, as the times that people give: weekday and part of the day."""

from collections.abc import Iterable
from datetime import time

from django.conf import settings

from participants.models import PartOfDay, Weekday
from sessions.models import Session

MeetingTime = tuple[int, str]  # weekday (Monday is 0) and part of the day
OUTSIDE = "outside"  # a time that is in no part of the day: nobody has said that they can make it


def times_of(sessions: Iterable[Session]) -> str:
    """When a cohort meets, as one code: "1-evening", or "1-evening+3-morning" where it meets twice a week."""
    parts = {
        (session.local_date.weekday(), part_of_day(session.local_time))
        for session in sessions
        if session.status != Session.Status.CANCELLED_BY_US
    }
    return _code(parts)


def part_of_day(at: time) -> str:
    """The part of the day (settings.PARTS_OF_DAY) in which a session at this wall-clock time starts."""
    for part, (start, end) in settings.PARTS_OF_DAY.items():
        if start <= at.hour < end:
            return part
    return OUTSIDE


def read_times(code: str) -> list[MeetingTime]:
    """The weekdays and parts of the day of a code of `times_of`, in order."""
    return [(int(day), part) for day, part in (one.split("-") for one in code.split("+") if one)]


def _code(parts: Iterable[MeetingTime]) -> str:
    return "+".join(f"{day}-{part}" for day, part in sorted(parts))


def times_in_words(code: str) -> str:
    """A code of `times_of` in words: Tuesday evening and Thursday morning."""
    if not code:
        return "no times"
    return " and ".join(
        f"{Weekday(day).label} {PartOfDay(part).label.lower() if part in PartOfDay.values else 'outside the usual hours'}"
        for day, part in read_times(code)
    )
