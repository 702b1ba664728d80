"""What the database looks at when a transaction ends, looked at before, in tests that never end theirs."""

from django.db import connection


def check_deferred() -> None:
    """Check now what was put off, once: later changes are put off as before. Raises IntegrityError."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT string_agg(conname, ', ') FROM pg_constraint WHERE condeferred")
        (deferred,) = cursor.fetchone()
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(f"SET CONSTRAINTS {deferred} DEFERRED")
