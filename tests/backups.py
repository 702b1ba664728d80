"""A real backup of the test's database: pg_dump, pg_restore into a fresh one, and our own commands run against that.

with backup.brought_back() as name:      dump, restore, and let Django itself work in the restored database
manage("restored", "--yes")              a process of its own, in the database that Django works in now
psql("SELECT ...")                       the same database, whatever its state, without Django
"""

import os
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path

import psycopg2
from django.conf import settings
from django.db import connection

from devtools.local_services import binaries
from itsyourmove import clone
from itsyourmove.environment import url_of_database
from tests.smtp_sink import wait_until

# Each process of the tests has its own: two of them restore side by side.
RESTORED = f"test_restored_{os.environ.get('PYTEST_XDIST_WORKER', 'alone')}"


def programs_of_postgres() -> Path:
    return binaries.postgres(clone.HERE)


def url() -> str:
    """The database in which Django works now."""
    return url_of_database(connection.settings_dict)


def environment(**changed: str) -> dict[str, str]:
    return {
        **os.environ,
        "DATABASE_URL": url(),
        "SITE_ORIGIN": settings.SITE_ORIGIN,
        "LINK_KEY": settings.LINK_KEY,
        "MESSAGE_KEY": settings.MESSAGE_KEY,
        "SAFETY_LOG": str(settings.SAFETY_LOG),
        **changed,
    }


def manage(*words: str, **changed: str) -> subprocess.CompletedProcess:
    """One of our commands, as a process of its own; `changed`: its environment."""
    return subprocess.run(
        [sys.executable, "manage.py", *words],
        cwd=settings.BASE_DIR,
        env=environment(**changed),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
    )


def started(*words: str, **changed: str) -> subprocess.Popen:
    return subprocess.Popen(
        [sys.executable, "manage.py", *words],
        cwd=settings.BASE_DIR,
        env=environment(**changed),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def psql(statement: str, database: str = "") -> list[tuple]:
    """Run one statement and commit it."""
    name = {**connection.settings_dict, "NAME": database or connection.settings_dict["NAME"]}
    with closing(psycopg2.connect(url_of_database(name))) as line:
        line.autocommit = True
        cursor = line.cursor()
        cursor.execute(statement)
        return cursor.fetchall() if cursor.description else []


def drop(name: str) -> None:
    """Drop this database, whoever uses it; autovacuum, which may not be ended by us, leaves by itself."""

    def dropped() -> bool:
        try:
            psql(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)', "postgres")
        except psycopg2.errors.InsufficientPrivilege:
            return False
        return True

    wait_until(dropped, what=f"the end of {name}")


@dataclass
class Backup:
    """A file of pg_dump."""

    path: Path

    def restore(self, name: str = RESTORED, *options: str) -> None:
        """Into a fresh database of this name."""
        drop(name)
        psql(f'CREATE DATABASE "{name}" TEMPLATE template0', "postgres")
        program = programs_of_postgres() / "pg_restore"
        into = url_of_database({**connection.settings_dict, "NAME": name})
        whole = options or ("--exit-on-error", "--single-transaction")
        subprocess.run([program, "--no-owner", *whole, "--dbname", into, self.path], check=not options)

    @contextmanager
    def brought_back(self, *options: str, meddle: Callable[[], object] = lambda: None) -> Iterator[str]:
        """Django works in the restored database, which is dropped afterwards."""
        self.restore(RESTORED, *options)
        before = connection.settings_dict["NAME"]
        connection.close()
        connection.settings_dict["NAME"] = RESTORED
        try:
            meddle()
            yield RESTORED
        finally:
            connection.close()
            connection.settings_dict["NAME"] = before
            drop(RESTORED)


def dump(folder: Path) -> Backup:
    """A backup of the database in which Django works now."""
    path = folder / "backup.dump"
    program = programs_of_postgres() / "pg_dump"
    subprocess.run([program, "--format=custom", "--file", path, "--dbname", url()], check=True)
    return Backup(path)


def checksums() -> dict[str, str]:
    """Each table's rows, as one digest."""
    each = "SELECT md5(coalesce(string_agg(t::text, chr(10) ORDER BY t::text), '')) FROM {} t"
    names = connection.introspection.table_names()
    return {name: psql(each.format(connection.ops.quote_name(name)))[0][0] for name in names}


def told(mails: Iterable[EmailMessage]) -> Counter[tuple[str, str]]:
    """Who was told what: address and subject."""
    return Counter((mail["X-Sink-To"], mail["Subject"]) for mail in mails)
