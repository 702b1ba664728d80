"""What a change of a cohort's sessions would do, worked out before anything is written.

The officers' preview shows a plan, and the service works out the same plan again under the lock: `seen` is equal only
where nothing that was shown has changed since.
"""

import hashlib
from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, TypeVar

from django.db.models import Exists, OuterRef, TextChoices

from core.dates import day, span
from core.errors import Refused
from core.working_days import bank_holidays
from messaging.models import Message
from participants.display import tell_apart
from sessions import session_dates
from sessions.cohorts import staffing
from sessions.models import Attendance, Cohort, Place, PlaceQuerySet, Session
from sessions.session_dates import SESSIONS_IN_COHORT, Slot, local_to_utc

LEAST_TO_ANSWER = timedelta(hours=24)  # of an offer whose time a move would shorten
P = TypeVar("P", bound="Plan")
# These tell a person their dates in the first place: while one of them waits, it will tell the new ones.
FIRST_TELLS = ("placed", "offer")


class SessionOver(Refused):
    sentence = "Nothing changed. This session has started, is over or is cancelled."


class NotAfterTheLast(Refused):
    sentence = "Choose a date after the last session."


class NotAhead(Refused):
    """A session would be moved into the past; the sentence says which."""


class NothingMoves(Refused):
    sentence = "The session is already at this date and time. Choose another."


class OutOfOrder(Refused):
    """Two sessions would stand in the wrong order or overlap; the sentence says which."""


class SomebodyElsewhere(Refused):
    """Somebody would have two sessions at once; the sentence, for officers, says who and when."""


class NoTimeToAnswer(Refused):
    sentence = (
        "Nothing changed. Someone has an offer in this group and would have less than a day to answer. Call "
        "them and record their answer, or take back the offer. Then move the session."
    )


# What another date mends.
OTHER_DATE = (NotAfterTheLast, NotAhead, NothingMoves, OutOfOrder, SomebodyElsewhere)


class Scope(TextChoices):
    ONE = "one", "Only this session"
    FOLLOWING = "following", "This session and those after it"
    ALL = "all", "All future sessions"


@dataclass(frozen=True)
class Move:
    """A session and its new time."""

    session: Session
    slot: Slot


@dataclass(frozen=True, kw_only=True)
class Plan(ABC):
    """Whom a change concerns, and what else an officer should know of it."""

    cohort: Cohort
    places: list[Place]  # whose sessions these are, by name; `unread`: their first message still waits
    offers: list[Place]  # held, with the time to answer not over
    first_start: datetime  # of the next session, after the change
    notes: list[str]

    @property
    def seen(self) -> str:
        """Equal for two plans that do the same to the same people, starting from the same state."""
        people = [(place.pk, place.state, place.held_until) for place in (*self.places, *self.offers)]
        return hashlib.sha256(repr((self.facts(), people)).encode()).hexdigest()

    @abstractmethod
    def facts(self) -> list[object]:
        """What the change does, and the state that it starts from."""


@dataclass(frozen=True, kw_only=True)
class Moving(Plan):
    """Sessions that get another time."""

    moves: list[Move]

    def facts(self) -> list[object]:
        return [fact for move in self.moves for fact in (*_facts(move.session), move.slot)]


@dataclass(frozen=True, kw_only=True)
class Cancelling(Plan):
    """A session that is cancelled, and the tenth that comes for it."""

    session: Session
    tenth: Slot

    def facts(self) -> list[object]:
        return [*_facts(self.session), self.tenth]


def moving(
    *, cohort: Cohort, session: Session, scope: str, local_date: date, local_time: time, now: datetime
) -> Moving:
    """Move this session to a date and a wall-clock time in London, and by the scope those after it along with it.

    The others move by the same number of days; those that met on the same weekday also take the new time, so that a
    cohort that meets twice a week keeps its two times. Raises a Refused or timetable.ImpossibleTime.
    """
    held = _held(cohort)
    chosen = _ahead(session, held, now)
    theirs = {Scope.ONE: [chosen], Scope.FOLLOWING: [s for s in held if s.number >= chosen.number]}
    days = local_date - chosen.local_date
    moves = []
    for each in theirs.get(Scope(scope), held):
        if not each.is_ahead(now):
            continue
        same_day = each.local_date.weekday() == chosen.local_date.weekday()
        slot = _slot(each, each.local_date + days, local_time if same_day else each.local_time, each.number)
        if slot.starts_at <= now:
            raise NotAhead(
                f"Session {each.number} would be on {_when(slot)}, which has passed. Choose a later date."
            )
        if slot.starts_at != each.starts_at:
            moves.append(Move(each, slot))
    if not moves:
        raise NothingMoves
    moved = {move.session.pk: move.slot for move in moves}
    slots = [moved.get(each.pk) or _as_it_is(each, each.number) for each in held]
    _check_order(slots)
    changed = {move.session: move.slot for move in moves}
    return _settled(Moving(moves=moves, **_concerned(cohort, changed, slots, now)), now)


def cancelling(*, cohort: Cohort, session: Session, in_its_place: Slot | None, now: datetime) -> Cancelling:
    """Cancel this session; those after it take a number each, and a new tenth comes after the last one.

    `in_its_place` is the next usual day after the last one where nothing else is said. Raises a Refused or ImpossibleTime.
    """
    held = _held(cohort)
    chosen = _ahead(session, held, now)
    tenth = in_its_place or next_tenth(held)
    if tenth.starts_at < held[-1].ends_at:
        raise NotAfterTheLast
    left = [each for each in held if each.pk != chosen.pk]
    slots = [_as_it_is(each, number) for number, each in enumerate(left, start=1)] + [tenth]
    concerned = _concerned(cohort, {chosen: tenth}, slots, now)
    return _settled(Cancelling(session=chosen, tenth=tenth, **concerned), now)


def next_tenth(held: Sequence[Session]) -> Slot:
    """The cohort's next usual day after the last of these sessions, as the tenth."""
    day_after, at = session_dates.following([(each.local_date, each.local_time) for each in held])
    return tenth_at(held[-1], day_after, at)


def tenth_at(session: Session, local_date: date, local_time: time) -> Slot:
    """A tenth as long as this session, at a wall-clock time in London. Raises ImpossibleTime."""
    return _slot(session, local_date, local_time, SESSIONS_IN_COHORT)


def _held(cohort: Cohort) -> list[Session]:
    return list(cohort.sessions.held().order_by("number"))


def _ahead(session: Session, held: list[Session], now: datetime) -> Session:
    """This session as it stands, if it may be changed."""
    found = next((each for each in held if each.pk == session.pk), None)
    if found is None or not found.is_ahead(now):
        raise SessionOver
    return found


def _facts(session: Session) -> tuple[object, ...]:
    return session.pk, session.number, session.schedule_version, session.starts_at


def _slot(session: Session, local_date: date, local_time: time, number: int) -> Slot:
    """As long as this session; the moments are in UTC. Raises ImpossibleTime."""
    starts_at = local_to_utc(local_date, local_time)
    return Slot(number, local_date, starts_at, starts_at + (session.ends_at - session.starts_at))


def _as_it_is(session: Session, number: int) -> Slot:
    return Slot(number, session.local_date, session.starts_at, session.ends_at)


def _when(slot: Slot) -> str:
    return span(slot.starts_at, slot.ends_at)


def _check_order(slots: list[Slot]) -> None:
    for earlier, later in zip(slots, slots[1:], strict=False):
        if later.starts_at < earlier.ends_at:
            raise OutOfOrder(
                f"Session {earlier.number} would be on {_when(earlier)} and session {later.number} on "
                f"{_when(later)}. Sessions must stay in order. Choose another date, or move more sessions with it."
            )


def _concerned(
    cohort: Cohort, changed: dict[Session, Slot], slots: list[Slot], now: datetime
) -> dict[str, Any]:
    """What every plan says; `slots` is the whole cohort as it would be."""
    new = list(changed.values())
    places = _places(cohort, list(changed))
    offers = list(_open_places(cohort).filter(state=Place.State.HELD, held_until__gt=now))
    tell_apart((place.participant, "") for place in (*places, *offers))
    _check_elsewhere(places, list(changed), new)
    return {
        "cohort": cohort,
        "places": places,
        "offers": offers,
        "first_start": min(slot.starts_at for slot in slots if slot.starts_at > now),
        "notes": _notes(slots, new) + staffing.clashes(cohort, [(s.starts_at, s.ends_at) for s in new]),
    }


def _settled(plan: P, now: datetime) -> P:
    """The plan, where it takes from nobody who was offered a place the time to answer."""
    for place in plan.offers:
        until = held_until(place, plan)
        if until != place.held_until and until - now < LEAST_TO_ANSWER:
            raise NoTimeToAnswer
    return plan


def held_until(place: Place, plan: Plan) -> datetime:
    """The last moment to answer this offer after the change: no later than before, and as long before the start."""
    latest = plan.first_start - timedelta(hours=plan.cohort.programme.hold_ends_hours)
    return min(place.held_until or latest, latest)


def _open_places(cohort: Cohort) -> PlaceQuerySet:
    """With people and their needs, by name; `unread`: the message that first tells their dates still waits."""
    waits = Message.objects.filter(
        kind__in=FIRST_TELLS, subject_type="place", subject_id=OuterRef("pk"), state=Message.State.PENDING
    )
    return (
        cohort.places.open()
        .select_related("participant")
        .prefetch_related("participant__needs")
        .annotate(unread=Exists(waits))
        .order_by("participant__family_name", "participant__given_name", "pk")
    )


def _places(cohort: Cohort, sessions: list[Session]) -> list[Place]:
    """Whoever has one of these sessions before them."""
    theirs = Attendance.objects.filter(place=OuterRef("pk"), session__in=sessions, expected=True)
    return list(_open_places(cohort).filter(Exists(theirs), state=Place.State.TAKEN))


def _check_elsewhere(places: list[Place], changed: list[Session], new: list[Slot]) -> None:
    """Nobody may have two sessions at once (constraint attendance_no_overlap); here the officer learns who would."""
    people = {place.participant_id: place.participant for place in places}
    others = (
        Attendance.objects.filter(participant__in=people, expected=True)
        .exclude(session__in=changed)
        .order_by("starts_at", "pk")
    )
    for other in others:
        if any(slot.starts_at < other.ends_at and other.starts_at < slot.ends_at for slot in new):
            raise SomebodyElsewhere(
                f"{people[other.participant_id]} has another session on "
                f"{span(other.starts_at, other.ends_at)}, so would have two at once. Choose another time, or speak "
                "with them first. Nothing was changed."
            )


def _notes(slots: list[Slot], new: list[Slot]) -> list[str]:
    """What an officer should know about the new dates: bank holidays, clock changes, what comes close together."""
    said = [
        f"{day(slot.local_date)}, the new date of session {slot.number}, is a bank holiday."
        for slot in new
        if slot.local_date in bank_holidays(slot.local_date.year)
    ]
    return said + [note for slot, note in session_dates.clock_changes(slots).items() if slot in new]
