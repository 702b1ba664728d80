"""Existing rows keep no nonce, and so the links and keys they had; the default is set after the column, for rows to come."""

from django.contrib.postgres.functions import RandomUUID
from django.db import migrations, models

MODELS = ("adhoc", "wordingtest")


class Migration(migrations.Migration):

    dependencies = [
        ("messaging", "0006_channels_stop_by_themselves"),
    ]

    operations = [
        operation
        for model in MODELS
        for operation in (
            migrations.AddField(model, "nonce", models.UUIDField(editable=False, null=True)),
            migrations.AlterField(
                model, "nonce", models.UUIDField(db_default=RandomUUID(), editable=False, null=True)
            ),
        )
    ]
