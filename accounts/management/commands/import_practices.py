"""manage.py import_practices FILE: load the national list of practices."""

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from accounts import practices


class Command(BaseCommand):
    help = (
        "Load the national list of practices (the epraccur file of the NHS Organisation Data Service: UTF-8, no"
        " header, 27 columns). Running it again with the same file changes nothing. Rows that cannot be used are"
        " named and left out, and the exit status is then 1."
    )

    def add_arguments(self, parser) -> None:
        parser.add_argument("file", type=Path)

    def handle(self, *args, file: Path, **options) -> None:
        if file.is_dir():
            raise CommandError(f"{file} is a folder. Name the epraccur file itself.")
        if not file.is_file():
            raise CommandError(f"There is no file {file}. Check the name and the folder.")
        try:
            with file.open("rb") as lines:
                outcome = practices.load(lines=lines)
        except OSError as error:
            raise CommandError(f"{file} cannot be read: {error.strerror}.") from None
        for row in outcome.malformed:
            self.stderr.write(f"line {row.line}: {row.reason}")
        malformed = len(outcome.malformed)
        self.stdout.write(
            f"read {outcome.read}, added {outcome.added}, changed {outcome.changed},"
            f" unchanged {outcome.unchanged}, malformed {malformed}"
        )
        if not outcome.read:
            raise CommandError(f"{file} has no rows. Nothing was changed.")
        if malformed:
            rows = "1 row was" if malformed == 1 else f"{malformed} rows were"
            raise CommandError(f"{rows} left out, named above by line. The rest is loaded.")
