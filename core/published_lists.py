"""A published list, one row to a line: which rows can be used, and which are named by line and left out."""

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

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
    """What `read(line, number)` makes of each line that is not blank; a MalformedRow is noted in the outcome.

    A line of which it makes None is no row of the list, such as its header.
    """
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
