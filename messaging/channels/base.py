"""The ways out of the house. Each channel has one verb, `send(letter, guard)`, and says in these words what became of it.

`guard()` is asked at the last moment before the message can no longer be called back; when it says no, nothing is
sent and NotAuthorised is raised. What happens to a message that may have arrived depends on the other side: POLICIES.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Protocol


class Policy(Enum):
    """What is done about a message that was handed over and of which nobody knows whether it arrived."""

    LOOK_UP = "the other side is asked by our reference, before anything is sent again"
    RESEND = "it is sent once more at most, under the same Message-ID, and counted"
    PARK = "it is left alone and shown to an officer"


POLICIES = {
    "smtp": Policy.RESEND,
    "notify_email": Policy.LOOK_UP,
    "notify_sms": Policy.LOOK_UP,
    "sms": Policy.PARK,
    "file": Policy.RESEND,
}


def reference_of(key: str) -> str:
    """How other systems know a message: the same for every try of it, and nothing about anybody.

    PostgreSQL computes the same, so that what they tell later finds its message (`Message.objects.known_as`).
    """
    return hashlib.md5(key.encode(), usedforsecurity=False).hexdigest()


@dataclass(frozen=True)
class Calendar:
    """A calendar file (RFC 5545) and what it asks a calendar to do (RFC 5546): REQUEST or CANCEL."""

    method: str
    text: str


@dataclass(frozen=True)
class OutgoingMessage:
    """One message, ready to go. `text` is whole in itself; `html` says the same, and a channel may leave it out."""

    key: str
    address: str
    subject: str
    text: str
    at: datetime
    html: str = ""
    calendars: tuple[Calendar, ...] = ()
    language: str = "en-GB"
    stop: str = ""  # of an optional message: where one press stops all such (RFC 8058)


class Channel(Protocol):
    """A channel, open for the length of one drain."""

    def send(self, letter: OutgoingMessage, guard: Callable[[], bool]) -> str:
        """Send one letter; the reference by which the other side knows it."""

    def look_up(self, key: str) -> str | None:
        """The reference of a message that the other side has, or None; only LOOK_UP is asked. Raises Down."""

    def close(self) -> None: ...


class NotSent(Exception):
    """Surely not sent. The text is a reason fit for the record: never an address, never the server's own words."""


class NotAuthorised(NotSent):
    """The guard said no."""


class Refused(NotSent):
    """This message will never be taken: an officer must look at it."""


class RefusedByServer(Refused):
    """The other side said so; of address after address, it is not the addresses (delivery.circuit_breaker)."""


class PutOff(NotSent):
    """This message is not taken now; later it may be."""


class AgainstPolicy(PutOff):
    """The other side has a rule against us or what we send, and none against the address: our fault until shown otherwise."""


class Down(NotSent):
    """Nothing can be sent this way at present. It is the way's fault, or ours, and counts against no message."""


class TakenAndDropped(Down):
    """It takes messages and never says so: each further try may make one arrive twice."""


class Unconfirmed(Exception):
    """Handed over, and then no answer: it may have arrived."""
