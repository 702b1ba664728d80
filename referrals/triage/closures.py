"""Ends that may come at any time: entered in error, and the person's death. A place ends with its referral."""

from collections.abc import Callable
from datetime import datetime

from accounts.models import User
from core.errors import ReasonMissing, Refused, refusing
from messaging.outbox import queue as outbox
from participants.deaths import services as deaths
from participants.models import Participant, RecordedDeath
from referrals.models import Referral, StatusChange
from referrals.status_changes import HasPlace, lock_referral, move, withdraw_messages_of_referral
from referrals.statuses import ENDED, HAS_PLACE, Reason, Status

UNKNOWN = RecordedDeath.ToldAs.UNKNOWN

# The room that gives places registers how one is ended together with its referral (AppConfig.ready()).
_leave: list[Callable[..., object]] = []


class ToldByMissing(Refused):
    sentence = "Enter who told us that this person has died"


class AlreadyDead(Refused):
    sentence = "We have already been told that this person has died."


def leaves_place_by(leave: Callable[..., object]) -> None:
    """`leave(referral=, to=, by=, now=, reason=, words=)` ends the open place of a referral and moves the referral."""
    _leave.append(leave)


@refusing()
def entered_in_error(
    *, referral: Referral, by: User, now: datetime, words: str, with_place: bool = True
) -> None:
    """This referral should never have been sent: the wrong person, or sent twice. Raises Refused.

    Not `with_place`: whoever says so may not end a place, and HasPlace is raised also when it was given just now.
    """
    if not words.strip():
        raise ReasonMissing
    if not with_place and lock_referral(referral).status in HAS_PLACE:
        raise HasPlace
    end_whatever_it_is(
        referral, to=Status.ENTERED_IN_ERROR, by=by, now=now, reason=Reason.OTHER, words=words.strip()
    )


@refusing()
def died(*, referral: Referral, told_as: str, told_by: str, by: User, now: datetime) -> int:
    """The person has died: every message to them is silenced at once, every open referral ends; how many did.

    `told_as` is one of RecordedDeath.ToldAs, `told_by` a name. Nothing is sent to anybody by this; speak with the
    practice and the family. Raises ToldByMissing, AlreadyDead.
    """
    if not told_by.strip() or told_as not in RecordedDeath.ToldAs.values or told_as == UNKNOWN:
        raise ToldByMissing
    ended = _record(referral.participant, told_as=told_as, told_by=told_by, by=by, now=now)
    referral.refresh_from_db(fields=["status", "status_at"])
    return ended


@refusing()
def died_before_restore(*, person: Participant, now: datetime) -> int:
    """The same for a death that a restored backup has not: nobody knows who told us. Raises AlreadyDead."""
    return _record(person, told_as=UNKNOWN, told_by="", by=None, now=now)


def _record(person: Participant, *, told_as: str, told_by: str, by: User | None, now: datetime) -> int:
    # What had ended stays as it ended: a completed programme was completed.
    open_ones = list(person.referrals.exclude(status__in=ENDED).order_by("pk"))
    for each in open_ones:
        end_whatever_it_is(each, to=Status.DIED, by=by, now=now, reason=Reason.DIED, words="")
    # Only now: cohorts are locked before people and their messages, everywhere.
    if not deaths.record(person=person, told_as=told_as, told_by=told_by, by=by, now=now):
        raise AlreadyDead
    outbox.silence(participant=person, reason="The person has died.", now=now)
    return len(open_ones)


def end_whatever_it_is(
    referral: Referral, *, to: str, by: User | None, now: datetime, reason: str, words: str
) -> StatusChange | None:
    """End a referral in one transaction of the caller, its place too if it has one. Raises Refused."""
    # Not locked yet: places are locked before referrals, everywhere.
    if Referral.objects.filter(pk=referral.pk, status__in=HAS_PLACE).exists():
        for leave in _leave:
            leave(referral=referral, to=to, by=by, now=now, reason=reason, words=words)
        referral.refresh_from_db(fields=["status", "status_at"])
        if referral.status == to:
            return None
    status = lock_referral(referral).status
    if status == to == Status.DIED:
        return None  # somebody else writes down the same death
    if status in HAS_PLACE:
        raise HasPlace  # given between our look and our lock: the officer looks again
    change = move(referral=referral, to=to, by=by, now=now, reason=reason, words=words)
    withdraw_messages_of_referral(referral, why=f"The referral is now: {Status(to).label}", now=now)
    return change
