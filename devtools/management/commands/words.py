"""Print every sentence of the service with its place, so that one person can read them all."""

from argparse import ArgumentParser
from typing import Any

from django.core.management import BaseCommand

from devtools import sentences


class Command(BaseCommand):
    help = "print every sentence of the service with its place: all, or those of some files"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("paths", nargs="*", help="how the files begin, such as templates/referrals")

    def handle(self, *, paths: list[str], **options: Any) -> None:
        for each in sentences.all_of_them():
            if not paths or each.file.startswith(tuple(paths)):
                self.stdout.write(str(each))
