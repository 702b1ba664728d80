import django.db.models.deletion
import django.db.models.functions.text
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    replaces = [('messaging', '0001_initial'), ('messaging', '0002_to_somebody_without_an_account'), ('messaging', '0003_email_without_hyphen'), ('messaging', '0004_full_strength'), ('messaging', '0005_crashes_are_noticed'), ('messaging', '0006_reference_and_came_back'), ('messaging', '0007_words_are_kept'), ('messaging', '0008_own_messages'), ('messaging', '0009_through_a_proxy'), ('messaging', '0010_opt_outs'), ('messaging', '0011_letters')]

    initial = True

    dependencies = [
        ('accounts', '0001_founding'),
        ('participants', '0001_founding'),
        ('pghistory', '0007_auto_20250421_0444'),
    ]

    operations = [
        migrations.CreateModel(
            name='Heartbeat',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=40, unique=True)),
                ('seen_at', models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name='OptOut',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('how', models.CharField(choices=[('link', 'By the link in a message'), ('complaint', 'They told their mail provider that a message was unwanted')], max_length=10)),
                ('at', models.DateTimeField()),
                ('ended_at', models.DateTimeField(null=True)),
                ('ended_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('participant', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='opt_outs', to='participants.participant')),
            ],
            options={
                'constraints': [models.UniqueConstraint(condition=models.Q(('ended_at__isnull', True)), fields=('participant',), name='opt_out_one_a_person'), models.CheckConstraint(condition=models.Q(('how__in', ['link', 'complaint'])), name='opt_out_how_known'), models.CheckConstraint(condition=models.Q(('ended_at__isnull', False), ('ended_by__isnull', True), _connector='OR'), name='opt_out_ended_by_after')],
            },
        ),
        migrations.CreateModel(
            name='Wording',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(max_length=40)),
                ('language', models.CharField(default='en', max_length=5)),
                ('variant', models.CharField(choices=[('standard', 'Standard'), ('large', 'Large print'), ('plain', 'Plain words')], default='standard', max_length=10)),
                ('version', models.PositiveIntegerField()),
                ('subject', models.CharField(max_length=200)),
                ('text', models.TextField(max_length=10000)),
                ('written_at', models.DateTimeField()),
                ('withdrawn_at', models.DateTimeField(null=True)),
                ('withdrawn_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('written_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('kind', 'language', 'variant', 'version'), name='wording_version_once'), models.CheckConstraint(condition=models.Q(('version__gte', 1)), name='wording_version_from_one'), models.CheckConstraint(condition=models.Q(('variant__in', ['standard', 'large', 'plain'])), name='wording_variant_known'), models.CheckConstraint(condition=models.Q(models.Q(('withdrawn_at__isnull', True), ('withdrawn_by__isnull', True)), models.Q(('withdrawn_at__isnull', False), ('withdrawn_by__isnull', False)), _connector='OR'), name='wording_withdrawn_at_and_by')],
            },
        ),
        migrations.CreateModel(
            name='WordingTest',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.UUIDField(unique=True)),
                ('kind', models.CharField(max_length=40)),
                ('language', models.CharField(max_length=5)),
                ('variant', models.CharField(max_length=10)),
                ('subject', models.CharField(max_length=200)),
                ('text', models.TextField(max_length=10000)),
                ('asked_at', models.DateTimeField()),
                ('asked_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='AdHoc',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.UUIDField(unique=True)),
                ('audience', models.CharField(max_length=40)),
                ('subject', models.CharField(max_length=200)),
                ('text', models.TextField(max_length=5000)),
                ('written_at', models.DateTimeField()),
                ('called_back_at', models.DateTimeField(null=True)),
                ('called_back_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('written_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('subject', ''), _negated=True), models.Q(('text', ''), _negated=True)), name='adhoc_says_something'), models.CheckConstraint(condition=models.Q(models.Q(('called_back_at__isnull', True), ('called_back_by__isnull', True)), models.Q(('called_back_at__isnull', False), ('called_back_by__isnull', False)), _connector='OR'), name='adhoc_called_back_at_and_by')],
            },
        ),
        migrations.CreateModel(
            name='ChannelStanding',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('channel', models.CharField(max_length=12, unique=True)),
                ('tokens', models.FloatField(default=0)),
                ('filled_at', models.DateTimeField()),
                ('stopped_at', models.DateTimeField(null=True)),
                ('stopped_why', models.CharField(blank=True, max_length=100)),
                ('faults', models.PositiveSmallIntegerField(default=0)),
                ('next_try_at', models.DateTimeField(null=True)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('faults', 0), ('next_try_at__isnull', True), ('stopped_at__isnull', True), ('stopped_why', '')), models.Q(('faults__gte', 1), ('next_try_at__isnull', False), ('stopped_at__isnull', False), models.Q(('stopped_why', ''), _negated=True)), _connector='OR'), name='channel_stopped_says_why')],
            },
        ),
        migrations.CreateModel(
            name='Message',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(max_length=200, unique=True)),
                ('kind', models.CharField(max_length=40)),
                ('subject_type', models.CharField(max_length=30)),
                ('subject_id', models.BigIntegerField()),
                ('copy', models.BooleanField(db_default=False)),
                ('group', models.CharField(blank=True, db_default='', max_length=40)),
                ('channel', models.CharField(choices=[('smtp', 'Email'), ('notify_email', 'Email by GOV.UK Notify'), ('notify_sms', 'Text message by GOV.UK Notify'), ('sms', 'Text message'), ('file', 'Kept here only (demonstration)'), ('phone', 'Telephone call by an officer'), ('letter', 'Letter by post')], max_length=12)),
                ('urgent', models.BooleanField(default=False)),
                ('state', models.CharField(choices=[('pending', 'Waiting to be sent'), ('sending', 'Being sent'), ('sent', 'Sent'), ('failed', 'Could not be sent'), ('expired', 'Too late to send'), ('cancelled', 'No longer needed'), ('superseded', 'Replaced by a newer one'), ('uncertain', 'Perhaps sent')], default='pending', max_length=10)),
                ('queued_at', models.DateTimeField()),
                ('not_before', models.DateTimeField()),
                ('expires_at', models.DateTimeField()),
                ('next_try_at', models.DateTimeField()),
                ('attempts', models.PositiveSmallIntegerField(default=0)),
                ('resends', models.PositiveSmallIntegerField(default=0)),
                ('lease_token', models.UUIDField(null=True)),
                ('lease_until', models.DateTimeField(null=True)),
                ('data_started_at', models.DateTimeField(null=True)),
                ('sent_at', models.DateTimeField(null=True)),
                ('settled_at', models.DateTimeField(null=True)),
                ('reason', models.CharField(blank=True, max_length=300)),
                ('provider_ref', models.CharField(blank=True, max_length=200)),
                ('delivery', models.CharField(blank=True, choices=[('delivered', 'Delivered'), ('bounced', 'Came back: the address does not work'), ('undelivered', 'Could not be delivered for now'), ('complained', 'Marked as unwanted')], db_default='', max_length=12)),
                ('delivery_at', models.DateTimeField(null=True)),
                ('nudge_day', models.DateField(null=True)),
                ('secret', models.BinaryField(null=True)),
                ('rendered_subject', models.CharField(blank=True, max_length=300)),
                ('rendered_text', models.TextField(blank=True)),
                ('wording_version', models.PositiveIntegerField(default=0)),
                ('wording_language', models.CharField(blank=True, db_default='', max_length=5)),
                ('wording_variant', models.CharField(blank=True, db_default='', max_length=10)),
                ('interest', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='messages', to='accounts.interest')),
                ('organisation', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='messages', to='accounts.organisation')),
                ('participant', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='messages', to='participants.participant')),
                ('proxy', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='messages', to='participants.proxycontact')),
                ('settled_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='messages', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('state', 'pending'), models.Q(('channel__in', ['phone', 'letter']), _negated=True)), fields=['urgent', 'next_try_at'], name='message_to_send'), models.Index(condition=models.Q(('channel__in', ['phone', 'letter']), ('state', 'pending')), fields=['next_try_at'], name='message_to_call'), models.Index(condition=models.Q(('state', 'pending'), models.Q(('group', ''), _negated=True)), fields=['group'], name='message_group'), models.Index(condition=models.Q(('state', 'pending')), fields=['expires_at'], name='message_pending'), models.Index(condition=models.Q(('state', 'sending')), fields=['lease_until'], name='message_sending'), models.Index(condition=models.Q(('settled_by__isnull', True), ('state__in', ['failed', 'uncertain'])), fields=['settled_at'], name='message_unhandled'), models.Index(fields=['subject_type', 'subject_id'], name='message_subject'), models.Index(django.db.models.functions.text.MD5('key'), name='message_reference'), models.Index(condition=models.Q(('delivery__in', ['bounced', 'complained']), ('settled_by__isnull', True)), fields=['delivery_at'], name='message_came_back')],
                'constraints': [models.CheckConstraint(condition=models.Q(('not_before__lt', models.F('expires_at'))), name='message_expires_after_start'), models.CheckConstraint(condition=models.Q(models.Q(('lease_token__isnull', False), ('lease_until__isnull', False), ('state', 'sending')), models.Q(models.Q(('state', 'sending'), _negated=True), ('lease_token__isnull', True), ('lease_until__isnull', True)), _connector='OR'), name='message_sending_means_leased'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'sent'), _negated=True), ('sent_at__isnull', False), _connector='OR'), name='message_sent_has_time'), models.CheckConstraint(condition=models.Q(('next_try_at__gte', models.F('not_before'))), name='message_never_before_its_time'), models.CheckConstraint(condition=models.Q(('state__in', ['pending', 'sending']), ('settled_at__isnull', False), _connector='OR'), name='message_settled_has_time'), models.CheckConstraint(condition=models.Q(('state__in', ['pending', 'sending', 'sent']), models.Q(('reason', ''), _negated=True), _connector='OR'), name='message_unsent_says_why'), models.CheckConstraint(condition=models.Q(('state__in', ['pending', 'sending']), ('secret__isnull', True), _connector='OR'), name='message_secret_wiped'), models.CheckConstraint(condition=models.Q(models.Q(models.Q(models.Q(('organisation__isnull', True), ('participant__isnull', False), ('user__isnull', True)), models.Q(('organisation__isnull', False), ('participant__isnull', True), ('user__isnull', True)), models.Q(('organisation__isnull', True), ('participant__isnull', True), ('user__isnull', False)), _connector='OR'), ('interest__isnull', True)), models.Q(('interest__isnull', False), ('organisation__isnull', True), ('participant__isnull', True), ('user__isnull', True)), _connector='OR'), name='message_one_recipient'), models.CheckConstraint(condition=models.Q(('proxy__isnull', True), ('participant__isnull', False), _connector='OR'), name='message_proxy_of_a_person'), models.CheckConstraint(condition=models.Q(('copy', False), ('proxy__isnull', False), _connector='OR'), name='message_copy_goes_to_a_proxy'), models.CheckConstraint(condition=models.Q(('state__in', ['pending', 'sending', 'sent', 'failed', 'expired', 'cancelled', 'superseded', 'uncertain'])), name='message_state_known'), models.CheckConstraint(condition=models.Q(models.Q(('delivery', ''), ('delivery_at__isnull', True)), models.Q(models.Q(('delivery', ''), _negated=True), ('delivery_at__isnull', False)), _connector='OR'), name='message_delivery_has_time'), models.UniqueConstraint(condition=models.Q(('nudge_day__isnull', False)), fields=('participant', 'nudge_day'), name='message_one_nudge_a_day')],
            },
        ),
        migrations.CreateModel(
            name='Pause',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('group', models.CharField(blank=True, max_length=40)),
                ('everything', models.BooleanField(default=False)),
                ('why', models.CharField(max_length=200)),
                ('at', models.DateTimeField()),
                ('ended_at', models.DateTimeField(null=True)),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('ended_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('message', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='pauses', to='messaging.message')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('everything', False), ('group', ''), ('message__isnull', False)), models.Q(('everything', False), ('message__isnull', True), models.Q(('group', ''), _negated=True)), models.Q(('everything', True), ('group', ''), ('message__isnull', True)), _connector='OR'), name='pause_of_one_scope'), models.UniqueConstraint(condition=models.Q(('ended_at__isnull', True)), fields=('message',), name='pause_one_a_message'), models.UniqueConstraint(condition=models.Q(('ended_at__isnull', True), ('message__isnull', True)), fields=('group', 'everything'), name='pause_one_a_group'), models.CheckConstraint(condition=models.Q(models.Q(('ended_at__isnull', True), ('ended_by__isnull', True)), models.Q(('ended_at__isnull', False), ('ended_by__isnull', False)), _connector='OR'), name='pause_ended_at_and_by')],
            },
        ),
        migrations.CreateModel(
            name='Letter',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('digest', models.CharField(max_length=64, unique=True)),
                ('printed_at', models.DateTimeField(null=True)),
                ('printed_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('message', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='letter', to='messaging.message')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('printed_at__isnull', True), ('printed_by__isnull', True)), models.Q(('printed_at__isnull', False), ('printed_by__isnull', False)), _connector='OR'), name='letter_printed_at_and_by')],
            },
        ),
        migrations.CreateModel(
            name='LetterEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('id', models.BigIntegerField()),
                ('printed_at', models.DateTimeField(null=True)),
                ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='messaging.letter')),
                ('printed_by', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL)),
                ('message', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='messaging.message')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Call',
            fields=[
            ],
            options={
                'verbose_name': 'call to make',
                'verbose_name_plural': 'calls to make',
                'proxy': True,
            },
            bases=('messaging.message',),
        ),
        migrations.CreateModel(
            name='LetterToPost',
            fields=[
            ],
            options={
                'verbose_name': 'letter to post',
                'verbose_name_plural': 'letters to post',
                'proxy': True,
            },
            bases=('messaging.message',),
        ),
        migrations.RunSQL(
            sql='CREATE UNLOGGED TABLE messaging_uncrashed (id smallint PRIMARY KEY CHECK (id = 1), since timestamptz NOT NULL)',
            reverse_sql='DROP TABLE messaging_uncrashed',
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='adhoc',
            trigger=pgtrigger.compiler.Trigger(name='only_called_back', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n        IF OLD.called_back_at IS NULL AND NEW.called_back_at IS NOT NULL\n           AND (to_jsonb(OLD) - 'called_back_at' - 'called_back_by_id')\n             = (to_jsonb(NEW) - 'called_back_at' - 'called_back_by_id') THEN\n            RETURN NEW;\n        END IF;\n        RAISE EXCEPTION 'what was written to people is written once';\n    ", hash='395b2dad2901046f4504c607b57f034c08243ad6', operation='UPDATE', pgid='pgtrigger_only_called_back_4d2f6', table='messaging_adhoc', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='adhoc',
            trigger=pgtrigger.compiler.Trigger(name='kept', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;", hash='17d13352c1693226e3e3c5a6858d364c11125e4d', operation='DELETE', pgid='pgtrigger_kept_5f50d', table='messaging_adhoc', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='letter',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "messaging_letterevent" ("id", "message_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "printed_at", "printed_by_id") VALUES (NEW."id", NEW."message_id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."printed_at", NEW."printed_by_id"); RETURN NULL;', hash='5e9ae26fd3372f6121617cfd473154646feb9833', operation='INSERT', pgid='pgtrigger_insert_insert_af9f6', table='messaging_letter', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='letter',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "messaging_letterevent" ("id", "message_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "printed_at", "printed_by_id") VALUES (NEW."id", NEW."message_id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."printed_at", NEW."printed_by_id"); RETURN NULL;', hash='1027bdce041adca17e6e7ebff495f3cbfff560fd', operation='UPDATE', pgid='pgtrigger_update_update_2ea98', table='messaging_letter', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='wording',
            trigger=pgtrigger.compiler.Trigger(name='only_taken_back', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n        IF OLD.withdrawn_at IS NULL AND NEW.withdrawn_at IS NOT NULL\n           AND (to_jsonb(OLD) - 'withdrawn_at' - 'withdrawn_by_id')\n             = (to_jsonb(NEW) - 'withdrawn_at' - 'withdrawn_by_id') THEN\n            RETURN NEW;\n        END IF;\n        RAISE EXCEPTION 'a wording is written once';\n    ", hash='e121790141eb01c8f87b2520243ba529230a4663', operation='UPDATE', pgid='pgtrigger_only_taken_back_c5e4a', table='messaging_wording', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='wording',
            trigger=pgtrigger.compiler.Trigger(name='kept', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;", hash='7cf3c02eecae6691d11f0caec3dfd0526d22fb50', operation='DELETE', pgid='pgtrigger_kept_514cb', table='messaging_wording', when='BEFORE')),
        ),
    ]
