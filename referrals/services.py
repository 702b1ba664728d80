"""What may be done with a referral: submit it, decide on it, withdraw it. Nothing else changes its status."""

from datetime import date, datetime, time, timedelta

from django.db import IntegrityError, transaction

from accounts.models import User
from design.dates import LONDON, day
from messaging import outbox
from referrals.models import Referral, StatusChange, broken_rule
from referrals.statuses import HAS_PLACE, TRANSITIONS, Reason, Status
from referrals.submission import ReferralRefused, record_stops, submit

__all__ = [
    "AlreadyInProgramme",
    "HasPlace",
    "MoveNotAllowed",
    "MoveRefused",
    "ReferralRefused",
    "accept",
    "decline",
    "move",
    "record_stops",
    "submit",
    "withdraw",
]

WELCOME_USEFUL = timedelta(days=14)


class MoveRefused(Exception):
    """The referral stays as it is; the sentence says why and what to do."""


class MoveNotAllowed(MoveRefused):
    def __init__(self, status: str, to: str) -> None:
        super().__init__(
            f"This referral is now “{Status(status).label}”, so it cannot become “{Status(to).label}”. "
            "Somebody may have changed it while you were reading: open it again."
        )


class AlreadyInProgramme(MoveRefused):
    def __init__(self) -> None:
        super().__init__(
            "This person is already on the waiting list or taking part through another referral. "
            "Decline this one and say so, or end the other first."
        )


class HasPlace(MoveRefused):
    def __init__(self) -> None:
        super().__init__(
            "This person has a place in a cohort. End the place first: that ends the referral too."
        )


class OptInNotPossible(MoveRefused):
    def __init__(self) -> None:
        super().__init__("The day the person said yes must not be in the future or before they were referred")


class PriorityNotExplained(MoveRefused):
    def __init__(self) -> None:
        super().__init__("A priority is a number from 0 to 3, and above 0 it needs a reason")


class ReasonMissing(MoveRefused):
    def __init__(self) -> None:
        super().__init__("Choose a reason from the list and explain it in words")


@transaction.atomic
def move(
    *, referral: Referral, to: str, by: User | None, now: datetime, reason: str = "", words: str = ""
) -> StatusChange:
    """Move a referral along one of `statuses.TRANSITIONS` and write down who, when and why (domain.md 4.3).

    `by` is None when the system itself moves it. The referral in hand is brought up to date. Raises MoveNotAllowed,
    and AlreadyInProgramme when another referral of this person is in the programme.
    """
    locked = _lock(referral)
    came_from = locked.status
    if to not in TRANSITIONS.get(came_from, ()):
        raise MoveNotAllowed(came_from, to)
    locked.status, locked.status_at = to, now
    try:
        with transaction.atomic():
            locked.save(update_fields=["status", "status_at"])
    except IntegrityError as error:
        if broken_rule(error) == "referral_in_programme_once":
            raise AlreadyInProgramme from None
        raise
    change = StatusChange.objects.create(
        referral=locked, from_status=came_from, to_status=to, at=now, by=by, reason=reason, words=words
    )
    referral.status, referral.status_at = to, now
    return change


@transaction.atomic
def accept(
    *,
    referral: Referral,
    by: User,
    now: datetime,
    opted_in_on: date,
    priority: int = 0,
    priority_reason: str = "",
) -> Referral:
    """Accept a person who has said yes, straight on to the waiting list, and welcome them.

    `opted_in_on` is the day they said yes, from which waiting counts; `priority` 0 to 3, above 0 with a reason
    (domain.md 4.4). Raises MoveRefused.
    """
    _lock(referral)
    if not referral.agreed_on <= opted_in_on <= now.astimezone(LONDON).date():
        raise OptInNotPossible
    if not 0 <= priority <= 3 or bool(priority) > bool(priority_reason.strip()):
        raise PriorityNotExplained
    said_yes = day(opted_in_on)
    move(referral=referral, to=Status.ACCEPTED, by=by, now=now, words=f"The person said yes on {said_yes}.")
    referral.opted_in_at = datetime.combine(opted_in_on, time(), LONDON)
    referral.priority = priority
    referral.priority_reason = priority_reason.strip() if priority else ""
    referral.save(update_fields=["opted_in_at", "priority", "priority_reason"])
    move(referral=referral, to=Status.WAITING, by=by, now=now, words=f"Waiting counts from {said_yes}.")
    outbox.queue(
        key=f"welcome:{referral.pk}",
        kind="welcome",
        subject_type="referral",
        subject_id=referral.pk,
        participant=referral.participant,
        now=now,
        expires_at=now + WELCOME_USEFUL,
    )
    return referral


@transaction.atomic
def decline(*, referral: Referral, by: User, now: datetime, reason: str, words: str) -> StatusChange:
    """Say no to a referral that has no place yet, with a reason and words for the practice. Raises MoveRefused."""
    return _end(referral=referral, to=Status.DECLINED, by=by, now=now, reason=reason, words=words)


@transaction.atomic
def withdraw(*, referral: Referral, by: User, now: datetime, reason: str, words: str = "") -> StatusChange:
    """Take a referral back before the person has a place. Raises MoveRefused; HasPlace once they have one."""
    return _end(referral=referral, to=Status.WITHDRAWN, by=by, now=now, reason=reason, words=words)


def _end(*, referral: Referral, to: str, by: User, now: datetime, reason: str, words: str) -> StatusChange:
    must_explain = to == Status.DECLINED or reason == Reason.OTHER
    if reason not in Reason.values or (must_explain and not words.strip()):
        raise ReasonMissing
    # A place and its referral end together, in the service that ends places.
    if _lock(referral).status in HAS_PLACE:
        raise HasPlace
    change = move(referral=referral, to=to, by=by, now=now, reason=reason, words=words.strip())
    outbox.cancel(
        subject_type="referral",
        subject_ids=[referral.pk],
        kinds=["welcome"],
        reason=f"The referral is now: {Status(to).label}",
        now=now,
    )
    return change


def _lock(referral: Referral) -> Referral:
    return Referral.objects.select_for_update(of=("self",)).get(pk=referral.pk)
