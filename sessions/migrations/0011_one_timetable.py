import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('cohort_sessions', '0010_times_that_officers_chose'),
    ]

    operations = [
        pgtrigger.migrations.RemoveTrigger(
            model_name='programme',
            name='insert_insert',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='programme',
            name='update_update',
        ),
        migrations.RemoveConstraint(
            model_name='programme',
            name='programme_reminder_by_day',
        ),
        migrations.RemoveConstraint(
            model_name='programme',
            name='programme_nudges_in_order',
        ),
        migrations.RemoveField(
            model_name='programme',
            name='first_nudge_hours',
        ),
        migrations.RemoveField(
            model_name='programme',
            name='reminder_day_time',
        ),
        migrations.RemoveField(
            model_name='programme',
            name='second_nudge_hours',
        ),
        migrations.RemoveField(
            model_name='programmeevent',
            name='first_nudge_hours',
        ),
        migrations.RemoveField(
            model_name='programmeevent',
            name='reminder_day_time',
        ),
        migrations.RemoveField(
            model_name='programmeevent',
            name='second_nudge_hours',
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='programme',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "cohort_sessions_programmeevent" ("answers_close_minutes", "capacity", "completion_percent", "decide_days", "expiries_to_officer", "hold_ends_hours", "hold_hours", "id", "join_closes_minutes", "join_opens_minutes", "late_answer_minutes", "minimum_to_start", "name", "people_per_host", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "session_minutes") VALUES (NEW."answers_close_minutes", NEW."capacity", NEW."completion_percent", NEW."decide_days", NEW."expiries_to_officer", NEW."hold_ends_hours", NEW."hold_hours", NEW."id", NEW."join_closes_minutes", NEW."join_opens_minutes", NEW."late_answer_minutes", NEW."minimum_to_start", NEW."name", NEW."people_per_host", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."session_minutes"); RETURN NULL;', hash='3589fdf4203509eb04866bb8d982769650455dd3', operation='INSERT', pgid='pgtrigger_insert_insert_28945', table='cohort_sessions_programme', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='programme',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "cohort_sessions_programmeevent" ("answers_close_minutes", "capacity", "completion_percent", "decide_days", "expiries_to_officer", "hold_ends_hours", "hold_hours", "id", "join_closes_minutes", "join_opens_minutes", "late_answer_minutes", "minimum_to_start", "name", "people_per_host", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "session_minutes") VALUES (NEW."answers_close_minutes", NEW."capacity", NEW."completion_percent", NEW."decide_days", NEW."expiries_to_officer", NEW."hold_ends_hours", NEW."hold_hours", NEW."id", NEW."join_closes_minutes", NEW."join_opens_minutes", NEW."late_answer_minutes", NEW."minimum_to_start", NEW."name", NEW."people_per_host", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."session_minutes"); RETURN NULL;', hash='99c38d9bdc1c9e4f2888f3ad6929e8135bd4b2ee', operation='UPDATE', pgid='pgtrigger_update_update_9d760', table='cohort_sessions_programme', when='AFTER')),
        ),
    ]
