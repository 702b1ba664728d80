"""Messages that are let go together and noted together: as many as leave within a blink (adr/0020).

A statement for each message would cost more than sending it to a quick mail server. So one statement of the fence may
let several go, and one notes that they went. What a worker that is killed leaves in doubt is what it was let send at
once: no more than goes in BLINK seconds, and one message alone where the server takes as long for one, as most do.
"""

import time
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime
from itertools import takewhile
from typing import Any

from django.db import OperationalError

from messaging.channels.base import POLICIES, NotAuthorised, Policy, Refused
from messaging.delivery import leases
from messaging.delivery.send_guard import GOOD_FOR, Fence
from messaging.kinds.registry import MessageKind
from messaging.models import Message
from messaging.routing.addresses import address_of

BLINK = 0.025  # seconds of sending that the fence is asked for at once
MOST = 25  # messages that it is asked about, however quick the server is


class Handful:
    """What one drain may send at this moment, and what it has sent and not noted yet."""

    def __init__(self) -> None:
        self.fence = Fence()
        self.coming: Sequence[Message] = ()  # the message in hand, and what is sent after it
        self.let: dict[int, Message] = {}
        self.gone: list[Message] = []
        self.let_at = self.turn_at = self.since = 0.0
        self.pace = BLINK  # seconds that a message of the handful before took

    def __enter__(self) -> None: ...

    def __exit__(self, *_: object) -> None:
        self.over()

    def turn(self, coming: Sequence[Message]) -> None:
        """The first of these is next. What went is noted, unless the rest of its handful follows without a pause."""
        before, self.coming, self.turn_at = self.coming[:1], coming, time.monotonic()
        self.take_back(*before)  # it ended, or was left, before it was handed over
        if self._stale():
            self.over()
        elif not self.let or self.gone[-1:] != [*before]:
            self.note()

    def hint(self) -> dict[str, Any]:
        """For a letter: where the message after this one probably goes, if by the same way."""
        for after in self.coming[1:2]:
            if after.channel == self.coming[0].channel:
                with suppress(Refused, NotAuthorised):
                    return {"then": address_of(after), "then_let": after.pk in self.let}
        return {}

    def lets(self, message: Message, kind: MessageKind, now: datetime) -> bool:
        """Whether this message may go, at this moment, which is right before it is handed over."""
        if self._stale():
            self.over()
        if self.let.pop(message.pk, None):
            return True
        if kind.nudge:  # only one of two a day may go to a person: asked for each by itself
            return leases.authorise(message, kind, now)
        together = [message] if self.let else [message, *self._along(message)]
        asked_at = time.monotonic()  # and not when it answers: it may have waited for somebody else
        let = self.fence.lets(together, kind, now)
        if not self.let:
            self.since, self.let_at = self.turn_at, asked_at
            self.let = {each.pk: each for each in together[1:] if each.pk in let}
        return message.pk in let

    def went(self, message: Message, now: datetime) -> str:
        """It was sent; that is noted by the next turn."""
        message.sent_at = now
        self.gone.append(message)
        self.pace = (time.monotonic() - self.since) / len(self.gone)
        return Message.State.SENT

    def note(self) -> None:
        """Put on record what went: together, or each by itself where somebody holds one of the rows."""
        gone, self.gone = self.gone, []
        if not gone:
            return
        try:
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

    def take_back(self, *messages: Message) -> None:
        """Of these, what was let go and surely not sent is as it was before."""
        let = [self.let.pop(each.pk) for each in messages if each.pk in self.let]
        if let:
            leases.not_handed_over(let)

    def over(self) -> None:
        """Nothing follows for now."""
        self.note()
        self.take_back(*self.let.values())

    def _stale(self) -> bool:
        """Whether the fence must be asked anew, whatever it answered: the server has become slow."""
        return bool(self.let) and time.monotonic() - self.let_at > GOOD_FOR

    def _along(self, first: Message) -> list[Message]:
        """What may be let go in the same breath: what follows of the same kind, by the same way, if in doubt it is sent
        again. What may have been sent before goes by itself.
        """

        def likewise(each: Message) -> bool:
            alike = (each.kind, each.channel, each.participant_id is None)
            return alike == (first.kind, first.channel, first.participant_id is None) and not each.resends

        if POLICIES.get(first.channel) is not Policy.RESEND or not likewise(first):
            return []
        room = min(MOST, int(BLINK / self.pace)) - 1
        return [*takewhile(likewise, self.coming[1 : max(room, 0) + 1])]
