"""What placing by hand, offering and moving have in common: the locks, the first session, the attendances."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from participants.links import digest_of
from referrals import services as referrals
from referrals.models import Referral
from referrals.statuses import Status
from sessions import states
from sessions.models import AnswerLink, Attendance, Cohort, Place, Session
from sessions.refusals import Refused

ANSWERS_EXPIRE_AFTER = timedelta(hours=24)  # after the session: domain.md 4.8
LAST_FIRST_SESSION = 2  # joining later leaves too little of the programme: domain.md 4.4


class CohortFull(Refused):
    sentence = "This cohort is full. Choose another cohort, or leave the person on the waiting list."


class AlreadyPlaced(Refused):
    sentence = "This person already has a place. Look at their referral to see in which cohort."


class SessionsOverlap(Refused):
    sentence = "This person already has a session at one of these times. Choose a cohort at other times."


class NotWaiting(Refused):
    sentence = (
        "This referral is not on the waiting list any more. Look at it again before placing the person."
    )


class NotSafeYet(Refused):
    """Something of the safety screen stands in the way; the sentences say what."""


class CohortClosed(Refused):
    sentence = "This cohort takes no more people: it is not open yet, has finished or was cancelled."


class TooLateToJoin(Refused):
    sentence = (
        "It is too late to join this cohort: people may start at session 1 or 2 only. Choose another cohort."
    )


# What the database says no to when a place is given or taken (reliability.md 4).
RULES: dict[str, type[Refused]] = {
    "cohort_not_overfull": CohortFull,
    "place_one_open": AlreadyPlaced,
    "place_once_per_cohort": AlreadyPlaced,
    "attendance_no_overlap": SessionsOverlap,
}


def lock(cohort: Cohort | int) -> Cohort:
    """The cohort as it stands, held until the transaction ends. Lock order everywhere: cohort, place, referral."""
    pk = cohort if isinstance(cohort, int) else cohort.pk
    return Cohort.objects.select_for_update(of=("self",), no_key=True).select_related("programme").get(pk=pk)


def lock_all(cohorts: Iterable[Cohort | int]) -> dict[int, Cohort]:
    """Several cohorts, locked in the order of their numbers, by number."""
    pks = sorted({cohort if isinstance(cohort, int) else cohort.pk for cohort in cohorts})
    return {pk: lock(pk) for pk in pks}


def lock_waiting(referral: Referral) -> Referral:
    """The referral, locked, of a person who may be given a place. Raises AlreadyPlaced, NotWaiting, NotSafeYet."""
    referral = Referral.objects.select_for_update(of=("self",), no_key=True).get(pk=referral.pk)
    if referral.status in (Status.OFFERED, Status.ENROLLED, Status.ACTIVE):
        raise AlreadyPlaced
    if referral.status != Status.WAITING:
        raise NotWaiting
    if blockers := referrals.blockers(referral):
        raise NotSafeYet(" ".join(blockers))
    return referral


def sessions_from(cohort: Cohort, now: datetime) -> list[Session]:
    """The sessions that a person would have who joined now: the first is number 1 or 2.

    Raises CohortClosed, TooLateToJoin.
    """
    if cohort.status not in states.TAKES_PEOPLE:
        raise CohortClosed
    ahead = list(cohort.sessions.ahead(now).order_by("number"))
    if not ahead or ahead[0].number > LAST_FIRST_SESSION:
        raise TooLateToJoin
    return ahead


def attend(place: Place, sessions: Iterable[Session], now: datetime) -> None:
    """An attendance and a link for each of these sessions.

    Somebody who is moved back has them already, released: they are theirs again, and what was answered is asked again.
    """
    sessions = list(sessions)
    released = Attendance.objects.filter(place=place, session__in=sessions, released_at__isnull=False)
    back = set(released.values_list("session", flat=True))
    if back:
        released.update(released_at=None, answer="", answered_at=None, answered_late=False, joined_at=None)
    attendances = Attendance.objects.bulk_create(
        Attendance(
            place=place,
            session=session,
            participant_id=place.participant_id,
            starts_at=session.starts_at,
            ends_at=session.ends_at,
        )
        for session in sessions
        if session.pk not in back
    )
    links = AnswerLink.objects.bulk_create(
        AnswerLink(attendance=attendance, made_at=now, expires_at=attendance.ends_at + ANSWERS_EXPIRE_AFTER)
        for attendance in attendances
    )
    for link in links:
        link.digest = digest_of(link.token)  # the token is made from the id, so it is known only now
    AnswerLink.objects.bulk_update(links, ["digest"])
