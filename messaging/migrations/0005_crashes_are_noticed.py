from django.db import migrations


class Migration(migrations.Migration):
    """A table that PostgreSQL empties when it crashes, and only then (commits.py)."""

    dependencies = [("messaging", "0004_full_strength")]

    operations = [
        migrations.RunSQL(
            "CREATE UNLOGGED TABLE messaging_uncrashed"
            " (id smallint PRIMARY KEY CHECK (id = 1), since timestamptz NOT NULL)",
            "DROP TABLE messaging_uncrashed",
        )
    ]
