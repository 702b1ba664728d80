"""How soon PostgreSQL puts on disk what a drain notes about each message.

Waiting for the disk twice for every message would cost more than sending it. So claims wait, and so does what is noted
every DURABLE_EVERY messages; the rest is on disk a moment later. A killed *worker* loses nothing by that. If PostgreSQL
itself crashes, the last notes of a drain may be gone: `notice_crash` sees that by a table which a crash empties, and
then whatever is in a worker's hands counts as perhaps sent.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from django.db import connection, transaction
from django.db.models.functions import Coalesce

from messaging.models import Message

# A crash of the database can make at most so many mails a worker go twice, and a handful more (handfuls.py), each of
# them counted.
DURABLE_EVERY = 10


def to_disk() -> None:
    """Wait until everything that this connection has noted so far is on disk."""
    # The record gives this commit something to wait for; PostgreSQL writes all that came before it along.
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('synchronous_commit', 'on', true), pg_logical_emit_message(true, 'outbox', '')"
        )


@contextmanager
def relaxed() -> Iterator[None]:
    """Inside, commits do not wait; whoever needs to be sure says `to_disk`. At its end all is on disk."""
    _set("off")
    try:
        yield
    finally:
        _set("on")
        if connection.connection is not None and connection.is_usable():
            to_disk()


def notice_crash(now: datetime) -> bool:
    """After a crash of the database: what was in a worker's hands may have been sent, though nothing says so."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO messaging_uncrashed (id, since) VALUES (1, clock_timestamp()) ON CONFLICT DO NOTHING"
        )
        if not cursor.rowcount:
            return False
        in_hand = Message.objects.filter(state=Message.State.SENDING)
        in_hand.update(data_started_at=Coalesce("data_started_at", now))
        return True


def _set(mode: str) -> None:
    if connection.connection is None or connection.is_usable():
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('synchronous_commit', %s, false)", [mode])
