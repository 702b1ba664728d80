"""The command line around a published list: what is wrong with the file, what was read, and which rows were left out."""

from abc import ABC, abstractmethod
from pathlib import Path
from typing import Any, BinaryIO

from django.core.management.base import BaseCommand, CommandError, CommandParser

from core.published_lists import Outcome


class ListCommand(ABC, BaseCommand):
    """`manage.py import_… FILE`: exit status 1 when a row was left out or there is nothing to read."""

    noun = "list"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)

    @abstractmethod
    def load(self, lines: BinaryIO, **options: Any) -> Outcome:
        """Read the file, open in binary, into the table."""

    def said(self, outcome: Outcome) -> str:
        return (
            f"read {outcome.read}, added {outcome.added}, changed {outcome.changed},"
            f" unchanged {outcome.unchanged}, malformed {len(outcome.malformed)}"
        )

    def handle(self, *args: str, file: Path, **options: Any) -> None:
        if file.is_dir():
            raise CommandError(f"{file} is a folder. Name the {self.noun} file itself.")
        if not file.is_file():
            raise CommandError(f"There is no file {file}. Check the name and the folder.")
        try:
            with file.open("rb") as lines:
                outcome = self.load(lines, **options)
        except OSError as error:
            raise CommandError(f"{file} cannot be read: {error.strerror}.") from None
        for row in outcome.malformed:
            self.stderr.write(f"line {row.line}: {row.reason}")
        self.stdout.write(self.said(outcome))
        if not outcome.read:
            raise CommandError(f"{file} has no rows. Nothing was changed.")
        malformed = len(outcome.malformed)
        if malformed:
            rows = "1 row was" if malformed == 1 else f"{malformed} rows were"
            raise CommandError(f"{rows} left out, named above by line. The rest is loaded.")
