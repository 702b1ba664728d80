"""Giving people places in a cohort, and freeing them again."""

from collections.abc import Collection
from datetime import datetime, timedelta

from django.db.models import Max

from accounts.models import User
from core.dates import day
from core.errors import Refused, refusing
from messaging.outbox import queue as outbox
from referrals import status_changes
from referrals.models import Referral
from referrals.statuses import Status
from sessions.cohorts import joining, locking
from sessions.models import Attendance, Cohort, Place
from sessions.places import common, offers
from sessions.reminders import scheduling

NOTE_WAITS = timedelta(days=14)  # for the thanks at the end


class PlaceEnded(Refused):
    sentence = "This place has already ended. Nothing was changed."


class WrongEnding(Refused):
    """The ending chosen does not fit what the register says."""


def place(*, referral: Referral, cohort: Cohort, by: User, now: datetime) -> Place:
    """Give a person on the waiting list a place, from the first session that is still to come.

    Their referral becomes enrolled, each session gets its attendance and link, and the mail with the dates is
    queued, all or nothing. Raises a Refused; the database, not this code, decides who was first.
    """
    with refusing(common.RULES):
        cohort = locking.lock_cohort(cohort.pk)
        sessions = joining.sessions_from(cohort, now)
        first = sessions[0]
        referral = common.lock_waiting(referral)
        taken = Place.objects.create(
            cohort=cohort,
            referral=referral,
            participant_id=referral.participant_id,
            first_session=first.number,
            placed_at=now,
            placed_by=by,
        )
        common.attend(taken, sessions, now)
        words = f"From session {first.number}, on {day(first.starts_at)}."
        status_changes.move(referral=referral, to=Status.ENROLLED, by=by, now=now, words=words)
        common.cancel_still_waiting_message(referral, now)
        common.queue_place_message("placed", taken, now=now, expires_at=first.starts_at)
        scheduling.queue_for([cohort], now=now)
    return taken


def end_place(*, place: Place, to: str, by: User, now: datetime, reason: str = "", words: str = "") -> Place:
    """End a place for good, as an officer says.

    `to` is not_participating (attended no session), left_early (attended one or more) or finished_below (all their
    sessions are over, and they attended fewer than the target; they are thanked). `words` are for the organisation.
    Messages still to come to people who left are called back. Raises PlaceEnded, WrongEnding.
    """
    with refusing():
        place = locked_place(place)
        attended, _ = attended_count(place)
        if to == Status.NOT_PARTICIPATING and attended:
            raise WrongEnding("This person attended a session, so they left early or finished.")
        if to != Status.NOT_PARTICIPATING and place.referral.status == Status.ENROLLED:
            raise WrongEnding("This person has not attended a session yet, so they did not start.")
        if to == Status.FINISHED_BELOW_TARGET:
            return _finish(place, by=by, now=now, reason=reason, words=words)
        return close(place, state=Place.State.LEFT, to=to, by=by, now=now, reason=reason, words=words)


def _finish(place: Place, *, by: User, now: datetime, reason: str, words: str) -> Place:
    over = Place.objects.over().filter(pk=place.pk).first()
    if over is None:
        raise WrongEnding("This person still has sessions to come, or a register has not been saved.")
    if not over.attended:
        raise WrongEnding("The registers show that this person did not attend any sessions.")
    if over.attended >= place.cohort.programme.target(over.delivered):
        raise WrongEnding(
            f"This person attended {over.attended} of {over.delivered} sessions, which reaches the target. "
            "The system will mark them as completed in a few minutes."
        )
    close(
        place,
        state=Place.State.FINISHED,
        to=Status.FINISHED_BELOW_TARGET,
        by=by,
        now=now,
        reason=reason,
        words=words,
        attended=over.attended,
        out_of=over.delivered,
    )
    common.queue_place_message("programme_finished", place, now=now, expires_at=now + NOTE_WAITS)
    return place


def withdraw(*, place: Place, by: User, now: datetime, reason: str = "", words: str = "") -> Place:
    """Free the place of a person who no longer wants it, before their first session; the referral is withdrawn.

    Raises PlaceEnded; WrongEnding once they have taken part (then they left early).
    """
    with refusing():
        place = locked_place(place)
        if place.referral.status != Status.ENROLLED:
            raise WrongEnding("This person has attended, so you cannot withdraw them. Choose “Left early”.")
        return close(
            place, state=Place.State.LEFT, to=Status.WITHDRAWN, by=by, now=now, reason=reason, words=words
        )


def leave(
    *, referral: Referral, to: str, by: User | None, now: datetime, reason: str = "", words: str = ""
) -> None:
    """End the open place of a referral that ends for a reason from outside the programme: in error, or a death."""
    open_one = Place.objects.open().filter(referral=referral).select_related("cohort").first()
    if open_one is not None:
        try:
            place = lock_open(open_one)
        except PlaceEnded:
            return  # between our look and our lock: the referral says how
        close(place, state=Place.State.LEFT, to=to, by=by, now=now, reason=reason, words=words)


def attended_count(place: Place) -> tuple[int, int]:
    """How many sessions the person attended, of how many that were delivered while they had the place.

    Attended is code 5 or 6 (docs/domain.md 5.7). A session that we cancelled, for everybody or by code 4 for this
    person, counts on neither side.
    """
    found = Place.objects.with_attendance().get(pk=place.pk)
    return found.attended, found.delivered


def locked_place(place: Place) -> Place:
    """The place of a person who has one, with its cohort and itself locked in that order; PlaceEnded otherwise."""
    place = lock_open(place)
    if place.state != Place.State.TAKEN:
        raise PlaceEnded
    return place


def lock_open(place: Place) -> Place:
    """The place, offered or taken, with its cohort and itself locked in that order; PlaceEnded if it is neither."""
    place = common.lock_place(place)
    if place.state not in Place.OPEN:
        raise PlaceEnded
    return place


def over_at(of: Collection[int]) -> dict[int, datetime]:
    """When the last session of each of these referrals' places ends; no place, no line. No query where none is asked."""
    if not of:
        return {}
    held = Attendance.objects.filter(place__referral__in=of, expected=True).order_by()
    return dict(held.values_list("place__referral").annotate(Max("ends_at")))


def close(
    place: Place,
    *,
    state: str,
    to: str,
    by: User | None,
    now: datetime,
    reason: str = "",
    words: str = "",
    attended: int | None = None,
    out_of: int | None = None,
) -> Place:
    """End a locked place and its referral together; where it was left, what was still to be said is called back.

    `attended` of `out_of` sessions are for `referrals.move`.
    """
    place.state, place.ended_at, place.ended_by = state, now, by
    place.save(update_fields=["state", "ended_at", "ended_by"])
    status_changes.move(
        referral=place.referral,
        to=to,
        by=by,
        now=now,
        reason=reason,
        words=words,
        attended=attended,
        out_of=out_of,
    )
    if state == Place.State.LEFT:
        withdraw_messages_of_place(place, why="the place was left", now=now)
        offers.offer_next(place.cohort, now=now)
    return place


def withdraw_messages_of_place(place: Place, *, why: str, now: datetime) -> None:
    """Nothing more is sent about this place and its sessions."""
    attendances = list(place.attendances.values_list("pk", flat=True))
    outbox.cancel(subject_type="place", subject_ids=[place.pk], reason=why, now=now)
    outbox.cancel(subject_type="attendance", subject_ids=attendances, reason=why, now=now)
