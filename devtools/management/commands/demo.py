"""manage.py demo: made-up people, practices and cohorts, so that every page of a demonstration has life."""

import logging

from django.core.management.base import BaseCommand, CommandError, CommandParser

from core.clock import database_now
from devtools.demo.rehearsal import county
from devtools.demo.rehearsal.demonstration import NotADemonstration, furnish, furnish_county
from devtools.demo.rehearsal.run import RealPeopleHere, RehearsalRefused

PROPOSALS = "/admin/cohort_sessions/cohort/proposals/"


class Command(BaseCommand):
    help = (
        "Fill a demonstration with made-up people around the present day. Running it again changes nothing."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--county",
            action="store_true",
            help=f"and {county.PEOPLE} people who wait, with {county.COHORTS} cohorts that could take them",
        )

    def handle(self, *args: object, **options: object) -> None:
        logging.getLogger("messaging").setLevel(logging.WARNING)
        try:
            made = furnish(now=database_now())
            self.stdout.write(
                "Made-up people have moved in." if made else "Made-up people live here already."
            )
            if options["county"] and furnish_county(now=database_now()):
                self.stdout.write(f"{county.PEOPLE} more wait for a place. Ask for a proposal at {PROPOSALS}")
        except RealPeopleHere:
            self.stdout.write("This database has people who are not made up: nobody was added.")
        except (NotADemonstration, RehearsalRefused) as refusal:
            raise CommandError(str(refusal), returncode=2) from None
