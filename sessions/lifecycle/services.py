"""What becomes of a whole cohort: it takes people, is confirmed, merged into another or cancelled (docs/domain.md 5.2).

A week before it begins, a cohort with enough people is confirmed by itself. With too few, an officer decides; nothing
is ever cancelled by the system. Whoever has to go back to the waiting list keeps their date.
"""

from datetime import datetime, timedelta

from django.db.models import Count, DateTimeField, ExpressionWrapper, F, OuterRef, Q, Subquery, Value

from accounts.models import User
from core.errors import Busy, Refused, refusing
from referrals import status_changes
from referrals.statuses import Status
from sessions import statuses
from sessions.cohorts import locking
from sessions.cohorts.status_changes import change_status
from sessions.lifecycle import transfers
from sessions.models import Cohort, Place, Session
from sessions.models.cohort import CohortQuerySet
from sessions.places import common, offers
from sessions.places.placement import withdraw_messages_of_place
from sessions.reminders import scheduling

DAY = timedelta(days=1)
MAIL_KEEPS = timedelta(days=14)


class AlreadyDecided(Refused):
    sentence = "Nothing changed. This group no longer needs a decision. Reload the page."


class NotEnoughRoom(Refused):
    sentence = (
        "The other group does not have enough free places. Choose another, or move people one at a time."
    )


class WordsMissing(Refused):
    sentence = "Enter a short reason. We keep it with the group."


def begins_soon(now: datetime) -> CohortQuerySet:
    """Taking people, and beginning within the programme's days to decide, or begun; with `begins` and `enrolled`."""
    first = Session.objects.held().filter(cohort=OuterRef("pk")).order_by("number")
    by_then = Value(now) + F("programme__decide_days") * Value(DAY)
    return (
        Cohort.objects.filter(status=Cohort.Status.RECRUITING)
        .annotate(
            begins=Subquery(first.values("starts_at")[:1]),
            enrolled=Count("places", filter=Q(places__state=Place.State.TAKEN)),
        )
        .filter(begins__lte=ExpressionWrapper(by_then, output_field=DateTimeField()))
    )


def to_decide(now: datetime) -> CohortQuerySet:
    """Those of them with too few people: an officer decides."""
    return begins_soon(now).filter(enrolled__lt=F("programme__minimum_to_start"))


def confirm_due(*, now: datetime) -> int:
    """Confirm each cohort that begins soon and has enough people; how many. May run twice without harm."""
    confirmed = 0
    for pk in list(_enough(now).order_by("pk").values_list("pk", flat=True)):
        try:
            confirmed += _confirm(pk, now)
        except Busy:
            continue  # somebody changes it at this moment: the next run looks again
    return confirmed


def _enough(now: datetime) -> CohortQuerySet:
    return begins_soon(now).filter(enrolled__gte=F("programme__minimum_to_start"))


def _confirm(pk: int, now: datetime) -> bool:
    with refusing():
        cohort = locking.lock_cohort(pk)
        if not _enough(now).filter(pk=pk).exists():
            return False
        words = f"{cohort.places.taken().count()} people have a place."
        change_status(cohort, to=Cohort.Status.CONFIRMED, by=None, now=now, words=words)
    return True


def run_anyway(*, cohort: Cohort, by: User, now: datetime, words: str) -> Cohort:
    """An officer decides that a cohort runs with the people it has. Raises AlreadyDecided, WordsMissing."""
    if not words.strip():
        raise WordsMissing
    with refusing():
        cohort = locking.lock_cohort(cohort.pk)
        if cohort.status != Cohort.Status.RECRUITING:
            raise AlreadyDecided
        change_status(cohort, to=Cohort.Status.CONFIRMED, by=by, now=now, words=words.strip())
    return cohort


def cancel_cohort(*, cohort: Cohort, by: User, now: datetime, words: str) -> Cohort:
    """Cancel a cohort and the sessions still to come: its people go back to the waiting list and keep their date.

    Sessions that were held stay on everybody's record. Each person hears. Raises AlreadyDecided, WordsMissing.
    """
    if not words.strip():
        raise WordsMissing
    with refusing():
        cohort = locking.lock_cohort(cohort.pk)
        if cohort.status not in statuses.OPEN:
            raise AlreadyDecided
        for place in _open_places(cohort):
            _send_back(place, by=by, now=now)
        _close(cohort, by=by, now=now, words=words.strip())
    return cohort


def merge_cohorts(*, cohort: Cohort, into: Cohort, by: User, now: datetime, words: str = "") -> Cohort:
    """Move everybody of a cohort into another one and cancel the first; all of it or nothing.

    Whoever has a place keeps what they attended; whoever was offered one is offered one of the other, and where one of
    them may not be, nothing is merged. Raises AlreadyDecided, NotEnoughRoom, and what `transfers.step_for` and
    `offers.offer` raise.
    """
    with refusing(common.RULES | {"cohort_not_overfull": NotEnoughRoom}):
        locked = locking.lock_cohorts([cohort.pk, into.pk])
        cohort, into = locked[cohort.pk], locked[into.pk]
        if cohort.pk == into.pk:
            raise transfers.SameCohort
        if cohort.status not in statuses.OPEN:
            raise AlreadyDecided
        words = words.strip() or f"Merged into {into}."
        people = _open_places(cohort)
        for place in (each for each in people if each.state == Place.State.TAKEN):
            transfers.move_locked(place, into, by=by, now=now, words=words)
        scheduling.queue_for([into], now=now)
        for place in (each for each in people if each.state == Place.State.HELD):
            try:
                offers.offer_instead(place, into, by=by, now=now)
            except common.NotSafeYet as refused:
                who = f"{place.participant} ({place.referral.reference})"
                raise common.NotSafeYet(f"{who} cannot be offered another place. {refused}") from None
        _close(cohort, by=by, now=now, words=words)
    return into


def _open_places(cohort: Cohort) -> list[Place]:
    """Everybody in it or offered a place, in the order in which they came; locked."""
    return list(
        cohort.places.open()
        .select_for_update(of=("self",))
        .select_related("referral", "participant")
        .order_by("placed_at", "pk")
    )


def _send_back(place: Place, *, by: User, now: datetime) -> None:
    place.state, place.ended_at, place.ended_by = Place.State.RETURNED, now, by
    place.save(update_fields=["state", "ended_at", "ended_by"])
    withdraw_messages_of_place(place, why="the group was cancelled", now=now)
    status_changes.move(
        referral=place.referral,
        to=Status.WAITING,
        by=by,
        now=now,
        words="The group was cancelled. They keep their position on the waiting list.",
    )
    common.queue_place_message("cohort_cancelled", place, now=now, expires_at=now + MAIL_KEEPS)


def _close(cohort: Cohort, *, by: User, now: datetime, words: str) -> None:
    """Nobody is in it any more: cancel what was still to come, and the cohort."""
    cohort.refresh_from_db()
    change_status(cohort, to=Cohort.Status.CANCELLED, by=by, now=now, words=words)
    for session in cohort.sessions.ahead(now).order_by("number"):
        session.status, session.why = Session.Status.CANCELLED_BY_US, "The group was cancelled."
        session.save(update_fields=["status", "why"])
