"""The tables of the outbox: messages, and what holds, words, routes and reports them.

One module for each noun; `message` is the one to read first.
"""

from messaging.models.broadcast import AdHoc
from messaging.models.channel_health import ChannelStanding
from messaging.models.database_identity import DatabaseIdentity
from messaging.models.heartbeat import Heartbeat
from messaging.models.letter import Letter, LetterToPost
from messaging.models.message import Call, Message, MessageQuerySet
from messaging.models.opt_out import OptOut
from messaging.models.pause import Pause
from messaging.models.wording import Wording, WordingTest
