import django.db.models.deletion
import django.db.models.functions.text
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    replaces = [('referrals', '0001_initial'), ('referrals', '0002_drafts'), ('referrals', '0003_triage'), ('referrals', '0004_safety'), ('referrals', '0005_how_long_people_wait'), ('referrals', '0006_weekly_summaries'), ('referrals', '0007_own_answers'), ('referrals', '0008_every_profession'), ('referrals', '0009_answered_by_an_administrator'), ('referrals', '0010_ended_and_closed')]

    initial = True

    dependencies = [
        ('accounts', '0001_founding'),
        ('participants', '0001_founding'),
        ('pghistory', '0007_auto_20250421_0444'),
    ]

    operations = [
        migrations.CreateModel(
            name='Referral',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reference', models.CharField(max_length=12, unique=True)),
                ('submission_key', models.UUIDField(unique=True)),
                ('submitted_at', models.DateTimeField()),
                ('referrer_name', models.CharField(max_length=150)),
                ('referrer_role', models.CharField(choices=[('gp', 'GP'), ('nurse', 'Nurse'), ('physiotherapist', 'Physiotherapist'), ('first_contact', 'First-contact practitioner'), ('pharmacist', 'Pharmacist'), ('link_worker', 'Social prescribing link worker'), ('occupational_therapist', 'Occupational therapist'), ('pain_specialist', 'Pain clinic specialist'), ('other', 'Another role')], max_length=30)),
                ('pain_three_months', models.BooleanField(verbose_name='pain for three months or more')),
                ('agreed_on', models.DateField(verbose_name='day the person agreed')),
                ('note', models.TextField(blank=True, max_length=2000, verbose_name='note for the project officer')),
                ('status', models.CharField(choices=[('submitted', 'Received'), ('info_requested', 'Needs information'), ('accepted', 'Accepted'), ('contacting', 'Being contacted'), ('unreachable', 'Could not be reached'), ('waiting', 'On the waiting list'), ('offered', 'Offered a place'), ('enrolled', 'Has a place'), ('active', 'Taking part'), ('completed', 'Completed'), ('left_early', 'Left early'), ('not_participating', 'Did not start'), ('declined', 'Not accepted'), ('redirected', 'Passed to another service'), ('withdrawn', 'Withdrawn'), ('closed', 'Closed'), ('entered_in_error', 'Entered in error'), ('died', 'Has died')], default='submitted', max_length=20)),
                ('status_at', models.DateTimeField()),
                ('ended_as', models.CharField(blank=True, choices=[('submitted', 'Received'), ('info_requested', 'Needs information'), ('accepted', 'Accepted'), ('contacting', 'Being contacted'), ('unreachable', 'Could not be reached'), ('waiting', 'On the waiting list'), ('offered', 'Offered a place'), ('enrolled', 'Has a place'), ('active', 'Taking part'), ('completed', 'Completed'), ('left_early', 'Left early'), ('not_participating', 'Did not start'), ('declined', 'Not accepted'), ('redirected', 'Passed to another service'), ('withdrawn', 'Withdrawn'), ('closed', 'Closed'), ('entered_in_error', 'Entered in error'), ('died', 'Has died')], max_length=20)),
                ('opted_in_at', models.DateTimeField(null=True)),
                ('priority', models.PositiveSmallIntegerField(default=0)),
                ('priority_reason', models.CharField(blank=True, max_length=300)),
                ('follows', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='followed_by', to='referrals.referral')),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='referrals', to='accounts.organisation')),
                ('participant', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='referrals', to='participants.participant')),
                ('submitted_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='referrals', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('status', 'submitted')), fields=['submitted_at', 'id'], name='referral_to_triage'), models.Index(fields=['organisation', '-submitted_at', '-id'], name='referral_of_organisation'), models.Index(fields=['-submitted_at', '-id'], name='referral_newest'), models.Index(condition=models.Q(('status', 'waiting')), fields=['opted_in_at', 'id'], name='referral_waiting'), models.Index(condition=models.Q(('status__in', ['accepted', 'contacting'])), fields=['status_at', 'id'], name='referral_to_reach'), models.Index(condition=models.Q(('status', 'info_requested')), fields=['status_at', 'id'], name='referral_asked'), models.Index(condition=models.Q(('status__in', ('declined', 'redirected', 'withdrawn', 'unreachable', 'not_participating', 'left_early', 'completed'))), fields=['status_at', 'id'], name='referral_ended_not_closed')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('status__in', ('waiting', 'offered', 'enrolled', 'active'))), fields=('participant',), name='referral_in_programme_once'), models.CheckConstraint(condition=models.Q(('status__in', ['submitted', 'info_requested', 'accepted', 'contacting', 'unreachable', 'waiting', 'offered', 'enrolled', 'active', 'completed', 'left_early', 'not_participating', 'declined', 'redirected', 'withdrawn', 'closed', 'entered_in_error', 'died'])), name='referral_status_known'), models.CheckConstraint(condition=models.Q(models.Q(('status__in', ('waiting', 'offered', 'enrolled', 'active')), _negated=True), ('opted_in_at__isnull', False), _connector='OR'), name='referral_waits_from_opt_in'), models.CheckConstraint(condition=models.Q(models.Q(('ended_as__in', ('declined', 'redirected', 'withdrawn', 'unreachable', 'not_participating', 'left_early', 'completed')), ('status', 'closed')), models.Q(models.Q(('status', 'closed'), _negated=True), ('ended_as', '')), _connector='OR'), name='referral_closed_says_how_it_ended'), models.CheckConstraint(condition=models.Q(('priority__lte', 3)), name='referral_priority_zero_to_three'), models.CheckConstraint(condition=models.Q(('priority', 0), models.Q(('priority_reason', ''), _negated=True), _connector='OR'), name='referral_priority_has_reason'), models.CheckConstraint(condition=models.Q(('pain_three_months', True)), name='referral_pain_three_months')],
            },
        ),
        migrations.CreateModel(
            name='Clearance',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('because', models.CharField(max_length=300, verbose_name='asked for because of')),
                ('asked_at', models.DateTimeField()),
                ('cleared_at', models.DateTimeField(null=True)),
                ('basis', models.TextField(blank=True, max_length=1000)),
                ('expires_on', models.DateField(null=True)),
                ('ended_at', models.DateTimeField(null=True)),
                ('cleared_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('referral', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='clearances', to='referrals.referral')),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('cleared_at__isnull', True), ('ended_at__isnull', True)), fields=['asked_at'], name='clearance_asked'), models.Index(condition=models.Q(('cleared_at__isnull', False), ('ended_at__isnull', True)), fields=['expires_on'], name='clearance_expires')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('ended_at__isnull', True)), fields=('referral',), name='clearance_one_that_counts'), models.CheckConstraint(condition=models.Q(models.Q(('basis', ''), ('cleared_at__isnull', True), ('cleared_by__isnull', True), ('expires_on__isnull', True)), models.Q(('cleared_at__isnull', False), ('cleared_by__isnull', False), ('expires_on__isnull', False), models.Q(('basis', ''), _negated=True)), _connector='OR'), name='clearance_says_who_and_why')],
            },
        ),
        migrations.CreateModel(
            name='Confirmation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=150)),
                ('email', models.EmailField(max_length=254)),
                ('asked_at', models.DateTimeField()),
                ('confirmed_at', models.DateTimeField(null=True)),
                ('replaced_at', models.DateTimeField(null=True)),
                ('asked_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('confirmed_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('referral', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='confirmations', to='referrals.referral')),
            ],
            options={
                'indexes': [models.Index(django.db.models.functions.text.Lower('email'), condition=models.Q(('confirmed_at__isnull', True), ('replaced_at__isnull', True)), name='confirmation_open_by_email')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('confirmed_at__isnull', True), ('replaced_at__isnull', True)), fields=('referral',), name='confirmation_one_open'), models.CheckConstraint(condition=models.Q(models.Q(('confirmed_at__isnull', True), ('confirmed_by__isnull', True)), models.Q(('confirmed_at__isnull', False), ('confirmed_by__isnull', False), ('replaced_at__isnull', True)), _connector='OR'), name='confirmation_confirmed_at_and_by')],
            },
        ),
        migrations.CreateModel(
            name='Note',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('from_office', models.BooleanField()),
                ('words', models.TextField(max_length=2000)),
                ('at', models.DateTimeField()),
                ('seen_at', models.DateTimeField(null=True)),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('seen_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('referral', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='notes', to='referrals.referral')),
            ],
            options={
                'indexes': [models.Index(fields=['referral', 'at', 'id'], name='note_of_referral'), models.Index(condition=models.Q(('from_office', False), ('seen_at__isnull', True)), fields=['at'], name='note_unseen')],
                'constraints': [models.CheckConstraint(condition=models.Q(('words', ''), _negated=True), name='note_says_something'), models.CheckConstraint(condition=models.Q(models.Q(('seen_at__isnull', True), ('seen_by__isnull', True)), models.Q(('from_office', False), ('seen_at__isnull', False), ('seen_by__isnull', False)), _connector='OR'), name='note_seen_at_and_by')],
            },
        ),
        migrations.CreateModel(
            name='NoteEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('id', models.BigIntegerField()),
                ('from_office', models.BooleanField()),
                ('at', models.DateTimeField()),
                ('seen_at', models.DateTimeField(null=True)),
                ('by', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL)),
                ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='referrals.note')),
                ('seen_by', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL)),
                ('referral', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='referrals.referral')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='ContactAttempt',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('channel', models.CharField(choices=[('phone', 'Telephone'), ('text', 'Text message'), ('email', 'Email'), ('letter', 'Letter'), ('in_person', 'In person')], max_length=10)),
                ('outcome', models.CharField(choices=[('spoke', 'Spoke with them'), ('left_message', 'Left a message, or sent one'), ('no_answer', 'No answer'), ('wrong_details', 'The number or address is wrong')], max_length=15)),
                ('words', models.CharField(blank=True, max_length=500, verbose_name='what was said')),
                ('again_on', models.DateField(null=True, verbose_name='try again on')),
                ('at', models.DateTimeField()),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('referral', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='contact_attempts', to='referrals.referral')),
            ],
            options={
                'indexes': [models.Index(fields=['referral', 'at', 'id'], name='contact_attempt_of_referral'), models.Index(condition=models.Q(('outcome', 'wrong_details')), fields=['at'], name='contact_attempt_wrong')],
                'constraints': [models.CheckConstraint(condition=models.Q(('channel__in', ['phone', 'text', 'email', 'letter', 'in_person'])), name='contact_attempt_channel_known'), models.CheckConstraint(condition=models.Q(('outcome__in', ['spoke', 'left_message', 'no_answer', 'wrong_details'])), name='contact_attempt_outcome_known')],
            },
        ),
        migrations.CreateModel(
            name='ConfirmationEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('id', models.BigIntegerField()),
                ('asked_at', models.DateTimeField()),
                ('confirmed_at', models.DateTimeField(null=True)),
                ('replaced_at', models.DateTimeField(null=True)),
                ('asked_by', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL)),
                ('confirmed_by', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL)),
                ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='referrals.confirmation')),
                ('referral', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='referrals.referral')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='ClearanceEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('id', models.BigIntegerField()),
                ('because', models.CharField(max_length=300, verbose_name='asked for because of')),
                ('asked_at', models.DateTimeField()),
                ('cleared_at', models.DateTimeField(null=True)),
                ('expires_on', models.DateField(null=True)),
                ('ended_at', models.DateTimeField(null=True)),
                ('cleared_by', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL)),
                ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='referrals.clearance')),
                ('referral', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='referrals.referral')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='ReferralDraft',
            fields=[
                ('key', models.UUIDField(primary_key=True, serialize=False)),
                ('typed', models.JSONField()),
                ('saved_at', models.DateTimeField()),
                ('expires_at', models.DateTimeField()),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='referral_drafts', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'indexes': [models.Index(fields=['user', '-saved_at'], name='draft_of_user'), models.Index(fields=['expires_at'], name='draft_expires')],
                'constraints': [models.CheckConstraint(condition=models.Q(('expires_at__gt', models.F('saved_at'))), name='draft_expires_later')],
            },
        ),
        migrations.CreateModel(
            name='ReferralEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('id', models.BigIntegerField()),
                ('reference', models.CharField(max_length=12)),
                ('submission_key', models.UUIDField()),
                ('submitted_at', models.DateTimeField()),
                ('referrer_role', models.CharField(choices=[('gp', 'GP'), ('nurse', 'Nurse'), ('physiotherapist', 'Physiotherapist'), ('first_contact', 'First-contact practitioner'), ('pharmacist', 'Pharmacist'), ('link_worker', 'Social prescribing link worker'), ('occupational_therapist', 'Occupational therapist'), ('pain_specialist', 'Pain clinic specialist'), ('other', 'Another role')], max_length=30)),
                ('pain_three_months', models.BooleanField(verbose_name='pain for three months or more')),
                ('agreed_on', models.DateField(verbose_name='day the person agreed')),
                ('status', models.CharField(choices=[('submitted', 'Received'), ('info_requested', 'Needs information'), ('accepted', 'Accepted'), ('contacting', 'Being contacted'), ('unreachable', 'Could not be reached'), ('waiting', 'On the waiting list'), ('offered', 'Offered a place'), ('enrolled', 'Has a place'), ('active', 'Taking part'), ('completed', 'Completed'), ('left_early', 'Left early'), ('not_participating', 'Did not start'), ('declined', 'Not accepted'), ('redirected', 'Passed to another service'), ('withdrawn', 'Withdrawn'), ('closed', 'Closed'), ('entered_in_error', 'Entered in error'), ('died', 'Has died')], default='submitted', max_length=20)),
                ('status_at', models.DateTimeField()),
                ('ended_as', models.CharField(blank=True, choices=[('submitted', 'Received'), ('info_requested', 'Needs information'), ('accepted', 'Accepted'), ('contacting', 'Being contacted'), ('unreachable', 'Could not be reached'), ('waiting', 'On the waiting list'), ('offered', 'Offered a place'), ('enrolled', 'Has a place'), ('active', 'Taking part'), ('completed', 'Completed'), ('left_early', 'Left early'), ('not_participating', 'Did not start'), ('declined', 'Not accepted'), ('redirected', 'Passed to another service'), ('withdrawn', 'Withdrawn'), ('closed', 'Closed'), ('entered_in_error', 'Entered in error'), ('died', 'Has died')], max_length=20)),
                ('opted_in_at', models.DateTimeField(null=True)),
                ('priority', models.PositiveSmallIntegerField(default=0)),
                ('follows', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='referrals.referral')),
                ('organisation', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='accounts.organisation')),
                ('participant', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='participants.participant')),
                ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='referrals.referral')),
                ('submitted_by', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='SafetyAnswer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('question_set', models.CharField(max_length=30)),
                ('version', models.PositiveSmallIntegerField()),
                ('wording', models.JSONField()),
                ('ticked', models.JSONField(default=list)),
                ('unanswered', models.BooleanField(default=False, verbose_name='left to a clinician')),
                ('assessed', models.BooleanField(default=False, verbose_name='a clinician has assessed what is ticked')),
                ('answered_at', models.DateTimeField()),
                ('answered_as', models.CharField(choices=[('gp', 'GP'), ('nurse', 'Nurse'), ('physiotherapist', 'Physiotherapist'), ('first_contact', 'First-contact practitioner'), ('pharmacist', 'Pharmacist'), ('link_worker', 'Social prescribing link worker'), ('occupational_therapist', 'Occupational therapist'), ('pain_specialist', 'Pain clinic specialist'), ('other', 'Another role'), ('administrator', 'Administrator for the clinician'), ('person', 'the person themselves, by their link'), ('telephone', 'a project officer, as the person told them on the telephone')], max_length=30)),
                ('replies', models.JSONField(default=dict)),
                ('words', models.TextField(blank=True, max_length=1000)),
                ('answered_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('referral', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='safety_answers', to='referrals.referral')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('answered_as', 'person'), ('answered_by__isnull', True)), models.Q(models.Q(('answered_as', 'person'), _negated=True), ('answered_by__isnull', False)), _connector='OR'), name='safety_answer_a_user_or_the_person'), models.CheckConstraint(condition=models.Q(models.Q(('answered_as__in', ['person', 'telephone']), ('question_set', 'own')), models.Q(models.Q(('question_set', 'own'), _negated=True), models.Q(('answered_as__in', ['person', 'telephone']), _negated=True), ('replies', {}), ('words', '')), _connector='OR'), name='safety_answer_own_list_is_the_persons'), models.UniqueConstraint(fields=('referral', 'question_set', 'answered_at'), name='safety_answer_once_at_a_time'), models.CheckConstraint(condition=models.Q(('unanswered', False), models.Q(('assessed', False), ('ticked', [])), _connector='OR'), name='safety_answer_unanswered_ticks_nothing')],
            },
        ),
        migrations.CreateModel(
            name='SafetyHold',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('why', models.CharField(choices=[('clinician', 'The clinician ticked a list that stops'), ('person', 'The person answered something that must be looked into'), ('officer', 'A project officer is concerned')], max_length=15)),
                ('words', models.TextField(max_length=1000)),
                ('put_on_at', models.DateTimeField()),
                ('lifted_at', models.DateTimeField(null=True)),
                ('lifted_words', models.TextField(blank=True, max_length=1000)),
                ('lifted_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('put_on_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('referral', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='holds', to='referrals.referral')),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('lifted_at__isnull', True)), fields=['put_on_at'], name='safety_hold_on')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('lifted_at__isnull', True)), fields=('referral', 'why'), name='safety_hold_on_once'), models.CheckConstraint(condition=models.Q(models.Q(('lifted_at__isnull', True), ('lifted_by__isnull', True), ('lifted_words', '')), models.Q(('lifted_at__isnull', False), ('lifted_by__isnull', False), models.Q(('lifted_words', ''), _negated=True)), _connector='OR'), name='safety_hold_lifted_with_grounds')],
            },
        ),
        migrations.CreateModel(
            name='SafetyHoldEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('id', models.BigIntegerField()),
                ('why', models.CharField(choices=[('clinician', 'The clinician ticked a list that stops'), ('person', 'The person answered something that must be looked into'), ('officer', 'A project officer is concerned')], max_length=15)),
                ('put_on_at', models.DateTimeField()),
                ('lifted_at', models.DateTimeField(null=True)),
                ('lifted_by', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL)),
                ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='referrals.safetyhold')),
                ('put_on_by', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL)),
                ('referral', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='referrals.referral')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='SafetyLink',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('digest', models.CharField(max_length=64, null=True, unique=True)),
                ('version', models.PositiveSmallIntegerField(default=1)),
                ('made_at', models.DateTimeField()),
                ('expires_at', models.DateTimeField()),
                ('revoked_at', models.DateTimeField(null=True)),
                ('because', models.CharField(choices=[('waiting', 'They went on the waiting list'), ('year', 'Twelve months are over'), ('changed', 'Their health has changed'), ('again', 'An officer asked once more'), ('telephone', 'They told us on the telephone, without having been asked')], max_length=10)),
                ('answered_at', models.DateTimeField(null=True)),
                ('asked_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('referral', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='safety_links', to='referrals.referral')),
            ],
            options={
                'abstract': False,
                'indexes': [models.Index(condition=models.Q(('revoked_at__isnull', True)), fields=['answered_at'], name='safety_link_answered')],
                'constraints': [models.CheckConstraint(condition=models.Q(('expires_at__gt', models.F('made_at'))), name='safetylink_expires_after_made'), models.UniqueConstraint(condition=models.Q(('revoked_at__isnull', True)), fields=('referral',), name='safety_link_one_round')],
            },
        ),
        migrations.CreateModel(
            name='SafetyStop',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('question_set', models.CharField(max_length=30)),
                ('version', models.PositiveSmallIntegerField()),
                ('ticked', models.JSONField()),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('organisation', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organisation')),
            ],
        ),
        migrations.CreateModel(
            name='StatusChange',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('from_status', models.CharField(blank=True, choices=[('submitted', 'Received'), ('info_requested', 'Needs information'), ('accepted', 'Accepted'), ('contacting', 'Being contacted'), ('unreachable', 'Could not be reached'), ('waiting', 'On the waiting list'), ('offered', 'Offered a place'), ('enrolled', 'Has a place'), ('active', 'Taking part'), ('completed', 'Completed'), ('left_early', 'Left early'), ('not_participating', 'Did not start'), ('declined', 'Not accepted'), ('redirected', 'Passed to another service'), ('withdrawn', 'Withdrawn'), ('closed', 'Closed'), ('entered_in_error', 'Entered in error'), ('died', 'Has died')], max_length=20)),
                ('to_status', models.CharField(choices=[('submitted', 'Received'), ('info_requested', 'Needs information'), ('accepted', 'Accepted'), ('contacting', 'Being contacted'), ('unreachable', 'Could not be reached'), ('waiting', 'On the waiting list'), ('offered', 'Offered a place'), ('enrolled', 'Has a place'), ('active', 'Taking part'), ('completed', 'Completed'), ('left_early', 'Left early'), ('not_participating', 'Did not start'), ('declined', 'Not accepted'), ('redirected', 'Passed to another service'), ('withdrawn', 'Withdrawn'), ('closed', 'Closed'), ('entered_in_error', 'Entered in error'), ('died', 'Has died')], max_length=20)),
                ('at', models.DateTimeField()),
                ('reason', models.CharField(blank=True, choices=[('outside_area', 'Outside the area'), ('age', 'Age'), ('pain_under_3_months', 'Pain for less than 3 months'), ('safety', 'Safety'), ('other_service', 'Needs another service'), ('not_wanted', 'No longer wanted'), ('health_worse', 'Health is worse'), ('better', 'Feels better'), ('work_or_caring', 'Work or caring'), ('technology', 'Technology'), ('time_unsuitable', 'The times do not suit'), ('did_not_like_group', 'Did not like the group'), ('no_contact', 'No contact'), ('moved', 'Moved away'), ('died', 'Has died'), ('other', 'Another reason')], max_length=30)),
                ('words', models.TextField(blank=True, max_length=1000, verbose_name='words for the organisation')),
                ('person_words', models.TextField(blank=True, max_length=1000, verbose_name='words for the person')),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('referral', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='status_changes', to='referrals.referral')),
            ],
            options={
                'indexes': [models.Index(fields=['referral', 'at', 'id'], name='status_change_of_referral'), models.Index(fields=['at'], name='status_change_at'), models.Index(condition=models.Q(('to_status', 'active')), fields=['at', 'referral'], name='status_change_started')],
            },
        ),
        migrations.CreateModel(
            name='Digest',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('week', models.CharField(max_length=8, verbose_name='ISO week in which it is sent')),
                ('sent_on', models.DateField()),
                ('made_at', models.DateTimeField()),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='digests', to='accounts.organisation')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('organisation', 'week'), name='digest_once_a_week'), models.CheckConstraint(condition=models.Q(('week__regex', '^[0-9]{4}-W[0-9]{2}$')), name='digest_week_shape')],
            },
        ),
        migrations.CreateModel(
            name='DigestStop',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('stopped_at', models.DateTimeField()),
                ('ended_at', models.DateTimeField(null=True)),
                ('ended_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='digest_stops', to='accounts.organisation')),
                ('stopped_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'stopped weekly summary',
                'verbose_name_plural': 'stopped weekly summaries',
                'constraints': [models.UniqueConstraint(condition=models.Q(('ended_at__isnull', True)), fields=('organisation',), name='digest_stopped_once'), models.CheckConstraint(condition=models.Q(models.Q(('ended_at__isnull', True), ('ended_by__isnull', True)), models.Q(('ended_at__isnull', False), ('ended_by__isnull', False)), _connector='OR'), name='digest_stop_ended_at_and_by')],
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='referral',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "referrals_referralevent" ("agreed_on", "ended_as", "follows_id", "id", "opted_in_at", "organisation_id", "pain_three_months", "participant_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "priority", "reference", "referrer_role", "status", "status_at", "submission_key", "submitted_at", "submitted_by_id") VALUES (NEW."agreed_on", NEW."ended_as", NEW."follows_id", NEW."id", NEW."opted_in_at", NEW."organisation_id", NEW."pain_three_months", NEW."participant_id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."priority", NEW."reference", NEW."referrer_role", NEW."status", NEW."status_at", NEW."submission_key", NEW."submitted_at", NEW."submitted_by_id"); RETURN NULL;', hash='c99de4ff29d85a2b124c8cc278a5dfcd6c9dbb6b', operation='INSERT', pgid='pgtrigger_insert_insert_a74c8', table='referrals_referral', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='referral',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "referrals_referralevent" ("agreed_on", "ended_as", "follows_id", "id", "opted_in_at", "organisation_id", "pain_three_months", "participant_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "priority", "reference", "referrer_role", "status", "status_at", "submission_key", "submitted_at", "submitted_by_id") VALUES (NEW."agreed_on", NEW."ended_as", NEW."follows_id", NEW."id", NEW."opted_in_at", NEW."organisation_id", NEW."pain_three_months", NEW."participant_id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."priority", NEW."reference", NEW."referrer_role", NEW."status", NEW."status_at", NEW."submission_key", NEW."submitted_at", NEW."submitted_by_id"); RETURN NULL;', hash='d34504e062c0f1c4304c793d17b019d41a91eaf4', operation='UPDATE', pgid='pgtrigger_update_update_223e7', table='referrals_referral', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='note',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "referrals_noteevent" ("at", "by_id", "from_office", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "referral_id", "seen_at", "seen_by_id") VALUES (NEW."at", NEW."by_id", NEW."from_office", NEW."id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."referral_id", NEW."seen_at", NEW."seen_by_id"); RETURN NULL;', hash='082b99a2b69814724c15660eb42d91395b7b4136', operation='INSERT', pgid='pgtrigger_insert_insert_898b2', table='referrals_note', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='note',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "referrals_noteevent" ("at", "by_id", "from_office", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "referral_id", "seen_at", "seen_by_id") VALUES (NEW."at", NEW."by_id", NEW."from_office", NEW."id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."referral_id", NEW."seen_at", NEW."seen_by_id"); RETURN NULL;', hash='2e025f927316ec91ad4d65f841b98b4ee38fd383', operation='UPDATE', pgid='pgtrigger_update_update_f67ee', table='referrals_note', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='contactattempt',
            trigger=pgtrigger.compiler.Trigger(name='written_once', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='b782e0058aea3ef707c838228990ca11ee319599', operation='UPDATE OR DELETE', pgid='pgtrigger_written_once_46cff', table='referrals_contactattempt', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='confirmation',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "referrals_confirmationevent" ("asked_at", "asked_by_id", "confirmed_at", "confirmed_by_id", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "referral_id", "replaced_at") VALUES (NEW."asked_at", NEW."asked_by_id", NEW."confirmed_at", NEW."confirmed_by_id", NEW."id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."referral_id", NEW."replaced_at"); RETURN NULL;', hash='b739869249e18211fce3e20c85cfdd9e9db7848d', operation='INSERT', pgid='pgtrigger_insert_insert_e6763', table='referrals_confirmation', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='confirmation',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "referrals_confirmationevent" ("asked_at", "asked_by_id", "confirmed_at", "confirmed_by_id", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "referral_id", "replaced_at") VALUES (NEW."asked_at", NEW."asked_by_id", NEW."confirmed_at", NEW."confirmed_by_id", NEW."id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."referral_id", NEW."replaced_at"); RETURN NULL;', hash='290c6edc16955482437dfccbd1ff7afb16133e29', operation='UPDATE', pgid='pgtrigger_update_update_cbe1f', table='referrals_confirmation', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='clearance',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "referrals_clearanceevent" ("asked_at", "because", "cleared_at", "cleared_by_id", "ended_at", "expires_on", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "referral_id") VALUES (NEW."asked_at", NEW."because", NEW."cleared_at", NEW."cleared_by_id", NEW."ended_at", NEW."expires_on", NEW."id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."referral_id"); RETURN NULL;', hash='9b4ce61188de948ef0f098946e3be550713b4d6f', operation='INSERT', pgid='pgtrigger_insert_insert_f97a8', table='referrals_clearance', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='clearance',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "referrals_clearanceevent" ("asked_at", "because", "cleared_at", "cleared_by_id", "ended_at", "expires_on", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "referral_id") VALUES (NEW."asked_at", NEW."because", NEW."cleared_at", NEW."cleared_by_id", NEW."ended_at", NEW."expires_on", NEW."id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."referral_id"); RETURN NULL;', hash='a5c82a1755dfc07a962bc258b344a3d88273aab7', operation='UPDATE', pgid='pgtrigger_update_update_159e5', table='referrals_clearance', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='safetyanswer',
            trigger=pgtrigger.compiler.Trigger(name='written_once', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='334422bcafd19d0f3bb7be8c5a671598dbc74e5e', operation='UPDATE OR DELETE', pgid='pgtrigger_written_once_dc198', table='referrals_safetyanswer', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='safetyhold',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "referrals_safetyholdevent" ("id", "lifted_at", "lifted_by_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "put_on_at", "put_on_by_id", "referral_id", "why") VALUES (NEW."id", NEW."lifted_at", NEW."lifted_by_id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."put_on_at", NEW."put_on_by_id", NEW."referral_id", NEW."why"); RETURN NULL;', hash='a3101a5a6a85eeb79f18ae7b848b483cf62ead8e', operation='INSERT', pgid='pgtrigger_insert_insert_9f8ff', table='referrals_safetyhold', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='safetyhold',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "referrals_safetyholdevent" ("id", "lifted_at", "lifted_by_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "put_on_at", "put_on_by_id", "referral_id", "why") VALUES (NEW."id", NEW."lifted_at", NEW."lifted_by_id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."put_on_at", NEW."put_on_by_id", NEW."referral_id", NEW."why"); RETURN NULL;', hash='1cb27f401bdc9e466e96d3b4703cf6c68c1ff42b', operation='UPDATE', pgid='pgtrigger_update_update_15400', table='referrals_safetyhold', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='safetystop',
            trigger=pgtrigger.compiler.Trigger(name='written_once', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='13e47c7c66bebea43e2a1a0b3dfea5086091c15f', operation='UPDATE OR DELETE', pgid='pgtrigger_written_once_26283', table='referrals_safetystop', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='statuschange',
            trigger=pgtrigger.compiler.Trigger(name='written_once', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='c189c03c7fac6a53b409491274152c190dd65c84', operation='UPDATE OR DELETE', pgid='pgtrigger_written_once_82bdc', table='referrals_statuschange', when='BEFORE')),
        ),
    ]
