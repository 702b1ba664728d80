"""The one clock of the outbox: the database's, the same for every web server and worker."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime

from django.db import connection

_stands_at: ContextVar[datetime | None] = ContextVar("stands_at", default=None)


def database_now() -> datetime:
    """This moment, in UTC, also inside a transaction (PostgreSQL's now() would stand still there)."""
    if (moment := _stands_at.get()) is not None:
        return moment
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        return cursor.fetchone()[0]


@contextmanager
def standing_at(moment: datetime) -> Iterator[None]:
    """Let the clock show a moment that has passed, for what goes through it again (`restored`)."""
    token = _stands_at.set(moment)
    try:
        yield
    finally:
        _stands_at.reset(token)
