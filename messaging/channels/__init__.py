"""The ways out of the house. Each channel has one verb, `send(letter, fence)`, and says in these words what became of it.

`fence()` is asked at the last moment before the message can no longer be called back; when it says no, nothing is
sent and NotAuthorised is raised.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True)
class Calendar:
    """A calendar file (RFC 5545) and what it asks a calendar to do (RFC 5546): REQUEST or CANCEL."""

    method: str
    text: str


@dataclass(frozen=True)
class Letter:
    """One message, ready to go. `text` is whole in itself; `html` says the same, and a channel may leave it out."""

    key: str
    address: str
    subject: str
    text: str
    at: datetime
    html: str = ""
    calendars: tuple[Calendar, ...] = ()


class Door(Protocol):
    """A channel, open for the length of one drain."""

    def send(self, letter: Letter, fence: Callable[[], bool]) -> str:
        """Send one letter; the reference by which the other side knows it."""

    def close(self) -> None: ...


class NotSent(Exception):
    """Surely not sent. The text is a reason fit for the record: never an address, never the server's own words."""


class NotAuthorised(NotSent):
    """The fence said no."""


class Refused(NotSent):
    """This message will never be taken: an officer must look at it."""


class PutOff(NotSent):
    """This message is not taken now; later it may be."""


class Down(NotSent):
    """Nothing can be sent this way at present. It is the way's fault, or ours, and counts against no message."""


class Unconfirmed(Exception):
    """Handed over, and then no answer: it may have arrived."""
