"""The tests' databases are copies of one that was migrated once for the migrations as they are now.

Migrating takes Django half a minute and more (it draws every model anew after each step); a copy takes a second.
What is copied was made by the migrations and by nothing else.
"""

import hashlib
import os
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import django
import psycopg2
import pytest
from django.apps import apps
from django.conf import settings

from itsyourmove.environment import url_of_database

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
