"""The cache table, which holds the counts for limits: what cannot be counted is refused, never let through.

Django's own class treats a failed write as one that another process made first, and reports nothing.
"""

from typing import Any

from django.core.cache.backends.base import DEFAULT_TIMEOUT
from django.core.cache.backends.db import DatabaseCache
from django.db import DatabaseError, OperationalError, connections, router, transaction

# SQLSTATE: a standby, or default_transaction_read_only; disk full (53100).
READ_ONLY, NO_RESOURCES = ("25006", "53")
PROBE = "can-be-written"


class CacheNotWritable(OperationalError):
    """The cache table takes nothing: it refuses, the disk is full, or the database is read-only."""


def cannot_save(error: BaseException | None) -> bool:
    """Whether the database answers and can save nothing, so that no other request would fare better."""
    code = getattr(getattr(error, "__cause__", None), "pgcode", None) or ""
    return isinstance(error, CacheNotWritable) or code == READ_ONLY or code.startswith(NO_RESOURCES)


class SharedCache(DatabaseCache):
    """Raises CacheNotWritable where a value cannot be written."""

    def probe(self) -> None:
        """Write one small row. Raises CacheNotWritable."""
        database = router.db_for_write(self.cache_model_class)
        table = connections[database].ops.quote_name(self._table)
        write = (
            f"INSERT INTO {table} (cache_key, value, expires) VALUES (%s, '', now())"  # noqa: S608 - a setting's name
            " ON CONFLICT (cache_key) DO UPDATE SET expires = EXCLUDED.expires"
        )
        try:
            with transaction.atomic(using=database), connections[database].cursor() as cursor:
                cursor.execute(write, [self.make_key(PROBE)])
        except DatabaseError as error:
            raise CacheNotWritable from error

    def _base_set(self, mode: str, key: str, value: Any, timeout: Any = DEFAULT_TIMEOUT) -> bool:
        try:
            done = super()._base_set(mode, key, value, timeout)
        except DatabaseError as error:  # of the culling, which comes before
            raise CacheNotWritable from error
        if not done and mode != "touch" and not (mode == "add" and self._holds(key)):
            self.probe()  # else another process was quicker, or holds the row
        return done

    def _holds(self, made_key: str) -> bool:
        """Whether the table has this, so that nothing was to be added."""
        database = router.db_for_read(self.cache_model_class)
        table = connections[database].ops.quote_name(self._table)
        with connections[database].cursor() as cursor:
            cursor.execute(
                f"SELECT FROM {table} WHERE cache_key = %s AND expires > now()",
                [made_key],
            )
            return cursor.rowcount > 0

    def _base_delete_many(self, keys: list[str]) -> bool:
        try:
            return super()._base_delete_many(keys)
        except DatabaseError as error:
            raise CacheNotWritable from error
