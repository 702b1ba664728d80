"""Which database this is: a copy restored from a backup is a different one."""

from django.db import models
from django.db.models import BigIntegerField, Func, Q


class ThisCluster(Func):
    """The cluster's system identifier: made by `initdb`, the same on every standby."""

    template = "(SELECT system_identifier FROM pg_control_system())"
    output_field = BigIntegerField()


class ThisDatabase(Func):
    """The database's oid: `pg_restore` and CREATE DATABASE give a new one; the same on every standby."""

    template = "(SELECT oid::bigint FROM pg_database WHERE datname = current_database())"
    output_field = BigIntegerField()


class IdentityQuerySet(models.QuerySet):
    def here(self) -> "IdentityQuerySet":
        """The row, if it was written in this very database."""
        return self.filter(system_identifier=ThisCluster(), database_oid=ThisDatabase())


class DatabaseIdentity(models.Model):
    """One row: the database in which it was written, and what only the right settings can open."""

    system_identifier = models.BigIntegerField()  # 0 matches nothing: marked as restored
    database_oid = models.BigIntegerField()
    site_origin = models.CharField(max_length=200)  # whose database it is
    sealed_word = models.BinaryField()  # opens with MESSAGE_KEY or one of its predecessors
    signed_word = models.CharField(max_length=64)  # made with LINK_KEY or one of its predecessors

    objects = IdentityQuerySet.as_manager()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(pk=1), name="identity_one_row")]

    def __str__(self) -> str:
        return "identity of the database"
