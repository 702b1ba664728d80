"""Taking a place after all that was given back because another time suits: by the same link, while it is free."""

from datetime import datetime, timedelta

from core.errors import Refused, refusing
from referrals import status_changes
from referrals.statuses import Status
from sessions.cohorts import joining
from sessions.models import Place
from sessions.places import common, offers


class PlaceGone(Refused):
    sentence = "Nothing changed. This place is no longer free."


class CannotUndo(Refused):
    sentence = "You can no longer take this place, so nothing changed. Call us and we will help."


# Said to officers in other words.
STANDS_IN_THE_WAY = (
    common.AlreadyPlaced,
    joining.CohortClosed,
    common.NotWaiting,
    common.SessionsOverlap,
    joining.TooLateToJoin,
)


def undo_until(place: Place) -> datetime:
    """Until when a place that was given back can be taken after all. ValueError for one that was not given back."""
    if place.ended_at is None:
        raise ValueError(f"place {place.pk} was not given back")
    return min(place.ended_at + timedelta(hours=place.cohort.programme.undo_hours), place.link.expires_at)


def can_undo(place: Place, now: datetime) -> bool:
    """Whether the page may say that the place is still free for this person."""
    try:
        return (
            _given_back(place)
            and now < undo_until(place)
            and place.referral.status == Status.WAITING
            and place.cohort.taken < place.cohort.capacity
            and bool(joining.sessions_from(place.cohort, now))
        )
    except Refused:
        return False


def take_after_all(*, place: Place, now: datetime) -> Place:
    """The person changes their mind and takes the place that they gave back. Again is harmless.

    It is offered to them again and accepted in one transaction, so that everything that may refuse a yes refuses this.
    Raises PlaceGone, CannotUndo, or as `offers.accept` does.
    """
    try:
        with refusing(common.RULES):
            place = common.lock_place(place)
            if place.state == Place.State.TAKEN:
                return place
            if not _given_back(place) or now >= undo_until(place):
                raise CannotUndo
            referral = common.lock_waiting(place.referral)
            if place.cohort.taken >= place.cohort.capacity:
                raise PlaceGone
            place.held_until = max(place.answer_by, undo_until(place))
            place.state, place.ended_at, place.ended_by = Place.State.HELD, None, None
            place.other_time, place.times_given, place.call_by = False, False, None
            place.save()
            words = "Changed their mind while the place was free."
            status_changes.move(referral=referral, to=Status.OFFERED, by=None, now=now, words=words)
            common.cancel_still_waiting_message(referral, now)
            return offers.accept(place=place, now=now)
    except common.NotSafeYet as refused:
        raise offers.SpeakFirst from refused
    except STANDS_IN_THE_WAY as refused:
        raise CannotUndo from refused


def _given_back(place: Place) -> bool:
    return place.state == Place.State.DECLINED and place.other_time
