"""One refused address is that address's affair; one after another is ours, and stops the channel.

"Relaying denied" once failed 1,000 messages in seven seconds, and a server that took messages and hung up got 1,000 of
them twice. So refusals and ambiguous ends are counted across all workers until a message gets through (standings.py).
A stopped channel is tried with one message at a time, to which no refusal is put down.
"""

from dataclasses import dataclass, field

from messaging.channels.base import NotSent, PutOff, Unconfirmed
from messaging.delivery import leases
from messaging.models import Message
from messaging.outbox import channel_health


@dataclass
class Breaker:
    """What one drain knows of its channels."""

    stopped: set[str] = field(default_factory=set)  # before this drain, which tries each with one message
    troubled: set[str] = field(default_factory=set)  # something was noted since a message last got through
    carried: set[str] = field(default_factory=set)  # a message got through since this drain noted anything

    def stops(self, message: Message, address: str, end: NotSent | Unconfirmed) -> bool:
        """Whether this end of a message to that address stops its channel."""
        channel = message.channel
        if channel in self.stopped:
            return True
        once_more = type(end) is PutOff and message.attempts + 1 < leases.REFUSALS
        if once_more:  # the server is busy, or greets strangers so
            return False
        anew = channel in self.carried
        self.carried.discard(channel)
        self.troubled.add(channel)
        return channel_health.refused(channel, address, anew=anew)

    def sent(self, message: Message) -> None:
        """A message got through."""
        channel = message.channel
        self.carried.add(channel)
        if channel in self.troubled:
            self.troubled.discard(channel)
            self.stopped.discard(channel)
            channel_health.recovered(channel)

    @staticmethod
    def why(end: NotSent | Unconfirmed) -> str:
        """The end in words for officers and logs."""
        broken_off = isinstance(end, Unconfirmed)
        told = "no answer after the message was handed over" if broken_off else str(end).rstrip(".")
        return f"Several messages in a row: {told}"
