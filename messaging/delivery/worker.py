"""Sending what is due. This page alone tells the way of a message, and names the functions that each step is made of.

1. `drain` puts every message in its place (`housekeeping.sweep`) and claims some that are due (`leases.claim`).
2. `Work.send_all` reads the facts of all that were claimed at once (`Prefetched.of`).
3. `deliver` writes one (`rendering.render_message`) and gives it to its channel (`Smtp.send`).
4. The channel asks the guard right before the words can no longer be called back (`Batch.allows`, `send_guard.release`).
5. What became of it is noted (`leases.sent`, `settle`, `put_off` or `unconfirmed`).

Any number of drains may run side by side, may be killed at any moment and may run when nothing is due. No
transaction is open while a server is spoken to.
"""

import logging
import time
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.conf import settings
from django.db import InterfaceError, OperationalError

from core.clock import database_now
from messaging.channels import base as channels_base
from messaging.channels.registry import open_channels
from messaging.content import rendering
from messaging.content.rendering import Prefetched
from messaging.delivery import housekeeping, leases, lookups
from messaging.delivery.circuit_breaker import Breaker
from messaging.delivery.send_guard import MOST, Batch
from messaging.kinds import registry as kinds
from messaging.models import Message
from messaging.outbox import channel_health, demo_codes
from messaging.outbox.outcomes import NO_LONGER_DUE, TOO_LATE
from messaging.restores import database_identity
from participants import demo as demonstration
from participants.languages import ENGLISH, tag

log = logging.getLogger(__name__)
State = Message.State
# Messages that are claimed at once. A killed worker keeps them for as long as its lease: codes cannot wait for many.
CLAIM, URGENT_CLAIM = 200, 20
FRESH = (
    5.0  # seconds for which facts that were read for many messages at once hold; the guard asks anew for each
)
URGENT_EVERY = 1.0  # seconds between looks for urgent messages while others are sent
LIMIT_PAUSE = 0.25  # seconds before a channel that has carried enough is looked at again

NO_WORDS = "We could not write this message. Give its number to the person who looks after the service."
UNEXPECTED = (
    "Something went wrong with this message. Give its number to the person who looks after the service."
)
NO_ADDRESS = "No email address. Add one, then try again."
NO_NUMBER = "No phone number. Add one, then try again."
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
        batch = Batch()
        channels = open_channels(
            settings.EMAIL_TIMEOUT, deadline if urgent_only else float("inf"), pause=batch.end
        )
        for channel in channels.values():
            closing.callback(channel.close)
        breaker, began = Breaker(channel_health.stopped(), channel_health.troubled()), clock()
        for name in breaker.stopped & set(channels):
            if not channel_health.may_probe(name, began):
                channels.pop(name)
        closing.callback(lambda: channel_health.not_probed(breaker.stopped & set(channels), began))
        work = Work(channels, clock, report, batch, breaker)
        if not urgent_only:
            lookups.settle_uncertain(channels, clock)
        while channels and left > 0:
            if demonstration.has_real_people():  # who came meanwhile
                return _demonstration_stops(report)
            claimed, held_back = _claim(
                clock(), list(channels), urgent_only=urgent_only, wanted=int(min(CLAIM, left))
            )
            if not claimed:
                if not held_back or urgent_only or stop() or time.monotonic() > deadline:
                    report.unfinished = held_back
                    return report
                time.sleep(LIMIT_PAUSE)
                continue
            try:
                with batch:
                    if not work.send_all(claimed, deadline, stop):
                        report.unfinished = True
                        return report
            finally:
                unsent = leases.hand_back_rest(claimed)
                for name in channel_health.limited({message.channel for message in claimed}):
                    channel_health.give_back(name, unsent)  # such a claim is of one channel
            left -= len(claimed) - unsent
    report.unfinished = True
    return report


def _demonstration_stops(report: Report) -> Report:
    log.error("a demonstration holds people who are not made up: nothing is sent")
    report.refused = "This demonstration holds people who are not made up: nothing is sent."
    return report


def _claim(
    now: datetime, channels: list[str], *, urgent_only: bool, wanted: int
) -> tuple[list[Message], bool]:
    """What to send now, and whether something waits only because its channel has carried enough for the moment."""
    limited, held_back = channel_health.limited(channels), False
    for urgent in (True,) if urgent_only else (True, False):
        most = min(wanted, URGENT_CLAIM) if urgent else wanted
        free = [name for name in channels if name not in limited]
        claimed = leases.claim(now=now, channels=free, urgent=urgent, most=most)
        if claimed:
            return claimed, False
        for name in limited:
            granted = channel_health.take(name, most, urgent=urgent)
            if not granted:
                held_back |= Message.objects.due(now).filter(channel=name, urgent=urgent).exists()
                continue
            claimed = leases.claim(now=now, channels=[name], urgent=urgent, most=granted)
            channel_health.give_back(name, granted - len(claimed))
            if claimed:
                return claimed, False
    return [], held_back


@dataclass
class Work:
    """What one drain does with the messages that it has claimed."""

    channels: dict[str, channels_base.Channel]
    clock: Callable[[], datetime]
    report: Report
    batch: Batch
    breaker: Breaker

    def send_all(self, claimed: list[Message], deadline: float, stop: Callable[[], bool]) -> bool:
        """Send these, whose facts are read together; False when told to stop or time is up. Urgent ones cut in."""
        read_at, looked_at = float("-inf"), time.monotonic()
        for place, message in enumerate(claimed):
            if stop() or time.monotonic() > deadline:
                return False
            if not message.urgent and time.monotonic() - looked_at > URGENT_EVERY:
                looked_at = time.monotonic()
                if Message.objects.due(self.clock()).filter(urgent=True, channel__in=self.channels).exists():
                    return True  # a code does not wait for two hundred reminders
            if message.channel not in self.channels:
                continue
            if time.monotonic() - read_at > FRESH:
                self.batch.end()
                clock = _counted_on(self.clock)
                facts, read_at = Prefetched.of(claimed[place:], clock()), time.monotonic()
            self.send(message, claimed[place + 1 : place + MOST], facts, clock)
        return True

    def send(
        self, message: Message, then: Sequence[Message], facts: Prefetched, clock: Callable[[], datetime]
    ) -> None:
        """Send a message and book what became of it; a channel that is down is left for the rest of the drain."""
        about = {"message_id": message.pk, "kind": message.kind}
        channel = self.channels[message.channel]
        try:
            state = deliver(message, channel, clock, facts, self.batch, self.breaker, then)
        except channels_base.Down as fault:
            self.batch.end()
            self.channels.pop(message.channel).close()
            leases.hand_back(message)
            channel_health.suspend_channel(
                message.channel,
                why=str(fault),
                now=clock(),
                probed=message.channel in self.breaker.stopped,
                in_doubt=isinstance(fault, channels_base.TakenAndDropped),
            )
            log.error("a channel is down", extra={**about, "fault": str(fault)})
            return
        except (OperationalError, InterfaceError):
            raise  # the database is away: the lease settles it
        except Exception:
            # Whatever it was, it must not stop the messages behind it, now or in the next drain.
            log.exception("a message stumbled", extra=about)
            self.batch.end()
            channel.close()
            state = leases.failed_here(message, UNEXPECTED, clock())
        if state == State.SENT:
            self.breaker.sent(message)
        self.report.outcomes[state] += 1
        if state != State.SENT:  # which is told when it is noted
            self.batch.end()
            log.info("message not sent", extra={**about, "state": str(state)})


def _counted_on(clock: Callable[[], datetime]) -> Callable[[], datetime]:
    """The same time, asked once and then counted on by this machine's stopwatch, which no clock change touches."""
    if clock is not database_now:
        return clock
    began, start = clock(), time.monotonic()
    return lambda: began + timedelta(seconds=time.monotonic() - start)


def deliver(
    message: Message,
    channel: channels_base.Channel,
    clock: Callable[[], datetime],
    facts: Prefetched | None = None,
    batch: Batch | None = None,
    breaker: Breaker | None = None,
    then: Sequence[Message] = (),
) -> str:
    """Send one claimed message by its channel and book what became of it; its new state. Raises Down.

    What may go is asked about together with those that come after it (`then`).
    """
    now = clock()
    breaker, batch = breaker or Breaker(), batch or Batch()
    facts = facts or Prefetched.of([message], now)
    kind = kinds.find(message.kind)
    if kind is None:
        return leases.settle(message, State.FAILED, NO_KIND, now)
    if message.resends and lookups.arrived(message, channel):
        return leases.settle(message, State.SENT, "", now)
    if message.pk not in facts.due:
        return _not_released(message, now)
    try:
        letter = _write(message, now, facts)
        message.provider_ref = channel.send(letter, lambda: batch.allows(message, then, kind, clock()))
    except channels_base.NotAuthorised:
        return _not_released(message, clock())
    except (channels_base.PutOff, channels_base.RefusedByServer) as answer:
        now = clock()
        if breaker.stops(message, letter.address, answer):
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
        if breaker.stops(message, letter.address, end):
            asked_first = channels_base.POLICIES[message.channel] is channels_base.Policy.LOOK_UP
            raise (channels_base.Down if asked_first else channels_base.TakenAndDropped)(
                breaker.why(end)
            ) from None
        return state
    if settings.DEMO:
        demo_codes.keep_secret(message)
    return batch.sent(message, clock())


def _write(message: Message, now: datetime, facts: Prefetched) -> channels_base.OutgoingMessage:
    address = _address_of(message)
    try:
        mail = rendering.render_message(message, now, facts)
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
    return channels_base.OutgoingMessage(
        message.key,
        address,
        mail.subject,
        mail.text,
        now,
        html=mail.html,
        calendars=mail.calendars,
        language=tag(mail.words.language) if mail.words else tag(ENGLISH),
        stop=mail.stop,
    )


def _address_of(message: Message) -> str:
    """Where it goes, read at the moment of sending: an email address, or a telephone number in E.164 for a text message.

    Raises Refused; NotAuthorised for a person who is made up: their address is named to no server.
    """
    person = message.participant
    if person and person.synthetic:
        if message.channel in Message.OUTSIDE:
            raise channels_base.NotAuthorised
        return person.email or person.phone  # it stays here, a text message too
    if message.channel in Message.TEXTS:
        if not person or not person.phone:
            raise channels_base.Refused(NO_NUMBER)
        return person.phone
    if message.proxy:
        address = message.proxy.email
    elif person:
        address = person.email
    elif message.organisation:
        address = kinds.address_at_organisation(message)
    elif message.interest:
        address = message.interest.email
    else:
        address = message.user.email if message.user else ""
    if not address:
        raise channels_base.Refused(NO_ADDRESS)
    return address


def _not_released(message: Message, now: datetime) -> str:
    """Why the guard said no, and what follows from it."""
    kind = kinds.get(message.kind)
    if message.expires_at <= now:
        return leases.settle(message, State.EXPIRED, TOO_LATE, now)
    if not leases.held(message).filter(kind.still_due(now)).exists():
        return leases.settle(message, State.CANCELLED, NO_LONGER_DUE, now)
    if kind.nudge and not message.copy and leases.nudged_already(message, now):
        return leases.retry_tomorrow(message, now)
    leases.hand_back(message)  # too little of the lease was left, or the person is another one now
    housekeeping.look_again_at_people(now)
    return State.PENDING
