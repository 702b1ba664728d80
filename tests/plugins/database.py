"""The tests' databases are copies of one that was migrated once for the migrations as they are now.

Migrating takes Django half a minute and more (it draws every model anew after each step); a copy takes a second.
What is copied was made by the migrations and by nothing else. After a test that commits, what it left is deleted.
"""

import hashlib
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import django
import pgtrigger
import psycopg2
import pytest
from django.apps import apps
from django.conf import settings
from django.db import connection, transaction
from django.test import TransactionTestCase
from psycopg2 import sql
from pytest_django.plugin import DjangoDbBlocker

from itsyourmove.environment import url_of_database
from messaging.restores import database_identity

KEPT = "migrated_"
# A test that starts a process with one app more names its own ready-made database: the other apps' migrations are in it.
BEGUN_FROM = "MIGRATED_DATABASE"


def _marks() -> tuple[str, str]:
    """Of the apps that are installed, which a test may choose for a process of its own; and of their migrations."""
    installed = hashlib.sha256(repr(settings.INSTALLED_APPS).encode())
    migrations = hashlib.sha256(repr(django.VERSION).encode())
    for app in apps.get_app_configs():
        for path in sorted(Path(app.path).glob("migrations/*.py")):
            migrations.update(path.read_bytes())
    return installed.hexdigest()[:8], migrations.hexdigest()[:16]


def _ready_made() -> str:
    """The name of a migrated database, made by whichever test process comes first; the others wait for it."""
    database = settings.DATABASES["default"]
    installed, migrations = _marks()
    kept = f"{KEPT}{installed}_"
    name = f"{kept}{migrations}"
    with closing(
        psycopg2.connect(
            dbname="postgres",
            user=database["USER"],
            password=database["PASSWORD"],
            host=database["HOST"],
            port=database["PORT"],
        )
    ) as connection:
        connection.autocommit = True
        cursor = connection.cursor()
        cursor.execute("SELECT pg_advisory_lock(hashtext(%s))", [KEPT])
        cursor.execute("SELECT datname FROM pg_database WHERE datname LIKE %s", [f"{kept}%"])
        found = {row[0] for row in cursor.fetchall()}
        if name not in found:
            for old in found:  # of other migrations, or half made
                cursor.execute(f'DROP DATABASE "{old}"')
            half = f"{name}_half"
            basis = os.environ.get(BEGUN_FROM, "template0")
            cursor.execute(f'CREATE DATABASE "{half}" TEMPLATE "{basis}"')
            subprocess.run(
                [sys.executable, "manage.py", "migrate", "--no-input", "--verbosity", "0"],
                cwd=settings.BASE_DIR,
                env={**os.environ, "DATABASE_URL": url_of_database({**database, "NAME": half})},
                check=True,
            )
            cursor.execute(f'ALTER DATABASE "{half}" RENAME TO "{name}"')
    return name


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None) -> None:
    """pytest-django's own hook: called once a process, before it makes its database."""
    settings.DATABASES["default"]["TEST"]["TEMPLATE"] = _ready_made()


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> None:
    """A copy of a database sends nothing until it is said that it may: pytest-django's own fixture, and that.

    No commit waits for the disk, neither here nor in the processes that tests start: a thirtieth of the time.
    """
    with django_db_blocker.unblock():
        with connection.cursor() as cursor:
            name = connection.ops.quote_name(connection.settings_dict["NAME"])
            cursor.execute(f"ALTER DATABASE {name} SET synchronous_commit = off")
        connection.close()  # the next one hears of it
        if IDENTITY in connection.introspection.table_names():
            database_identity.take()


# Django writes these when a database is migrated; they are the same after every test.
OF_DJANGO = {"django_content_type", "auth_permission", "django_migrations"}
IDENTITY = (
    "messaging_databaseidentity"  # written once for each database, and again after each test that commits
)


def tables_with_rows() -> list[str]:
    """The tables in which tests have left something."""
    tables = connection.introspection.django_table_names(only_existing=True, include_views=False)
    one = sql.SQL("SELECT {} WHERE EXISTS (SELECT FROM {})")
    each = [
        one.format(sql.Literal(name), sql.Identifier(name))
        for name in sorted({*tables} - OF_DJANGO - {IDENTITY})
    ]
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL(" UNION ALL ").join(each).as_string(cursor.cursor))
        return [name for (name,) in cursor.fetchall()]


def _empty(case: TransactionTestCase) -> None:
    """In place of Django's `flush`, which empties all hundred tables, each on disk: a second, and here it is 50 ms.

    Foreign keys are looked at when the transaction ends, so any order will do; triggers that keep history stand aside.
    VACUUM gives the pages back: of a table that has pages and was counted while empty, PostgreSQL believes that it
    stays so, and reads a thousand rows a thousand times.
    """
    found = [sql.Identifier(name) for name in tables_with_rows()]
    if found:
        with connection.cursor() as cursor:
            with transaction.atomic(), pgtrigger.ignore():
                deleting = sql.SQL(";").join(sql.SQL("DELETE FROM {}").format(name) for name in found)
                cursor.execute(deleting.as_string(cursor.cursor))
            cursor.execute(sql.SQL("VACUUM {}").format(sql.SQL(", ").join(found)).as_string(cursor.cursor))


@pytest.fixture(scope="session", autouse=True)
def emptied_quickly() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", _empty)
        yield


@pytest.fixture(autouse=True)
def identity_put_back(request: pytest.FixtureRequest, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Used by every test, so it ends last: the settings, with their keys, are as they were."""
    yield
    marker = request.node.get_closest_marker("django_db")
    if "transactional_db" in request.fixturenames or (marker and marker.kwargs.get("transaction")):
        with django_db_blocker.unblock():
            database_identity.take()
