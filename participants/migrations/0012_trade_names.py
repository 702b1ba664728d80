"""The words of the trade: a pair of rows that may be one person is a possible duplicate. No row is touched."""

from django.db import migrations, models

TABLE, RULES = "participants_possibleduplicate", ("once", "older_first", "two_people_at_and_by")


class Migration(migrations.Migration):

    dependencies = [
        ('participants', '0011_facts_tried_again'),
    ]

    operations = [
        migrations.RenameModel(
            old_name='LookAlike',
            new_name='PossibleDuplicate',
        ),
        migrations.RenameIndex(
            model_name='possibleduplicate',
            new_name='possible_duplicate_undecided',
            old_name='look_alike_undecided',
        ),
        # PostgreSQL renames a rule where it stands; Django would drop it and check every row anew.
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.RunSQL(
                    f"ALTER TABLE {TABLE} RENAME CONSTRAINT look_alike_{rule} TO possible_duplicate_{rule}",
                    f"ALTER TABLE {TABLE} RENAME CONSTRAINT possible_duplicate_{rule} TO look_alike_{rule}",
                )
                for rule in RULES
            ],
            state_operations=[
                *(migrations.RemoveConstraint('possibleduplicate', f'look_alike_{rule}') for rule in RULES),
                migrations.AddConstraint(
                    model_name='possibleduplicate',
                    constraint=models.UniqueConstraint(fields=('one', 'other'), name='possible_duplicate_once'),
                ),
                migrations.AddConstraint(
                    model_name='possibleduplicate',
                    constraint=models.CheckConstraint(condition=models.Q(('one__lt', models.F('other'))), name='possible_duplicate_older_first'),
                ),
                migrations.AddConstraint(
                    model_name='possibleduplicate',
                    constraint=models.CheckConstraint(condition=models.Q(models.Q(('two_people_at__isnull', True), ('two_people_by__isnull', True)), models.Q(('two_people_at__isnull', False), ('two_people_by__isnull', False)), _connector='OR'), name='possible_duplicate_two_people_at_and_by'),
                ),
            ],
        ),
    ]
