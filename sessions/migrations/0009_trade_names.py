"""The words of the trade: status change, second host, expected; a column that nothing reads goes. No row is lost."""

import django.contrib.postgres.constraints
import django.contrib.postgres.fields.ranges
import django.db.models.constraints
import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
import sessions.models.attendance
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('cohort_sessions', '0008_places_freed_while_checking'),
    ]

    operations = [
        pgtrigger.migrations.RemoveTrigger(
            model_name='attendance',
            name='copy_times',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='attendance',
            name='released',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='attendance',
            name='insert_insert',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='attendance',
            name='update_update',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='cohort',
            name='insert_insert',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='cohort',
            name='update_update',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='cohortstep',
            name='written_once',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='place',
            name='release_attendances',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='session',
            name='carry_times',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='session',
            name='insert_insert',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='session',
            name='update_update',
        ),
        migrations.RenameModel(
            old_name='CohortStep',
            new_name='CohortStatusChange',
        ),
        migrations.AlterField(
            model_name='cohortstatuschange',
            name='cohort',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='status_changes', to='cohort_sessions.cohort'),
        ),
        # Two rules name a column by its new name from here on: PostgreSQL carries a renamed column over by itself.
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.RemoveConstraint(
                    model_name='attendance',
                    name='attendance_no_overlap',
                ),
                migrations.RemoveConstraint(
                    model_name='cohort',
                    name='cohort_two_hosts',
                ),
            ],
        ),
        migrations.RenameField(
            model_name='attendance',
            old_name='counts',
            new_name='expected',
        ),
        migrations.RenameField(
            model_name='attendanceevent',
            old_name='counts',
            new_name='expected',
        ),
        migrations.RenameField(
            model_name='cohort',
            old_name='second',
            new_name='second_host',
        ),
        migrations.RenameField(
            model_name='cohortevent',
            old_name='second',
            new_name='second_host',
        ),
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.AddConstraint(
                    model_name='attendance',
                    constraint=django.contrib.postgres.constraints.ExclusionConstraint(condition=models.Q(('expected', True)), deferrable=django.db.models.constraints.Deferrable['IMMEDIATE'], expressions=[('participant', '='), (sessions.models.attendance.TsTzRange('starts_at', 'ends_at', django.contrib.postgres.fields.ranges.RangeBoundary(inclusive_lower=True, inclusive_upper=False)), '&&')], name='attendance_no_overlap'),
                ),
                migrations.AddConstraint(
                    model_name='cohort',
                    constraint=models.CheckConstraint(condition=models.Q(('lead__isnull', True), ('second_host__isnull', True), models.Q(('lead', models.F('second_host')), _negated=True), _connector='OR'), name='cohort_two_hosts'),
                ),
            ],
        ),
        migrations.RemoveField(
            model_name='session',
            name='zone',
        ),
        migrations.RemoveField(
            model_name='sessionevent',
            name='zone',
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='attendance',
            trigger=pgtrigger.compiler.Trigger(name='copy_times', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n        SELECT s.starts_at, s.ends_at, p.participant_id, (s.status <> 'cancelled_by_us' AND NEW.released_at IS NULL\n    AND (p.state NOT IN ('left', 'returned') OR s.starts_at < p.ended_at))\n          INTO NEW.starts_at, NEW.ends_at, NEW.participant_id, NEW.expected\n          FROM cohort_sessions_session s JOIN cohort_sessions_place p ON p.cohort_id = s.cohort_id\n         WHERE s.id = NEW.session_id AND p.id = NEW.place_id;\n        IF NOT FOUND THEN\n            RAISE EXCEPTION 'the session and the place belong to different cohorts'\n                  USING ERRCODE = 'check_violation', CONSTRAINT = 'attendance_in_one_cohort';\n        END IF;\n        RETURN NEW;\n    ", hash='e57ad8187fd69f2966518b1bf97fc26d3df57e48', operation='INSERT OR UPDATE OF "place_id", "session_id"', pgid='pgtrigger_copy_times_46b80', table='cohort_sessions_attendance', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='attendance',
            trigger=pgtrigger.compiler.Trigger(name='released', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n        SELECT (s.status <> 'cancelled_by_us' AND NEW.released_at IS NULL\n    AND (p.state NOT IN ('left', 'returned') OR s.starts_at < p.ended_at))\n          INTO NEW.expected\n          FROM cohort_sessions_session s, cohort_sessions_place p\n         WHERE s.id = NEW.session_id AND p.id = NEW.place_id;\n        RETURN NEW;\n    ", hash='04d94f7a6a4fbc0683186e308c367857449661b1', operation='UPDATE OF "released_at"', pgid='pgtrigger_released_6c1cc', table='cohort_sessions_attendance', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='attendance',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "cohort_sessions_attendanceevent" ("adapted", "answer", "answered_at", "answered_late", "code", "coded_at", "coded_by_id", "ends_at", "expected", "id", "joined_at", "participant_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "place_id", "rejoin_refused_at", "rejoin_refused_by_id", "released_at", "session_id", "starts_at") VALUES (NEW."adapted", NEW."answer", NEW."answered_at", NEW."answered_late", NEW."code", NEW."coded_at", NEW."coded_by_id", NEW."ends_at", NEW."expected", NEW."id", NEW."joined_at", NEW."participant_id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."place_id", NEW."rejoin_refused_at", NEW."rejoin_refused_by_id", NEW."released_at", NEW."session_id", NEW."starts_at"); RETURN NULL;', hash='e33709ac3b8f27334953bb978530d74442becff8', operation='INSERT', pgid='pgtrigger_insert_insert_3cb37', table='cohort_sessions_attendance', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='attendance',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "cohort_sessions_attendanceevent" ("adapted", "answer", "answered_at", "answered_late", "code", "coded_at", "coded_by_id", "ends_at", "expected", "id", "joined_at", "participant_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "place_id", "rejoin_refused_at", "rejoin_refused_by_id", "released_at", "session_id", "starts_at") VALUES (NEW."adapted", NEW."answer", NEW."answered_at", NEW."answered_late", NEW."code", NEW."coded_at", NEW."coded_by_id", NEW."ends_at", NEW."expected", NEW."id", NEW."joined_at", NEW."participant_id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."place_id", NEW."rejoin_refused_at", NEW."rejoin_refused_by_id", NEW."released_at", NEW."session_id", NEW."starts_at"); RETURN NULL;', hash='8b915f1a05138c093b98fbeb92f97880681ba1a4', operation='UPDATE', pgid='pgtrigger_update_update_9fb3c', table='cohort_sessions_attendance', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='cohort',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "cohort_sessions_cohortevent" ("capacity", "freed_unoffered", "id", "language", "lead_id", "levels", "name", "opened_at", "opened_by_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "phase_id", "programme_id", "provides", "second_host_id", "status", "taken") VALUES (NEW."capacity", NEW."freed_unoffered", NEW."id", NEW."language", NEW."lead_id", NEW."levels", NEW."name", NEW."opened_at", NEW."opened_by_id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."phase_id", NEW."programme_id", NEW."provides", NEW."second_host_id", NEW."status", NEW."taken"); RETURN NULL;', hash='e730e7affc3b065912052a5567648ce1eaea3fa6', operation='INSERT', pgid='pgtrigger_insert_insert_8f2a6', table='cohort_sessions_cohort', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='cohort',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "cohort_sessions_cohortevent" ("capacity", "freed_unoffered", "id", "language", "lead_id", "levels", "name", "opened_at", "opened_by_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "phase_id", "programme_id", "provides", "second_host_id", "status", "taken") VALUES (NEW."capacity", NEW."freed_unoffered", NEW."id", NEW."language", NEW."lead_id", NEW."levels", NEW."name", NEW."opened_at", NEW."opened_by_id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."phase_id", NEW."programme_id", NEW."provides", NEW."second_host_id", NEW."status", NEW."taken"); RETURN NULL;', hash='f4c12c6a8958c6977594883fab19f659abadaf5b', operation='UPDATE', pgid='pgtrigger_update_update_790a1', table='cohort_sessions_cohort', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='cohortstatuschange',
            trigger=pgtrigger.compiler.Trigger(name='written_once', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='5925923892f36dbce5227ecbc0c82f42eb99dcb7', operation='UPDATE OR DELETE', pgid='pgtrigger_written_once_ffd10', table='cohort_sessions_cohortstatuschange', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='place',
            trigger=pgtrigger.compiler.Trigger(name='release_attendances', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n        UPDATE cohort_sessions_attendance a\n           SET expected = (s.status <> 'cancelled_by_us' AND a.released_at IS NULL\n    AND (p.state NOT IN ('left', 'returned') OR s.starts_at < p.ended_at))\n          FROM cohort_sessions_session s, cohort_sessions_place p\n         WHERE a.place_id = NEW.id AND p.id = NEW.id AND s.id = a.session_id\n           AND a.expected IS DISTINCT FROM (s.status <> 'cancelled_by_us' AND a.released_at IS NULL\n    AND (p.state NOT IN ('left', 'returned') OR s.starts_at < p.ended_at));\n        RETURN NULL;\n    ", hash='e05d8bba33e134855939012471edf86b681e1111', operation='UPDATE OF "state", "ended_at"', pgid='pgtrigger_release_attendances_aa091', table='cohort_sessions_place', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='session',
            trigger=pgtrigger.compiler.Trigger(name='carry_times', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n        UPDATE cohort_sessions_attendance a\n           SET starts_at = s.starts_at, ends_at = s.ends_at, expected = (s.status <> 'cancelled_by_us' AND a.released_at IS NULL\n    AND (p.state NOT IN ('left', 'returned') OR s.starts_at < p.ended_at))\n          FROM cohort_sessions_session s, cohort_sessions_place p\n         WHERE a.session_id = NEW.id AND s.id = NEW.id AND p.id = a.place_id\n           AND (a.starts_at, a.ends_at, a.expected) IS DISTINCT FROM (s.starts_at, s.ends_at, (s.status <> 'cancelled_by_us' AND a.released_at IS NULL\n    AND (p.state NOT IN ('left', 'returned') OR s.starts_at < p.ended_at)));\n        RETURN NULL;\n    ", hash='1a07a1448bd4b92dd8caa62bcff0acb1ffc5a9a3', operation='UPDATE OF "starts_at", "ends_at", "status"', pgid='pgtrigger_carry_times_97a9a', table='cohort_sessions_session', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='session',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "cohort_sessions_sessionevent" ("cohort_id", "ends_at", "id", "local_date", "local_time", "number", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "register_saved_at", "register_saved_by_id", "schedule_version", "starts_at", "status") VALUES (NEW."cohort_id", NEW."ends_at", NEW."id", NEW."local_date", NEW."local_time", NEW."number", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."register_saved_at", NEW."register_saved_by_id", NEW."schedule_version", NEW."starts_at", NEW."status"); RETURN NULL;', hash='6ae378cbba8002823ff93d4e7bf97ecb534703e0', operation='INSERT', pgid='pgtrigger_insert_insert_c02e1', table='cohort_sessions_session', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='session',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "cohort_sessions_sessionevent" ("cohort_id", "ends_at", "id", "local_date", "local_time", "number", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "register_saved_at", "register_saved_by_id", "schedule_version", "starts_at", "status") VALUES (NEW."cohort_id", NEW."ends_at", NEW."id", NEW."local_date", NEW."local_time", NEW."number", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."register_saved_at", NEW."register_saved_by_id", NEW."schedule_version", NEW."starts_at", NEW."status"); RETURN NULL;', hash='0ec5e690c71328a37e4502fdeb51ad6435799e85', operation='UPDATE', pgid='pgtrigger_update_update_abdf7', table='cohort_sessions_session', when='AFTER')),
        ),
    ]
