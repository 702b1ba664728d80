"""When ten sessions fall, once or twice a week: London wall-clock time in, moments in UTC out. No clock, no database."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import count, takewhile

from core.dates import LONDON, clock, day

SESSIONS_IN_COHORT = 10

Second = tuple[int, time]  # the second day of a week (Monday is 0) and its own wall-clock time


class ImpossibleTime(ValueError):
    """A date and wall-clock time at which no session can start; the text is a sentence for the officer."""

    sentence: str

    def __init__(self, local_date: date, local_time: time) -> None:
        super().__init__(self.sentence.format(day=day(local_date), time=f"{local_time:%H:%M}"))
        self.local_date = local_date


class TimeDoesNotExist(ImpossibleTime):
    sentence = "On {day} the clocks go forward and there is no {time}. Choose another time."


class TimeHappensTwice(ImpossibleTime):
    sentence = "On {day} the clocks go back and {time} comes twice. Choose another time."


class SameDayTwice(ImpossibleTime):
    sentence = "The second day must be another day of the week than the first session’s"


class StillRunning(ImpossibleTime):
    sentence = "On {day} a session would start before the one before it is over. Choose another time."


@dataclass(frozen=True)
class Slot:
    """One session of a timetable; the moments are in UTC."""

    number: int
    local_date: date
    starts_at: datetime
    ends_at: datetime

    @property
    def local_time(self) -> time:
        """What the clocks in London show when it starts."""
        return self.starts_at.astimezone(LONDON).time()

    def times(self) -> dict[str, datetime | date | time]:
        """What a session's row keeps of it."""
        return {name: getattr(self, name) for name in ("starts_at", "ends_at", "local_date", "local_time")}


def local_to_utc(local_date: date, local_time: time) -> datetime:
    """The one moment at which London's clocks show this date and time, in UTC.

    Raises TimeDoesNotExist or TimeHappensTwice in the hour of a clock change (docs/domain.md 5.4).
    """
    first = datetime.combine(local_date, local_time, LONDON)
    second = first.replace(fold=1)
    if first.utcoffset() == second.utcoffset():
        return first.astimezone(UTC)
    # The two readings differ only inside a change; in a gap neither of them survives the way to UTC and back.
    survives = first.astimezone(UTC).astimezone(LONDON).time() == local_time
    raise (TimeHappensTwice if survives else TimeDoesNotExist)(local_date, local_time)


def plan(
    starts_on: date,
    start_time: time,
    minutes: int,
    skip_dates: Collection[date] = (),
    second: Second | None = None,
) -> list[Slot]:
    """The ten sessions of a cohort in the order of time, each day of the week at its own wall-clock time.

    They are on the weekday of `starts_on`, and on a `second` day of each week where there is one; dates to leave out
    are not counted. `minutes` is how long each lasts. Raises ImpossibleTime where a clock change makes a start
    unclear, or where two sessions would run at once.
    """
    slots: list[Slot] = []
    for local_date, local_time in _days(starts_on, start_time, second):
        if local_date in skip_dates:
            continue
        starts_at = local_to_utc(local_date, local_time)
        if slots and starts_at < slots[-1].ends_at:
            raise StillRunning(local_date, local_time)
        slots.append(Slot(len(slots) + 1, local_date, starts_at, starts_at + timedelta(minutes=minutes)))
        if len(slots) == SESSIONS_IN_COHORT:
            break
    return slots


def dates(starts_on: date, last: date, second: Second | None = None) -> list[date]:
    """Every day of the timetable from the first to `last`, left out or not."""
    return [each for each, _ in takewhile(lambda one: one[0] <= last, _days(starts_on, time(), second))]


def _days(starts_on: date, start_time: time, second: Second | None) -> Iterator[tuple[date, time]]:
    """The days of a timetable without end. Raises SameDayTwice."""
    week = [(starts_on, start_time)]
    if second is not None:
        days_later = (second[0] - starts_on.weekday()) % 7
        if not days_later:
            raise SameDayTwice(starts_on, start_time)
        week.append((starts_on + timedelta(days=days_later), second[1]))
    for weeks in count():
        for local_date, local_time in week:
            yield local_date + timedelta(weeks=weeks), local_time


def shape(meetings: Iterable[tuple[date, time]]) -> tuple[time, Second | None]:
    """The start time and the second day with which sessions at these dates and times were laid out.

    `meetings` come in the order of time. What only one or two of them share is where they were moved to.
    """
    seen: dict[tuple[int, time], list[date]] = {}
    for local_date, local_time in meetings:
        seen.setdefault((local_date.weekday(), local_time), []).append(local_date)
    usual = [each for each in seen if len(seen[each]) > 2] or list(seen)[:1]
    first = usual[0]
    for other in usual[1:]:
        if other[0] != first[0] and seen[other][0] - seen[first][0] < timedelta(weeks=1):
            return first[1], other
    return first[1], None


def following(meetings: Sequence[tuple[date, time]]) -> tuple[date, time]:
    """When a cohort that met at these dates and times would meet next, on its usual days; they come in order of time."""
    counted = Counter((local_date.weekday(), local_time) for local_date, local_time in meetings)
    usual = dict(day_and_time for day_and_time, times in counted.items() if times > 2)
    last, at = meetings[-1]
    for days in range(1, 8):
        day_after = last + timedelta(days=days)
        if day_after.weekday() in usual:
            return day_after, usual[day_after.weekday()]
    return last + timedelta(weeks=1), at


def notes(
    starts_on: date, slots: list[Slot], skip_dates: Collection[date] = (), second: Second | None = None
) -> list[str]:
    """What an officer should know before opening these dates: days left out, clock changes, useless skip dates."""
    said = []
    days = dates(starts_on, slots[-1].local_date, second)
    for skipped in sorted(skip_dates):
        if skipped in days:
            said.append(f"No session on {day(skipped)}, as you asked.")
        else:
            said.append(f"{day(skipped)} is not one of this group’s days, so leaving it out changes nothing.")
    return said + list(clock_changes(slots).values())


def clock_changes(slots: list[Slot]) -> dict[Slot, str]:
    """The first session after each change of the clocks, with what to say about it."""
    return {
        later: f"The clocks change before session {later.number} on {day(later.local_date)}. "
        f"It still starts at {clock(later.starts_at)} by people’s clocks."
        for earlier, later in zip(slots, slots[1:], strict=False)
        if _offset(earlier) != _offset(later)
    }


def _offset(slot: Slot) -> timedelta | None:
    return slot.starts_at.astimezone(LONDON).utcoffset()
