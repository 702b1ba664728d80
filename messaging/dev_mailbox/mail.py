"""For demonstrations only: the mailbox at /dev/mail/ must show sign-in codes, which the outbox wipes when it sends them.

A sealed copy then lies in the shared cache for as long as the code is good. Nothing here runs where DEMO is off, and
production refuses DEMO.
"""

import logging
from datetime import datetime

from django.conf import settings
from django.core.cache import cache

from messaging.content import rendering
from messaging.kinds import registry as kinds
from messaging.models import Message
from messaging.outbox.demo_codes import key_of

log = logging.getLogger(__name__)


def mail(message: Message, now: datetime) -> rendering.Mail:
    """The mail with working links and, while it is good, the code; else the copy that the record keeps."""
    if not settings.DEMO:
        return rendering.kept(message)
    message.secret = message.secret or cache.get(key_of(message))
    try:
        if message.channel == Message.Channel.PHONE:
            script = rendering.script(message, now)
            return rendering.Mail(f"Call: {kinds.get(message.kind).title}", script, script)
        return rendering.render_message(message, now)
    except Exception as error:
        # The facts may have gone on since: then the copy is what was sent.
        log.info(
            "a message cannot be written again",
            extra={"message_id": message.pk, "fault": type(error).__name__},
        )
        return rendering.kept(message)
