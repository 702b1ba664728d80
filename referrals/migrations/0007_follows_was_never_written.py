"""A column that nothing ever wrote goes."""

import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('referrals', '0006_nonces'),
    ]

    operations = [
        pgtrigger.migrations.RemoveTrigger(
            model_name='referral',
            name='insert_insert',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='referral',
            name='update_update',
        ),
        migrations.RemoveField(
            model_name='referral',
            name='follows',
        ),
        migrations.RemoveField(
            model_name='referralevent',
            name='follows',
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='referral',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "referrals_referralevent" ("agreed_on", "ended_as", "id", "opted_in_at", "organisation_id", "pain_three_months", "participant_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "priority", "reference", "referrer_role", "status", "status_at", "submission_key", "submitted_at", "submitted_by_id") VALUES (NEW."agreed_on", NEW."ended_as", NEW."id", NEW."opted_in_at", NEW."organisation_id", NEW."pain_three_months", NEW."participant_id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."priority", NEW."reference", NEW."referrer_role", NEW."status", NEW."status_at", NEW."submission_key", NEW."submitted_at", NEW."submitted_by_id"); RETURN NULL;', hash='e752bcf92742b1ae4f76e0369f658300b77f6c83', operation='INSERT', pgid='pgtrigger_insert_insert_a74c8', table='referrals_referral', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='referral',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "referrals_referralevent" ("agreed_on", "ended_as", "id", "opted_in_at", "organisation_id", "pain_three_months", "participant_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "priority", "reference", "referrer_role", "status", "status_at", "submission_key", "submitted_at", "submitted_by_id") VALUES (NEW."agreed_on", NEW."ended_as", NEW."id", NEW."opted_in_at", NEW."organisation_id", NEW."pain_three_months", NEW."participant_id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."priority", NEW."reference", NEW."referrer_role", NEW."status", NEW."status_at", NEW."submission_key", NEW."submitted_at", NEW."submitted_by_id"); RETURN NULL;', hash='c05a1fd54bb2a014a3d2aeece58f6360bf0990d1', operation='UPDATE', pgid='pgtrigger_update_update_223e7', table='referrals_referral', when='AFTER')),
        ),
    ]
