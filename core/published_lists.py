"""A published list, one row to a line: which rows can be used, and which are named by line and left out."""

import csv
import io
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

from django.core.management.base import BaseCommand, CommandError, CommandParser

LONGEST_LINE = 20_000  # bytes; the longest real one has 350


class MalformedRow(ValueError):
    """One row cannot be used; the sentence says what is wrong with it."""


@dataclass(frozen=True)
class Malformed:
    line: int
    reason: str


@dataclass
class Outcome:
    """What one import did. `read` counts every row that is not blank: the good ones and the malformed ones."""

    read: int = 0
    added: int = 0
    changed: int = 0
    unchanged: int = 0
    malformed: list[Malformed] = field(default_factory=list)


def good_rows(
    lines: Iterable[bytes], outcome: Outcome, read: Callable[[bytes, int], dict[str, str] | None]
) -> Iterator[dict[str, str]]:
    """What `read(line, number)` makes of each line: None is no row, a MalformedRow is noted in the outcome."""
    for number, line in enumerate(lines, start=1):
        if number == 1:
            line = line.removeprefix(b"\xef\xbb\xbf")  # the mark that Windows programs put before UTF-8
        line = line.rstrip(b"\r\n")
        if not line.strip():
            continue
        try:
            row = read(line, number)
        except MalformedRow as error:
            outcome.read += 1
            outcome.malformed.append(Malformed(number, str(error)))
        else:
            if row is not None:
                outcome.read += 1
                yield row


def cells(line: bytes, columns: int) -> list[str]:
    """The cells of one line, trimmed. A row is one line, whatever its quotes say: an unclosed quote must not swallow
    the rows below it. Raises MalformedRow."""
    if len(line) > LONGEST_LINE:
        raise MalformedRow(f"the line is longer than {LONGEST_LINE} bytes")
    try:
        text = line.decode()
    except UnicodeDecodeError:
        raise MalformedRow("the line is not UTF-8 text") from None
    if not text.isprintable():
        raise MalformedRow("the line holds a control character, such as a NUL byte or a TAB")
    try:
        found = next(csv.reader([text], strict=True))
    except csv.Error:
        raise MalformedRow("a quotation mark is not closed, or stands inside a cell") from None
    if len(found) != columns:
        raise MalformedRow(f"it has {len(found)} column{'' if len(found) == 1 else 's'}, not {columns}")
    return [cell.strip() for cell in found]


def as_csv(rows: Iterable[dict[str, str]], columns: Sequence[str]) -> io.StringIO:
    """The rows as PostgreSQL's COPY reads them."""
    text = io.StringIO()
    csv.DictWriter(text, columns, lineterminator="\n").writerows(rows)
    text.seek(0)
    return text


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
