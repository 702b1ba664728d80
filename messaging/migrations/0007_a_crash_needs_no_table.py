from django.db import migrations


class Migration(migrations.Migration):
    """What has begun is on disk before it is handed over, so nobody has to notice a crash of PostgreSQL (adr/0026)."""

    dependencies = [
        ('messaging', '0006_channels_stop_by_themselves'),
    ]

    operations = [
        migrations.RunSQL(
            sql='DROP TABLE messaging_uncrashed',
            reverse_sql='CREATE UNLOGGED TABLE messaging_uncrashed (id smallint PRIMARY KEY CHECK (id = 1), since timestamptz NOT NULL)',
        ),
    ]
