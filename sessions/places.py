"""Giving people places in a cohort, and freeing them again."""

from datetime import datetime, timedelta

from accounts.models import User
from design.dates import day
from messaging import outbox
from participants.links import digest_of
from referrals import services as referrals
from referrals.models import Referral
from referrals.statuses import Status
from sessions.models import AnswerLink, Attendance, Cohort, Place, Session
from sessions.refusals import Refused, refusing

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
    sentence = "This cohort takes no more people: it has finished or was cancelled."


class TooLateToJoin(Refused):
    sentence = (
        "It is too late to join this cohort: people may start at session 1 or 2 only. Choose another cohort."
    )


class PlaceEnded(Refused):
    sentence = "This place has already ended. Nothing was changed."


class WrongEnding(Refused):
    """The ending chosen does not fit what the register says."""


def place(*, referral: Referral, cohort: Cohort, by: User, now: datetime) -> Place:
    """Give a person on the waiting list a place, from the first session that is still to come.

    Their referral becomes enrolled, each session gets its attendance and link, and the mail with the dates is
    queued, all or nothing. Raises a Refused; the database, not this code, decides who was first (reliability.md 4).
    """
    with refusing(
        {
            "cohort_not_overfull": CohortFull,
            "place_one_open": AlreadyPlaced,
            "place_once_per_cohort": AlreadyPlaced,
            "attendance_no_overlap": SessionsOverlap,
        }
    ):
        cohort = _locked(cohort)
        sessions = list(cohort.sessions.order_by("number"))
        first = _first_session(cohort, sessions, now)
        referral = Referral.objects.select_for_update(of=("self",), no_key=True).get(pk=referral.pk)
        if referral.status in (Status.ENROLLED, Status.ACTIVE):
            raise AlreadyPlaced
        if referral.status != Status.WAITING:
            raise NotWaiting
        if blockers := referrals.blockers(referral):
            raise NotSafeYet(" ".join(blockers))
        taken = Place.objects.create(
            cohort=cohort,
            referral=referral,
            participant_id=referral.participant_id,
            first_session=first.number,
            placed_at=now,
            placed_by=by,
        )
        _attend(taken, [session for session in sessions if session.number >= first.number], now)
        words = f"From session {first.number}, on {day(first.starts_at)}."
        referrals.move(referral=referral, to=Status.ENROLLED, by=by, now=now, words=words)
        outbox.queue(
            key=f"placed:{taken.pk}",
            kind="placed",
            subject_type="place",
            subject_id=taken.pk,
            participant=referral.participant,
            now=now,
            expires_at=first.starts_at,
        )
    return taken


def end_place(*, place: Place, to: str, by: User, now: datetime, reason: str = "", words: str = "") -> Place:
    """Free a place for good: `to` is left_early (came to one session or more) or not_participating (came to none).

    `words` are for the organisation. Messages still to come are called back. Raises PlaceEnded, WrongEnding.
    """
    with refusing():
        place = locked_place(place)
        attended, _ = attended_count(place)
        if to == Status.NOT_PARTICIPATING and attended:
            raise WrongEnding("This person came to a session, so they left early.")
        if to == Status.LEFT_EARLY and place.referral.status == Status.ENROLLED:
            raise WrongEnding("This person has not come to a session yet, so they did not start.")
        return close(place, state=Place.State.LEFT, to=to, by=by, now=now, reason=reason, words=words)


def withdraw(*, place: Place, by: User, now: datetime, reason: str = "", words: str = "") -> Place:
    """Free the place of a person who no longer wants it, before their first session; the referral is withdrawn.

    Raises PlaceEnded; WrongEnding once they have taken part (then they left early).
    """
    with refusing():
        place = locked_place(place)
        if place.referral.status != Status.ENROLLED:
            raise WrongEnding("This person has taken part, so they cannot be withdrawn: they left early.")
        return close(
            place, state=Place.State.LEFT, to=Status.WITHDRAWN, by=by, now=now, reason=reason, words=words
        )


def leave(*, referral: Referral, to: str, by: User, now: datetime, reason: str = "", words: str = "") -> None:
    """End the open place of a referral that ends for a reason from outside the programme: in error, or a death."""
    taken = Place.objects.filter(referral=referral, state=Place.State.TAKEN).select_related("cohort").first()
    if taken is not None:
        close(locked_place(taken), state=Place.State.LEFT, to=to, by=by, now=now, reason=reason, words=words)


def attended_count(place: Place) -> tuple[int, int]:
    """How many sessions the person attended, of how many that were delivered while they had the place.

    Attended is code 5 or 6 (domain.md 4.5). A session that we cancelled, for everybody or by code 4 for this person,
    counts on neither side.
    """
    found = Place.objects.with_attendance().get(pk=place.pk)
    return found.attended, found.delivered


def locked_place(place: Place) -> Place:
    """The open place as it stands, with its cohort and itself locked in that order; PlaceEnded if it has ended."""
    _locked(place.cohort)
    place = (
        Place.objects.select_for_update(of=("self",)).select_related("referral", "cohort").get(pk=place.pk)
    )
    if place.state != Place.State.TAKEN:
        raise PlaceEnded
    return place


def close(
    place: Place, *, state: str, to: str, by: User | None, now: datetime, reason: str = "", words: str = ""
) -> Place:
    """End a locked place and its referral together; everything still to be said about it is called back."""
    place.state, place.ended_at, place.ended_by = state, now, by
    place.save(update_fields=["state", "ended_at", "ended_by"])
    referrals.move(referral=place.referral, to=to, by=by, now=now, reason=reason, words=words)
    if state == Place.State.LEFT:
        attendances = list(place.attendances.values_list("pk", flat=True))
        outbox.cancel(subject_type="place", subject_ids=[place.pk], reason="the place was left", now=now)
        outbox.cancel(
            subject_type="attendance", subject_ids=attendances, reason="the place was left", now=now
        )
    Cohort.objects.filter(pk=place.cohort_id).spent(now).update(status=Cohort.Status.FINISHED)
    return place


def _locked(cohort: Cohort) -> Cohort:
    # Lock order everywhere: cohort, then place, then referral.
    return Cohort.objects.select_for_update(of=("self",), no_key=True).get(pk=cohort.pk)


def _first_session(cohort: Cohort, sessions: list[Session], now: datetime) -> Session:
    if cohort.status not in (Cohort.Status.RECRUITING, Cohort.Status.RUNNING):
        raise CohortClosed
    ahead = [s for s in sessions if s.status == Session.Status.SCHEDULED and s.starts_at > now]
    if not ahead or ahead[0].number > LAST_FIRST_SESSION:
        raise TooLateToJoin
    return ahead[0]


def _attend(place: Place, sessions: list[Session], now: datetime) -> None:
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
