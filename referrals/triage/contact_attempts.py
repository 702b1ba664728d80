"""Reaching a person who was accepted: each try is written down, and giving up has its rule (docs/domain.md 3.4)."""

from datetime import date, datetime, timedelta

from django.conf import settings
from django.db.models import Max

from accounts.models import User
from core.dates import LONDON, day
from core.errors import Refused, refusing
from participants.restores import call_first
from referrals.ages import working_days
from referrals.models import ContactAttempt, Referral, StatusChange
from referrals.status_changes import MoveNotAllowed, lock_referral, move
from referrals.statuses import TO_REACH, Reason, Status

Channel, Outcome = ContactAttempt.Channel, ContactAttempt.Outcome


class NotYetUnreachable(Refused):
    def __init__(self, missing: list[str]) -> None:
        super().__init__("Before you record that they cannot be reached: " + "; ".join(missing) + ".")


class TooLateToReopen(Refused):
    def __init__(self) -> None:
        super().__init__(
            f"You can only reopen a referral within {settings.REOPEN_DAYS} days. Ask for a new referral."
        )


class AttemptNotPossible(Refused):
    sentence = "Enter a day for the next attempt that is after today and within a year."


class NotSafeToLeaveMessage(Refused):
    sentence = "It is not safe to leave a message for this person. Choose another result."


class NotCalled(Refused):
    sentence = "Call this person first."


@refusing()
def record_attempt(
    *,
    referral: Referral,
    by: User,
    now: datetime,
    channel: str,
    outcome: str,
    words: str = "",
    again_on: date | None = None,
) -> ContactAttempt:
    """Write down one try; the first moves an accepted referral to "being contacted". Raises Refused."""
    status = lock_referral(referral).status
    if status not in TO_REACH:
        raise MoveNotAllowed(status, Status.CONTACTING)
    today = now.astimezone(LONDON).date()
    if again_on and not today < again_on <= today + timedelta(days=366):
        raise AttemptNotPossible
    voice = channel == Channel.PHONE and outcome == Outcome.LEFT_MESSAGE
    if voice and not referral.participant.message_safe:
        raise NotSafeToLeaveMessage
    attempt = ContactAttempt.objects.create(
        referral=referral,
        channel=channel,
        outcome=outcome,
        words=words.strip(),
        again_on=again_on,
        at=now,
        by=by,
    )
    if status == Status.ACCEPTED:
        move(referral=referral, to=Status.CONTACTING, by=by, now=now)
    return attempt


def called(*, referral: Referral, by: User, now: datetime, confirmed: bool) -> bool:
    """An officer has called the person while our records are checked after a restore. Raises NotCalled."""
    if not confirmed:
        raise NotCalled
    return call_first.record_call(person=referral.participant, by=by, now=now)


@refusing()
def give_up(*, referral: Referral, by: User, now: datetime, words: str = "") -> StatusChange:
    """An officer, never the system, says that the person cannot be reached. Raises NotYetUnreachable: what is missing."""
    lock_referral(referral)
    if missing := still_missing(referral, now):
        raise NotYetUnreachable(missing)
    return move(
        referral=referral,
        to=Status.UNREACHABLE,
        by=by,
        now=now,
        reason=Reason.NO_CONTACT,
        words=words.strip(),
    )


@refusing()
def reopen(*, referral: Referral, by: User, now: datetime, words: str = "") -> StatusChange:
    """Try to reach the person again; the count of tries starts anew. Raises Refused, TooLateToReopen."""
    locked = lock_referral(referral)
    if locked.status == Status.UNREACHABLE and now >= locked.status_at + timedelta(days=settings.REOPEN_DAYS):
        raise TooLateToReopen
    return move(referral=referral, to=Status.CONTACTING, by=by, now=now, words=words.strip())


def this_round(referral: Referral) -> list[ContactAttempt]:
    """The tries since the referral was accepted or opened again, oldest first."""
    again = referral.status_changes.filter(
        from_status=Status.UNREACHABLE, to_status=Status.CONTACTING
    ).aggregate(at=Max("at"))["at"]
    attempts = referral.contact_attempts.order_by("at", "pk")
    return list(attempts.filter(at__gte=again) if again else attempts)


def still_missing(referral: Referral, now: datetime) -> list[str]:
    """What must still happen before "could not be reached", the letter last (docs/domain.md 3.4)."""
    attempts = this_round(referral)
    missing = []
    if len(attempts) < settings.UNREACHABLE_ATTEMPTS:
        missing.append(f"try at least {settings.UNREACHABLE_ATTEMPTS} times ({len(attempts)} so far)")
    if len({attempt.channel for attempt in attempts}) < settings.UNREACHABLE_CHANNELS:
        missing.append(f"try at least {settings.UNREACHABLE_CHANNELS} ways, such as phone and email")
    if not attempts or working_days(attempts[0].at, now) < settings.UNREACHABLE_WORKING_DAYS:
        since = (
            f" since the first attempt on {day(attempts[0].at)}" if attempts else " after the first attempt"
        )
        missing.append(f"let {settings.UNREACHABLE_WORKING_DAYS} working days pass{since}")
    if not attempts or attempts[-1].channel != Channel.LETTER:
        missing.append("send a letter as the last attempt")
    return missing
