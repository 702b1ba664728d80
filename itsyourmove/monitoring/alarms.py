"""Everything that is wrong with the service at this moment: for the watch and for the red line on officers' pages."""

import logging
import os
import shutil
import socket
import time
from collections.abc import Sequence
from datetime import timedelta
from functools import cache, partial
from select import select

import psycopg2
from django.conf import settings
from django.db import Error, InterfaceError, OperationalError, ProgrammingError, connection, transaction
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.db.models import Value
from django.db.models.functions import Concat
from psycopg2.extensions import POLL_OK, POLL_READ, set_wait_callback

from messaging.monitoring import alarms as messages
from messaging.monitoring.alarms import Alarm
from participants.models import SafetyFact

PATIENCE = 20.0  # seconds after which a database that says nothing counts as away
KEPT_SECONDS = 10.0  # how long a process shows officers what it has found
AWAY = Alarm("database", "The database is not answering.")
REFUSES = Alarm("database_refuses", "The database refuses what the service asks: look at the log.")
log = logging.getLogger(__name__)

_began = time.monotonic()
_kept: tuple[float, Sequence[Alarm]] = (float("-inf"), ())  # until when, by time.monotonic(), and what


def all_alarms() -> list[Alarm]:
    """All alarms. Two queries; where the database is away, that is one of them."""
    try:
        found = _of_the_database()
    except (OperationalError, InterfaceError):
        found = [AWAY]
    except Error:
        log.exception("the database refuses a question")
        found = [REFUSES]
    return [*found, *_of_the_disks()]


def every_in_time(patience: float = PATIENCE) -> list[Alarm]:
    """The same for a process that must go on when the database takes the question and never answers.

    No timeout of the server's or of TCP sees a server that stands still, so each wait for it ends by our own clock.
    """
    connection.close()  # each look has its own connection: the wait is chosen when it is opened
    set_wait_callback(partial(_wait, deadline=time.monotonic() + patience))
    try:
        return all_alarms()
    finally:
        set_wait_callback(None)
        connection.close()


def _wait(line: psycopg2.extensions.connection, *, deadline: float) -> None:
    """What psycopg2 calls to wait for the server."""
    while (state := line.poll()) != POLL_OK:
        reads, writes = ([line], []) if state == POLL_READ else ([], [line])
        if not any(select(reads, writes, [], max(0.0, deadline - time.monotonic()))):
            # Hang up now: the error holds on to the line for a while, and to close it here would wait for a lock.
            with socket.socket(fileno=os.dup(line.fileno())) as same:
                same.shutdown(socket.SHUT_RDWR)
            raise psycopg2.OperationalError("no answer in time")


def on_pages() -> Sequence[Alarm]:
    """The same for officers' pages: looked for once in ten seconds in each process."""
    global _kept
    if time.monotonic() > _kept[0]:
        _kept = (time.monotonic() + KEPT_SECONDS, all_alarms())
    return _kept[1]


def free_megabytes() -> dict[str, int | None]:
    """How much room is left on each disk that the service writes to, by folder; None where that cannot be read."""
    found: dict[str, int | None] = {}
    for path in sorted(settings.ALERT_DISKS):
        try:
            folder = next(each for each in (path, *path.parents) if each.exists())
            found[str(folder)] = shutil.disk_usage(folder).free // 2**20
        except OSError:  # not ours to read, or a mount that is gone
            found[str(path)] = None
    return found


def _of_the_database() -> list[Alarm]:
    """The migrations first: where one is missing, the other question may ask for what is not there."""
    ran = MigrationRecorder(connection).migration_qs.values_list(Concat("app", Value("."), "name"), flat=True)
    missing = _migrations() - set(ran)
    if not missing:
        return _of_the_work()
    number = f"{len(missing)} migrations" if len(missing) > 1 else "a migration"
    lacks = Alarm("migrations", f"The database is missing {number}: run manage.py migrate.")
    try:
        with transaction.atomic():
            return [*_of_the_work(), lacks]
    except ProgrammingError:  # no such table or column
        return [lacks]


def _of_the_work() -> list[Alarm]:
    unlogged = SafetyFact.objects.filter(written_at__isnull=True).order_by("at")
    unlogged = unlogged.values_list(*messages.fact("unlogged", Value(""), "at"))[:1]
    found = list(messages.facts().union(unlogged, all=True))
    up = timedelta(seconds=time.monotonic() - _began)
    alarms = messages.judge(found, up=up)
    waited = min(up, max((age for what, _, age in found if what == "unlogged"), default=timedelta()))
    if waited.total_seconds() > settings.ALERT_SAFETY_LOG_SECONDS:
        alarms.append(
            Alarm("safety_log", "The safety log cannot be written to: check its disk (SAFETY_LOG).")
        )
    return alarms


def _of_the_disks() -> list[Alarm]:
    alarms = []
    for folder, left in free_megabytes().items():
        if left is None:
            alarms.append(Alarm(f"disk:{folder}", f"The disk that holds {folder} cannot be read."))
        elif left < settings.ALERT_DISK_FREE_MB:
            alarms.append(
                Alarm(f"disk:{folder}", f"The disk that holds {folder} is nearly full: {left} MB left.")
            )
    return alarms


@cache
def _migrations() -> set[str]:
    """The migrations of this release."""
    return {f"{app}.{name}" for app, name in MigrationLoader(None).graph.nodes}
