"""What a drain does before it sends: messages left behind, too late, replaced or to be held back."""

from datetime import datetime

from django.db.models import Case, Exists, F, OuterRef, QuerySet, Value, When
from django.db.models.functions import Now

from messaging.channels.base import POLICIES
from messaging.kinds import registry as kinds
from messaging.models import Message
from messaging.opt_outs import services as opt_outs
from messaging.outbox import proxies
from messaging.outbox import queue as outbox
from messaging.outbox.outcomes import (
    FREE,
    HAS_DIED,
    MAY_HAVE_ARRIVED,
    NO_LONGER_DUE,
    PAUSED,
    RESENDS,
    TOO_LATE,
)
from messaging.quiet_hours import quiet_until
from messaging.routing import post
from participants.models import Participant, silenced
from participants.needs import services as needs

State, Channel = Message.State, Message.Channel


def sweep(now: datetime) -> None:
    """Put every message in its place before sending; each step is one statement and may run twice or side by side."""
    take_back_lost(now)
    look_again_at_people(now)
    post.sort_out(now)
    expire(now)
    supersede(now)
    drop_idle_calls(now)
    if until := quiet_until(now):
        hold_back(now, until)


def held_kinds(now: datetime) -> list[str]:
    """The kinds that must not leave at this moment."""
    return [kind.name for kind in kinds.registered() if kind.quiet] if quiet_until(now) else []


def take_back_lost(now: datetime) -> None:
    """Messages whose worker died: surely unsent ones wait again, others follow the channel's policy."""
    lost = Message.objects.filter(state=State.SENDING, lease_until__lt=Now())
    if lost.exists():
        lost.filter(data_started_at__isnull=True).update(state=State.PENDING, **FREE)
        unconfirmed(lost.filter(data_started_at__isnull=False), now=now, next_try_at=now)


def look_again_at_people(now: datetime) -> None:
    """Whom a message goes to may have changed since it was promised.

    Two rows of one person became one; the person died; or somebody noted that an ordinary email does not serve them.
    """
    _follow_merged()
    waiting = Message.objects.filter(state=State.PENDING)
    # EXISTS, no join: an UPDATE over a join reads the messages twice, which takes minutes for a thousand of them while the
    # database has no statistics yet.
    silent = Participant.objects.filter(silenced(), pk=OuterRef("participant"))
    waiting.filter(Exists(silent)).update(
        state=State.CANCELLED,
        settled_at=now,
        reason=Case(
            When(
                Exists(Participant.objects.filter(pk=OuterRef("participant"), died_at=None)),
                then=Value(PAUSED),
            ),
            default=Value(HAS_DIED),
        ),
        secret=None,
    )
    proxies.settle(now)
    opt_outs.settle(now)
    mails = waiting.filter(participant__isnull=False, proxy__isnull=True).exclude(
        channel__in=Message.BY_OFFICERS
    )
    mails.filter(needs.served_by_hand("participant", texted=True)).update(channel=Channel.PHONE)
    mails.exclude(channel__in=Message.TEXTS).filter(needs.served_by_hand("participant")).update(
        channel=Channel.PHONE
    )


def _follow_merged() -> None:
    stray = Participant.objects.filter(merged_into__isnull=False, messages__state=State.PENDING)
    for gone in stray.select_related("merged_into").distinct():
        if gone.merged_into:
            outbox.readdress(gone=gone, kept=gone.merged_into)


def unconfirmed(messages: QuerySet, *, now: datetime, next_try_at: datetime) -> None:
    """Nobody knows whether these arrived: as often more as their channel allows, then an officer looks at them."""
    for policy, most in RESENDS.items():
        theirs = messages.filter(channel__in=[name for name, its in POLICIES.items() if its is policy])
        theirs.filter(resends__lt=most).update(
            state=State.PENDING,
            resends=F("resends") + 1,
            data_started_at=None,
            next_try_at=next_try_at,
            **FREE,
        )
        theirs.filter(resends__gte=most).update(
            state=State.UNCERTAIN, settled_at=now, reason=MAY_HAVE_ARRIVED, secret=None, **FREE
        )


def expire(now: datetime) -> None:
    """What can no longer be of use is not sent; if an earlier try may have arrived, that is said instead."""
    late = Message.objects.filter(state=State.PENDING, expires_at__lte=now)
    late.filter(resends=0).update(state=State.EXPIRED, settled_at=now, reason=TOO_LATE, secret=None)
    late.filter(resends__gt=0).update(
        state=State.UNCERTAIN, settled_at=now, reason=MAY_HAVE_ARRIVED, secret=None
    )


def supersede(now: datetime) -> None:
    """When two reminders of one thing are due together, after an outage say, only the newer goes."""
    replaces = {kind.name: kind.supersedes for kind in kinds.registered() if kind.supersedes}
    newer = (
        Message.objects.filter(
            kind__in=replaces,
            subject_type=OuterRef("subject_type"),
            subject_id=OuterRef("subject_id"),
            not_before__gte=OuterRef("not_before"),
            not_before__lte=now,
            state__in=[State.PENDING, State.SENDING, State.SENT],
        )
        .alias(replaced=Case(*(When(kind=name, then=Value(older)) for name, older in replaces.items())))
        .filter(replaced=OuterRef("kind"))
    )
    Message.objects.filter(Exists(newer), kind__in=replaces.values(), state=State.PENDING).update(
        state=State.SUPERSEDED,
        settled_at=now,
        reason="A newer reminder was due.",
        secret=None,
    )


def drop_idle_calls(now: datetime) -> None:
    """Calls that have lost their reason leave the officers' list for good."""
    calls = Message.objects.due(now).filter(channel__in=Message.BY_OFFICERS)
    if calls.exists():
        calls.exclude(kinds.still_due(calls, now)).update(
            state=State.CANCELLED, settled_at=now, reason=NO_LONGER_DUE
        )


def hold_back(now: datetime, until: datetime) -> None:
    """In quiet hours, say when what is due will go."""
    Message.objects.filter(state=State.PENDING, next_try_at__lt=until, kind__in=held_kinds(now)).exclude(
        channel__in=Message.BY_OFFICERS
    ).update(next_try_at=until)
