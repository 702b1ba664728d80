"""When ten weekly sessions fall: London wall-clock time in, moments in UTC out. No clock, no database."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from design.dates import LONDON, clock, day

SESSIONS_IN_COHORT = 10


class ImpossibleTime(ValueError):
    """A wall-clock time that the clock change leaves out or repeats, so that nobody could know when to come."""


class TimeDoesNotExist(ImpossibleTime):
    def __init__(self, local_date: date, local_time: time) -> None:
        super().__init__(
            f"On {day(local_date)} the clocks go forward and there is no {local_time:%H:%M}. Choose another time."
        )


class TimeHappensTwice(ImpossibleTime):
    def __init__(self, local_date: date, local_time: time) -> None:
        super().__init__(
            f"On {day(local_date)} the clocks go back and {local_time:%H:%M} comes twice. Choose another time."
        )


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


def local_to_utc(local_date: date, local_time: time) -> datetime:
    """The one moment at which London's clocks show this date and time, in UTC.

    Raises TimeDoesNotExist or TimeHappensTwice in the hour of a clock change (reliability.md 5).
    """
    first = datetime.combine(local_date, local_time, LONDON)
    second = first.replace(fold=1)
    if first.utcoffset() == second.utcoffset():
        return first.astimezone(UTC)
    # The two readings differ only inside a change; in a gap neither of them survives the way to UTC and back.
    survives = first.astimezone(UTC).astimezone(LONDON).time() == local_time
    raise (TimeHappensTwice if survives else TimeDoesNotExist)(local_date, local_time)


def weekly(
    starts_on: date,
    start_time: time,
    minutes: int,
    skip_dates: Collection[date] = (),
    count: int = SESSIONS_IN_COHORT,
) -> list[Slot]:
    """The sessions of a cohort: every seven days at the same wall-clock time, weeks to leave out not counted.

    `minutes` is how long each lasts. Raises ImpossibleTime where a clock change makes a start unclear
    (domain.md 4.4).
    """
    slots: list[Slot] = []
    local_date = starts_on
    while len(slots) < count:
        if local_date not in skip_dates:
            starts_at = local_to_utc(local_date, start_time)
            slots.append(Slot(len(slots) + 1, local_date, starts_at, starts_at + timedelta(minutes=minutes)))
        local_date += timedelta(days=7)
    return slots


def notes(starts_on: date, slots: list[Slot], skip_dates: Collection[date] = ()) -> list[str]:
    """What an officer should know before opening these dates: weeks left out, clock changes, useless skip dates."""
    said = []
    weeks = (slots[-1].local_date - starts_on).days // 7 + 1
    days = [starts_on + timedelta(weeks=week) for week in range(weeks)]
    for skipped in sorted(skip_dates):
        if skipped in days:
            said.append(f"No session on {day(skipped)}, as you asked.")
        else:
            said.append(
                f"{day(skipped)} is not one of this cohort’s days, so leaving it out changes nothing."
            )
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
