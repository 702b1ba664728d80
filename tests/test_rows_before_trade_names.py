"""A database that the release before filled keeps each row, its history and its rules when tables and columns are renamed."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.contenttypes.management import inject_rename_contenttypes_operations
from django.contrib.contenttypes.models import ContentType
from django.db import DatabaseError, connection, transaction
from django.db.migrations import RenameModel
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState, StateApps

from accounts.tests.factories import OfficerFactory
from itsyourmove.restores import backup_check
from participants.models import PossibleDuplicate
from participants.tests.factories import PersonFactory
from referrals.models import Referral
from sessions.models import Attendance, Cohort, CohortStatusChange, Place, Session
from sessions.session_dates import plan
from sessions.tests import factories as make
from sessions.tests.factories import NOW, ROOM

pytestmark = pytest.mark.django_db
RENAMING = [
    ("participants", "0012_trade_names"),
    ("referrals", "0007_follows_was_never_written"),
    ("cohort_sessions", "0009_trade_names"),
]
RENAMED = [
    ("participants", "lookalike", "possibleduplicate"),
    ("cohort_sessions", "cohortstep", "cohortstatuschange"),
]
TABLES = {
    **{f"{app}_{old}": f"{app}_{new}" for app, old, new in RENAMED},
    **{
        name: name
        for table in ("cohort_sessions_cohort", "cohort_sessions_session", "cohort_sessions_attendance")
        for name in (table, f"{table}event")
    },
    "referrals_referral": "referrals_referral",
    "referrals_referralevent": "referrals_referralevent",
}
COLUMNS = {"counts": "expected", "second_id": "second_host_id"}
GONE = {"zone", "follows_id"}


def rows(table: str) -> list[dict[str, Any]]:
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT * FROM "{table}" ORDER BY 1')  # noqa: S608
        names = [column.name for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def checked_at_once() -> None:
    """No table is altered while a rule waits for the end of the transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


class Renaming:
    """The operations of the three migrations, there and back, each in earnest.

    `migrate` draws every model anew for each of them, which takes minutes: here they are drawn three times in all, as they
    were before, with the tables renamed, and as they are.
    """

    def __init__(self) -> None:
        loader = MigrationLoader(None)
        ours = [loader.disk_migrations[name] for name in RENAMING]
        inject_rename_contenttypes_operations([(migration, False) for migration in ours])  # as `migrate` does
        before = [migration.dependencies[0] for migration in ours]
        self.before = loader.project_state([*loader.graph.leaf_nodes("contenttypes"), *before])
        renamed = self.before.clone()
        self.steps: list[tuple[str, Operation, ProjectState, ProjectState]] = []
        rest = []
        for migration in ours:
            label, operations = migration.app_label, migration.operations
            cut = 1 + max(
                (place for place, each in enumerate(operations) if isinstance(each, RenameModel)), default=-1
            )
            for each in operations[:cut]:
                each.state_forwards(label, renamed)
                to = renamed if isinstance(each, RenameModel) else self.before
                self.steps.append((label, each, self.before, to))
            rest += [(label, each) for each in operations[cut:]]
        now = renamed.clone()
        for label, each in rest:
            each.state_forwards(label, now)
            self.steps.append((label, each, renamed, now))

    def undo(self) -> StateApps:
        """The tables of the release before, and its models."""
        with connection.schema_editor() as editor:
            for label, operation, old, new in reversed(self.steps):
                operation.database_backwards(label, editor, new, old)
        return self.before.apps

    def do(self) -> None:
        with connection.schema_editor() as editor:
            for label, operation, old, new in self.steps:
                operation.database_forwards(label, editor, old, new)


def triggers(table: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_trigger WHERE tgrelid = %s::regclass AND NOT tgisinternal", [table]
        )
        return cursor.fetchone()[0]


def expected() -> list[int]:
    return sorted(Attendance.objects.filter(expected=True).values_list("session__number", flat=True))


def refused(rule: str, write: Callable) -> None:
    with pytest.raises(DatabaseError, match=rule), transaction.atomic():
        write()


def test_each_row_its_history_and_its_rules_are_there_after_the_renaming():
    officer, referral = OfficerFactory(), make.waiting()
    ann, ben, programme = make.instructor(), make.instructor(), make.programme()
    older, newer = PersonFactory(), PersonFactory()
    checked_at_once()
    renaming = Renaming()
    model = renaming.undo().get_model
    model("participants", "LookAlike").objects.create(one_id=older.pk, other_id=newer.pk, found_at=NOW)
    cohort = model("cohort_sessions", "Cohort").objects.create(
        programme_id=programme.pk,
        name="Heron",
        capacity=8,
        join_url=ROOM,
        lead_id=ann.pk,
        second_id=ben.pk,
        opened_at=NOW,
        opened_by_id=officer.pk,
    )
    model("cohort_sessions", "CohortStep").objects.create(
        cohort=cohort, to_status=cohort.status, at=NOW, by_id=officer.pk
    )
    sessions = model("cohort_sessions", "Session").objects.bulk_create(
        model("cohort_sessions", "Session")(
            cohort=cohort,
            number=slot.number,
            starts_at=slot.starts_at,
            ends_at=slot.ends_at,
            local_date=slot.local_date,
            local_time=slot.local_time,
        )
        for slot in plan(make.FIRST_DAY, make.SIX_PM, 60)
    )
    place = model("cohort_sessions", "Place").objects.create(
        cohort=cohort,
        referral_id=referral.pk,
        participant_id=referral.participant_id,
        placed_at=NOW,
        placed_by_id=officer.pk,
    )
    for session in sessions:
        model("cohort_sessions", "Attendance").objects.create(
            place=place,
            session=session,
            participant_id=referral.participant_id,
            starts_at=session.starts_at,
            ends_at=session.ends_at,
        )
    released = model("cohort_sessions", "Attendance").objects.filter(session=sessions[9])
    released.update(released_at=NOW)
    model("cohort_sessions", "Cohort").objects.update(second=None)
    model("cohort_sessions", "Cohort").objects.update(second_id=ben.pk)
    model("referrals", "Referral").objects.update(priority=2, priority_reason="Two falls")
    checked_at_once()
    kinds = [ContentType.objects.get(app_label=app, model=name).pk for app, name, _ in RENAMED]
    stood = {table: rows(table) for table in TABLES}
    assert all(stood.values()), "each of these tables has rows"

    renaming.do()

    for before, after in TABLES.items():
        assert rows(after) == [
            {COLUMNS.get(name, name): value for name, value in row.items() if name not in GONE}
            for row in stood[before]
        ], after
    assert [ContentType.objects.get(app_label=app, model=name).pk for app, _, name in RENAMED] == kinds
    assert backup_check.fault() == "", (
        "every rule, index, key and trigger has the name that the models give it"
    )
    assert triggers("cohort_sessions_cohortstatuschange") == 1, "none is left over from the old name"

    hosted = Cohort.pgh_event_model.objects.order_by("-pgh_id").values_list("second_host", flat=True)
    assert list(hosted[:3]) == [ben.pk, None, ben.pk]
    Cohort.objects.update(second_host=None)
    assert hosted[0] is None
    Referral.objects.update(priority=3)
    assert Referral.pgh_event_model.objects.latest("pgh_id").priority == 3

    first, *_, last = Session.objects.order_by("number")
    later = first.ends_at + timedelta(minutes=5)
    Session.objects.filter(pk=first.pk).update(ends_at=later)
    assert Attendance.objects.get(session=first).ends_at == later
    assert Session.pgh_event_model.objects.latest("pgh_id").ends_at == later
    assert expected() == [*range(1, 10)], "the last was released before"
    Attendance.objects.filter(session=last).update(released_at=None)
    assert expected() == [*range(1, 11)]
    again = Attendance(place_id=place.pk, session=last, participant=older, starts_at=NOW, ends_at=NOW)
    Attendance.objects.filter(session=last).delete()
    again.save()
    again.refresh_from_db()
    assert (again.participant_id, again.starts_at) == (referral.participant_id, last.starts_at)
    refused(
        "attendance_no_overlap",
        lambda: Attendance.objects.filter(session=last).update(starts_at=first.starts_at),
    )
    Place.objects.update(state="left", ended_at=first.ends_at, ended_by=officer)
    assert expected() == [1]
    assert not Attendance.pgh_event_model.objects.latest("pgh_id").expected

    refused("cohort_two_hosts", lambda: Cohort.objects.update(second_host=ann))
    refused("Cannot update", lambda: CohortStatusChange.objects.update(words="never happened"))
    refused("Cannot update", CohortStatusChange.objects.all().delete)
    pairs = PossibleDuplicate.objects
    refused("possible_duplicate_once", lambda: pairs.create(one=older, other=newer, found_at=NOW))
    refused("possible_duplicate_older_first", lambda: pairs.create(one=newer, other=older, found_at=NOW))
    refused("possible_duplicate_two_people_at_and_by", lambda: pairs.update(two_people_at=NOW))
    third = PersonFactory()
    assert pairs.create(one=newer, other=third, found_at=NOW).pk > stood["participants_lookalike"][0]["id"]
