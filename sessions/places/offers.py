"""Offering a place, and what becomes of the offer: accepted, declined, not answered (docs/domain.md 4.3).

A place that is offered counts against the capacity. An offer that is declined or runs out frees the place, and the
next in the one order is offered it in the same transaction, so that a freed place can be neither lost nor given twice.

From an approved proposal, `sessions.proposals.approval.carry_out` asks `offer` for each person. They answer on the page
behind their link, `views.offer`, which asks `accept`, `decline` or `leave_list`.
"""

from collections.abc import Collection
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import F, Q

from accounts.models import User
from core.dates import LONDON, day, moment
from core.errors import Refused, refusing
from core.working_days import working_days_after
from messaging.outbox import queue as outbox
from participants.contact_log import services as contact_log
from participants.models import ContactNote
from participants.readiness import services as readiness
from participants.readiness.services import Slot
from participants.restores import call_first as restore_gate
from referrals import status_changes
from referrals.models import Referral
from referrals.screening import eligibility
from referrals.statuses import Reason, Status
from sessions.cohorts import joining, locking
from sessions.models import Cohort, OfferLink, Place, Programme, Session
from sessions.places import common, next_in_line
from sessions.reminders import scheduling

RECEIPT_WAITS = timedelta(days=7)


class TooLateToOffer(Refused):
    sentence = (
        "It is too late to send an offer and wait. Call the person, and place them yourself if they say yes."
    )


class OfferOver(Refused):
    sentence = "This offer has ended, so nothing changed. You are still on our waiting list. Call us if you did not expect this."


class OfferAnswered(Refused):
    sentence = "You have already answered. If you have changed your mind, call us."


class SpeakFirst(Refused):
    sentence = "Call us before you take this place. We need to speak to you first."


class RecordsChecked(SpeakFirst):
    """A backup was restored, and nobody has called this person since."""

    sentence = "We are checking our records after a computer fault. Call us before you take this place."


def held_until(cohort: Cohort, first: Session, now: datetime) -> datetime:
    """The last moment to answer an offer made now: min(72 h, until 24 h before the first session), by the programme."""
    programme = cohort.programme
    return min(
        now + timedelta(hours=programme.hold_hours),
        first.starts_at - timedelta(hours=programme.hold_ends_hours),
    )


def offer(*, referral: Referral, cohort: Cohort, by: User, now: datetime) -> Place:
    """Offer a person on the waiting list a place: it is held for them until they answer or the time is over.

    Raises a Refused: TooLateToOffer when an officer must telephone instead, and those of `placement.place`.
    """
    with refusing(common.RULES):
        cohort = locking.lock_cohort(cohort.pk)
        sessions = joining.sessions_from(cohort, now)
        until = held_until(cohort, sessions[0], now)
        if until <= now:
            raise TooLateToOffer
        return _hold(common.lock_waiting(referral), cohort, sessions[0], until, by=by, now=now)


def offer_next(cohort: Cohort, *, now: datetime) -> Place | None:
    """Offer one freed place of this locked cohort to the next in order whom it suits; None if there is nobody.

    Also None when the place could only be taken from session 3 on, or so late that an officer telephones
    (`work_queue` shows it). Part of the transaction that freed the place. While a restore is being checked, nobody may
    be offered it without a call: `offer_freed` offers it afterwards.
    """
    cohort.refresh_from_db(fields=["taken", "capacity", "status"])
    try:
        sessions = joining.sessions_from(cohort, now)
    except Refused:
        return None
    until = held_until(cohort, sessions[0], now)
    if until <= now or cohort.taken >= cohort.capacity:
        return None
    checked = restore_gate.under_way()  # asked first: it may be confirmed while we look
    referral = next_in_line.next_for(cohort, now=now)
    if referral is not None:
        return _hold(referral, cohort, sessions[0], until, by=None, now=now)
    if checked:
        Cohort.objects.filter(pk=cohort.pk).update(freed_unoffered=F("freed_unoffered") + 1)
    return None


def accept(*, place: Place, now: datetime, by: User | None = None) -> Place:
    """The person takes the place: they are enrolled and get their dates. Again is harmless.

    `by` is the officer who writes down what was said on the telephone. Raises OfferOver, OfferAnswered, SpeakFirst or
    TooLateToJoin. RecordsChecked is a SpeakFirst.
    """
    with refusing(common.RULES):
        place = common.lock_place(place)
        if place.state == Place.State.TAKEN:
            return place
        _check_open(place, now)
        referral = common.lock_referral(place.referral)
        blockers = eligibility.blockers(referral)
        if restore_gate.TO_OFFICERS in blockers:
            raise RecordsChecked
        if blockers:
            raise SpeakFirst
        sessions = joining.sessions_from(place.cohort, now)
        first = sessions[0]
        place.state, place.taken_at, place.first_session = Place.State.TAKEN, now, first.number
        place.save(update_fields=["state", "taken_at", "first_session"])
        common.attend(place, sessions, now)
        words = f"Said yes. From session {first.number}, on {day(first.starts_at)}."
        status_changes.move(referral=place.referral, to=Status.ENROLLED, by=by, now=now, words=words)
        outbox.cancel(subject_type="place", subject_ids=[place.pk], reason="the offer was accepted", now=now)
        common.queue_place_message("placed", place, now=now, expires_at=first.starts_at)
        scheduling.queue_for([place.cohort], now=now)
    return place


def decline(
    *,
    place: Place,
    now: datetime,
    other_time: bool = False,
    times: Collection[Slot] = (),
    call_first: bool = False,
    by: User | None = None,
) -> Place:
    """The person does not take the place: they keep their date on the list, and the next in order is offered it.

    `other_time`: they said that another time suits them, and we promise a call; `times` are those that they gave by
    their link. `call_first`: they would rather talk, so no place is offered before the call. Again is harmless, and
    newer times count until an officer has called. Raises OfferOver or OfferAnswered.
    """
    with refusing():
        place = common.lock_place(place)
        if place.state == Place.State.DECLINED and place.referral.status == Status.WAITING:
            if other_time and not place.other_time:
                raise OfferAnswered
            if place.followed_up_at is None:
                _keep_times(place, times, call_first=call_first, now=now)
            return place
        _check_open(place, now)
        place.other_time = other_time
        words = "Said no to this group."
        if other_time:
            words = f"Said that another time suits{', and gave their times' if times else ''}."
            place.call_by = call_day(place.cohort.programme, now)
            _keep_times(place, times, call_first=call_first, now=now)
        back_to_waiting(place, Place.State.DECLINED, words, by=by, now=now)
        common.queue_place_message("offer_declined", place, now=now, expires_at=now + RECEIPT_WAITS)
    return place


def leave_list(*, place: Place, now: datetime, by: User | None = None) -> Place:
    """The person no longer wants any place: the referral is withdrawn. Again is harmless. Raises as `decline` does."""
    with refusing():
        place = common.lock_place(place)
        if place.state == Place.State.DECLINED and place.referral.status in (Status.WITHDRAWN, Status.CLOSED):
            return place
        _check_open(place, now)
        _end(place, Place.State.DECLINED, by=by, now=now)
        status_changes.move(
            referral=place.referral,
            to=Status.WITHDRAWN,
            by=by,
            now=now,
            reason=Reason.NOT_WANTED,
            words="The person no longer wants a place.",
        )
        common.queue_place_message("left_list", place, now=now, expires_at=now + RECEIPT_WAITS)
        offer_next(place.cohort, now=now)
    return place


def take_back(*, place: Place, by: User, now: datetime, words: str = "") -> Place:
    """An officer takes an offer back before it was answered; the person keeps their date and is told.

    Nobody is offered the place by this: whoever took it back knows why. Raises OfferOver.
    """
    with refusing():
        place = common.lock_place(place)
        if place.state != Place.State.HELD:
            raise OfferOver
        _end(place, Place.State.RETURNED, by=by, now=now)
        status_changes.move(
            referral=place.referral,
            to=Status.WAITING,
            by=by,
            now=now,
            words=words or "The offer was taken back.",
        )
        common.queue_place_message("offer_taken_back", place, now=now, expires_at=now + RECEIPT_WAITS)
    return place


def offer_instead(place: Place, cohort: Cohort, *, by: User, now: datetime) -> Place:
    """Offer a place of another cohort to somebody who has not answered yet; both cohorts and the place are locked.

    One message tells of the new offer. Raises as `offer` does.
    """
    sessions = joining.sessions_from(cohort, now)
    until = held_until(cohort, sessions[0], now)
    if until <= now:
        raise TooLateToOffer
    _end(place, Place.State.RETURNED, by=by, now=now)
    words = "The group that was offered is merged with another one."
    status_changes.move(referral=place.referral, to=Status.WAITING, by=by, now=now, words=words)
    return _hold(common.lock_waiting(place.referral), cohort, sessions[0], until, by=by, now=now)


def call_day(programme: Programme, now: datetime) -> date:
    """The last day on which we call a person who says now that another time suits them."""
    return working_days_after(now.astimezone(LONDON).date(), programme.call_working_days)


def _keep_times(place: Place, times: Collection[Slot], *, call_first: bool, now: datetime) -> None:
    """The times that the person of this locked place gave by their link; none given changes nothing."""
    if not times:
        return
    place.times_given = not call_first
    place.save(update_fields=["times_given"])
    readiness.replace_times(person=place.participant, slots=times, now=now)


@transaction.atomic
def follow_up(*, referral: Referral, by: User, now: datetime, words: str = "") -> int:
    """An officer has spoken with a person whose offers ran out or whom another time suits; how many offers that settles.

    The system offers them places again. `words` go into the contact log.
    """
    if words:
        contact_log.log(
            person=referral.participant,
            channel=ContactNote.Channel.PHONE,
            from_them=False,
            words=words,
            by=by,
            now=now,
        )
    asked = Q(state=Place.State.EXPIRED) | Q(state=Place.State.DECLINED, other_time=True)
    unsettled = Place.objects.filter(asked, referral=referral, followed_up_at__isnull=True)
    return unsettled.update(followed_up_at=now, followed_up_by=by)


def _check_open(place: Place, now: datetime) -> None:
    if place.state in (Place.State.DECLINED, Place.State.TAKEN):
        raise OfferAnswered
    if place.state != Place.State.HELD or now >= place.answer_by:
        raise OfferOver


def _hold(
    referral: Referral, cohort: Cohort, first: Session, until: datetime, *, by: User | None, now: datetime
) -> Place:
    place = Place.objects.create(
        cohort=cohort,
        referral=referral,
        participant_id=referral.participant_id,
        state=Place.State.HELD,
        first_session=first.number,
        placed_at=now,
        placed_by=by,
        held_until=until,
    )
    OfferLink.make(now=now, expires_at=first.starts_at, place=place)
    words = f"A place from {day(first.starts_at)}, held until {moment(until)}."
    status_changes.move(referral=referral, to=Status.OFFERED, by=by, now=now, words=words)
    common.cancel_still_waiting_message(referral, now)
    common.queue_place_message("offer", place, now=now, expires_at=until)
    return place


def back_to_waiting(place: Place, state: str, words: str, *, by: User | None, now: datetime) -> None:
    """End an offer; the person keeps their date, and the place goes to the next in order."""
    _end(place, state, by=by, now=now)
    status_changes.move(referral=place.referral, to=Status.WAITING, by=by, now=now, words=words)
    offer_next(place.cohort, now=now)


def _end(place: Place, state: str, *, by: User | None, now: datetime) -> None:
    place.state, place.ended_at, place.ended_by = state, now, by
    place.save(update_fields=["state", "ended_at", "ended_by", "other_time", "call_by"])
    outbox.cancel(subject_type="place", subject_ids=[place.pk], reason="the offer is over", now=now)
