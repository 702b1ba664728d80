"""How a message and its recipient are named in lists."""

from messaging.kinds import registry as kinds
from messaging.models import Message


def title_of(message: Message) -> str:
    kind = kinds.find(message.kind)
    return kind.title if kind else message.kind


def receiver(message: Message) -> str:
    return str(message.participant or message.organisation or message.interest or message.user)
