"""Codes of a demonstration, kept for a quarter of an hour so that its mailbox can show them."""

from collections.abc import Sequence

from django.conf import settings
from django.core.cache import cache

from messaging.content import secrets
from messaging.models import Message

CODE_SECONDS = 15 * 60


def keep_secret(message: Message) -> None:
    """Keep a message's sealed code for the mailbox, beside the row that forgets it."""
    if settings.DEMO and message.secret:
        cache.set(key_of(message), bytes(message.secret), CODE_SECONDS)


def codes(messages: Sequence[Message]) -> dict[int, str]:
    """The codes that are still good, by the number of their message."""
    if not settings.DEMO:
        return {}
    kept = cache.get_many([key_of(message) for message in messages])
    return {
        message.pk: secrets.open(kept[key_of(message)]) for message in messages if key_of(message) in kept
    }


def key_of(message: Message) -> str:
    return f"demo-secret:{message.pk}"
