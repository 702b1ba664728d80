"""The one way a referral's status changes; called by the services of this room and by those that give places."""

from datetime import datetime

from django.db import IntegrityError, transaction

from accounts.models import User
from core.errors import ReasonMissing, Refused
from messaging.kinds import registry as kinds
from messaging.outbox import queue as outbox
from participants import safety_log
from referrals.models import Referral, StatusChange, broken_rule
from referrals.statuses import BACK_FROM_DIED, ENDED, HAS_PLACE, STOPPED, TRANSITIONS, Reason, Status


class MoveNotAllowed(Refused):
    def __init__(self, status: str, to: str) -> None:
        super().__init__(
            f"This referral is now “{Status(status).label}”, so it cannot become “{Status(to).label}”. "
            "A colleague might have changed it. Reload the page."
        )


class AlreadyInProgramme(Refused):
    sentence = (
        "This person is already on the waiting list or taking part through another referral. "
        "Decline this one and say why, or end the other first."
    )


class HasPlace(Refused):
    sentence = "This person has a place in a group. End the place first. That also ends the referral."


class PersonHasDied(Refused):
    sentence = (
        "We were told that this person has died. Withdraw this referral or mark it as entered in error, or, if they "
        "have not died, choose “Death recorded by mistake” first."
    )


@transaction.atomic
def move(
    *,
    referral: Referral,
    to: str,
    by: User | None,
    now: datetime,
    reason: str = "",
    words: str = "",
    person_words: str = "",
    attended: int | None = None,
    out_of: int | None = None,
    from_died: bool = False,
) -> StatusChange:
    """Move a referral along one of `statuses.TRANSITIONS` and write down who, when and why (docs/domain.md 2.2).

    `words` are for the organisation, `person_words` for the person. `by` is None when the system itself moves it. The
    sessions `attended`, `out_of` how many, are for FINISHED_BELOW_TARGET alone. `from_died`: the death was recorded by
    mistake. The referral in hand is brought up to date. Raises MoveNotAllowed, PersonHasDied, and AlreadyInProgramme
    when another referral of this person is in the programme.
    """
    locked = lock_referral(referral)
    came_from = locked.status
    back = from_died and came_from == Status.DIED and to in BACK_FROM_DIED.values()
    if not back and to not in TRANSITIONS.get(came_from, ()):
        raise MoveNotAllowed(came_from, to)
    if not back and to not in ENDED and locked.participant.died_at:
        raise PersonHasDied
    locked.status, locked.status_at = to, now
    locked.ended_as = came_from if to == Status.CLOSED else ""
    try:
        with transaction.atomic():
            locked.save(update_fields=["status", "status_at", "ended_as"])
    except IntegrityError as error:
        if broken_rule(error) == "referral_in_programme_once":
            raise AlreadyInProgramme from None
        raise
    change = StatusChange.objects.create(
        referral=locked,
        from_status=came_from,
        to_status=to,
        at=now,
        by=by,
        reason=reason,
        words=words,
        person_words=person_words,
        attended=attended,
        out_of=out_of,
    )
    if to in STOPPED:
        code, person = safety_log.Code.ENDED, locked.participant
        safety_log.record(code, person=person, referral=locked, detail=to, now=now)
    referral.status, referral.status_at, referral.ended_as = to, now, locked.ended_as
    return change


def end(
    *,
    referral: Referral,
    to: str,
    by: User,
    now: datetime,
    reason: str,
    words: str = "",
    person_words: str = "",
    explained: bool = False,
) -> StatusChange:
    """End a referral without a place; `explained`: not without words. Raises ReasonMissing, HasPlace, MoveNotAllowed."""
    if reason not in Reason.values or ((explained or reason == Reason.OTHER) and not words.strip()):
        raise ReasonMissing
    # A place and its referral end together, in the service that ends places.
    if lock_referral(referral).status in HAS_PLACE:
        raise HasPlace
    change = move(
        referral=referral,
        to=to,
        by=by,
        now=now,
        reason=reason,
        words=words.strip(),
        person_words=person_words.strip(),
    )
    withdraw_messages_of_referral(referral, why=f"The referral is now: {Status(to).label}", now=now)
    return change


def withdraw_messages_of_referral(referral: Referral, *, why: str, now: datetime) -> None:
    """Everything still to be said to the person about this referral, and the question to the practice, is not sent."""
    outbox.cancel(
        subject_type="referral",
        subject_ids=[referral.pk],
        kinds=[kind.name for kind in kinds.registered() if kind.withdrawn_with_referral],
        reason=why,
        now=now,
    )


def lock_referral(referral: Referral) -> Referral:
    """The referral as it stands, held until the transaction ends."""
    locked = Referral.objects.select_for_update(of=("self",)).select_related("participant")
    return locked.get(pk=referral.pk)
