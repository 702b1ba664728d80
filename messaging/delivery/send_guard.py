"""The guard: the last question before a message is handed over, asked of the database by all that is true then.

One UPDATE releases messages or does not. It may be asked about several, because asking costs more
than sending to a quick mail server; then one note says that they went (`Batch`). A worker that is killed leaves in doubt
what was released and is not noted: at most ten messages, and one alone where the server is slow, as most are (adr/0027).
"""

import time
from collections.abc import Sequence
from contextlib import nullcontext
from datetime import datetime, timedelta
from itertools import takewhile
from typing import Any

from django.conf import settings
from django.db import IntegrityError, OperationalError, transaction
from django.db.models import CharField, Exists, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Cast, Concat, Now

from core.dates import LONDON
from messaging.channels.base import POLICIES, Policy
from messaging.delivery import leases
from messaging.kinds.registry import MessageKind
from messaging.models import Message
from messaging.opt_outs import services as opt_outs
from messaging.outbox import pauses, proxies
from participants.models import Participant, silenced
from participants.needs import services as needs

MOST = 10  # messages that are released together
QUICK = 0.025  # seconds: of a server that takes longer for one, each is released by itself
GOOD_FOR = 0.1  # seconds for which a release holds
NOT_WRITTEN_TO = silenced() | Q(merged_into__isnull=False)
MADE_UP = Q(synthetic=True)


def release(
    messages: Sequence[Message], kind: MessageKind, now: datetime, *, among: QuerySet[Message] | None = None
) -> set[int]:
    """Let those of these messages go that are `among` those that may go now, and for as long as a release is good.

    All are of this kind, of one lease and alike (`alike`). Each must still go to the person whose address was read. Of
    two nudges a day to one person the second is refused, however many workers have one: so a nudge is asked about by
    itself. Returns the numbers of those that were let go.
    """
    first = messages[0]
    # Only what is being sent has a lease (message_sending_means_leased). Were the state named as well, PostgreSQL would
    # take the index of all that is being sent, the whole claim, in place of the messages' own numbers.
    ours = (all_that_may_go(kind, now, like=first) if among is None else among).filter(
        pk__in=[each.pk for each in messages],
        whose__in=[f"{each.pk}:{each.participant_id or ''}" for each in messages],
        lease_token=first.lease_token,
    )
    released: dict[str, Any] = {"data_started_at": now}
    is_nudge = kind.nudge and first.participant_id is not None and not first.copy
    if is_nudge:
        released["nudge_day"] = now.astimezone(LONDON).date()
    try:
        with transaction.atomic() if is_nudge else nullcontext():
            count = ours.update(**released)
    except IntegrityError:  # the unique day decides
        return set()
    if count in (0, len(messages)):
        return {each.pk for each in messages} if count else set()
    some = Message.objects.filter(pk__in=[each.pk for each in messages], lease_token=first.lease_token)
    return set(some.filter(data_started_at=now).values_list("pk", flat=True))


def alike(message: Message) -> tuple[str, str, bool]:
    """What messages that are released together have in common: the kind, the channel, and whether a proxy has them."""
    return message.kind, message.channel, message.proxy_id is not None


def all_that_may_go(kind: MessageKind, now: datetime, *, like: Message) -> QuerySet[Message]:
    """Messages like this one that may go in this second, with whose they are: a release of any moment of it is good."""
    whose = Concat(Cast("pk", CharField()), Value(":"), Cast("participant", CharField()))
    until = now.replace(microsecond=0) + timedelta(seconds=1 + GOOD_FOR)
    return Message.objects.alias(whose=whose).filter(may_go(kind, until, like=like))


def may_go(kind: MessageKind, now: datetime, *, like: Message) -> Q:
    """Like this one; not expired; not paused; still right to send; to nobody who is silenced or whom its channel does not
    serve; by no server outside for a person who is made up; and with time enough left in the lease to hear the answer.

    What is asked depends on the channel and on whether a proxy has it: a question that is not put costs nothing.
    """
    outside, to_proxy = like.channel in Message.OUTSIDE, like.proxy_id is not None
    silent = Participant.objects.filter(NOT_WRITTEN_TO | MADE_UP if outside else NOT_WRITTEN_TO)
    needed = timedelta(seconds=2 * settings.EMAIL_TIMEOUT + 1)
    may = (
        Q(channel=like.channel, proxy__isnull=not to_proxy, expires_at__gt=now)
        & Q(lease_until__gt=Now() + needed)
        & kind.still_due(now)
        & ~pauses.paused()
        & ~Q(Exists(silent.filter(pk=OuterRef("participant"))))
    )
    if to_proxy:
        may &= proxies.consented()
    else:
        may &= ~Q(needs.served_by_hand("participant", texted=like.channel in Message.TEXTS))
        if kind.proxied:
            may &= proxies.nobody_instead()
    return may & opt_outs.wanted() if kind.optional else may


class Batch:
    """What one drain was allowed to send and has not sent, and what it has sent and not noted.

    It ends, and what went is noted, with the last of what was released together, with the first that does not go, after
    `GOOD_FOR`, and before anything else that may take long (a new connection, facts that are read anew).
    """

    def __init__(self) -> None:
        self.released: dict[int, Message] = {}
        self.went: list[Message] = []
        self.asked_at, self.last_at = 0.0, time.monotonic()
        self.pace = float("inf")  # seconds that the last message took
        self._may_go: dict[tuple[object, datetime], QuerySet[Message]] = {}

    def __enter__(self) -> "Batch":
        return self

    def __exit__(self, *_: object) -> None:
        self.end()

    def allows(self, message: Message, then: Sequence[Message], kind: MessageKind, now: datetime) -> bool:
        """Whether this message may be handed over now. `then` are those that will be sent after it."""
        if message.pk not in self.released or self._is_stale():
            self.end()
            together = self._batch_of(message, then, kind)
            self.asked_at = time.monotonic()  # and not when it answers: it may have waited for somebody else
            found = release(together, kind, now, among=self._all_that_may_go(kind, now, message))
            self.released = {each.pk: each for each in together if each.pk in found}
        return self.released.pop(message.pk, None) is not None

    def sent(self, message: Message, now: datetime) -> str:
        """It was sent: noted with the rest of its batch."""
        message.sent_at = now
        self.went.append(message)
        self.pace, self.last_at = time.monotonic() - self.last_at, time.monotonic()
        if not self.released or self._is_stale():
            self.end()
        return Message.State.SENT

    def end(self) -> None:
        """Put on record what went, and take back what was released and surely not sent."""
        gone, self.went = self.went, []
        released, self.released = self.released, {}
        try:
            _note(gone)
        finally:
            if released:
                leases.not_handed_over([*released.values()])

    def _all_that_may_go(self, kind: MessageKind, now: datetime, like: Message) -> QuerySet[Message]:
        """Built once a second for messages that are alike: Django takes longer to build it than PostgreSQL to answer."""
        key = (alike(like), now.replace(microsecond=0))
        if key not in self._may_go:
            self._may_go = {key: all_that_may_go(kind, now, like=like)}
        return self._may_go[key]

    def _is_stale(self) -> bool:
        """Whether the guard must be asked anew, whatever it answered: the server has become slow."""
        return time.monotonic() - self.asked_at > GOOD_FOR

    def _batch_of(self, first: Message, then: Sequence[Message], kind: MessageKind) -> list[Message]:
        """What is asked about together: this message and what follows that is like it; all are sent again if in doubt.

        What may have been sent before goes by itself, and so does the first, before we know how quick the server is.
        """
        alone = kind.nudge or self.pace > QUICK or POLICIES.get(first.channel) is not Policy.RESEND
        if alone or first.resends:
            return [first]
        following = takewhile(lambda each: alike(each) == alike(first) and not each.resends, then[: MOST - 1])
        return [first, *following]


def _note(gone: Sequence[Message]) -> None:
    """Note what went: together, or each by itself where somebody holds one of the rows."""
    try:
        if gone:
            leases.sent(gone)
    except OperationalError as trouble:
        if len(gone) == 1:
            raise
        for each in gone:
            try:
                leases.sent([each])
            except OperationalError:
                continue  # its lease settles it, and `trouble` is told
        raise trouble
