"""What officers do with messages: try again, call back, note that it was looked after."""

from datetime import datetime

from django.db import transaction
from django.db.models import Q

from accounts.models import User
from core.errors import Refused
from messaging.kinds import registry as kinds
from messaging.models import Message
from messaging.outbox import wakeup


class NothingToTry(Refused):
    """None of these messages can be sent again."""

    sentence = (
        "Only messages that failed, and that are not too late, can be tried again. "
        "A sign-in code cannot: ask the person to request a new one."
    )


@transaction.atomic
def try_again(*, message_ids: list[int], by: User, now: datetime) -> int:
    """Put messages that failed, or perhaps arrived, back in the queue; how many. Raises NothingToTry.

    They meet the guard like any other: what is no longer so is not sent. Codes were wiped and cannot be sent again.
    """
    count = (
        Message.objects.filter(
            pk__in=message_ids,
            state__in=[Message.State.FAILED, Message.State.UNCERTAIN],
            expires_at__gt=now,
        )
        .exclude(kind__in=[kind.name for kind in kinds.registered() if kind.urgent])
        .update(
            state=Message.State.PENDING,
            attempts=0,
            data_started_at=None,
            next_try_at=now,
            settled_at=None,
            settled_by=None,
            reason="",
        )
    )
    if not count:
        raise NothingToTry
    wakeup.ring_after_commit(urgent=False)
    return count


@transaction.atomic
def withdraw_messages(*, message_ids: list[int], reason: str, by: User, now: datetime) -> int:
    """Cancel messages that wait to be sent, with an officer's reason; how many."""
    return Message.objects.filter(pk__in=message_ids, state=Message.State.PENDING).update(
        state=Message.State.CANCELLED, settled_at=now, settled_by=by, reason=reason, secret=None
    )


@transaction.atomic
def mark_handled(*, message_ids: list[int], by: User, now: datetime) -> int:
    """Note that an officer has looked after messages that failed, perhaps arrived or came back; how many."""
    stuck = Message.objects.unhandled().filter(pk__in=message_ids).values("pk")
    back = Message.objects.came_back().filter(pk__in=message_ids).values("pk")
    return Message.objects.filter(Q(pk__in=stuck) | Q(pk__in=back)).update(settled_by=by)
