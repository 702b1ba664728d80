"""From a file to its cells, in memory alone; or one sentence about what to do with the file.

A row keeps the number that the spreadsheet program shows: the headings are row 1.
"""

import io
import re
import zipfile
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import tablib
from django.conf import settings

from core.errors import Refused
from core.text import is_hidden
from participants import contact_details, nhs_number

MOST_COLUMNS = 60
LONGEST_CELL = 2_000
MOST_UNPACKED = 40 * 1024 * 1024  # what the file may hold when it is unpacked: a small one can hold gigabytes
OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # .xls, and anything that Office has locked with a password
ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
FORMULA = re.compile(rb"<(?:\w+:)?f[\s/>]")
SHEET = re.compile(r"xl/worksheets/[^/]+\.xml")
SAVE_AGAIN = "Open it in Excel, save it as “Excel Workbook (.xlsx)” and upload it again."
VALUES = "In Excel, copy the whole sheet, choose Paste values in a new workbook, save that and upload it."
DATE_LIKE = re.compile(r"\d{1,4}[-/.]\d{1,2}[-/.]\d{2,4}")


class Unreadable(Refused):
    sentence = f"We cannot read this file. {SAVE_AGAIN}"


@dataclass(frozen=True)
class Sheet:
    """The headings, and each row that is not empty with its number."""

    headings: list[str]
    rows: list[tuple[int, list[str]]]


def read(data: bytes, name: str) -> Sheet:
    """The cells of an uploaded file. Raises Unreadable."""
    ending = name.lower().rpartition(".")[2]
    if not data.strip():
        raise Unreadable("This file is empty. Choose a file with a heading row and one row for each person.")
    if len(data) > settings.SPREADSHEET_MAX_BYTES:
        raise Unreadable(too_large())
    if data.startswith(OLD_OFFICE):
        if ENCRYPTED in data:
            raise Unreadable(
                "This file has a password. Remove the password in Excel, save it and upload it again."
            )
        raise Unreadable(f"This is an old Excel file. {SAVE_AGAIN}")
    if ending in ("xlsm", "xlsb", "xls", "xltm"):
        raise Unreadable(f"We do not take .{ending} files, which can hold macros. {SAVE_AGAIN}")
    if data.startswith(b"PK"):
        return _sheet(_workbook(data))
    if ending != "csv":
        raise Unreadable("Choose a file that ends in .csv or .xlsx.")
    return _sheet(_csv(data))


def too_large() -> str:
    most = settings.SPREADSHEET_MAX_BYTES // (1024 * 1024)
    return (
        f"This file is larger than {most} MB. Split it into smaller files and upload them one after another."
    )


def _workbook(data: bytes) -> list[list[Any]]:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            parts = package.infolist()
            if any(part.flag_bits & 1 for part in parts):
                raise Unreadable(
                    "This file has a password. Remove the password, save it and upload it again."
                )
            if any(part.filename.lower().endswith("vbaproject.bin") for part in parts):
                raise Unreadable(f"This file holds macros. {SAVE_AGAIN}")
            if sum(part.file_size for part in parts) > MOST_UNPACKED:
                raise Unreadable(f"This file holds too much. {VALUES}")
            if "xl/workbook.xml" not in {part.filename for part in parts}:
                raise Unreadable
            for part in parts:
                if SHEET.fullmatch(part.filename) and FORMULA.search(package.read(part)):
                    raise Unreadable(f"This file holds formulas. {VALUES}")
        return list(tablib.Dataset().load(data, format="xlsx", headers=False))
    except Refused:
        raise
    except (
        Exception
    ) as error:  # the file is a stranger's: its packages fail in as many ways as there are files
        raise Unreadable from error


def _csv(data: bytes) -> list[list[Any]]:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = "\0"
    if "\0" in text:
        raise Unreadable(
            "We cannot read the letters in this file. In Excel, save it as “CSV UTF-8” or as .xlsx and upload it again."
        )
    first = text.split("\n", 1)[0]
    delimiter = max(",;\t", key=first.count)
    try:
        rows = list(tablib.Dataset().load(_blank_lines_kept(text, delimiter), format="csv", headers=False,
                                          delimiter=delimiter, strict=True))  # fmt: skip
    except Exception as error:
        raise Unreadable(
            "We cannot read this file: a row has more cells than the heading row, or a quotation mark is not closed. "
            "Open it in Excel, save it as .xlsx and upload it again."
        ) from error
    for number, row in enumerate(rows, start=1):
        if any(str(cell).lstrip().startswith(("=", "@")) for cell in row):
            raise Unreadable(f"Row {number} holds a formula. {VALUES}")
    return rows


def _blank_lines_kept(text: str, delimiter: str) -> io.StringIO:
    """An empty line counts as a row in a spreadsheet program, and the package would leave it out."""
    lines, quotes = [], 0
    for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n"):
        lines.append(delimiter if not line and not quotes % 2 else line)
        quotes += line.count('"')
    while lines and lines[-1] == delimiter:
        lines.pop()
    return io.StringIO("\n".join(lines))


def _sheet(cells: list[list[Any]]) -> Sheet:
    rows = [(number, [_text(cell) for cell in row]) for number, row in enumerate(cells, start=1)]
    rows = [(number, row) for number, row in rows if any(row)]
    if len(rows) < 2 or rows[0][0] != 1:
        raise Unreadable(
            "This file has no people in it. Row 1 must hold the headings, and each row below one person."
        )
    if len(rows) - 1 > settings.SPREADSHEET_MAX_ROWS:
        most = f"{settings.SPREADSHEET_MAX_ROWS:,}"
        raise Unreadable(
            f"This file has more than {most} rows. Split it and upload the parts one after another."
        )
    headings = rows[0][1]
    while headings and not headings[-1]:
        headings = headings[:-1]
    if len(headings) > MOST_COLUMNS:
        raise Unreadable(
            f"This file has more than {MOST_COLUMNS} columns. Delete those that are not about people."
        )
    if any(_is_persons(heading) for heading in headings):
        raise Unreadable("Row 1 holds a person. Insert a row above it with a heading for each column.")
    width = len(headings)
    for number, row in rows:
        if any(len(cell) > LONGEST_CELL for cell in row):
            raise Unreadable(f"A cell in row {number} has more than {LONGEST_CELL:,} characters. Shorten it.")
    return Sheet(headings, [(number, (row + [""] * width)[:width]) for number, row in rows[1:]])


def _text(cell: Any) -> str:
    """A cell as an officer sees it: no time of day behind a date, no point behind a whole number."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, datetime | date):
        return f"{cell:%Y-%m-%d}"
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    text = str(cell).replace("\r\n", "\n")
    return "".join(" " if is_hidden(letter) and letter != "\n" else letter for letter in text).strip()


def _is_persons(heading: str) -> bool:
    """A number, an address or a day is what a person has, and no heading."""
    if "@" in heading or DATE_LIKE.fullmatch(heading):
        return True
    for parse in (nhs_number.parse, contact_details.parse_phone, contact_details.parse_postcode):
        try:
            parse(heading)
        except ValueError:
            continue
        return True
    return False
