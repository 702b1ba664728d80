"""What tells two rows with the same id apart: after a backup is restored, ids are used again (adr/0023).

A row's nonce is made with it and never changes. Whatever is worked out from a row's number and leaves the house (a
personal link, a message's key and so its Message-ID) carries the nonce too. Rows older than nonces have none and keep
what was worked out from their number alone.
"""

import re
from typing import Any
from uuid import UUID

from django.contrib.postgres.functions import RandomUUID
from django.db import models
from django.db.models import Case, CharField, Expression, F, Value, When
from django.db.models.functions import Cast, Concat

TEXT = CharField()


class Nonced(models.Model):
    """A row that links or messages are about. The database makes the nonce, so no way of writing a row forgets it."""

    nonce = models.UUIDField(null=True, editable=False, db_default=RandomUUID())

    class Meta:
        abstract = True


def nonce_of(row: Nonced) -> UUID | None:
    """The nonce of a row as the database has it. ValueError for one that was not read back after it was written."""
    if row.pk is None or not (row.nonce is None or isinstance(row.nonce, UUID)):
        raise ValueError(f"{row!r} has no nonce of its own yet: read it from the database first")
    return row.nonce


def name_of(row: Nonced) -> str:
    """What stands for this row and for no other, also after a restore: "12.<nonce>", or "12" for an older row."""
    nonce = nonce_of(row)
    return f"{row.pk}.{nonce}" if nonce else str(row.pk)


def name_in_sql(path: str = "") -> Expression:
    """`name_of` the row at the end of this path ("", "change__")."""
    number = Cast(F(f"{path}pk"), TEXT)
    named = Concat(number, Value("."), Cast(F(f"{path}nonce"), TEXT))
    return Case(When(**{f"{path}nonce__isnull": True}, then=number), default=named, output_field=TEXT)


def number_in(name: str) -> int:
    """The row's number, from what `name_of` wrote."""
    return int(name.partition(".")[0])


def key_of(kind: str, *facts: object) -> str:
    """The key of a message: its kind, the rows that it is about or goes to, and whatever else makes it another one."""
    return ":".join([kind, *(name_of(fact) if isinstance(fact, Nonced) else str(fact) for fact in facts)])


def message_about(kind: str, row: Nonced, *facts: object) -> dict[str, Any]:
    """Which message this is, for the outbox: its kind and key, and the row that it is about ("status_change", 12)."""
    noun = re.sub(r"(?<!^)(?=[A-Z])", "_", row._meta.model.__name__).lower()
    return {"kind": kind, "key": key_of(kind, row, *facts), "subject_type": noun, "subject_id": row.pk}
