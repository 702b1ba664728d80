"""The tables of the outbox."""

from messaging.models.adhoc import AdHoc
from messaging.models.heartbeat import Heartbeat
from messaging.models.identity import DatabaseIdentity
from messaging.models.letter import Letter, LetterToPost
from messaging.models.message import Call, Message, MessageQuerySet
from messaging.models.opt_out import OptOut
from messaging.models.pause import Pause
from messaging.models.standing import ChannelStanding
from messaging.models.wording import Wording, WordingTest

__all__ = [
    "AdHoc",
    "Call",
    "ChannelStanding",
    "DatabaseIdentity",
    "Heartbeat",
    "Letter",
    "LetterToPost",
    "Message",
    "MessageQuerySet",
    "OptOut",
    "Pause",
    "Wording",
    "WordingTest",
]
