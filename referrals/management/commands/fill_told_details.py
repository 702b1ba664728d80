"""manage.py fill_told_details: what organisations told, for referrals that an older release took (docs/deploy.md)."""

from importlib import import_module

from django.apps import apps
from django.core.management.base import BaseCommand
from django.db import connection


class Command(BaseCommand):
    help = "Keep with each referral what its organisation told, where an older release did not. Harmless when run again."

    def handle(self, *args: object, **options: object) -> None:
        filling = import_module("referrals.migrations.0005_what_organisations_told")
        with connection.schema_editor() as editor:
            filling.fill(apps, editor)
