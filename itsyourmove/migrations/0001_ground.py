"""What every table stands on: the PostgreSQL extensions, and the table of the shared cache."""

from django.contrib.postgres.operations import BtreeGistExtension, TrigramExtension
from django.core.management import call_command
from django.db import migrations


def make_cache_table(apps, schema_editor):
    call_command("createcachetable", database=schema_editor.connection.alias, verbosity=0)


class Migration(migrations.Migration):
    dependencies = []
    run_before = [("accounts", "0001_founding")]  # its indexes need pg_trgm
    operations = [
        BtreeGistExtension(),
        TrigramExtension(),
        migrations.RunPython(make_cache_table, migrations.RunPython.noop),
    ]
