import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    replaces = [('outcomes', '0001_initial'), ('outcomes', '0002_more_letters')]

    initial = True

    dependencies = [
        ('accounts', '0001_founding'),
        ('cohort_sessions', '0001_founding'),
        ('pghistory', '0007_auto_20250421_0444'),
        ('referrals', '0001_founding'),
    ]

    operations = [
        migrations.CreateModel(
            name='Letter',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('accepted', 'Accepted'), ('declined', 'Not accepted'), ('completed', 'Completed'), ('left_early', 'Left early'), ('not_participating', 'Did not start'), ('withdrawn', 'Withdrawn'), ('redirected', 'Another service'), ('unreachable', 'Could not be reached')], max_length=20)),
                ('attended', models.PositiveSmallIntegerField(null=True)),
                ('out_of', models.PositiveSmallIntegerField(null=True)),
                ('written_at', models.DateTimeField()),
                ('status_change', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='letter', to='referrals.statuschange')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('attended__lte', models.F('out_of')), ('kind__in', ['completed', 'left_early', 'not_participating'])), models.Q(models.Q(('kind__in', ['completed', 'left_early', 'not_participating']), _negated=True), ('attended__isnull', True), ('out_of__isnull', True)), _connector='OR'), name='letter_counts_sessions')],
            },
        ),
        migrations.CreateModel(
            name='Feedback',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('form_version', models.PositiveSmallIntegerField()),
                ('enjoyed', models.PositiveSmallIntegerField(null=True, verbose_name='enjoyed it')),
                ('effort', models.CharField(blank=True, choices=[('too_easy', 'Too easy'), ('about_right', 'About right'), ('too_hard', 'Too hard')], max_length=20)),
                ('pain_since', models.CharField(blank=True, choices=[('better', 'Better'), ('same', 'The same'), ('worse_for_a_while', 'Worse for a while'), ('still_worse', 'Worse, and still worse')], max_length=20, verbose_name='pain since the session')),
                ('part_of_group', models.PositiveSmallIntegerField(null=True, verbose_name='felt part of the group')),
                ('for_instructor', models.TextField(blank=True, max_length=1000, verbose_name='for the instructor')),
                ('given_at', models.DateTimeField()),
                ('seen_at', models.DateTimeField(null=True)),
                ('attendance', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='feedback', to='cohort_sessions.attendance')),
                ('seen_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('taken_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name_plural': 'feedback',
                'indexes': [models.Index(condition=models.Q(('pain_since', 'still_worse'), ('seen_at__isnull', True)), fields=['given_at'], name='feedback_to_look_at')],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('seen_at__isnull', True), ('seen_by__isnull', True)), models.Q(('seen_at__isnull', False), ('seen_by__isnull', False)), _connector='OR'), name='feedback_seen_at_and_by'), models.CheckConstraint(condition=models.Q(('effort', ''), ('enjoyed__isnull', True), ('for_instructor', ''), ('pain_since', ''), ('part_of_group__isnull', True), _negated=True), name='feedback_says_something'), models.CheckConstraint(condition=models.Q(('enjoyed__isnull', True), ('enjoyed__range', (0, 10)), _connector='OR'), name='feedback_enjoyed_zero_to_ten'), models.CheckConstraint(condition=models.Q(('part_of_group__isnull', True), ('part_of_group__range', (0, 10)), _connector='OR'), name='feedback_group_zero_to_ten')],
            },
        ),
        migrations.CreateModel(
            name='FeedbackEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('id', models.BigIntegerField()),
                ('form_version', models.PositiveSmallIntegerField()),
                ('enjoyed', models.PositiveSmallIntegerField(null=True, verbose_name='enjoyed it')),
                ('effort', models.CharField(blank=True, choices=[('too_easy', 'Too easy'), ('about_right', 'About right'), ('too_hard', 'Too hard')], max_length=20)),
                ('pain_since', models.CharField(blank=True, choices=[('better', 'Better'), ('same', 'The same'), ('worse_for_a_while', 'Worse for a while'), ('still_worse', 'Worse, and still worse')], max_length=20, verbose_name='pain since the session')),
                ('part_of_group', models.PositiveSmallIntegerField(null=True, verbose_name='felt part of the group')),
                ('given_at', models.DateTimeField()),
                ('seen_at', models.DateTimeField(null=True)),
                ('attendance', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='cohort_sessions.attendance')),
                ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='outcomes.feedback')),
                ('seen_by', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL)),
                ('taken_by', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='FormLink',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('digest', models.CharField(max_length=64, null=True, unique=True)),
                ('version', models.PositiveSmallIntegerField(default=1)),
                ('made_at', models.DateTimeField()),
                ('expires_at', models.DateTimeField()),
                ('revoked_at', models.DateTimeField(null=True)),
                ('attendance', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='feedback_link', to='cohort_sessions.attendance')),
            ],
            options={
                'abstract': False,
                'constraints': [models.CheckConstraint(condition=models.Q(('expires_at__gt', models.F('made_at'))), name='formlink_expires_after_made')],
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='feedback',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "outcomes_feedbackevent" ("attendance_id", "effort", "enjoyed", "form_version", "given_at", "id", "pain_since", "part_of_group", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "seen_at", "seen_by_id", "taken_by_id") VALUES (NEW."attendance_id", NEW."effort", NEW."enjoyed", NEW."form_version", NEW."given_at", NEW."id", NEW."pain_since", NEW."part_of_group", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."seen_at", NEW."seen_by_id", NEW."taken_by_id"); RETURN NULL;', hash='deb5f29b9791609a1cf9981c610ffa7146276738', operation='INSERT', pgid='pgtrigger_insert_insert_e6bce', table='outcomes_feedback', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='feedback',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "outcomes_feedbackevent" ("attendance_id", "effort", "enjoyed", "form_version", "given_at", "id", "pain_since", "part_of_group", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "seen_at", "seen_by_id", "taken_by_id") VALUES (NEW."attendance_id", NEW."effort", NEW."enjoyed", NEW."form_version", NEW."given_at", NEW."id", NEW."pain_since", NEW."part_of_group", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."seen_at", NEW."seen_by_id", NEW."taken_by_id"); RETURN NULL;', hash='b4a863578fd37152ad53e83d1ade38fa3318eec1', operation='UPDATE', pgid='pgtrigger_update_update_3a7f4', table='outcomes_feedback', when='AFTER')),
        ),
    ]
