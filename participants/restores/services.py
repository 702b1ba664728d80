"""After a backup is restored: links that came from it, and the officer who confirms what had to be checked."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from accounts.models import User
from core.errors import Refused
from core.registry import Registry
from participants.models import Restore
from participants.personal_links import links


@dataclass(frozen=True)
class RestorePart:
    """What one room leaves for officers to look at after a restore, on a page of its own."""

    title: str
    count: Callable[[Restore], int]  # how much of it nobody has decided on
    url: str  # named admin URL
    query: str = ""


_parts: Registry[str, RestorePart] = Registry("part of a restore")


def register(part: RestorePart) -> None:
    _parts.register(part.title, part)


def parts() -> list[RestorePart]:
    return list(_parts.values())


class AlreadyConfirmed(Refused):
    sentence = "This list has already been confirmed."


@transaction.atomic
def end_links(restore: Restore) -> list[str]:
    """End every link made after the backup whose address may have been another person's in the gap.

    Its number was given to somebody else then, and an address that comes from a number alone is theirs too. A link
    with a nonce of its own has no such double.
    """
    ended = 0
    for table in links.tables():
        made = table.objects.filter(made_at__gt=restore.since, revoked_at__isnull=True, nonce__isnull=True)
        ended += made.update(revoked_at=restore.at)
    return [f"Links made after the backup and now ended: {ended}."]


@transaction.atomic
def confirm(*, restore: Restore, by: User, now: datetime) -> None:
    """An officer has gone through the list of what is in doubt. Raises AlreadyConfirmed."""
    if not Restore.objects.unconfirmed().filter(pk=restore.pk).update(confirmed_at=now, confirmed_by=by):
        raise AlreadyConfirmed
