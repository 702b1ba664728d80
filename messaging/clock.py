"""The one clock of the outbox: the database's, the same for every web server and worker."""

from datetime import datetime

from django.db import connection


def database_now() -> datetime:
    """This moment, in UTC, also inside a transaction (PostgreSQL's now() would stand still there)."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        return cursor.fetchone()[0]
