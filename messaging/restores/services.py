"""After a backup was brought back: what it calls unsent may have gone since it was made."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Case, Max, Q, QuerySet, Value, When

from messaging.models import Heartbeat, Message
from messaging.outbox import outcomes
from participants.models import Restore
from participants.restores.services import RestorePart

MAY_HAVE_GONE = "A backup was restored. This might have been sent after the backup was made."
# The same, of something that has a new number: the provider would not know it by the reference that it has now.
WRITTEN_AGAIN = (
    "A backup was restored. This was written again, and might have been sent after the backup was made."
)
REASONS = (MAY_HAVE_GONE, WRITTEN_AGAIN)
MOST_TURNS = 48  # of going through the gap again
SHORTEST_TURN = timedelta(hours=1)
ENOUGH = 20  # sweeps at the last moment, each of which may follow from what the one before wrote


def newest_moment(*, now: datetime) -> datetime:
    """The newest moment that the database knows of: a backup was made then, or a little later.

    The heartbeats, of which the last one stands still until `restored` has run, and an earlier restore. Where no worker
    ever ran, the last message.
    """
    beat = Heartbeat.objects.filter(seen_at__lte=now).aggregate(Max("seen_at"))["seen_at__max"]
    before = Restore.objects.filter(at__lte=now).aggregate(Max("at"))["at__max"]
    known = [moment for moment in (beat, before) if moment]
    if not known:
        found = Message.objects.filter(queued_at__lte=now).aggregate(Max("queued_at"), Max("sent_at"))
        known = [moment for moment in found.values() if moment and moment <= now]
    return max(known, default=now)


def in_doubt() -> QuerySet[Message]:
    """What may have been sent before a backup was restored, and no officer has decided on."""
    unsure = Q(state=Message.State.UNCERTAIN, reason__in=REASONS)
    return Message.objects.unhandled().filter(unsure).order_by("not_before", "pk")


@transaction.atomic
def doubt_what_was_due(*, now: datetime, at: datetime, above: int) -> int:
    """Send nothing again whose time had come: each is an officer's to look at, or settled by asking the provider.

    To be called before any worker starts. What was not yet due is sent in its time; calls and letters stay on their
    lists. How many are in doubt. `at`: when the backup was restored. `above`: whatever has a greater number was made
    since.
    """
    return _doubt(Message.objects.filter(not_before__lte=now), at, above)


@transaction.atomic
def go_through_again(restore: Restore, *, sweep: Callable[[datetime], None], above: int) -> int:
    """Let happen what the clock does in the gap, and keep every message of it from leaving; how many are in doubt.

    `sweep` does all that beat asks for at one moment. Some messages are promised for some time after the sweep that
    writes them, so one sweep at the end would promise for tomorrow what went yesterday: the gap is gone through hour by
    hour, in longer turns where it is longer than two days. `above` is the greatest number of anything in the backup.
    """
    turn = max(SHORTEST_TURN, (restore.at - restore.since) / MOST_TURNS)
    turns = int((restore.at - restore.since) / turn) + 1
    moments = [restore.since + number * turn for number in range(turns)]
    doubted = 0
    for moment in [*moments, *[restore.at] * ENOUGH]:
        before = doubt_what_was_due(now=moment, at=restore.at, above=above)
        sweep(moment)
        after = doubt_what_was_due(now=moment, at=restore.at, above=above)
        doubted += before + after
        if moment == restore.at and not after:
            break
    # The true sweeps ran up to a turn earlier than these, and what they promised for later went so much earlier.
    early = Message.objects.filter(pk__gt=above, not_before__lte=restore.at + turn)
    return doubted + _doubt(early, restore.at, above)


@transaction.atomic
def doubt_what_is_written_late(first_due: Mapping[str, datetime], *, now: datetime) -> int:
    """Of messages that were written just now, doubt what may have gone in the gap of a restore; how many are in doubt.

    Officers enter registers of the gap again, and what follows from a register is then written again. `first_due`: the
    keys of such messages, each with the moment from which it could have gone had nothing been lost.
    """
    back = Restore.objects.filter(at__lt=now).aggregate(Max("at"))["at__max"] if first_due else None
    if back is None:
        return 0
    keys = [key for key, due in first_due.items() if due <= back]
    return _doubt(Message.objects.filter(key__in=keys), now, above=-1)


def _doubt(messages: QuerySet[Message], at: datetime, above: int) -> int:
    unsent = messages.filter(state__in=[Message.State.PENDING, Message.State.SENDING])
    return unsent.exclude(channel__in=Message.BY_OFFICERS).update(
        state=Message.State.UNCERTAIN,
        settled_at=at,
        reason=Case(When(subject_id__gt=above, then=Value(WRITTEN_AGAIN)), default=Value(MAY_HAVE_GONE)),
        secret=None,
        **outcomes.FREE,
    )


PART = RestorePart(
    title="Messages that may already have been sent",
    count=lambda restore: in_doubt().count(),
    url="admin:messaging_message_changelist",
    query="show=restored",
)
