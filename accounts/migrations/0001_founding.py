import django.contrib.postgres.indexes
import django.db.models.deletion
import django.db.models.functions.text
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    replaces = [('accounts', '0001_initial'), ('accounts', '0002_every_kind_of_organisation'), ('accounts', '0003_roles_of_members'), ('accounts', '0004_expressions_of_interest'), ('accounts', '0005_email_without_hyphen')]

    initial = True

    dependencies = [
        ('pghistory', '0007_auto_20250421_0444'),
    ]

    operations = [
        migrations.CreateModel(
            name='User',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('password', models.CharField(max_length=128, verbose_name='password')),
                ('last_login', models.DateTimeField(blank=True, null=True, verbose_name='last login')),
                ('email', models.EmailField(max_length=254, unique=True, verbose_name='email address')),
                ('name', models.CharField(max_length=150)),
                ('staff_role', models.CharField(blank=True, choices=[('officer', 'Project officer'), ('administrator', 'Administrator')], max_length=20, verbose_name='role in the partnership')),
                ('is_active', models.BooleanField(default=True, verbose_name='may sign in')),
                ('joined_at', models.DateTimeField()),
            ],
            options={
                'constraints': [models.UniqueConstraint(django.db.models.functions.text.Lower('email'), name='user_email_once'), models.CheckConstraint(condition=models.Q(('staff_role__in', ['', 'officer', 'administrator'])), name='user_staff_role_known')],
            },
        ),
        migrations.CreateModel(
            name='Organisation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('ods_code', models.CharField(max_length=12, unique=True, verbose_name='ODS code or our own code')),
                ('name', models.CharField(max_length=200)),
                ('kind', models.CharField(choices=[('gp_practice', 'GP practice'), ('physiotherapy', 'Physiotherapy service'), ('pharmacy', 'Pharmacy'), ('social_prescribing', 'Social prescribing service'), ('pain_clinic', 'Pain clinic'), ('hospital', 'Hospital'), ('community_team', 'Community team'), ('other_prescriber', 'Other prescribing centre'), ('other', 'Another kind of organisation')], max_length=20)),
                ('address', models.CharField(blank=True, max_length=300)),
                ('postcode', models.CharField(blank=True, max_length=10)),
                ('geography', models.CharField(blank=True, max_length=10, verbose_name='high-level health geography')),
                ('phone', models.CharField(blank=True, max_length=30)),
                ('contact_email', models.EmailField(blank=True, max_length=254, verbose_name='email address for notes to the organisation')),
                ('opened_on', models.DateField(blank=True, null=True)),
                ('closed_on', models.DateField(blank=True, null=True)),
                ('ods_status', models.CharField(blank=True, max_length=1, verbose_name='ODS status')),
                ('prescribing_setting', models.CharField(blank=True, max_length=2)),
                ('refers_no_more_since', models.DateTimeField(blank=True, null=True)),
                ('refers_no_more_because', models.CharField(blank=True, max_length=300)),
            ],
            options={
                'indexes': [django.contrib.postgres.indexes.GinIndex(django.contrib.postgres.indexes.OpClass(django.db.models.functions.text.Upper('name'), name='gin_trgm_ops'), django.contrib.postgres.indexes.OpClass(django.db.models.functions.text.Upper('ods_code'), name='gin_trgm_ops'), django.contrib.postgres.indexes.OpClass(django.db.models.functions.text.Upper('postcode'), name='gin_trgm_ops'), name='organisation_trgm')],
                'constraints': [models.CheckConstraint(condition=models.Q(('ods_code__regex', '^[A-Z0-9]{1,12}$')), name='organisation_ods_code_shape'), models.CheckConstraint(condition=models.Q(models.Q(('kind__in', ['gp_practice', 'other_prescriber']), _negated=True), models.Q(('ods_code__startswith', 'LOCAL'), _negated=True), _connector='OR'), name='organisation_listed_has_ods_code'), models.CheckConstraint(condition=models.Q(models.Q(('refers_no_more_because', ''), ('refers_no_more_since__isnull', True)), models.Q(('refers_no_more_since__isnull', False), models.Q(('refers_no_more_because', ''), _negated=True)), _connector='OR'), name='organisation_closed_with_reason')],
            },
        ),
        migrations.CreateModel(
            name='Interest',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('organisation_name', models.CharField(max_length=200)),
                ('kind', models.CharField(choices=[('gp_practice', 'GP practice'), ('physiotherapy', 'Physiotherapy service'), ('pharmacy', 'Pharmacy'), ('social_prescribing', 'Social prescribing service'), ('pain_clinic', 'Pain clinic'), ('hospital', 'Hospital'), ('community_team', 'Community team'), ('other_prescriber', 'Other prescribing centre'), ('other', 'Another kind of organisation')], max_length=20)),
                ('ods_code', models.CharField(blank=True, max_length=12, verbose_name='ODS code')),
                ('name', models.CharField(max_length=150)),
                ('profession', models.CharField(choices=[('gp', 'GP'), ('nurse', 'Nurse'), ('physiotherapist', 'Physiotherapist'), ('first_contact', 'First-contact practitioner'), ('pharmacist', 'Pharmacist'), ('link_worker', 'Social prescribing link worker'), ('occupational_therapist', 'Occupational therapist'), ('pain_specialist', 'Pain clinic specialist'), ('other', 'Another role'), ('administrator', 'Administrator or manager')], max_length=30)),
                ('email', models.EmailField(max_length=254, verbose_name='email address')),
                ('phone', models.CharField(max_length=30)),
                ('why', models.TextField(max_length=1000, verbose_name='why they would like to refer')),
                ('sent_at', models.DateTimeField()),
                ('state', models.CharField(choices=[('new', 'To decide on'), ('approved', 'Approved'), ('declined', 'Not approved')], default='new', max_length=10)),
                ('decided_at', models.DateTimeField(null=True)),
                ('words', models.TextField(blank=True, max_length=1000, verbose_name='kind words')),
                ('decided_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('organisation', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organisation')),
            ],
            options={
                'verbose_name': 'expression of interest',
                'verbose_name_plural': 'expressions of interest',
                'indexes': [models.Index(fields=['sent_at'], name='interest_sent_at')],
                'constraints': [models.UniqueConstraint(django.db.models.functions.text.Lower('email'), condition=models.Q(('state', 'new')), name='interest_open_once'), models.CheckConstraint(condition=models.Q(models.Q(('decided_at__isnull', True), ('decided_by__isnull', True), ('state', 'new')), models.Q(('state__in', ['approved', 'declined']), ('decided_at__isnull', False), ('decided_by__isnull', False)), _connector='OR'), name='interest_decided_by_somebody'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'approved'), _negated=True), ('organisation__isnull', False), _connector='OR'), name='interest_approved_for_organisation')],
            },
        ),
        migrations.CreateModel(
            name='Membership',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('role', models.CharField(choices=[('clinician', 'Clinician'), ('clinician_admin', 'Administrator for a clinician')], max_length=20)),
                ('is_lead', models.BooleanField(default=False, verbose_name='organisation lead')),
                ('profession', models.CharField(blank=True, choices=[('gp', 'GP'), ('nurse', 'Nurse'), ('physiotherapist', 'Physiotherapist'), ('first_contact', 'First-contact practitioner'), ('pharmacist', 'Pharmacist'), ('link_worker', 'Social prescribing link worker'), ('occupational_therapist', 'Occupational therapist'), ('pain_specialist', 'Pain clinic specialist'), ('other', 'Another role')], max_length=30)),
                ('invited_name', models.CharField(blank=True, max_length=150)),
                ('started_at', models.DateTimeField()),
                ('last_used_on', models.DateField(blank=True, null=True)),
                ('asked_on', models.DateField(blank=True, null=True)),
                ('confirmed_at', models.DateTimeField(blank=True, null=True)),
                ('ended_at', models.DateTimeField(blank=True, null=True)),
                ('ended_because', models.CharField(blank=True, choices=[('lead', 'Ended by an organisation lead'), ('office', 'Ended by the partnership'), ('unused', 'Not used for a long time'), ('closed', 'The organisation was closed')], max_length=10)),
                ('ended_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='memberships', to=settings.AUTH_USER_MODEL)),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='memberships', to='accounts.organisation')),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('ended_at__isnull', True)), fields=['organisation'], name='membership_here')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('ended_at__isnull', True)), fields=('user', 'organisation'), name='membership_once_at_a_time'), models.CheckConstraint(condition=models.Q(('role__in', ['clinician', 'clinician_admin'])), name='membership_role_known'), models.CheckConstraint(condition=models.Q(models.Q(('role', 'clinician'), _negated=True), models.Q(('profession', ''), _negated=True), _connector='OR'), name='membership_clinician_has_profession'), models.CheckConstraint(condition=models.Q(('ended_at__isnull', True), ('ended_at__gte', models.F('started_at')), _connector='OR'), name='membership_ends_after_start'), models.CheckConstraint(condition=models.Q(models.Q(('ended_at__isnull', True), ('ended_because', '')), models.Q(('ended_at__isnull', False), models.Q(('ended_because', ''), _negated=True)), _connector='OR'), name='membership_ended_says_why')],
            },
        ),
        migrations.CreateModel(
            name='MembershipEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('id', models.BigIntegerField()),
                ('role', models.CharField(choices=[('clinician', 'Clinician'), ('clinician_admin', 'Administrator for a clinician')], max_length=20)),
                ('is_lead', models.BooleanField(default=False, verbose_name='organisation lead')),
                ('profession', models.CharField(blank=True, choices=[('gp', 'GP'), ('nurse', 'Nurse'), ('physiotherapist', 'Physiotherapist'), ('first_contact', 'First-contact practitioner'), ('pharmacist', 'Pharmacist'), ('link_worker', 'Social prescribing link worker'), ('occupational_therapist', 'Occupational therapist'), ('pain_specialist', 'Pain clinic specialist'), ('other', 'Another role')], max_length=30)),
                ('started_at', models.DateTimeField()),
                ('asked_on', models.DateField(blank=True, null=True)),
                ('confirmed_at', models.DateTimeField(blank=True, null=True)),
                ('ended_at', models.DateTimeField(blank=True, null=True)),
                ('ended_because', models.CharField(blank=True, choices=[('lead', 'Ended by an organisation lead'), ('office', 'Ended by the partnership'), ('unused', 'Not used for a long time'), ('closed', 'The organisation was closed')], max_length=10)),
                ('ended_by', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL)),
                ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='accounts.membership')),
                ('user', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL)),
                ('organisation', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='accounts.organisation')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='InterestEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('id', models.BigIntegerField()),
                ('kind', models.CharField(choices=[('gp_practice', 'GP practice'), ('physiotherapy', 'Physiotherapy service'), ('pharmacy', 'Pharmacy'), ('social_prescribing', 'Social prescribing service'), ('pain_clinic', 'Pain clinic'), ('hospital', 'Hospital'), ('community_team', 'Community team'), ('other_prescriber', 'Other prescribing centre'), ('other', 'Another kind of organisation')], max_length=20)),
                ('ods_code', models.CharField(blank=True, max_length=12, verbose_name='ODS code')),
                ('profession', models.CharField(choices=[('gp', 'GP'), ('nurse', 'Nurse'), ('physiotherapist', 'Physiotherapist'), ('first_contact', 'First-contact practitioner'), ('pharmacist', 'Pharmacist'), ('link_worker', 'Social prescribing link worker'), ('occupational_therapist', 'Occupational therapist'), ('pain_specialist', 'Pain clinic specialist'), ('other', 'Another role'), ('administrator', 'Administrator or manager')], max_length=30)),
                ('sent_at', models.DateTimeField()),
                ('state', models.CharField(choices=[('new', 'To decide on'), ('approved', 'Approved'), ('declined', 'Not approved')], default='new', max_length=10)),
                ('decided_at', models.DateTimeField(null=True)),
                ('decided_by', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL)),
                ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='accounts.interest')),
                ('organisation', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='accounts.organisation')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='OrganisationEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('id', models.BigIntegerField()),
                ('ods_code', models.CharField(max_length=12, verbose_name='ODS code or our own code')),
                ('name', models.CharField(max_length=200)),
                ('kind', models.CharField(choices=[('gp_practice', 'GP practice'), ('physiotherapy', 'Physiotherapy service'), ('pharmacy', 'Pharmacy'), ('social_prescribing', 'Social prescribing service'), ('pain_clinic', 'Pain clinic'), ('hospital', 'Hospital'), ('community_team', 'Community team'), ('other_prescriber', 'Other prescribing centre'), ('other', 'Another kind of organisation')], max_length=20)),
                ('address', models.CharField(blank=True, max_length=300)),
                ('postcode', models.CharField(blank=True, max_length=10)),
                ('geography', models.CharField(blank=True, max_length=10, verbose_name='high-level health geography')),
                ('opened_on', models.DateField(blank=True, null=True)),
                ('closed_on', models.DateField(blank=True, null=True)),
                ('ods_status', models.CharField(blank=True, max_length=1, verbose_name='ODS status')),
                ('prescribing_setting', models.CharField(blank=True, max_length=2)),
                ('refers_no_more_since', models.DateTimeField(blank=True, null=True)),
                ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='accounts.organisation')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='UserEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('id', models.BigIntegerField()),
                ('staff_role', models.CharField(blank=True, choices=[('officer', 'Project officer'), ('administrator', 'Administrator')], max_length=20, verbose_name='role in the partnership')),
                ('is_active', models.BooleanField(default=True, verbose_name='may sign in')),
                ('joined_at', models.DateTimeField()),
                ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'abstract': False,
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='user',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "accounts_userevent" ("id", "is_active", "joined_at", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "staff_role") VALUES (NEW."id", NEW."is_active", NEW."joined_at", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."staff_role"); RETURN NULL;', hash='8ca95a1d5cc90db0d431d272d30524f081d46654', operation='INSERT', pgid='pgtrigger_insert_insert_3867c', table='accounts_user', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='user',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition="WHEN (to_jsonb(OLD) - ARRAY['last_login'] IS DISTINCT FROM to_jsonb(NEW) - ARRAY['last_login'])", func='INSERT INTO "accounts_userevent" ("id", "is_active", "joined_at", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "staff_role") VALUES (NEW."id", NEW."is_active", NEW."joined_at", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."staff_role"); RETURN NULL;', hash='3b0b13eee633661e61ded3e60b5e2d426523f9fc', operation='UPDATE', pgid='pgtrigger_update_update_0e890', table='accounts_user', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='organisation',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "accounts_organisationevent" ("address", "closed_on", "geography", "id", "kind", "name", "ods_code", "ods_status", "opened_on", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "postcode", "prescribing_setting", "refers_no_more_since") VALUES (NEW."address", NEW."closed_on", NEW."geography", NEW."id", NEW."kind", NEW."name", NEW."ods_code", NEW."ods_status", NEW."opened_on", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."postcode", NEW."prescribing_setting", NEW."refers_no_more_since"); RETURN NULL;', hash='a032bb3c25c7789f35be0c24044c2df3eb701502', operation='INSERT', pgid='pgtrigger_insert_insert_66a5c', table='accounts_organisation', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='organisation',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "accounts_organisationevent" ("address", "closed_on", "geography", "id", "kind", "name", "ods_code", "ods_status", "opened_on", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "postcode", "prescribing_setting", "refers_no_more_since") VALUES (NEW."address", NEW."closed_on", NEW."geography", NEW."id", NEW."kind", NEW."name", NEW."ods_code", NEW."ods_status", NEW."opened_on", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."postcode", NEW."prescribing_setting", NEW."refers_no_more_since"); RETURN NULL;', hash='c5c90b8d08bf57a4f2a18a8d86121799693ca8ae', operation='UPDATE', pgid='pgtrigger_update_update_9e5fc', table='accounts_organisation', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='membership',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "accounts_membershipevent" ("asked_on", "confirmed_at", "ended_at", "ended_because", "ended_by_id", "id", "is_lead", "organisation_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "profession", "role", "started_at", "user_id") VALUES (NEW."asked_on", NEW."confirmed_at", NEW."ended_at", NEW."ended_because", NEW."ended_by_id", NEW."id", NEW."is_lead", NEW."organisation_id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."profession", NEW."role", NEW."started_at", NEW."user_id"); RETURN NULL;', hash='1366f056212e4370ba4a4bf5d600bb1eb7fdcd8e', operation='INSERT', pgid='pgtrigger_insert_insert_fc05a', table='accounts_membership', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='membership',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition="WHEN (to_jsonb(OLD) - ARRAY['last_used_on', 'asked_on'] IS DISTINCT FROM to_jsonb(NEW) - ARRAY['last_used_on', 'asked_on'])", func='INSERT INTO "accounts_membershipevent" ("asked_on", "confirmed_at", "ended_at", "ended_because", "ended_by_id", "id", "is_lead", "organisation_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "profession", "role", "started_at", "user_id") VALUES (NEW."asked_on", NEW."confirmed_at", NEW."ended_at", NEW."ended_because", NEW."ended_by_id", NEW."id", NEW."is_lead", NEW."organisation_id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."profession", NEW."role", NEW."started_at", NEW."user_id"); RETURN NULL;', hash='eb1ee9e10e9178008533b8f982bc1f49e55f4d30', operation='UPDATE', pgid='pgtrigger_update_update_20ab5', table='accounts_membership', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='interest',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "accounts_interestevent" ("decided_at", "decided_by_id", "id", "kind", "ods_code", "organisation_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "profession", "sent_at", "state") VALUES (NEW."decided_at", NEW."decided_by_id", NEW."id", NEW."kind", NEW."ods_code", NEW."organisation_id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."profession", NEW."sent_at", NEW."state"); RETURN NULL;', hash='3493f46c3e77f25a6b129ecea8d359725754d7ac', operation='INSERT', pgid='pgtrigger_insert_insert_3d883', table='accounts_interest', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='interest',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "accounts_interestevent" ("decided_at", "decided_by_id", "id", "kind", "ods_code", "organisation_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "profession", "sent_at", "state") VALUES (NEW."decided_at", NEW."decided_by_id", NEW."id", NEW."kind", NEW."ods_code", NEW."organisation_id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."profession", NEW."sent_at", NEW."state"); RETURN NULL;', hash='c2e5c8252835ce6425430ed08fcff983407448c1', operation='UPDATE', pgid='pgtrigger_update_update_dbd5f', table='accounts_interest', when='AFTER')),
        ),
    ]
