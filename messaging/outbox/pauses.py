"""Holding messages back, and letting them go again: one, those of a group, or all."""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef, Q

from accounts.models import User
from core.errors import Refused
from messaging.models import Message, Pause
from messaging.outbox import wakeup


class AlreadyPaused(Refused):
    sentence = "This is already paused. Reload the page to see who paused it and why."


def paused() -> Q:
    """Messages that are held back; codes and safety alerts never are."""
    whole = Pause.objects.filter(ended_at__isnull=True)
    scope = Q(everything=True) | Q(message=OuterRef("pk")) | Q(group=OuterRef("group")) & ~Q(group="")
    return Q(Exists(whole.filter(scope)), urgent=False)


@transaction.atomic
def pause(
    *,
    why: str,
    by: User,
    now: datetime,
    message: Message | None = None,
    group: str = "",
    everything: bool = False,
) -> Pause:
    """Hold back one message, a group ("cohort:12") or everything, from this moment. Raises AlreadyPaused.

    What a worker has in hand meets the guard and is handed back, unless it goes within the next tenth of a second.
    """
    try:
        with transaction.atomic():
            return Pause.objects.create(
                message=message, group=group, everything=everything, why=why, at=now, by=by
            )
    except IntegrityError as error:
        raise AlreadyPaused from error


@transaction.atomic
def resume(*, pause_id: int, by: User, now: datetime) -> bool:
    """Let go again what was held back, if it is still of use then; False if somebody else did so before."""
    done = Pause.objects.filter(pk=pause_id, ended_at__isnull=True).update(ended_at=now, ended_by=by)
    if done:
        wakeup.ring_after_commit(urgent=False)
    return bool(done)
