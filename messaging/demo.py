"""For demonstrations only: the mailbox at /dev/mail/ must show sign-in codes, which the outbox wipes when it sends them.

A sealed copy then lies in the shared cache for as long as the code is good. Nothing here runs where DEMO is off, and
production refuses DEMO.
"""

import logging
from collections.abc import Sequence
from datetime import datetime

from django.conf import settings
from django.core.cache import cache

from messaging import kinds, secrets
from messaging.models import Message

log = logging.getLogger("messaging.demo")
CODE_SECONDS = 15 * 60


def keep_secret(message: Message) -> None:
    """Keep a message's sealed code for the mailbox, beside the row that forgets it."""
    if settings.DEMO and message.secret:
        cache.set(_key(message), bytes(message.secret), CODE_SECONDS)


def codes(messages: Sequence[Message]) -> dict[int, str]:
    """The codes that are still good, by the number of their message."""
    if not settings.DEMO:
        return {}
    kept = cache.get_many([_key(message) for message in messages])
    return {message.pk: secrets.open(kept[_key(message)]) for message in messages if _key(message) in kept}


def mail(message: Message, now: datetime) -> kinds.Mail:
    """The mail with working links and, while it is good, the code; else the copy that the record keeps."""
    if not settings.DEMO:
        return kinds.kept(message)
    message.secret = message.secret or cache.get(_key(message))
    try:
        if message.channel == Message.Channel.PHONE:
            script = kinds.script(message, now)
            return kinds.Mail(f"Call: {kinds.get(message.kind).title}", script, script)
        return kinds.render_message(message, now)
    except Exception as error:
        # The facts may have gone on since: then the copy is what was sent.
        log.info(
            "a message cannot be written again",
            extra={"message_id": message.pk, "fault": type(error).__name__},
        )
        return kinds.kept(message)


def _key(message: Message) -> str:
    return f"demo-secret:{message.pk}"
