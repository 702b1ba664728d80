"""The tables of the outbox."""

from messaging.models.heartbeat import Heartbeat
from messaging.models.letter import Letter, LetterToPost
from messaging.models.message import Call, Message, MessageQuerySet
from messaging.models.pause import Pause
from messaging.models.standing import ChannelStanding
from messaging.models.wording import Wording

__all__ = [
    "Call",
    "ChannelStanding",
    "Heartbeat",
    "Letter",
    "LetterToPost",
    "Message",
    "MessageQuerySet",
    "Pause",
    "Wording",
]
