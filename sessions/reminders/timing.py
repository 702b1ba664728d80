"""Which message is due when: a programme's timetable and a date in, moments out. No clock, no database.

Wall-clock times are London's and stay the same across clock changes. Nothing falls on a day without messages; only a
reminder counted in minutes falls in the quiet hours, and only if the session starts early or late (docs/domain.md 8.2).
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from core.dates import LONDON
from messaging.quiet_hours import is_quiet_day, quiet_until
from messaging.routing.channels import USUAL
from sessions.models import MessageTime
from sessions.models.message_time import Anchor, Until
from sessions.session_dates import local_to_utc

Kind = MessageTime.Kind
EARLY, LATE = time(9), time(20)  # a session before or after these may be reminded of in the quiet hours
DAY = timedelta(days=1)
MOST_AHEAD = timedelta(days=29)  # no message is due earlier than that before its session
A_WEEK = timedelta(days=7)

Window = tuple[datetime, datetime]  # due, and over


@dataclass(frozen=True, kw_only=True)
class TimetableEntry:
    """One line of a timetable as it stands; `confirmed` once an officer has said so."""

    kind: str
    anchor: str
    until: str
    active: bool = True
    days: int | None = None
    at: time | None = None
    minutes: int | None = None
    only_session: int | None = None
    ways: Sequence[str] = USUAL
    repeats: Collection[int] = ()
    confirmed: bool = field(default=False, compare=False)

    @property
    def label(self) -> str:
        return str(Kind(self.kind).label)

    def in_words(self) -> str:
        """When it goes, for officers."""
        if self.anchor == Anchor.SESSION_START:
            return f"{self.minutes} minutes before the session starts"
        if self.anchor == Anchor.OFFERED:
            return " and ".join(f"{hours} hours" for hours in self.repeats) + " after the offer"
        if self.anchor == Anchor.SESSION_END:
            return f"{self.minutes} minutes after the session ends"
        days = "1 day" if self.days == 1 else f"{self.days} days"
        if self.anchor == Anchor.ASKED:
            return f"{days} after the request, at {self.at:%H:%M}"
        if self.anchor == Anchor.LISTED:
            return f"{days} after joining the list at {self.at:%H:%M}, then every {[*self.repeats][0]} days"
        which = f"session {self.only_session}" if self.only_session else "each session"
        return f"{days} before {which}, at {self.at:%H:%M}"


TEN = time(10)
# Starting points (docs/domain.md 8.1), in the order in which a person meets them.
STARTING_POINTS = {
    entry.kind: entry
    for entry in (
        TimetableEntry(
            kind=Kind.STILL_ON_LIST, anchor=Anchor.LISTED, until=Until.WEEK, days=28, at=TEN, repeats=(42,)
        ),
        TimetableEntry(kind=Kind.OFFER_NUDGE, anchor=Anchor.OFFERED, until=Until.ANSWER, repeats=(24, 60)),
        TimetableEntry(
            kind=Kind.TECH_CHECK,
            anchor=Anchor.SESSION_DAY,
            until=Until.DAY_BEFORE,
            days=10,
            at=TEN,
            only_session=1,
        ),
        TimetableEntry(
            kind=Kind.WEEK, anchor=Anchor.SESSION_DAY, until=Until.NEXT, days=7, at=TEN, only_session=1
        ),
        TimetableEntry(
            kind=Kind.THREE_DAYS, anchor=Anchor.SESSION_DAY, until=Until.NEXT, days=3, at=TEN, only_session=1
        ),
        TimetableEntry(kind=Kind.DAY, anchor=Anchor.SESSION_DAY, until=Until.NEXT, days=1, at=TEN),
        TimetableEntry(kind=Kind.HOUR, anchor=Anchor.SESSION_START, until=Until.START, minutes=60),
        TimetableEntry(kind=Kind.FEEDBACK, anchor=Anchor.SESSION_END, until=Until.SESSION, minutes=30),
        TimetableEntry(kind=Kind.FEEDBACK_NUDGE, anchor=Anchor.ASKED, until=Until.SESSION, days=1, at=TEN),
    )
}
REMINDERS = (Kind.WEEK, Kind.THREE_DAYS, Kind.DAY, Kind.HOUR)  # each gives way to the next
OF_A_SESSION = (Kind.TECH_CHECK, *REMINDERS)

Timetable = Mapping[str, TimetableEntry]  # by kind


def windows(timetable: Timetable, *, number: int, local_date: date, starts_at: datetime) -> dict[str, Window]:
    """For each kind of message that goes about this session: when it is due, and from when it is of no more use.

    A kind is not there where no moment is left for it: it is for another session, it is switched off, or all its time
    is quiet.
    """
    due: dict[str, datetime] = {
        kind: moment
        for kind in OF_A_SESSION
        if (entry := timetable[kind]).active
        and entry.only_session in (None, number)
        and (moment := _due(entry, local_date, starts_at)) is not None
    }
    found: dict[str, Window] = {}
    for kind, moment in due.items():
        if moment < (over := _over(timetable[kind].until, moment, due, starts_at)):
            found[kind] = (moment, over)
    return found


def _over(until: str, moment: datetime, due: Mapping[str, datetime], starts_at: datetime) -> datetime:
    if until == Until.NEXT:
        return min(
            (other for kind, other in due.items() if kind in REMINDERS and other > moment), default=starts_at
        )
    return starts_at - DAY if until == Until.DAY_BEFORE else starts_at


def _due(entry: TimetableEntry, local_date: date, starts_at: datetime) -> datetime | None:
    if entry.anchor == Anchor.SESSION_DAY:
        on = local_date - (entry.days or 0) * DAY
        while is_quiet_day(on):
            on -= DAY
        return local_to_utc(on, entry.at or time())
    due = starts_at - timedelta(minutes=entry.minutes or 0)
    quiet_ends = quiet_until(due)
    if quiet_ends is None or (may_break_quiet_hours(starts_at) and not is_quiet_day(_local(due).date())):
        return due
    return quiet_ends if quiet_ends < starts_at else None


def same_time_next_day(moment: datetime, now: datetime) -> datetime:
    """The time of day of `moment` on the first day after `now` on which something may be sent."""
    on = _local(now).date() + DAY
    while is_quiet_day(on):
        on += DAY
    return local_to_utc(on, _local(moment).time())


def may_break_quiet_hours(starts_at: datetime) -> bool:
    """Whether people expect to hear of this session early or late, because it is itself."""
    return not EARLY <= _local(starts_at).time() <= LATE


def while_waiting(
    entry: TimetableEntry, *, listed_at: datetime, now: datetime, ahead: timedelta
) -> list[tuple[int, Window]]:
    """The messages to somebody on the list since `listed_at` that are of use at `now` or due by `ahead`, numbered from 1."""
    every = [*entry.repeats][0]
    found: list[tuple[int, Window]] = []
    listed = _local(listed_at).date()
    days_waited = (_local(now).date() - listed).days
    number = max(0, (days_waited - (entry.days or 0)) // every - 1)
    while True:
        on = listed + ((entry.days or 0) + number * every) * DAY
        number += 1
        while is_quiet_day(on):
            on -= DAY
        due = local_to_utc(on, entry.at or time())
        if due > now + ahead:
            return found
        if due + A_WEEK > now:
            found.append((number, (due, due + A_WEEK)))


def of_offer(entry: TimetableEntry, *, offered_at: datetime, answer_by: datetime) -> list[datetime]:
    """When an offer that has not been answered is repeated."""
    due = [offered_at + timedelta(hours=hours) for hours in entry.repeats] if entry.active else []
    return [moment for moment in due if moment < answer_by]


def asks_at(entry: TimetableEntry, ends_at: datetime) -> datetime:
    """When people who came to a session that ends then are asked how it was; what falls in quiet hours waits."""
    return ends_at + timedelta(minutes=entry.minutes or 0)


def asks_again_at(entry: TimetableEntry, asked_at: datetime) -> datetime:
    """When they are asked once more; a request that was made in quiet hours goes out when they end."""
    on = _local(quiet_until(asked_at) or asked_at).date() + (entry.days or 0) * DAY
    while is_quiet_day(on):
        on += DAY
    return local_to_utc(on, entry.at or time())


def problems(timetable: Timetable, kind: str, *, hold_hours: int) -> list[str]:
    """What is wrong with the line of this kind beside the others, in sentences; each alone the database keeps right."""
    said = []
    in_order = [timetable[each] for each in REMINDERS if timetable[each].active]
    for earlier, later in zip(in_order, in_order[1:], strict=False):
        if kind in (earlier.kind, later.kind) and _before_start(earlier) <= _before_start(later):
            said.append(f"“{earlier.label}” must go before “{later.label}”.")
    if kind != Kind.OFFER_NUDGE:
        return said
    hours = [*timetable[kind].repeats]
    if hours != sorted(set(hours)):
        said.append("Each reminder of an offer comes after the one before it.")
    if hours and max(hours) >= hold_hours:
        said.append(f"A place is held for {hold_hours} hours, so a reminder must come before that.")
    return said


def _before_start(entry: TimetableEntry) -> tuple[int, int]:
    """To compare reminders: days before, and then the earlier time of day first."""
    if entry.anchor == Anchor.SESSION_START:
        return (0, 0)
    at = entry.at or time()
    return (entry.days or 0, -(at.hour * 60 + at.minute))


@dataclass(frozen=True)
class Sample:
    """One message of a sample cohort: what goes, about which session, when."""

    number: int
    starts_at: datetime
    label: str
    due: datetime


def sample(timetable: Timetable, slots: Iterable) -> list[Sample]:
    """What a person would get who has a place in a cohort of these sessions and comes, in the order of time."""
    slots = list(slots)
    found = [
        Sample(slot.number, slot.starts_at, timetable[kind].label, due)
        for slot in slots
        for kind, (due, _) in windows(
            timetable, number=slot.number, local_date=slot.local_date, starts_at=slot.starts_at
        ).items()
    ]
    asks, asks_again = timetable[Kind.FEEDBACK], timetable[Kind.FEEDBACK_NUDGE]
    for slot in slots if asks.active else []:
        asked = asks_at(asks, slot.ends_at)
        found.append(Sample(slot.number, slot.starts_at, asks.label, quiet_until(asked) or asked))
        if asks_again.active:
            again = asks_again_at(asks_again, asked)
            found.append(Sample(slot.number, slot.starts_at, asks_again.label, again))
    return sorted(found, key=lambda each: (each.due, each.number))


def _local(moment: datetime) -> datetime:
    return moment.astimezone(LONDON)
