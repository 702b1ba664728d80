"""For demonstrations only: the mailbox at /dev/mail/ must show sign-in codes, which the outbox wipes when it sends them.

A sealed copy then lies in the shared cache for as long as the code is good. Nothing here runs where DEMO is off, and
production refuses DEMO.
"""

from datetime import datetime

from django.conf import settings
from django.core.cache import cache

from messaging import kinds
from messaging.models import Message

CODE_SECONDS = 15 * 60


def keep_secret(message: Message) -> None:
    """Keep a message's sealed code for the mailbox, beside the row that forgets it."""
    if settings.DEMO and message.secret:
        cache.set(_key(message), bytes(message.secret), CODE_SECONDS)


def words(message: Message, now: datetime) -> tuple[str, str]:
    """Subject and text with working links and, while it is good, the code; else the copy that the record keeps."""
    if settings.DEMO and message.secret is None:
        message.secret = cache.get(_key(message))
    try:
        mail = kinds.render_message(message, now)
    except Exception:
        return message.rendered_subject, message.rendered_text
    return mail.subject, mail.text


def _key(message: Message) -> str:
    return f"demo-secret:{message.pk}"
