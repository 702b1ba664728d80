"""What placing by hand, offering and moving have in common: locks, the first session, attendances, the message."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from core.errors import Busy, Refused
from core.nonces import message_about
from messaging.outbox import queue as outbox
from participants.personal_links.links import digest_of
from referrals.models import Referral
from referrals.screening import eligibility
from referrals.statuses import Status
from sessions.cohorts.locking import lock_cohort
from sessions.message_groups import message_group
from sessions.models import AnswerLink, Attendance, Place, Session
from sessions.reminders.timing import Kind

ANSWERS_EXPIRE_AFTER = timedelta(hours=24)  # after the session: docs/domain.md 8.5

NOT_WAITING_NOW = "They were offered a place, or have one."  # and are written to again if they wait again


class CohortFull(Refused):
    sentence = "This group is full. Choose another group, or leave the person on the waiting list."


class AlreadyPlaced(Refused):
    sentence = "This person already has a place. Check their referral to see which group."


class SessionsOverlap(Refused):
    sentence = "This person already has a session at one of these times. Choose a group at other times."


class NotWaiting(Refused):
    sentence = "This referral is no longer on the waiting list. Check it before you place the person."


class NotSafeYet(Refused):
    """Something of the safety screen stands in the way; the sentences say what."""


# What the database says no to when a place is given or taken.
RULES: dict[str, type[Refused]] = {
    "cohort_not_overfull": CohortFull,
    "place_one_open": AlreadyPlaced,
    "place_once_per_cohort": AlreadyPlaced,
    "attendance_no_overlap": SessionsOverlap,
}


def lock_place(place: Place) -> Place:
    """The place as it stands, with its cohort and itself locked in that order.

    Raises Busy if the person was moved to another cohort while we waited for this one.
    """
    cohort = lock_cohort(place.cohort_id)
    place = (
        Place.objects.select_for_update(of=("self",))
        .select_related("referral", "participant")
        .get(pk=place.pk)
    )
    if place.cohort_id != cohort.pk:
        raise Busy
    place.cohort = cohort
    return place


def lock_referral(referral: Referral) -> Referral:
    """The referral as it stands, held until the transaction ends: no hold and no answer comes in between."""
    return Referral.objects.select_for_update(of=("self",), no_key=True).get(pk=referral.pk)


def lock_waiting(referral: Referral) -> Referral:
    """The referral, locked, of a person who may be given a place. Raises AlreadyPlaced, NotWaiting, NotSafeYet."""
    referral = lock_referral(referral)
    if referral.status in (Status.OFFERED, Status.ENROLLED, Status.ACTIVE):
        raise AlreadyPlaced
    if referral.status != Status.WAITING:
        raise NotWaiting
    if blockers := eligibility.blockers(referral):
        raise NotSafeYet(" ".join(blockers))
    return referral


def cancel_still_waiting_message(referral: Referral, now: datetime) -> None:
    """They are offered a place, or have one: nobody tells them now that they are still waiting."""
    outbox.cancel(
        subject_type="referral",
        subject_ids=[referral.pk],
        kinds=[Kind.STILL_ON_LIST],
        reason=NOT_WAITING_NOW,
        now=now,
    )


def queue_place_message(kind: str, place: Place, *, now: datetime, expires_at: datetime) -> bool:
    """Promise the person of this place one message of this kind about it; False if it was promised before."""
    return outbox.queue(
        **message_about(kind, place),
        participant=place.participant,
        group=message_group(place.cohort_id),
        now=now,
        expires_at=expires_at,
    )


def attend(place: Place, sessions: Iterable[Session], now: datetime) -> None:
    """An attendance and a link for each of these sessions."""
    attendances = Attendance.objects.bulk_create(
        Attendance(
            place=place,
            session=session,
            participant_id=place.participant_id,
            starts_at=session.starts_at,
            ends_at=session.ends_at,
        )
        for session in sessions
    )
    links = AnswerLink.objects.bulk_create(
        AnswerLink(attendance=attendance, made_at=now, expires_at=attendance.ends_at + ANSWERS_EXPIRE_AFTER)
        for attendance in attendances
    )
    for link in links:
        link.digest = digest_of(link.token)  # the token is made from the id, so it is known only now
    AnswerLink.objects.bulk_update(links, ["digest"])
