"""Whether a person is ready to join, and when they can: keeping what they said, and what is still missing."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from accounts.models import User
from participants.languages import ANOTHER
from participants.models import Availability, Participant, Readiness
from participants.readiness.records import locked, unknown_only, written

Slot = tuple[int, str]  # weekday (Monday is 0) and part of the day
ASKED = (
    "device",
    "camera",
    "email_use",
    "help_needed",
    "help_words",
    "somebody_home",
    "safe_space",
    "level",
    "language",
    "language_words",
    "interpreter_needed",
    "preferences",
)


@transaction.atomic
def save(*, person: Participant, changes: Mapping[str, object], by: User, now: datetime) -> Readiness:
    """Write what an officer changed, and nothing else, so that two officers do not undo each other's work.

    The names are those of `ASKED`; "", None (and for preferences None, not []) mean that it is not known. A language
    of the list takes away the words that named another. Raises KeyError for another name.
    """
    if strange := set(changes) - set(ASKED):
        raise KeyError(", ".join(sorted(strange)))
    person, told = locked(person), dict(changes)
    known = Readiness.objects.filter(participant=person).values_list("language", flat=True).first()
    if told.get("language", known) != ANOTHER:
        told["language_words"] = ""
    return written(Readiness, person=person, changes=told, stamp={"asked_at": now, "asked_by": by})


@transaction.atomic
def add_if_unknown(*, person: Participant, told: Mapping[str, object], by: User, now: datetime) -> None:
    """What a referral tells: it fills what is not known, and never changes what is."""
    known = Readiness.objects.filter(participant=locked(person)).first()
    new = unknown_only(known, told)
    if known is not None and known.language:
        new.pop("language_words", None)  # they would name another language than the one we know
    if new:
        save(person=person, changes=new, by=by, now=now)


@transaction.atomic
def change_times(
    *, person: Participant, add: Collection[Slot], remove: Collection[Slot], by: User | None, now: datetime
) -> None:
    """The person can make these too, and no longer those; what is in neither stays as it is.

    `by` is None where the person says so by their own link.
    """
    locked(person)
    for weekday, part in remove:
        Availability.objects.filter(participant=person, weekday=weekday, part=part).delete()
    known = set(Availability.objects.filter(participant=person).values_list("weekday", "part"))
    Availability.objects.bulk_create(
        Availability(participant=person, weekday=weekday, part=part, told_at=now, told_to=by)
        for weekday, part in sorted(set(add) - known)
    )


@transaction.atomic
def replace_times(*, person: Participant, slots: Collection[Slot], now: datetime) -> None:
    """The person gives all the times that suit them, by their own link: they take the place of those known before."""
    known = set(Availability.objects.filter(participant=locked(person)).values_list("weekday", "part"))
    change_times(person=person, add=slots, remove=known - set(slots), by=None, now=now)
    Availability.objects.filter(participant=person).update(told_at=now, told_to=None)


@transaction.atomic
def add_times(*, person: Participant, slots: Collection[Slot], by: User, now: datetime) -> None:
    """When a referral says that they can join; nothing where we have asked already."""
    locked(person)
    if not Availability.objects.filter(participant=person).exists():
        change_times(person=person, add=slots, remove=(), by=by, now=now)


@dataclass(frozen=True)
class Missing:
    """What is still to be asked before somebody can be matched to a group: `name` is the page that asks it."""

    name: str
    words: str


def missing(*, times: int, readiness: Readiness | None) -> list[Missing]:
    """What the matching of people to groups cannot do without: when, and at which level."""
    gaps = []
    if not times:
        gaps.append(Missing("times", "When they can join"))
    if readiness is None or not readiness.level:
        gaps.append(Missing("readiness", "Their activity level"))
    return gaps
