"""The national list of practices, as the NHS Organisation Data Service publishes it (`epraccur`), into Organisation."""

import re
from collections.abc import Iterable
from datetime import UTC, datetime

from django.db import connection, transaction

from accounts.models import Organisation
from core import published_lists
from core.published_lists import MalformedRow, Outcome, good_rows

COLUMNS = 27
STATUSES = {"A", "C", "D", "P"}  # active, closed, dormant, proposed
GP_SETTING = "4"

# What is taken from a row: our column, the place in theirs, the most characters that fit.
TAKEN = (
    ("ods_code", 0, 12),
    ("name", 1, 200),
    ("geography", 3, 10),
    ("postcode", 9, 10),
    ("opened_on", 10, 30),
    ("closed_on", 11, 30),
    ("ods_status", 12, 1),
    ("phone", 17, 30),
    ("prescribing_setting", 25, 2),
)
ADDRESS = slice(4, 9)
LONGEST_ADDRESS = 300
DATES = ("opened_on", "closed_on")
COPIED = (*(column for column, _, _ in TAKEN), "kind", "address")

CHANGED = [column for column in COPIED if column != "ods_code"]
NAMES, OURS, THEIRS = (", ".join(f"{of}{column}" for column in CHANGED) for of in ("", "ours.", "listed."))

# ruff: noqa: S608 - the names of our own columns
MAKE_LIST = f"""
    CREATE TEMPORARY TABLE practice_list AS
    SELECT {", ".join(COPIED)} FROM accounts_organisation WITH NO DATA"""
# An empty cell is an empty text, but no date.
FILL_LIST = """
    COPY practice_list FROM STDIN (FORMAT csv, FORCE_NOT_NULL (geography, postcode, phone, address))"""
CHANGE = f"""
    UPDATE accounts_organisation AS ours SET ({NAMES}) = ROW({THEIRS})
    FROM practice_list AS listed
    WHERE ours.ods_code = listed.ods_code AND ({OURS}) IS DISTINCT FROM ({THEIRS})"""
ADD = f"""
    INSERT INTO accounts_organisation (ods_code, {NAMES}, contact_email, refers_no_more_because)
    SELECT ods_code, {NAMES}, '', '' FROM practice_list
    ON CONFLICT (ods_code) DO NOTHING"""


@transaction.atomic
def load(*, lines: Iterable[bytes]) -> Outcome:
    """Bring organisations up to date with the list; a second run with the same list changes nothing.

    Rows are `epraccur` lines: UTF-8, 27 columns, no header. Those that have left the list stay, closed ones keep
    their date, and what the list does not know (where notes are sent) is never touched. A malformed row is left out
    and named.
    """
    outcome = Outcome()
    first_seen: dict[str, int] = {}

    def read(line: bytes, number: int) -> dict[str, str]:
        row = _row(line)
        before = first_seen.setdefault(row["ods_code"], number)
        if before != number:
            raise MalformedRow(f"the code {row['ods_code']} stands on line {before} already")
        return row

    rows = list(good_rows(lines, outcome, read))
    outcome.added, outcome.changed = _merge(rows)
    outcome.unchanged = len(rows) - outcome.added - outcome.changed
    return outcome


def _row(line: bytes) -> dict[str, str]:
    """One line as our columns, all text; dates stay YYYYMMDD for PostgreSQL. Raises MalformedRow."""
    cells = published_lists.cells(line, COLUMNS)
    row = {}
    for column, place, longest in TAKEN:
        row[column] = cells[place]
        if len(cells[place]) > longest:
            raise MalformedRow(f"column {place + 1} has more than {longest} characters")
    if not re.fullmatch(r"[A-Z0-9]{1,12}", row["ods_code"]):
        raise MalformedRow("the organisation code (column 1) is not 1 to 12 capital letters and digits")
    if not row["name"]:
        raise MalformedRow("the name (column 2) is missing")
    if row["ods_status"] not in STATUSES:
        raise MalformedRow("the status (column 13) is not A, C, D or P")
    if not re.fullmatch(r"[0-9]{1,2}", row["prescribing_setting"]):
        raise MalformedRow("the prescribing setting (column 26) is not a number of one or two digits")
    for column, name in zip(DATES, ("open date (column 11)", "close date (column 12)"), strict=True):
        if row[column] and not _is_day(row[column]):
            raise MalformedRow(f"the {name} is not a date written as YYYYMMDD")
    row["address"] = ", ".join(part for part in cells[ADDRESS] if part)
    if len(row["address"]) > LONGEST_ADDRESS:
        raise MalformedRow(f"the address (columns 5 to 9) has more than {LONGEST_ADDRESS} characters")
    is_practice = row["prescribing_setting"] == GP_SETTING
    row["kind"] = Organisation.Kind.GP_PRACTICE if is_practice else Organisation.Kind.OTHER_PRESCRIBER
    return row


def _is_day(text: str) -> bool:
    if not re.fullmatch(r"[0-9]{8}", text):
        return False
    try:
        return datetime.strptime(text, "%Y%m%d").replace(tzinfo=UTC).year >= 1900
    except ValueError:
        return False


def _merge(rows: list[dict[str, str]]) -> tuple[int, int]:
    """Write the rows in two statements, however many they are; (added, changed)."""
    with connection.cursor() as cursor:
        cursor.execute(MAKE_LIST)
        cursor.copy_expert(FILL_LIST, published_lists.as_csv(rows, COPIED))
        cursor.execute(CHANGE)
        changed = cursor.rowcount
        cursor.execute(ADD)
        added = cursor.rowcount
        cursor.execute("DROP TABLE practice_list")
    return added, changed
