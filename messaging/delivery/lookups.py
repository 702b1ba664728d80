"""Asking the other side whether it has a message, before it is sent again or given up.

Only channels with the policy LOOK_UP can be asked. They are asked by our own reference, which is the same for every
try, so what they have once is never sent twice.
"""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from messaging.channels.base import POLICIES, Channel, Down, Policy
from messaging.kinds import registry as kinds
from messaging.models import Message
from messaging.restores import services as restores

log = logging.getLogger(__name__)
State = Message.State

AT_ONCE = 20  # in one drain
REMEMBERS = timedelta(days=6)  # GOV.UK Notify keeps what it sent for seven days
NEVER_ARRIVED = "The provider never got it, and it was too late to send again."
NEVER_TRIED = {"resends": 0, "data_started_at": None, "nudge_day": None}


def arrived(message: Message, channel: Channel) -> bool:
    """Whether an earlier try of this message reached the other side; its reference is noted. Raises Down."""
    if not message.resends or POLICIES.get(message.channel) is not Policy.LOOK_UP:
        return False
    reference = channel.look_up(message.key)
    message.provider_ref = reference or ""
    return reference is not None


def settle_uncertain(channels: dict[str, Channel], clock: Callable[[], datetime]) -> None:
    """Settle what was given up as perhaps sent, once the other side can be asked.

    What it has was sent. What it does not have goes again while it is of use: the guard decides as for any other. What
    is too late, or has lost its code, an officer sees. What it may have forgotten, or would know by another reference,
    stays with the officer.
    """
    now = clock()
    able = [name for name in channels if POLICIES.get(name) is Policy.LOOK_UP]
    unknown = Message.objects.filter(
        state=State.UNCERTAIN,
        settled_by__isnull=True,
        settled_at__gt=now - REMEMBERS,
        not_before__gt=now - REMEMBERS,
    ).exclude(reason=restores.WRITTEN_AGAIN)
    for message in unknown.filter(channel__in=able).order_by("settled_at")[:AT_ONCE] if able else []:
        try:
            reference = channels[message.channel].look_up(message.key)
        except Down as fault:
            log.error("a channel is down", extra={"message_id": message.pk, "fault": str(fault)})
            return
        mine = Message.objects.filter(pk=message.pk, state=State.UNCERTAIN, settled_by__isnull=True)
        if reference is not None:
            mine.update(state=State.SENT, sent_at=now, reason="", provider_ref=reference)
        elif message.expires_at > now and not _needs_its_code(message):
            mine.update(state=State.PENDING, next_try_at=now, settled_at=None, reason="", **NEVER_TRIED)
        else:
            mine.update(state=State.FAILED, reason=NEVER_ARRIVED, **NEVER_TRIED)


def _needs_its_code(message: Message) -> bool:
    """Codes are wiped when a message is settled."""
    kind = kinds.find(message.kind)
    return kind is None or kind.urgent
