import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.db.models.deletion
import django.db.models.functions.text
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    replaces = [('participants', '0001_initial'), ('participants', '0002_deprivation'), ('participants', '0003_died_and_merged'), ('participants', '0004_needs'), ('participants', '0005_readiness'), ('participants', '0006_look_alikes'), ('participants', '0007_birth_date_tries'), ('participants', '0008_email_without_hyphen'), ('participants', '0009_email_came_back'), ('participants', '0010_contacts_and_proxies'), ('participants', '0011_address_for_letters')]

    initial = True

    dependencies = [
        ('accounts', '0001_founding'),
        ('pghistory', '0007_auto_20250421_0444'),
    ]

    operations = [
        migrations.CreateModel(
            name='Participant',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('given_name', models.CharField(max_length=100)),
                ('family_name', models.CharField(max_length=100)),
                ('preferred_name', models.CharField(blank=True, max_length=100)),
                ('date_of_birth', models.DateField()),
                ('nhs_number', models.CharField(blank=True, max_length=10, verbose_name='NHS number')),
                ('email', models.EmailField(blank=True, max_length=254, verbose_name='email address')),
                ('email_bad_at', models.DateTimeField(editable=False, null=True, verbose_name='email came back')),
                ('phone', models.CharField(blank=True, max_length=20, verbose_name='telephone')),
                ('postcode', models.CharField(max_length=10)),
                ('postal_address', models.TextField(blank=True, db_default='', default='', verbose_name='address for letters')),
                ('preferred_contact', models.CharField(choices=[('email', 'Email'), ('phone', 'Telephone')], max_length=10)),
                ('message_safe', models.BooleanField(verbose_name='safe to leave a message')),
                ('deprivation_decile', models.PositiveSmallIntegerField(editable=False, null=True, verbose_name='deprivation, 1 to 10 (1: most deprived tenth)')),
                ('deprivation_edition', models.CharField(blank=True, editable=False, max_length=20)),
                ('deprivation_at', models.DateTimeField(editable=False, null=True, verbose_name='deprivation looked up')),
                ('needs_asked_at', models.DateTimeField(editable=False, null=True)),
                ('needs_review_on', models.DateField(editable=False, null=True)),
                ('died_at', models.DateTimeField(editable=False, null=True, verbose_name='told that they died')),
                ('synthetic', models.BooleanField(default=False, editable=False)),
                ('added_at', models.DateTimeField()),
                ('merged_into', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='merged', to='participants.participant')),
                ('practice', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='registered_people', to='accounts.organisation', verbose_name='registered practice')),
            ],
            options={
                'verbose_name': 'person',
                'verbose_name_plural': 'people',
                'indexes': [django.contrib.postgres.indexes.GinIndex(django.contrib.postgres.indexes.OpClass(django.db.models.functions.text.Upper('family_name'), name='gin_trgm_ops'), name='participant_family_trgm'), django.contrib.postgres.indexes.GinIndex(django.contrib.postgres.indexes.OpClass(django.db.models.functions.text.Upper('given_name'), name='gin_trgm_ops'), name='participant_given_trgm'), django.contrib.postgres.indexes.GinIndex(django.contrib.postgres.indexes.OpClass(django.db.models.functions.text.Upper('preferred_name'), name='gin_trgm_ops'), name='participant_preferred_trgm'), models.Index(fields=['postcode'], name='participant_postcode', opclasses=['varchar_pattern_ops']), models.Index(condition=models.Q(('needs_review_on__isnull', False)), fields=['needs_review_on'], name='participant_needs_review'), models.Index(condition=models.Q(('synthetic', False)), fields=['synthetic'], name='participant_real')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('nhs_number', ''), _negated=True), fields=('nhs_number', 'date_of_birth'), name='participant_person_once', violation_error_message='This NHS number and date of birth are already those of another person here'), models.CheckConstraint(condition=models.Q(('nhs_number', ''), ('nhs_number__regex', '^[0-9]{10}$'), _connector='OR'), name='participant_nhs_number_shape'), models.CheckConstraint(condition=models.Q(('email', ''), ('phone', ''), _negated=True), name='participant_can_be_reached'), models.CheckConstraint(condition=models.Q(('postal_address', ''), ('postal_address__regex', '^[^\\n]{1,40}(\\n[^\\n]{1,40}){0,3}$'), _connector='OR'), name='participant_address_fits_a_window'), models.CheckConstraint(condition=models.Q(('email_bad_at__isnull', True), models.Q(('email', ''), _negated=True), _connector='OR'), name='participant_bad_email_is_one'), models.CheckConstraint(condition=models.Q(('deprivation_decile__isnull', True), models.Q(('deprivation_at__isnull', False), ('deprivation_decile__range', (1, 10))), _connector='OR'), name='participant_deprivation_one_to_ten'), models.CheckConstraint(condition=models.Q(('merged_into__isnull', True), models.Q(('merged_into', models.F('id')), _negated=True), _connector='OR'), name='participant_not_merged_into_itself'), models.CheckConstraint(condition=models.Q(('synthetic', False), ('email', ''), ('email__endswith', '@example.org'), _connector='OR'), name='participant_synthetic_never_mailed', violation_error_message='A made-up person needs an address that ends in @example.org')],
            },
        ),
        migrations.CreateModel(
            name='Availability',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('weekday', models.PositiveSmallIntegerField(choices=[(0, 'Monday'), (1, 'Tuesday'), (2, 'Wednesday'), (3, 'Thursday'), (4, 'Friday'), (5, 'Saturday'), (6, 'Sunday')])),
                ('part', models.CharField(choices=[('morning', 'Morning'), ('afternoon', 'Afternoon'), ('evening', 'Evening')], max_length=10, verbose_name='part of the day')),
                ('told_at', models.DateTimeField()),
                ('told_to', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('participant', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='availability', to='participants.participant')),
            ],
            options={
                'verbose_name_plural': 'availability',
                'indexes': [models.Index(fields=['weekday', 'part', 'participant'], name='availability_slot')],
                'constraints': [models.UniqueConstraint(fields=('participant', 'weekday', 'part'), name='availability_once'), models.CheckConstraint(condition=models.Q(('weekday__range', (0, 6))), name='availability_seven_days'), models.CheckConstraint(condition=models.Q(('part__in', ['morning', 'afternoon', 'evening'])), name='availability_part_of_the_list')],
            },
        ),
        migrations.CreateModel(
            name='EmergencyContact',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=150)),
                ('relation', models.CharField(blank=True, max_length=60)),
                ('phone', models.CharField(max_length=20)),
                ('consent', models.BooleanField(null=True, verbose_name='the person agreed')),
                ('recorded_at', models.DateTimeField()),
                ('recorded_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('participant', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='emergency_contact', to='participants.participant')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('name', ''), _negated=True), models.Q(('phone', ''), _negated=True)), name='emergency_contact_can_be_rung')],
            },
        ),
        migrations.CreateModel(
            name='Equality',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('ethnic_category', models.CharField(choices=[('A', 'White: British'), ('B', 'White: Irish'), ('C', 'White: any other White background'), ('D', 'Mixed: White and Black Caribbean'), ('E', 'Mixed: White and Black African'), ('F', 'Mixed: White and Asian'), ('G', 'Mixed: any other mixed background'), ('H', 'Asian or Asian British: Indian'), ('J', 'Asian or Asian British: Pakistani'), ('K', 'Asian or Asian British: Bangladeshi'), ('L', 'Asian or Asian British: any other Asian background'), ('M', 'Black or Black British: Caribbean'), ('N', 'Black or Black British: African'), ('P', 'Black or Black British: any other Black background'), ('R', 'Other ethnic groups: Chinese'), ('S', 'Other ethnic groups: any other ethnic group'), ('Z', 'Prefer not to say'), ('99', 'Not known: not asked yet')], default='99', max_length=2)),
                ('sex', models.CharField(blank=True, choices=[('female', 'Female'), ('male', 'Male'), ('prefer_not', 'Prefer not to say')], max_length=10)),
                ('gender_same', models.CharField(blank=True, choices=[('yes', 'Yes'), ('no', 'No'), ('prefer_not', 'Prefer not to say')], max_length=10, verbose_name='gender the same as at birth')),
                ('gender_words', models.CharField(blank=True, max_length=100, verbose_name='gender in their own words')),
                ('long_condition', models.CharField(blank=True, choices=[('yes', 'Yes'), ('no', 'No'), ('prefer_not', 'Prefer not to say')], max_length=10, verbose_name='condition of 12 months or more')),
                ('limits', models.CharField(blank=True, choices=[('a_lot', 'Yes, a lot'), ('a_little', 'Yes, a little'), ('not_at_all', 'Not at all'), ('prefer_not', 'Prefer not to say')], max_length=10, verbose_name='reduces daily activities')),
                ('source', models.CharField(choices=[('person', 'The person'), ('referrer', 'The referrer'), ('officer', 'An officer, from what is known')], max_length=10, verbose_name='who answered')),
                ('recorded_at', models.DateTimeField()),
                ('recorded_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('participant', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='equality', to='participants.participant')),
            ],
            options={
                'verbose_name_plural': 'equality answers',
                'constraints': [models.CheckConstraint(condition=models.Q(('ethnic_category__in', ['A', 'B', 'C', 'D', 'E', 'F', 'G', 'H', 'J', 'K', 'L', 'M', 'N', 'P', 'R', 'S', 'Z', '99'])), name='equality_ethnic_category_16_plus_1'), models.CheckConstraint(condition=models.Q(('sex', ''), ('sex__in', ['female', 'male', 'prefer_not']), _connector='OR'), name='equality_sex_of_the_list'), models.CheckConstraint(condition=models.Q(('gender_same', ''), ('gender_same__in', ['yes', 'no', 'prefer_not']), _connector='OR'), name='equality_gender_of_the_list'), models.CheckConstraint(condition=models.Q(('long_condition', ''), ('long_condition__in', ['yes', 'no', 'prefer_not']), _connector='OR'), name='equality_condition_of_the_list'), models.CheckConstraint(condition=models.Q(('limits', ''), models.Q(('limits__in', ['a_lot', 'a_little', 'not_at_all', 'prefer_not']), ('long_condition', 'yes')), _connector='OR'), name='equality_limits_of_a_condition'), models.CheckConstraint(condition=models.Q(('source__in', ['person', 'referrer', 'officer'])), name='equality_source_of_the_list')],
            },
        ),
        migrations.CreateModel(
            name='Goal',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('words', models.CharField(max_length=500)),
                ('domain', models.CharField(blank=True, choices=[('social', 'Social connections'), ('independence', 'Independence'), ('mental_health', 'Managing mental health'), ('daily', 'Improving daily function'), ('else', 'Something else')], max_length=20)),
                ('told_at', models.DateTimeField()),
                ('replaced_at', models.DateTimeField(null=True)),
                ('replaced_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('told_to', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('participant', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='goals', to='participants.participant')),
            ],
            options={
                'constraints': [models.UniqueConstraint(condition=models.Q(('replaced_at__isnull', True)), fields=('participant',), name='goal_one_current'), models.CheckConstraint(condition=models.Q(('words', ''), _negated=True), name='goal_in_words'), models.CheckConstraint(condition=models.Q(('domain', ''), ('domain__in', ['social', 'independence', 'mental_health', 'daily', 'else']), _connector='OR'), name='goal_domain_of_the_list'), models.CheckConstraint(condition=models.Q(models.Q(('replaced_at__isnull', True), ('replaced_by__isnull', True)), models.Q(('replaced_at__isnull', False), ('replaced_by__isnull', False)), _connector='OR'), name='goal_replaced_at_and_by')],
            },
        ),
        migrations.CreateModel(
            name='GoalRating',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('score', models.PositiveSmallIntegerField()),
                ('occasion', models.CharField(choices=[('baseline', 'At the start'), ('later', 'Later')], max_length=10)),
                ('at', models.DateTimeField()),
                ('goal', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='ratings', to='participants.goal')),
                ('told_to', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('participant', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='goal_ratings', to='participants.participant')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('score__range', (0, 10))), name='goal_rating_zero_to_ten'), models.CheckConstraint(condition=models.Q(('occasion__in', ['baseline', 'later'])), name='goal_rating_occasion_of_the_list'), models.UniqueConstraint(condition=models.Q(('occasion', 'baseline')), fields=('participant',), name='goal_rating_one_baseline')],
            },
        ),
        migrations.CreateModel(
            name='Need',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=30)),
                ('recorded_at', models.DateTimeField()),
                ('ended_at', models.DateTimeField(null=True)),
                ('ended_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('recorded_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('participant', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='needs', to='participants.participant')),
            ],
            options={
                'constraints': [models.UniqueConstraint(condition=models.Q(('ended_at__isnull', True)), fields=('participant', 'code'), name='need_once_at_a_time'), models.CheckConstraint(condition=models.Q(models.Q(('ended_at__isnull', True), ('ended_by__isnull', True)), models.Q(('ended_at__isnull', False), ('ended_by__isnull', False)), _connector='OR'), name='need_ended_at_and_by')],
            },
        ),
        migrations.CreateModel(
            name='NeedEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('id', models.BigIntegerField()),
                ('code', models.CharField(max_length=30)),
                ('recorded_at', models.DateTimeField()),
                ('ended_at', models.DateTimeField(null=True)),
                ('ended_by', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL)),
                ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='participants.need')),
                ('recorded_by', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL)),
                ('participant', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='participants.participant')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='LookAlike',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('found_at', models.DateTimeField()),
                ('two_people_at', models.DateTimeField(null=True)),
                ('two_people_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('one', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='participants.participant')),
                ('other', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='participants.participant')),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('two_people_at__isnull', True)), fields=['found_at', 'id'], name='look_alike_undecided')],
                'constraints': [models.UniqueConstraint(fields=('one', 'other'), name='look_alike_once'), models.CheckConstraint(condition=models.Q(('one__lt', models.F('other'))), name='look_alike_older_first'), models.CheckConstraint(condition=models.Q(models.Q(('two_people_at__isnull', True), ('two_people_by__isnull', True)), models.Q(('two_people_at__isnull', False), ('two_people_by__isnull', False)), _connector='OR'), name='look_alike_two_people_at_and_by')],
            },
        ),
        migrations.CreateModel(
            name='GoalRatingEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('id', models.BigIntegerField()),
                ('score', models.PositiveSmallIntegerField()),
                ('occasion', models.CharField(choices=[('baseline', 'At the start'), ('later', 'Later')], max_length=10)),
                ('at', models.DateTimeField()),
                ('goal', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='participants.goal')),
                ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='participants.goalrating')),
                ('told_to', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL)),
                ('participant', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='participants.participant')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='GoalEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('id', models.BigIntegerField()),
                ('domain', models.CharField(blank=True, choices=[('social', 'Social connections'), ('independence', 'Independence'), ('mental_health', 'Managing mental health'), ('daily', 'Improving daily function'), ('else', 'Something else')], max_length=20)),
                ('told_at', models.DateTimeField()),
                ('replaced_at', models.DateTimeField(null=True)),
                ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='participants.goal')),
                ('replaced_by', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL)),
                ('told_to', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL)),
                ('participant', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='participants.participant')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='EqualityEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('id', models.BigIntegerField()),
                ('ethnic_category', models.CharField(choices=[('A', 'White: British'), ('B', 'White: Irish'), ('C', 'White: any other White background'), ('D', 'Mixed: White and Black Caribbean'), ('E', 'Mixed: White and Black African'), ('F', 'Mixed: White and Asian'), ('G', 'Mixed: any other mixed background'), ('H', 'Asian or Asian British: Indian'), ('J', 'Asian or Asian British: Pakistani'), ('K', 'Asian or Asian British: Bangladeshi'), ('L', 'Asian or Asian British: any other Asian background'), ('M', 'Black or Black British: Caribbean'), ('N', 'Black or Black British: African'), ('P', 'Black or Black British: any other Black background'), ('R', 'Other ethnic groups: Chinese'), ('S', 'Other ethnic groups: any other ethnic group'), ('Z', 'Prefer not to say'), ('99', 'Not known: not asked yet')], default='99', max_length=2)),
                ('sex', models.CharField(blank=True, choices=[('female', 'Female'), ('male', 'Male'), ('prefer_not', 'Prefer not to say')], max_length=10)),
                ('gender_same', models.CharField(blank=True, choices=[('yes', 'Yes'), ('no', 'No'), ('prefer_not', 'Prefer not to say')], max_length=10, verbose_name='gender the same as at birth')),
                ('long_condition', models.CharField(blank=True, choices=[('yes', 'Yes'), ('no', 'No'), ('prefer_not', 'Prefer not to say')], max_length=10, verbose_name='condition of 12 months or more')),
                ('limits', models.CharField(blank=True, choices=[('a_lot', 'Yes, a lot'), ('a_little', 'Yes, a little'), ('not_at_all', 'Not at all'), ('prefer_not', 'Prefer not to say')], max_length=10, verbose_name='reduces daily activities')),
                ('source', models.CharField(choices=[('person', 'The person'), ('referrer', 'The referrer'), ('officer', 'An officer, from what is known')], max_length=10, verbose_name='who answered')),
                ('recorded_at', models.DateTimeField()),
                ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='participants.equality')),
                ('recorded_by', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL)),
                ('participant', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='participants.participant')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='EmergencyContactEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('id', models.BigIntegerField()),
                ('consent', models.BooleanField(null=True, verbose_name='the person agreed')),
                ('recorded_at', models.DateTimeField()),
                ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='participants.emergencycontact')),
                ('recorded_by', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL)),
                ('participant', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='participants.participant')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='ContactNote',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('channel', models.CharField(choices=[('phone', 'Telephone'), ('email', 'Email'), ('text', 'Text message'), ('letter', 'Letter'), ('in_person', 'In person, or on a video call')], max_length=10)),
                ('from_them', models.BooleanField()),
                ('at', models.DateTimeField()),
                ('words', models.CharField(max_length=1000)),
                ('written_at', models.DateTimeField()),
                ('corrects', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='corrected_by', to='participants.contactnote')),
                ('written_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('participant', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='contact_notes', to='participants.participant')),
            ],
            options={
                'indexes': [models.Index(fields=['participant', 'at', 'id'], name='contact_note_of_person')],
                'constraints': [models.CheckConstraint(condition=models.Q(('words', ''), _negated=True), name='contact_note_says_something'), models.CheckConstraint(condition=models.Q(('at__lte', models.F('written_at'))), name='contact_note_not_ahead'), models.CheckConstraint(condition=models.Q(('channel__in', ['phone', 'email', 'text', 'letter', 'in_person'])), name='contact_note_channel_known'), models.CheckConstraint(condition=models.Q(('corrects__isnull', True), models.Q(('corrects', models.F('id')), _negated=True), _connector='OR'), name='contact_note_corrects_another')],
            },
        ),
        migrations.CreateModel(
            name='BirthDateTries',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('purpose', models.CharField(max_length=30)),
                ('wrong', models.PositiveSmallIntegerField(default=0)),
                ('locked_until', models.DateTimeField(null=True)),
                ('participant', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='participants.participant')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('participant', 'purpose'), name='birth_date_tries_once'), models.CheckConstraint(condition=models.Q(models.Q(('locked_until__isnull', True), ('wrong__lt', 5)), models.Q(('locked_until__isnull', False), ('wrong', 5)), _connector='OR'), name='birth_date_tries_locked_at_five')],
            },
        ),
        migrations.CreateModel(
            name='AvailabilityEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('id', models.BigIntegerField()),
                ('weekday', models.PositiveSmallIntegerField(choices=[(0, 'Monday'), (1, 'Tuesday'), (2, 'Wednesday'), (3, 'Thursday'), (4, 'Friday'), (5, 'Saturday'), (6, 'Sunday')])),
                ('part', models.CharField(choices=[('morning', 'Morning'), ('afternoon', 'Afternoon'), ('evening', 'Evening')], max_length=10, verbose_name='part of the day')),
                ('told_at', models.DateTimeField()),
                ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='participants.availability')),
                ('told_to', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL)),
                ('participant', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='participants.participant')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='ParticipantEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('id', models.BigIntegerField()),
                ('email_bad_at', models.DateTimeField(editable=False, null=True, verbose_name='email came back')),
                ('preferred_contact', models.CharField(choices=[('email', 'Email'), ('phone', 'Telephone')], max_length=10)),
                ('message_safe', models.BooleanField(verbose_name='safe to leave a message')),
                ('needs_asked_at', models.DateTimeField(editable=False, null=True)),
                ('needs_review_on', models.DateField(editable=False, null=True)),
                ('died_at', models.DateTimeField(editable=False, null=True, verbose_name='told that they died')),
                ('synthetic', models.BooleanField(default=False, editable=False)),
                ('added_at', models.DateTimeField()),
                ('merged_into', models.ForeignKey(db_constraint=False, editable=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='participants.participant')),
                ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='participants.participant')),
                ('practice', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='accounts.organisation', verbose_name='registered practice')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='PostcodeDeprivation',
            fields=[
                ('postcode', models.CharField(max_length=10, primary_key=True, serialize=False)),
                ('lsoa', models.CharField(max_length=9, verbose_name='LSOA code')),
                ('rank', models.PositiveIntegerField()),
                ('decile', models.PositiveSmallIntegerField()),
                ('edition', models.CharField(max_length=20)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('decile__range', (1, 10))), name='deprivation_decile_one_to_ten'), models.CheckConstraint(condition=models.Q(('rank__gte', 1)), name='deprivation_rank_from_one')],
            },
        ),
        migrations.CreateModel(
            name='ProxyContact',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=100)),
                ('relation', models.CharField(choices=[('carer', 'Carer'), ('family', 'Relative or friend'), ('interpreter', 'Interpreter'), ('worker', 'Support worker')], max_length=12)),
                ('email', models.EmailField(max_length=254, verbose_name='email address')),
                ('manner', models.CharField(choices=[('copies', 'Has a copy of what the person gets'), ('replaces', 'Gets it instead of the person')], max_length=10)),
                ('consent', models.CharField(choices=[('spoken', 'The person told us'), ('written', 'The person wrote to us'), ('legal', 'Somebody who may decide for the person told us, and showed why they may')], max_length=10)),
                ('consent_at', models.DateTimeField()),
                ('ended_at', models.DateTimeField(null=True)),
                ('ended_why', models.CharField(blank=True, max_length=200)),
                ('ended_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('participant', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='proxies', to='participants.participant')),
                ('written_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'proxy contact',
                'constraints': [models.UniqueConstraint(condition=models.Q(('ended_at__isnull', True)), fields=('participant',), name='proxy_one_a_person'), models.CheckConstraint(condition=models.Q(models.Q(('name', ''), _negated=True), models.Q(('email', ''), _negated=True)), name='proxy_can_be_written_to'), models.CheckConstraint(condition=models.Q(('relation__in', ['carer', 'family', 'interpreter', 'worker'])), name='proxy_relation_known'), models.CheckConstraint(condition=models.Q(('manner__in', ['copies', 'replaces'])), name='proxy_manner_known'), models.CheckConstraint(condition=models.Q(('consent__in', ['spoken', 'written', 'legal'])), name='proxy_consent_known'), models.CheckConstraint(condition=models.Q(models.Q(('ended_at__isnull', True), ('ended_by__isnull', True), ('ended_why', '')), models.Q(('ended_at__isnull', False), ('ended_by__isnull', False), models.Q(('ended_why', ''), _negated=True)), _connector='OR'), name='proxy_ended_at_by_and_why')],
            },
        ),
        migrations.CreateModel(
            name='Readiness',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('device', models.CharField(blank=True, choices=[('phone', 'Smartphone'), ('tablet', 'Tablet'), ('computer', 'Computer'), ('none', 'None of these')], max_length=10, verbose_name='device')),
                ('camera', models.BooleanField(null=True, verbose_name='camera')),
                ('email_use', models.CharField(blank=True, choices=[('alone', 'Yes, by themselves'), ('helped', 'Yes, with help'), ('no', 'No')], max_length=10, verbose_name='reads email')),
                ('help_needed', models.BooleanField(null=True, verbose_name='needs help with the call')),
                ('help_words', models.CharField(blank=True, max_length=300, verbose_name='who helps')),
                ('somebody_home', models.BooleanField(null=True, verbose_name='somebody else at home')),
                ('safe_space', models.BooleanField(null=True, verbose_name='safe space to move')),
                ('level', models.CharField(blank=True, choices=[('seated', 'Seated'), ('gentle', 'Gentle, with standing'), ('moderate', 'Moderate')], max_length=10, verbose_name='activity level')),
                ('language', models.CharField(blank=True, choices=[('en', 'English'), ('sq', 'Albanian'), ('ar', 'Arabic'), ('bn', 'Bengali or Sylheti'), ('bfi', 'British Sign Language'), ('bg', 'Bulgarian'), ('yue', 'Cantonese'), ('cs', 'Czech'), ('fa', 'Farsi or Dari'), ('fr', 'French'), ('gu', 'Gujarati'), ('hi', 'Hindi'), ('hu', 'Hungarian'), ('it', 'Italian'), ('ku', 'Kurdish'), ('lt', 'Lithuanian'), ('cmn', 'Mandarin'), ('ne', 'Nepali'), ('ps', 'Pashto'), ('pl', 'Polish'), ('pt', 'Portuguese'), ('pa', 'Punjabi'), ('ro', 'Romanian'), ('ru', 'Russian'), ('sk', 'Slovak'), ('so', 'Somali'), ('es', 'Spanish'), ('ta', 'Tamil'), ('ti', 'Tigrinya'), ('tr', 'Turkish'), ('uk', 'Ukrainian'), ('ur', 'Urdu'), ('vi', 'Vietnamese'), ('cy', 'Welsh'), ('other', 'Another language')], max_length=5, verbose_name='language')),
                ('language_words', models.CharField(blank=True, max_length=60, verbose_name='which language')),
                ('interpreter_needed', models.BooleanField(null=True, verbose_name='interpreter needed')),
                ('preferences', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('women', 'Women only'), ('men', 'Men only'), ('younger', 'A younger group'), ('older', 'An older group'), ('camera_off', 'Camera off')], max_length=20), blank=True, null=True, size=None, verbose_name='group preferences')),
                ('asked_at', models.DateTimeField()),
                ('asked_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('participant', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='readiness', to='participants.participant')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('device', ''), ('device__in', ['phone', 'tablet', 'computer', 'none']), _connector='OR'), name='readiness_device_of_the_list'), models.CheckConstraint(condition=models.Q(('email_use', ''), ('email_use__in', ['alone', 'helped', 'no']), _connector='OR'), name='readiness_email_of_the_list'), models.CheckConstraint(condition=models.Q(('level', ''), ('level__in', ['seated', 'gentle', 'moderate']), _connector='OR'), name='readiness_level_of_the_list'), models.CheckConstraint(condition=models.Q(('language', ''), ('language__in', ['en', 'sq', 'ar', 'bn', 'bfi', 'bg', 'yue', 'cs', 'fa', 'fr', 'gu', 'hi', 'hu', 'it', 'ku', 'lt', 'cmn', 'ne', 'ps', 'pl', 'pt', 'pa', 'ro', 'ru', 'sk', 'so', 'es', 'ta', 'ti', 'tr', 'uk', 'ur', 'vi', 'cy', 'other']), _connector='OR'), name='readiness_language_of_the_list'), models.CheckConstraint(condition=models.Q(('language_words', ''), ('language', 'other'), _connector='OR'), name='readiness_words_for_another_language'), models.CheckConstraint(condition=models.Q(('preferences__isnull', True), ('preferences__contained_by', ['women', 'men', 'younger', 'older', 'camera_off']), _connector='OR'), name='readiness_preferences_of_the_list')],
            },
        ),
        migrations.CreateModel(
            name='ReadinessEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('id', models.BigIntegerField()),
                ('device', models.CharField(blank=True, choices=[('phone', 'Smartphone'), ('tablet', 'Tablet'), ('computer', 'Computer'), ('none', 'None of these')], max_length=10, verbose_name='device')),
                ('camera', models.BooleanField(null=True, verbose_name='camera')),
                ('email_use', models.CharField(blank=True, choices=[('alone', 'Yes, by themselves'), ('helped', 'Yes, with help'), ('no', 'No')], max_length=10, verbose_name='reads email')),
                ('help_needed', models.BooleanField(null=True, verbose_name='needs help with the call')),
                ('somebody_home', models.BooleanField(null=True, verbose_name='somebody else at home')),
                ('safe_space', models.BooleanField(null=True, verbose_name='safe space to move')),
                ('level', models.CharField(blank=True, choices=[('seated', 'Seated'), ('gentle', 'Gentle, with standing'), ('moderate', 'Moderate')], max_length=10, verbose_name='activity level')),
                ('language', models.CharField(blank=True, choices=[('en', 'English'), ('sq', 'Albanian'), ('ar', 'Arabic'), ('bn', 'Bengali or Sylheti'), ('bfi', 'British Sign Language'), ('bg', 'Bulgarian'), ('yue', 'Cantonese'), ('cs', 'Czech'), ('fa', 'Farsi or Dari'), ('fr', 'French'), ('gu', 'Gujarati'), ('hi', 'Hindi'), ('hu', 'Hungarian'), ('it', 'Italian'), ('ku', 'Kurdish'), ('lt', 'Lithuanian'), ('cmn', 'Mandarin'), ('ne', 'Nepali'), ('ps', 'Pashto'), ('pl', 'Polish'), ('pt', 'Portuguese'), ('pa', 'Punjabi'), ('ro', 'Romanian'), ('ru', 'Russian'), ('sk', 'Slovak'), ('so', 'Somali'), ('es', 'Spanish'), ('ta', 'Tamil'), ('ti', 'Tigrinya'), ('tr', 'Turkish'), ('uk', 'Ukrainian'), ('ur', 'Urdu'), ('vi', 'Vietnamese'), ('cy', 'Welsh'), ('other', 'Another language')], max_length=5, verbose_name='language')),
                ('interpreter_needed', models.BooleanField(null=True, verbose_name='interpreter needed')),
                ('preferences', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('women', 'Women only'), ('men', 'Men only'), ('younger', 'A younger group'), ('older', 'An older group'), ('camera_off', 'Camera off')], max_length=20), blank=True, null=True, size=None, verbose_name='group preferences')),
                ('asked_at', models.DateTimeField()),
                ('asked_by', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL)),
                ('participant', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='participants.participant')),
                ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='participants.readiness')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='ReportedDifference',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('field', models.CharField(max_length=30)),
                ('value', models.CharField(max_length=300)),
                ('reported_at', models.DateTimeField()),
                ('settled_at', models.DateTimeField(blank=True, null=True)),
                ('taken', models.BooleanField(default=False, verbose_name='the new value was taken')),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organisation')),
                ('participant', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='differences', to='participants.participant')),
                ('reported_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('settled_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('settled_at__isnull', True)), fields=['reported_at'], name='difference_open')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('settled_at__isnull', True)), fields=('participant', 'field', 'value'), name='difference_open_once'), models.CheckConstraint(condition=models.Q(models.Q(('settled_at__isnull', True), ('settled_by__isnull', True)), models.Q(('settled_at__isnull', False), ('settled_by__isnull', False)), _connector='OR'), name='difference_settled_at_and_by')],
            },
        ),
        migrations.CreateModel(
            name='TechCheck',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField(verbose_name='booked for')),
                ('booked_at', models.DateTimeField()),
                ('done_at', models.DateTimeField(null=True)),
                ('outcome', models.CharField(blank=True, choices=[('works', 'It works: they can join by themselves'), ('with_help', 'It works with somebody’s help'), ('not_yet', 'It does not work yet: try again'), ('no_answer', 'They did not answer'), ('cancelled', 'They cancelled, or we did')], max_length=10)),
                ('words', models.CharField(blank=True, max_length=500)),
                ('booked_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('done_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('officer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('participant', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='tech_checks', to='participants.participant')),
            ],
            options={
                'verbose_name': 'test call',
                'indexes': [models.Index(condition=models.Q(('done_at__isnull', True)), fields=['at'], name='tech_check_open')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('done_at__isnull', True)), fields=('participant',), name='tech_check_one_open'), models.CheckConstraint(condition=models.Q(models.Q(('done_at__isnull', True), ('done_by__isnull', True), ('outcome', '')), models.Q(('done_at__isnull', False), ('done_by__isnull', False), ('outcome__in', ['works', 'with_help', 'not_yet', 'no_answer', 'cancelled'])), _connector='OR'), name='tech_check_done_with_outcome')],
            },
        ),
        migrations.CreateModel(
            name='TechCheckEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('id', models.BigIntegerField()),
                ('at', models.DateTimeField(verbose_name='booked for')),
                ('booked_at', models.DateTimeField()),
                ('done_at', models.DateTimeField(null=True)),
                ('outcome', models.CharField(blank=True, choices=[('works', 'It works: they can join by themselves'), ('with_help', 'It works with somebody’s help'), ('not_yet', 'It does not work yet: try again'), ('no_answer', 'They did not answer'), ('cancelled', 'They cancelled, or we did')], max_length=10)),
                ('booked_by', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL)),
                ('done_by', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL)),
                ('officer', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL)),
                ('participant', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='participants.participant')),
                ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='participants.techcheck')),
            ],
            options={
                'abstract': False,
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='participant',
            trigger=pgtrigger.compiler.Trigger(name='new_address', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."email" IS DISTINCT FROM (NEW."email"))', func='NEW.email_bad_at = NULL; RETURN NEW;', hash='e76d7714db7cd7617b70125349a87c7db9387166', operation='UPDATE OF "email"', pgid='pgtrigger_new_address_fecb1', table='participants_participant', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='participant',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "participants_participantevent" ("added_at", "died_at", "email_bad_at", "id", "merged_into_id", "message_safe", "needs_asked_at", "needs_review_on", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "practice_id", "preferred_contact", "synthetic") VALUES (NEW."added_at", NEW."died_at", NEW."email_bad_at", NEW."id", NEW."merged_into_id", NEW."message_safe", NEW."needs_asked_at", NEW."needs_review_on", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."practice_id", NEW."preferred_contact", NEW."synthetic"); RETURN NULL;', hash='b4cdbb95373b3646495e93a9a81569fe4b4df2e2', operation='INSERT', pgid='pgtrigger_insert_insert_068a6', table='participants_participant', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='participant',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition="WHEN (to_jsonb(OLD) - ARRAY['deprivation_decile', 'deprivation_edition', 'deprivation_at'] IS DISTINCT FROM to_jsonb(NEW) - ARRAY['deprivation_decile', 'deprivation_edition', 'deprivation_at'])", func='INSERT INTO "participants_participantevent" ("added_at", "died_at", "email_bad_at", "id", "merged_into_id", "message_safe", "needs_asked_at", "needs_review_on", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "practice_id", "preferred_contact", "synthetic") VALUES (NEW."added_at", NEW."died_at", NEW."email_bad_at", NEW."id", NEW."merged_into_id", NEW."message_safe", NEW."needs_asked_at", NEW."needs_review_on", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."practice_id", NEW."preferred_contact", NEW."synthetic"); RETURN NULL;', hash='69847e10eb31e07d66d4ac089ac338d5be8f2ed8', operation='UPDATE', pgid='pgtrigger_update_update_c9656', table='participants_participant', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='need',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "participants_needevent" ("code", "ended_at", "ended_by_id", "id", "participant_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "recorded_at", "recorded_by_id") VALUES (NEW."code", NEW."ended_at", NEW."ended_by_id", NEW."id", NEW."participant_id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."recorded_at", NEW."recorded_by_id"); RETURN NULL;', hash='761173cd5c2e8b678d0e1b6994182a6d503632a6', operation='INSERT', pgid='pgtrigger_insert_insert_a0407', table='participants_need', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='need',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "participants_needevent" ("code", "ended_at", "ended_by_id", "id", "participant_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "recorded_at", "recorded_by_id") VALUES (NEW."code", NEW."ended_at", NEW."ended_by_id", NEW."id", NEW."participant_id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."recorded_at", NEW."recorded_by_id"); RETURN NULL;', hash='ef72d4d91c7fae8ff99c1fcea555de7a78328c51', operation='UPDATE', pgid='pgtrigger_update_update_256af', table='participants_need', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='goalrating',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "participants_goalratingevent" ("at", "goal_id", "id", "occasion", "participant_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "score", "told_to_id") VALUES (NEW."at", NEW."goal_id", NEW."id", NEW."occasion", NEW."participant_id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."score", NEW."told_to_id"); RETURN NULL;', hash='3d59d130c5fc2ce6a5bd3e92c44f79bda36a81e2', operation='INSERT', pgid='pgtrigger_insert_insert_897cb', table='participants_goalrating', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='goalrating',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "participants_goalratingevent" ("at", "goal_id", "id", "occasion", "participant_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "score", "told_to_id") VALUES (NEW."at", NEW."goal_id", NEW."id", NEW."occasion", NEW."participant_id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."score", NEW."told_to_id"); RETURN NULL;', hash='ded668414f2faad879438bed0dbfec4bcc8b3c22', operation='UPDATE', pgid='pgtrigger_update_update_ca44e', table='participants_goalrating', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='goal',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "participants_goalevent" ("domain", "id", "participant_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "replaced_at", "replaced_by_id", "told_at", "told_to_id") VALUES (NEW."domain", NEW."id", NEW."participant_id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."replaced_at", NEW."replaced_by_id", NEW."told_at", NEW."told_to_id"); RETURN NULL;', hash='01598c22dc2e2dedfcbd0df384e14837f7eb7adf', operation='INSERT', pgid='pgtrigger_insert_insert_dd27f', table='participants_goal', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='goal',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "participants_goalevent" ("domain", "id", "participant_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "replaced_at", "replaced_by_id", "told_at", "told_to_id") VALUES (NEW."domain", NEW."id", NEW."participant_id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."replaced_at", NEW."replaced_by_id", NEW."told_at", NEW."told_to_id"); RETURN NULL;', hash='07586ad2b0f5052a4169771e8f3a967803416a4a', operation='UPDATE', pgid='pgtrigger_update_update_82bb5', table='participants_goal', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='equality',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "participants_equalityevent" ("ethnic_category", "gender_same", "id", "limits", "long_condition", "participant_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "recorded_at", "recorded_by_id", "sex", "source") VALUES (NEW."ethnic_category", NEW."gender_same", NEW."id", NEW."limits", NEW."long_condition", NEW."participant_id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."recorded_at", NEW."recorded_by_id", NEW."sex", NEW."source"); RETURN NULL;', hash='fd8b39e635f800b86c36ab7afe932562fbdf64af', operation='INSERT', pgid='pgtrigger_insert_insert_f24c6', table='participants_equality', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='equality',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "participants_equalityevent" ("ethnic_category", "gender_same", "id", "limits", "long_condition", "participant_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "recorded_at", "recorded_by_id", "sex", "source") VALUES (NEW."ethnic_category", NEW."gender_same", NEW."id", NEW."limits", NEW."long_condition", NEW."participant_id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."recorded_at", NEW."recorded_by_id", NEW."sex", NEW."source"); RETURN NULL;', hash='58208d1bccb45dea30f0478ed63a04ee35e07caf', operation='UPDATE', pgid='pgtrigger_update_update_9892c', table='participants_equality', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='emergencycontact',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "participants_emergencycontactevent" ("consent", "id", "participant_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "recorded_at", "recorded_by_id") VALUES (NEW."consent", NEW."id", NEW."participant_id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."recorded_at", NEW."recorded_by_id"); RETURN NULL;', hash='cf6daa60a0c474cdc1668877e2909659d0f6e312', operation='INSERT', pgid='pgtrigger_insert_insert_a22ce', table='participants_emergencycontact', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='emergencycontact',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "participants_emergencycontactevent" ("consent", "id", "participant_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "recorded_at", "recorded_by_id") VALUES (NEW."consent", NEW."id", NEW."participant_id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."recorded_at", NEW."recorded_by_id"); RETURN NULL;', hash='3cb99c7de3b3e5fa8a1cabb9a02bee19860f01d7', operation='UPDATE', pgid='pgtrigger_update_update_d721d', table='participants_emergencycontact', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='contactnote',
            trigger=pgtrigger.compiler.Trigger(name='only_merged', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n        IF (to_jsonb(OLD) - 'participant_id') = (to_jsonb(NEW) - 'participant_id') THEN\n            RETURN NEW;\n        END IF;\n        RAISE EXCEPTION 'a line of the contact log is written once';\n    ", hash='e0d023f8167c88fe284fe5f35538113d5ac3b211', operation='UPDATE', pgid='pgtrigger_only_merged_2fcf8', table='participants_contactnote', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='contactnote',
            trigger=pgtrigger.compiler.Trigger(name='kept', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;", hash='714e9d06dce2104eaa897d25fe935d7d8d51670f', operation='DELETE', pgid='pgtrigger_kept_44d0b', table='participants_contactnote', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='availability',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "participants_availabilityevent" ("id", "part", "participant_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "told_at", "told_to_id", "weekday") VALUES (NEW."id", NEW."part", NEW."participant_id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."told_at", NEW."told_to_id", NEW."weekday"); RETURN NULL;', hash='276f95c759d42d089c49fcb6a87b1c8cb21ca2a5', operation='INSERT', pgid='pgtrigger_insert_insert_0235c', table='participants_availability', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='availability',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "participants_availabilityevent" ("id", "part", "participant_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "told_at", "told_to_id", "weekday") VALUES (NEW."id", NEW."part", NEW."participant_id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."told_at", NEW."told_to_id", NEW."weekday"); RETURN NULL;', hash='681942a86b9420da86d49d6ff0290b49caa531a0', operation='UPDATE', pgid='pgtrigger_update_update_ad0cc', table='participants_availability', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='availability',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "participants_availabilityevent" ("id", "part", "participant_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "told_at", "told_to_id", "weekday") VALUES (OLD."id", OLD."part", OLD."participant_id", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."told_at", OLD."told_to_id", OLD."weekday"); RETURN NULL;', hash='061eadde6eb4eb4526806f72c2a711e4fae58d61', operation='DELETE', pgid='pgtrigger_delete_delete_18be2', table='participants_availability', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='proxycontact',
            trigger=pgtrigger.compiler.Trigger(name='only_ended', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n        IF (to_jsonb(OLD) - 'participant_id') = (to_jsonb(NEW) - 'participant_id')\n           OR OLD.ended_at IS NULL AND NEW.ended_at IS NOT NULL\n           AND (to_jsonb(OLD) - 'ended_at' - 'ended_by_id' - 'ended_why')\n             = (to_jsonb(NEW) - 'ended_at' - 'ended_by_id' - 'ended_why') THEN\n            RETURN NEW;\n        END IF;\n        RAISE EXCEPTION 'a proxy contact is written once: end it, and write another';\n    ", hash='773e86177ad5fca9d4a96e1c1bfdf4a84090cf96', operation='UPDATE', pgid='pgtrigger_only_ended_aa72f', table='participants_proxycontact', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='proxycontact',
            trigger=pgtrigger.compiler.Trigger(name='kept', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;", hash='1c6780d209d14976e34d9efc40b688a3a9ea30b4', operation='DELETE', pgid='pgtrigger_kept_b6d37', table='participants_proxycontact', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='readiness',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "participants_readinessevent" ("asked_at", "asked_by_id", "camera", "device", "email_use", "help_needed", "id", "interpreter_needed", "language", "level", "participant_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "preferences", "safe_space", "somebody_home") VALUES (NEW."asked_at", NEW."asked_by_id", NEW."camera", NEW."device", NEW."email_use", NEW."help_needed", NEW."id", NEW."interpreter_needed", NEW."language", NEW."level", NEW."participant_id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."preferences", NEW."safe_space", NEW."somebody_home"); RETURN NULL;', hash='536889de7c252d6e64a5748dbab4335a40b5abfe', operation='INSERT', pgid='pgtrigger_insert_insert_1c61c', table='participants_readiness', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='readiness',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "participants_readinessevent" ("asked_at", "asked_by_id", "camera", "device", "email_use", "help_needed", "id", "interpreter_needed", "language", "level", "participant_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "preferences", "safe_space", "somebody_home") VALUES (NEW."asked_at", NEW."asked_by_id", NEW."camera", NEW."device", NEW."email_use", NEW."help_needed", NEW."id", NEW."interpreter_needed", NEW."language", NEW."level", NEW."participant_id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."preferences", NEW."safe_space", NEW."somebody_home"); RETURN NULL;', hash='e363d266dc032688a5e5b4eaa97cf514a59f67f9', operation='UPDATE', pgid='pgtrigger_update_update_3b84b', table='participants_readiness', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='techcheck',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "participants_techcheckevent" ("at", "booked_at", "booked_by_id", "done_at", "done_by_id", "id", "officer_id", "outcome", "participant_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id") VALUES (NEW."at", NEW."booked_at", NEW."booked_by_id", NEW."done_at", NEW."done_by_id", NEW."id", NEW."officer_id", NEW."outcome", NEW."participant_id", _pgh_attach_context(), NOW(), \'insert\', NEW."id"); RETURN NULL;', hash='d0cbb9a9032d9ad121ad10bb3e680d7d3fd40fb3', operation='INSERT', pgid='pgtrigger_insert_insert_baf35', table='participants_techcheck', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='techcheck',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "participants_techcheckevent" ("at", "booked_at", "booked_by_id", "done_at", "done_by_id", "id", "officer_id", "outcome", "participant_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id") VALUES (NEW."at", NEW."booked_at", NEW."booked_by_id", NEW."done_at", NEW."done_by_id", NEW."id", NEW."officer_id", NEW."outcome", NEW."participant_id", _pgh_attach_context(), NOW(), \'update\', NEW."id"); RETURN NULL;', hash='478f773266af545b74929a63c10a9771021c300d', operation='UPDATE', pgid='pgtrigger_update_update_c2c57', table='participants_techcheck', when='AFTER')),
        ),
    ]
