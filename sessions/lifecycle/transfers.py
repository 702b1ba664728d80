"""Moving people from one cohort to another: what they attended goes along, and nobody is ever in two at once."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from accounts.models import User
from core.errors import Busy, Refused, refusing
from core.nonces import key_of
from messaging.outbox import queue as outbox
from sessions import statuses
from sessions.cohorts import joining, locking
from sessions.message_groups import message_group
from sessions.models import Attendance, Cohort, Place, PlaceMove, Session
from sessions.places import common, offers
from sessions.reminders import scheduling

WHY = "the person was moved to another group"


class SameCohort(Refused):
    sentence = "The person is already in this group. Choose another."


class NothingLeft(Refused):
    sentence = "This person has already had every session left in this group. Choose another."


class NotTheirs(Refused):
    sentence = "You can only move a person who has a place. Take back the offer and offer another place."


@dataclass(frozen=True)
class Step:
    """What a move would mean for one person."""

    had: int  # sessions that were theirs until now
    theirs: Sequence[Session] = field(default_factory=tuple)  # of the other cohort, in order
    missed: Sequence[int] = field(default_factory=tuple)  # numbers that they would never have

    @property
    def first(self) -> Session:
        return self.theirs[0]


def step_for(place: Place, cohort: Cohort, now: datetime) -> Step:
    """Which sessions of the other cohort would be this person's: those after as many as they have had.

    Whoever has had none begins at session 1 or 2, like everybody. Raises CohortClosed, TooLateToJoin, NothingLeft.
    """
    if cohort.status not in statuses.TAKES_PEOPLE:
        raise joining.CohortClosed
    had = place.attendances.filter(expected=True, starts_at__lte=now).count() + place.first_session - 1
    ahead = list(cohort.sessions.ahead(now).order_by("number"))
    if had < place.first_session:
        if not ahead or ahead[0].number > joining.LAST_FIRST_SESSION:
            raise joining.TooLateToJoin
        return Step(had=0, theirs=ahead)
    theirs = [session for session in ahead if session.number > had]
    if not theirs:
        raise NothingLeft
    return Step(had=had, theirs=theirs, missed=range(had + 1, theirs[0].number))


def move_person(*, place: Place, to: Cohort, by: User, now: datetime, words: str = "") -> Place:
    """Move a person who has a place to another cohort; the place they leave goes to the next in order.

    They keep what they attended and go on with the sessions after it. Raises a Refused; the database keeps capacity
    and overlap.
    """
    with refusing(common.RULES):
        cohorts = locking.lock_cohorts([place.cohort_id, to.pk])
        left = move_locked(place, cohorts[to.pk], by=by, now=now, words=words)
        scheduling.queue_for([to], now=now)
        offers.offer_next(cohorts[left], now=now)
    place.refresh_from_db()
    return place


def move_locked(place: Place, to: Cohort, *, by: User, now: datetime, words: str) -> int:
    """Both cohorts are locked already; the number of the cohort that was left."""
    if to.pk == place.cohort_id:
        raise SameCohort
    locked = Place.objects.select_for_update(of=("self",)).select_related("participant").get(pk=place.pk)
    if locked.cohort_id != place.cohort_id:
        raise Busy  # moved by somebody else: the other cohort is not locked here
    if locked.state != Place.State.TAKEN:
        raise NotTheirs
    left, step = locked.cohort_id, step_for(locked, to, now)
    _release(locked, now)
    locked.cohort = to
    if step.had == 0:
        locked.first_session = step.first.number
    locked.save(update_fields=["cohort", "first_session"])
    common.attend(locked, _not_had_before(locked, step.theirs), now)
    move = PlaceMove.objects.create(
        place=locked, from_cohort_id=left, to_cohort=to, at=now, by=by, words=words
    )
    outbox.queue(
        key=key_of("moved", move),
        kind="moved",
        subject_type="place",
        subject_id=locked.pk,
        participant=locked.participant,
        group=message_group(to.pk),
        now=now,
        expires_at=step.first.starts_at,
    )
    return left


def _release(place: Place, now: datetime) -> None:
    """The sessions still to come of the cohort that is left are not theirs any more."""
    ahead = list(place.attendances.filter(expected=True, starts_at__gt=now).values_list("pk", flat=True))
    Attendance.objects.filter(pk__in=ahead).update(released_at=now)
    outbox.cancel(subject_type="place", subject_ids=[place.pk], reason=WHY, now=now)
    outbox.cancel(subject_type="attendance", subject_ids=ahead, reason=WHY, now=now)


def _not_had_before(place: Place, sessions: Sequence[Session]) -> list[Session]:
    """Those without an attendance; whoever is moved back takes up the released ones again, and is asked anew."""
    released = Attendance.objects.filter(place=place, session__in=sessions, released_at__isnull=False)
    back = set(released.values_list("session", flat=True))
    outbox.take_up(
        subject_type="attendance", subject_ids=list(released.values_list("pk", flat=True)), reason=WHY
    )
    released.update(released_at=None, answer="", answered_at=None, answered_late=False, joined_at=None)
    return [session for session in sessions if session.pk not in back]
