"""The first thing after a backup was brought back, before any worker starts."""

from django.core.management.base import BaseCommand

from messaging import restoring
from messaging.clock import database_now


class Command(BaseCommand):
    help = "After restoring a backup: send nothing again that may have been sent since it was made."

    def handle(self, **options: object) -> None:
        count = restoring.doubt_what_was_due(now=database_now())
        self.stdout.write(
            f"{count} messages may have been sent after the backup was made; officers will see them."
        )
