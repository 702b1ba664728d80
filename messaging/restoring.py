"""After a backup was brought back: what it calls unsent may have gone since it was made (reliability.md 8)."""

from datetime import datetime

from django.db import transaction

from messaging import upkeep
from messaging.models import Message

MAY_HAVE_GONE = "A backup was brought back: this may have been sent after the backup was made."


@transaction.atomic
def doubt_what_was_due(*, now: datetime) -> int:
    """Send nothing again whose time had come: each is an officer's to look at, or settled by asking the provider.

    To be called before any worker starts. What was not yet due is sent in its time; calls and letters stay on their
    lists. How many are in doubt.
    """
    unsent = Message.objects.open().filter(not_before__lte=now).exclude(channel__in=Message.BY_OFFICERS)
    return unsent.update(
        state=Message.State.UNCERTAIN, settled_at=now, reason=MAY_HAVE_GONE, secret=None, **upkeep.FREE
    )
