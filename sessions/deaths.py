"""What becomes of somebody's place when their death is recorded, and when that was a mistake (referrals.deaths.services)."""

from datetime import datetime

from django.db.models import QuerySet

from core.dates import day
from core.errors import Refused
from referrals.models import Referral
from sessions.cohorts import joining
from sessions.models import Place


def words(referral: Referral, at: datetime | None, now: datetime) -> list[str]:
    """What would end now (`at` None), or what ended at that moment and whether there is a place again."""
    if at is None:
        place = Place.objects.open().filter(referral=referral).select_related("cohort").first()
        return [_would_end(place, now)] if place else []
    place = _ended(referral, at).select_related("cohort__programme").first()
    return [f"{_what(place)} in {place.cohort} was ended. {_again(place, now)}"] if place else []


def returned(referral: Referral, at: datetime) -> None:
    """The person waits again: the place that ended with the death is no reason not to join the same cohort."""
    _ended(referral, at).filter(state=Place.State.LEFT).update(state=Place.State.RETURNED)


def _ended(referral: Referral, at: datetime) -> QuerySet[Place]:
    return Place.objects.filter(
        referral=referral, ended_at=at, state__in=(Place.State.LEFT, Place.State.RETURNED)
    )


def _would_end(place: Place, now: datetime) -> str:
    ahead = place.attendances.filter(expected=True, starts_at__gt=now).order_by("starts_at")
    left = ahead.count()
    if not left:
        return f"{_what(place)} in {place.cohort} ends."
    sessions = "1 session" if left == 1 else f"{left} sessions"
    return f"{_what(place)} in {place.cohort} ends: {sessions}, the next on {day(ahead[0].starts_at)}."


def _what(place: Place) -> str:
    return "The offer of a place" if place.held_until and not place.taken_at else "Their place"


def _again(place: Place, now: datetime) -> str:
    cohort = place.cohort
    try:
        joining.sessions_from(cohort, now)
    except Refused:
        return "It is too late to join that group. Find them another one."
    if cohort.taken < cohort.capacity:
        return "A place there is free, but they do not get it back automatically. Place them yourself."
    return "Someone else has the place. Find them another group."
