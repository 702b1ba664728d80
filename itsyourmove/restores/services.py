"""What `manage.py restored` does after a backup is restored: a plain list of steps, in one transaction."""

from collections.abc import Callable
from datetime import datetime

from django.db import connection, transaction

from core import clock
from itsyourmove.celery import DRAIN, app
from messaging.models import DatabaseIdentity
from messaging.restores import database_identity
from messaging.restores import services as restoring
from participants.models import Restore
from participants.restores import services as restores
from referrals import safety_log_replay

MARGIN = 1_000_000  # numbers left out: more rows than any table gets between two backups
MOST = 2**31 - 2  # of the few sequences of Django's own that count in four bytes
# What beat asks for that writes no message: every other task is run for the gap, a new one too.
WRITES_NONE = (
    DRAIN,
    "itsyourmove.tasks.keep_to_time",
    "participants.tasks.write_safety_log",
    "referrals.tasks.find_look_alikes",
)

# A step is a function in the room that owns what it changes. It is given the restore (`since`, `at`), changes rows to
# the stricter side only, may run twice, and returns lines for the report. The row stands in the database by then.
Step = Callable[[Restore], list[str]]


def move_numbers_on(restore: Restore) -> list[str]:
    """No number that was given after the backup is ever given again; all sequences go on from one number.

    So whatever has a greater number than `highest_number` at the end of this step was made afterwards.
    """
    with connection.cursor() as cursor:
        start = min(highest_number() + MARGIN, MOST)
        cursor.execute(
            "SELECT setval(format('%%I.%%I', schemaname, sequencename)::regclass, greatest(last_value, %s))"
            " FROM pg_sequences WHERE schemaname = current_schema()",
            [start],
        )
    return [f"New rows will have ids from {start + 1}."]


def highest_number() -> int:
    """The greatest number that any sequence has given."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT coalesce(max(last_value), 0) FROM pg_sequences WHERE schemaname = current_schema()"
        )
        return cursor.fetchone()[0]


def hold_messages(restore: Restore) -> list[str]:
    """Whatever was to leave in the gap, and whatever would be written again for it, waits for an officer."""
    doubted = restoring.go_through_again(restore, sweep=sweep, above=highest_number())
    return [f"Messages that may have been sent after the backup was made: {doubted}. Officers will see them."]


# The last: what it writes has a new number, which is not to be taken for one of the backup.
STEPS: list[Step] = [move_numbers_on, restores.end_links, hold_messages, safety_log_replay.step]


@transaction.atomic
def run(*, since: datetime, now: datetime) -> list[str]:
    """All steps, and at last the release: killed before that, it has done nothing, and runs again.

    Sequences are the exception, which go on twice then. Nothing but `since` and `now` says what the gap is.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('restored'))")
        cursor.execute("SET LOCAL statement_timeout = 0; SET LOCAL lock_timeout = 0")
    if DatabaseIdentity.objects.here().exists():
        return []  # another one was faster
    restore = Restore.objects.create(since=since, at=now)
    told = [line for step in STEPS for line in step(restore)]
    database_identity.take()
    return told


def sweeps() -> list[str]:
    """The tasks of beat that may write messages, in its order."""
    return [entry["task"] for entry in app.conf.beat_schedule.values() if entry["task"] not in WRITES_NONE]


def sweep(moment: datetime) -> None:
    """All that beat asks for, as it would have been at that moment."""
    app.loader.import_default_modules()
    with clock.standing_at(moment):
        for name in sweeps():
            app.tasks[name].run()
