"""Whether a database is a whole backup of this service, of this version, of this partnership, with these keys."""

import pgtrigger
from django.apps import apps
from django.conf import settings
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from messaging.models import DatabaseIdentity
from messaging.restores import database_identity

CUT_OFF = "The backup is incomplete ({}): restore it again into an empty database, or use another."


def fault() -> str:
    """One sentence about what is wrong with it, with the remedy; or nothing."""
    tables = set(connection.introspection.table_names())
    if "django_migrations" not in tables:
        return CUT_OFF.format("it has no django_migrations")
    executor = MigrationExecutor(connection)
    ran, known = set(executor.loader.applied_migrations), set(executor.loader.disk_migrations)
    ours = {app.label for app in apps.get_app_configs()}
    if newer := sorted(
        f"{app}.{name}" for app, name in ran - known if app in ours and not _replaced(executor, app, name)
    ):
        return f"The backup is from a newer version of the service ({newer[0]}): install that version first."
    expected = {
        model._meta.db_table for model in apps.get_models() if model._meta.managed and not model._meta.proxy
    }
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        if not ran:  # its rows come in one piece, after the tables
            return CUT_OFF.format("it does not say which migrations ran")
        return (
            "The backup is from an older version of the service: run manage.py migrate, then run this again."
        )
    if missing := sorted(expected - tables):
        return CUT_OFF.format(f"it has no {missing[0]}")
    if missing := sorted(_named() - _found()):
        return CUT_OFF.format(f"it has no {missing[0]}")
    row = DatabaseIdentity.objects.first()
    if row is None:
        return CUT_OFF.format("it has no database identity")
    if row.site_origin != settings.SITE_ORIGIN:
        return f"The backup is from {row.site_origin} but SITE_ORIGIN is {settings.SITE_ORIGIN}: restore the right one."
    if wrong := database_identity.wrong_keys(row):
        return f"The backup was made with a different {' and '.join(wrong)}: set the key that was used then."
    return ""


def _named() -> set[str]:
    """The rules, indexes, keys and triggers of our models: a backup has them at its end."""
    found = {trigger.get_pgid(model) for model, trigger in pgtrigger.registered()}
    for model in apps.get_models(include_auto_created=True):
        meta = model._meta
        if meta.managed and not meta.proxy:
            found |= {each.name for each in (*meta.constraints, *meta.indexes)}
            found |= {
                f"key of {meta.db_table}.{field.column}"
                for field in meta.local_concrete_fields
                if field.remote_field and field.db_constraint
            }
    return found


def _found() -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT conname FROM pg_constraint UNION SELECT relname FROM pg_class WHERE relkind = 'i'"
            " UNION SELECT tgname FROM pg_trigger WHERE tgenabled <> 'D'"
            " UNION SELECT 'key of ' || relname || '.' || attname FROM pg_constraint"
            " JOIN pg_class ON pg_class.oid = conrelid JOIN pg_attribute ON attrelid = conrelid AND attnum = ANY (conkey)"
            " WHERE contype = 'f'"
        )
        return {name for (name,) in cursor.fetchall()}


def _replaced(executor: MigrationExecutor, app: str, name: str) -> bool:
    """A migration that ran and was squashed since."""
    return any((app, name) in migration.replaces for migration in executor.loader.disk_migrations.values())
