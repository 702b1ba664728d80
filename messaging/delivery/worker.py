"""Sending what is due: claim, write, ask the fence, send, book the outcome.

Any number of drains may run side by side, may be killed at any moment and may run when nothing is due. No
transaction is open while a server is spoken to.
"""

import logging
import time
from collections import Counter
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import InterfaceError, OperationalError

from core.clock import database_now
from messaging.channels import base as channels_base
from messaging.channels.registry import open_doors
from messaging.content import rendering
from messaging.delivery import housekeeping, leases, lookups
from messaging.delivery.batches import MOST, Handful
from messaging.delivery.circuit_breaker import Breaker
from messaging.delivery.prefetch import Papers, ticking
from messaging.kinds import registry as kinds
from messaging.models import Message
from messaging.outbox import channel_health, demo_codes
from messaging.outbox.outcomes import NO_LONGER_DUE, TOO_LATE
from messaging.restores import database_identity
from messaging.routing.addresses import address_of
from participants import demo as demonstration
from participants.languages import ENGLISH, tag

log = logging.getLogger(__name__)
State, Channel = Message.State, Message.Channel
BATCH, URGENT_BATCH = (
    200,
    20,
)  # a killed worker keeps its batch for as long as its lease: codes cannot wait for many
FRESH = (
    5.0  # seconds for which facts that were read for many messages at once hold; the fence asks anew for each
)
LOOK_UP_EVERY = 1.0  # seconds between looks for urgent messages while others are sent
BREATH = 0.25  # seconds before a channel that has carried enough is looked at again

NO_WORDS = (
    "Its words could not be written. Tell whoever keeps the service running, with the number of this message."
)
STUMBLED = (
    "The service stumbled over it. Tell whoever keeps the service running, with the number of this message."
)
NO_KIND = "This version of the service does not know this kind of message."


@dataclass
class Report:
    """What one drain did: how many messages ended in which state, and whether it stopped with work left.

    `refused` says why nothing may be sent from this database: it was brought back, or holds whom a demonstration may not.
    """

    outcomes: Counter[str] = field(default_factory=Counter)
    unfinished: bool = False
    refused: str = ""


def drain(
    *,
    now: datetime | None = None,
    limit: int | None = None,
    seconds: float = 60,
    urgent_only: bool = False,
    stop: Callable[[], bool] = lambda: False,
) -> Report:
    """Send what is due, urgent messages first, until nothing is, `limit` messages were handled, or time is up.

    `now` is given by rehearsals and tests; without it the database's clock is read for every step. After `seconds`,
    or when `stop()` says so, the message in hand is finished and the others are handed back. `urgent_only` is for a
    web request whose bell cannot be rung: the whole conversation then ends within `seconds`.
    """
    clock: Callable[[], datetime] = database_now if now is None else lambda: now
    deadline = time.monotonic() + seconds
    report, left = Report(), limit if limit is not None else float("inf")
    if demonstration.has_real_people():
        return _demonstration_stops(report)
    if not database_identity.may_send():
        report.refused = database_identity.RUN_RESTORED
        return report
    if not urgent_only:
        housekeeping.sweep(clock())
    with ExitStack() as closing:
        handful = Handful()
        closing.callback(handful.fence.close)
        doors = open_doors(
            settings.EMAIL_TIMEOUT, deadline if urgent_only else float("inf"), pause=handful.over
        )
        for door in doors.values():
            closing.callback(door.close)
        breaker, began = Breaker(channel_health.stopped(), channel_health.troubled()), clock()
        for channel in breaker.stopped & set(doors):
            if not channel_health.may_probe(channel, began):
                doors.pop(channel)
        closing.callback(lambda: channel_health.not_probed(breaker.stopped & set(doors), began))
        work = Work(doors, clock, report, handful, breaker)
        if not urgent_only:
            lookups.ask(doors, clock)
        while doors and left > 0:
            if demonstration.has_real_people():  # who came meanwhile
                return _demonstration_stops(report)
            batch, held_back = _claim(
                clock(), list(doors), urgent_only=urgent_only, wanted=int(min(BATCH, left))
            )
            if not batch:
                if not held_back or urgent_only or stop() or time.monotonic() > deadline:
                    report.unfinished = held_back
                    return report
                time.sleep(BREATH)
                continue
            try:
                with handful:
                    if not work.go_through(batch, deadline, stop):
                        report.unfinished = True
                        return report
            finally:
                unsent = leases.hand_back_rest(batch)
                for channel in channel_health.limited({message.channel for message in batch}):
                    channel_health.give_back(channel, unsent)  # such a batch is of one channel
            left -= len(batch) - unsent
    report.unfinished = True
    return report


def _demonstration_stops(report: Report) -> Report:
    log.error("a demonstration holds people who are not made up: nothing is sent")
    report.refused = "This demonstration holds people who are not made up: nothing is sent."
    return report


def _claim(now: datetime, doors: list[str], *, urgent_only: bool, wanted: int) -> tuple[list[Message], bool]:
    """What to send now, and whether something waits only because its channel has carried enough for the moment."""
    limited, held_back = channel_health.limited(doors), False
    for urgent in (True,) if urgent_only else (True, False):
        most = min(wanted, URGENT_BATCH) if urgent else wanted
        free = [door for door in doors if door not in limited]
        batch = leases.claim(now=now, channels=free, urgent=urgent, most=most)
        if batch:
            return batch, False
        for channel in limited:
            granted = channel_health.take(channel, most, urgent=urgent)
            if not granted:
                held_back |= Message.objects.due(now).filter(channel=channel, urgent=urgent).exists()
                continue
            batch = leases.claim(now=now, channels=[channel], urgent=urgent, most=granted)
            channel_health.give_back(channel, granted - len(batch))
            if batch:
                return batch, False
    return [], held_back


@dataclass
class Work:
    """What one drain does with the messages that it has claimed."""

    doors: dict[str, channels_base.Door]
    clock: Callable[[], datetime]
    report: Report
    handful: Handful
    breaker: Breaker

    def go_through(self, batch: list[Message], deadline: float, stop: Callable[[], bool]) -> bool:
        """Send these, whose facts are read together; False when told to stop or time is up. Urgent ones cut in."""
        read_at, looked_at = float("-inf"), time.monotonic()
        for place, message in enumerate(batch):
            if stop() or time.monotonic() > deadline:
                return False
            if not message.urgent and time.monotonic() - looked_at > LOOK_UP_EVERY:
                looked_at = time.monotonic()
                if Message.objects.due(self.clock()).filter(urgent=True, channel__in=self.doors).exists():
                    return True  # a code does not wait for two hundred reminders
            self.handful.turn(batch[place : place + MOST])
            if message.channel not in self.doors:
                continue
            if time.monotonic() - read_at > FRESH:
                self.handful.over()
                clock = ticking(self.clock)
                papers, read_at = Papers.of(batch[place:], clock()), time.monotonic()
            self.do(message, papers, clock)
        return True

    def do(self, message: Message, papers: Papers, clock: Callable[[], datetime]) -> None:
        """Send a message and book what became of it; a channel that is down is left for the rest of the drain."""
        facts = {"message_id": message.pk, "kind": message.kind}
        try:
            state = deliver(message, self.doors[message.channel], clock, papers, self.handful, self.breaker)
        except channels_base.Down as fault:
            self.doors.pop(message.channel).close()
            leases.hand_back(message)
            channel_health.suspend_channel(
                message.channel,
                why=str(fault),
                now=clock(),
                probed=message.channel in self.breaker.stopped,
                in_doubt=isinstance(fault, channels_base.TakenAndDropped),
            )
            log.error("a channel is down", extra={**facts, "fault": str(fault)})
            return
        except (OperationalError, InterfaceError):
            raise  # the database is away: the lease settles it
        except Exception:
            # Whatever it was, it must not stop the messages behind it, now or in the next drain.
            log.exception("a message stumbled", extra=facts)
            self.handful.take_back(message)
            self.doors[message.channel].close()
            state = leases.stumbled(message, STUMBLED, clock())
        if state == State.SENT:
            self.breaker.sent(message)
        self.report.outcomes[state] += 1
        if state != State.SENT:  # which is told when it is noted
            log.info("message not sent", extra={**facts, "state": str(state)})


def deliver(
    message: Message,
    door: channels_base.Door,
    clock: Callable[[], datetime],
    papers: Papers | None = None,
    handful: Handful | None = None,
    breaker: Breaker | None = None,
) -> str:
    """Send one claimed message through a door and book what became of it; its new state. Raises Down."""
    now = clock()
    breaker = breaker or Breaker()
    papers = papers or Papers.of([message], now)
    kind = kinds.find(message.kind)
    if kind is None:
        return leases.settle(message, State.FAILED, NO_KIND, now)
    if lookups.arrived(message, door):
        return leases.settle(message, State.SENT, "", now)
    if message.pk not in papers.due:
        return _not_authorised(message, now)
    let = handful.lets if handful else leases.authorise
    try:
        letter = _write(message, now, papers, handful.hint() if handful else {})
        message.provider_ref = door.send(letter, lambda: let(message, kind, clock()))
    except channels_base.NotAuthorised:
        return _not_authorised(message, clock())
    except (channels_base.PutOff, channels_base.RefusedByServer) as answer:
        now = clock()
        if breaker.stops(message, answer):
            # Another message tries next: this one may be what the server minds.
            leases.hand_back(message, next_try_at=leases.next_try(message, now))
            raise channels_base.Down(breaker.why(answer)) from None
        if isinstance(answer, channels_base.PutOff):
            return leases.put_off(message, str(answer), now)
        return leases.settle(message, State.FAILED, str(answer), now)
    except channels_base.Refused as answer:
        return leases.settle(message, State.FAILED, str(answer), clock())
    except channels_base.Unconfirmed as end:
        state = leases.unconfirmed(message, clock())
        if breaker.stops(message, end):
            asked_first = channels_base.POLICIES[message.channel] is channels_base.Policy.LOOK_UP
            raise (channels_base.Down if asked_first else channels_base.TakenAndDropped)(
                breaker.why(end)
            ) from None
        return state
    if settings.DEMO:
        demo_codes.keep_secret(message)
    if handful:
        return handful.went(message, clock())
    return leases.settle(message, State.SENT, "", clock())


def _write(message: Message, now: datetime, papers: Papers, hint: dict[str, Any]) -> channels_base.Letter:
    address = address_of(message)
    try:
        codes = papers.needs.get(message.participant_id or 0, set())
        mail = rendering.render_message(
            message, now, context=papers.contexts.get(message.pk), codes=codes, book=papers.book
        )
    except (OperationalError, InterfaceError):
        raise  # the database is away, and that is no fault of this message
    except Exception as error:
        log.exception(
            "a message could not be written", extra={"message_id": message.pk, "kind": message.kind}
        )
        raise channels_base.Refused(NO_WORDS) from error
    message.rendered_subject, message.rendered_text = mail.subject[:300], mail.copy
    if words := mail.words:
        message.wording_version = words.version
        message.wording_language, message.wording_variant = words.language, words.variant
    return channels_base.Letter(
        message.key,
        address,
        mail.subject,
        mail.text,
        now,
        html=mail.html,
        calendars=mail.calendars,
        language=tag(mail.words.language) if mail.words else tag(ENGLISH),
        stop=mail.stop,
        **hint,
    )


def _not_authorised(message: Message, now: datetime) -> str:
    """Why the fence said no, and what follows from it."""
    kind = kinds.get(message.kind)
    if message.expires_at <= now:
        return leases.settle(message, State.EXPIRED, TOO_LATE, now)
    if not leases.held(message).filter(kind.still_due(now)).exists():
        return leases.settle(message, State.CANCELLED, NO_LONGER_DUE, now)
    if kind.nudge and not message.copy and leases.nudged_already(message, now):
        return leases.another_day(message, now)
    leases.hand_back(message)  # too little of the lease was left, or the person is another one now
    housekeeping.look_again_at_people(now)
    return State.PENDING
