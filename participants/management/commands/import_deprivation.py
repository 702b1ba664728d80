"""manage.py import_deprivation FILE: load the postcode list of the Index of Multiple Deprivation."""

from typing import BinaryIO

from django.core.management.base import CommandParser
from django.utils import timezone

from core.published_lists import ListCommand, Outcome
from participants.identity import deprivation


class Command(ListCommand):
    help = (
        "Load the public postcode look-up of the Index of Multiple Deprivation (UTF-8, with a header, 6 columns), and"
        " look everybody up again. Running it again with the same file changes nothing. Rows that cannot be used are"
        " named and left out, and the exit status is then 1."
    )
    noun = "postcode look-up"

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--edition", default=deprivation.EDITION, help="which index it is (%(default)s)")

    def load(self, lines: BinaryIO, *, edition: str = deprivation.EDITION, **options: object) -> Outcome:
        return deprivation.load(lines=lines, now=timezone.now(), edition=edition[:20])

    def said(self, outcome: Outcome) -> str:
        return (
            f"{super().said(outcome)}, without an area {outcome.unmatched}, people looked up {outcome.people}"
        )
