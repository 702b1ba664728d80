"""What an officer decides about a referral: accept, said yes, decline, redirect, did not want it; and withdrawing."""

from datetime import date, datetime, time, timedelta

from accounts.models import User
from core.dates import LONDON, day
from core.errors import Refused, refusing
from core.nonces import message_about
from messaging.outbox import queue as outbox
from referrals.models import Referral, StatusChange
from referrals.self_assessment.services import ask_when_waiting
from referrals.status_changes import end, lock_referral, move
from referrals.statuses import HAS_PLACE, NOT_TO_DECLINE, UNDECIDED, Reason, Status

WELCOME_USEFUL = timedelta(days=14)
DECISION_USEFUL = timedelta(days=14)


class OptInNotPossible(Refused):
    sentence = "Enter the date they agreed. It must be today or earlier, and not before they were referred"


class PriorityNotExplained(Refused):
    sentence = "Choose a priority from 0 to 3. Above 0, enter a reason"


class OnlyForSafety(Refused):
    sentence = (
        "An accepted referral can be declined for safety only. If the person no longer wants to take part, "
        "or it was sent by mistake, use another button."
    )


class NoReasonToDecline(Refused):
    sentence = (
        "You cannot decline for this reason. Use “They cannot be reached” or “The person has died” instead."
    )


@refusing()
def accept(
    *,
    referral: Referral,
    by: User,
    now: datetime,
    opted_in_on: date | None = None,
    priority: int = 0,
    priority_reason: str = "",
) -> Referral:
    """Accept a referral. With the day on which the person said yes they go straight on to the waiting list.

    Without it they are to be contacted first. The rest is as in `said_yes`. Raises Refused.
    """
    if opted_in_on is None:
        move(referral=referral, to=Status.ACCEPTED, by=by, now=now)
        return referral
    return said_yes(
        referral=referral,
        by=by,
        now=now,
        opted_in_on=opted_in_on,
        priority=priority,
        priority_reason=priority_reason,
        accepting=True,
    )


@refusing()
def said_yes(
    *,
    referral: Referral,
    by: User,
    now: datetime,
    opted_in_on: date,
    priority: int = 0,
    priority_reason: str = "",
    accepting: bool = False,
) -> Referral:
    """The person wants to take part: on to the waiting list, a welcome, and the questions about their safety.

    `opted_in_on` is the day they said yes, from which waiting counts; `priority` 0 to 3, above 0 with a reason
    (docs/domain.md 3.3). `accepting`: the referral is accepted on the way. Raises Refused.
    """
    lock_referral(referral)
    if not (referral.agreed_on or date.min) <= opted_in_on <= now.astimezone(LONDON).date():
        raise OptInNotPossible
    if not 0 <= priority <= 3 or bool(priority) > bool(priority_reason.strip()):
        raise PriorityNotExplained
    if accepting:
        words = f"Agreed to take part on {day(opted_in_on)}."
        move(referral=referral, to=Status.ACCEPTED, by=by, now=now, words=words)
    referral.opted_in_at = datetime.combine(opted_in_on, time(), LONDON)
    referral.priority = priority
    referral.priority_reason = priority_reason.strip() if priority else ""
    referral.save(update_fields=["opted_in_at", "priority", "priority_reason"])
    words = f"Waiting since {day(opted_in_on)}."
    move(referral=referral, to=Status.WAITING, by=by, now=now, words=words)
    outbox.queue(
        **message_about("welcome", referral),
        participant=referral.participant,
        now=now,
        expires_at=now + WELCOME_USEFUL,
    )
    ask_when_waiting(referral=referral, now=now)
    return referral


@refusing()
def decline(
    *, referral: Referral, by: User, now: datetime, reason: str, words: str, person_words: str = ""
) -> StatusChange:
    """Say no, with a reason, words for the organisation and, unless somebody has told them, words for the person.

    Once a referral is accepted only safety is a reason (docs/domain.md 3.3). Raises Refused; NoReasonToDecline for
    a reason of NOT_TO_DECLINE.
    """
    if reason in NOT_TO_DECLINE:
        raise NoReasonToDecline
    if lock_referral(referral).status not in (*UNDECIDED, *HAS_PLACE) and reason != Reason.SAFETY:
        raise OnlyForSafety
    change = end(
        referral=referral,
        to=Status.DECLINED,
        by=by,
        now=now,
        reason=reason,
        words=words,
        person_words=person_words,
        explained=True,
    )
    _tell_person(change, now)
    return change


@refusing()
def redirect(
    *, referral: Referral, by: User, now: datetime, service: str, words: str = "", person_words: str = ""
) -> StatusChange:
    """Pass the person on to a named service that suits them better. Raises Refused."""
    change = end(
        referral=referral,
        to=Status.REDIRECTED,
        by=by,
        now=now,
        reason=Reason.OTHER_SERVICE,
        words=f"Passed to: {service.strip()}. {words}",
        person_words=person_words,
    )
    _tell_person(change, now)
    return change


@refusing()
def not_wanted(*, referral: Referral, by: User, now: datetime, reason: str, words: str = "") -> StatusChange:
    """The person was reached and does not want to take part. Raises Refused."""
    return end(referral=referral, to=Status.NOT_PARTICIPATING, by=by, now=now, reason=reason, words=words)


@refusing()
def withdraw(*, referral: Referral, by: User, now: datetime, reason: str, words: str = "") -> StatusChange:
    """Take a referral back before the person has a place. Raises Refused; HasPlace once they have one."""
    return end(referral=referral, to=Status.WITHDRAWN, by=by, now=now, reason=reason, words=words)


def _tell_person(change: StatusChange, now: datetime) -> None:
    """The officer's own kind words go to the person; without any, somebody has spoken with them."""
    if change.person_words:
        outbox.queue(
            **message_about("decision", change),
            participant=change.referral.participant,
            now=now,
            expires_at=now + DECISION_USEFUL,
        )
