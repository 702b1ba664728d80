"""manage.py demo: made-up people, practices and cohorts, so that every page of a demonstration has life."""

import logging

from django.core.management.base import BaseCommand, CommandError

from itsyourmove.rehearsal.demonstration import NotADemonstration, furnish
from itsyourmove.rehearsal.run import RealPeopleHere, RehearsalRefused
from messaging.clock import database_now


class Command(BaseCommand):
    help = (
        "Fill a demonstration with made-up people around the present day. Running it again changes nothing."
    )

    def handle(self, *args: object, **options: object) -> None:
        logging.getLogger("messaging").setLevel(logging.WARNING)
        try:
            made = furnish(now=database_now())
        except RealPeopleHere:
            self.stdout.write("Somebody was referred here by hand: nothing made-up was added.")
        except (NotADemonstration, RehearsalRefused) as refusal:
            raise CommandError(str(refusal), returncode=2) from None
        else:
            self.stdout.write(
                "Made-up people have moved in." if made else "Made-up people live here already."
            )
