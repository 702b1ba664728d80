"""How deprived the place is where a person lives: the Index of Multiple Deprivation by postcode (docs/domain.md 1.3).

The list lies in our own database: no third party is asked. Decile 1 is the most deprived tenth. What is not in the list
is "unknown", and nothing waits for it.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import connection, transaction

from core import published_lists
from core.published_lists import MalformedRow, Outcome, good_rows
from participants import contact_details
from participants.models import Participant

EDITION = "IMD 2019"
COLUMNS = 6
HEADER = "postcode"
UNMATCHED = "**UNMATCHED**"
COPIED = ("postcode", "lsoa", "rank", "decile", "edition")

MAKE_LIST = """
    CREATE TEMPORARY TABLE deprivation_list AS
    SELECT postcode, lsoa, rank, decile, edition FROM participants_postcodedeprivation WITH NO DATA"""
FILL_LIST = "COPY deprivation_list FROM STDIN (FORMAT csv)"
CHANGE = """
    UPDATE participants_postcodedeprivation AS ours
    SET (lsoa, rank, decile, edition) = ROW(listed.lsoa, listed.rank, listed.decile, listed.edition)
    FROM deprivation_list AS listed
    WHERE ours.postcode = listed.postcode
        AND (ours.lsoa, ours.rank, ours.decile, ours.edition)
        IS DISTINCT FROM (listed.lsoa, listed.rank, listed.decile, listed.edition)"""
ADD = """
    INSERT INTO participants_postcodedeprivation (postcode, lsoa, rank, decile, edition)
    SELECT postcode, lsoa, rank, decile, edition FROM deprivation_list ON CONFLICT (postcode) DO NOTHING"""
# One statement for one person or for everybody. Whoever already has what the list says keeps the day of the look-up.
LOOK_UP = """
    UPDATE participants_participant AS person
    SET (deprivation_decile, deprivation_edition, deprivation_at)
        = ROW(listed.decile, COALESCE(listed.edition, ''), %(now)s)
    FROM participants_participant AS who
    LEFT JOIN participants_postcodedeprivation AS listed ON listed.postcode = who.postcode
    WHERE who.id = person.id AND (%(everybody)s OR person.id = ANY(%(people)s))
        AND (person.deprivation_at IS NULL OR (person.deprivation_decile, person.deprivation_edition)
            IS DISTINCT FROM (listed.decile, COALESCE(listed.edition, '')))"""


@dataclass
class Loaded(Outcome):
    """What one import did: besides the rows, how many had no area (`unmatched`), and for how many people it changed."""

    unmatched: int = 0
    people: int = 0


@transaction.atomic
def load(*, lines: Iterable[bytes], now: datetime, edition: str = EDITION) -> Loaded:
    """Bring the list up to date and look everybody up again; a second run with the same list changes nothing.

    Rows are those of the public postcode look-up: a header, then postcode, status, LSOA code, LSOA name, rank, decile.
    Postcodes without an area are counted and left out; those that have left the list stay, with their edition.
    """
    outcome = Loaded()
    first_seen: dict[str, tuple[int, dict[str, str]]] = {}

    def read(line: bytes, number: int) -> dict[str, str] | None:
        cells = published_lists.cells(line, COLUMNS)
        if number == 1 and cells[0].lower() == HEADER:
            return None
        row = _row(cells, edition)
        if not row["decile"]:
            outcome.unmatched += 1
            return row
        before, same = first_seen.setdefault(row["postcode"], (number, row))
        if same != row:
            raise MalformedRow(f"the postcode stands on line {before} with another area")
        return row

    rows = good_rows(lines, outcome, read)
    found = list({row["postcode"]: row for row in rows if row["decile"]}.values())
    with connection.cursor() as cursor:
        cursor.execute(MAKE_LIST)
        cursor.copy_expert(FILL_LIST, published_lists.as_csv(found, COPIED))
        cursor.execute(CHANGE)
        outcome.changed = cursor.rowcount
        cursor.execute(ADD)
        outcome.added = cursor.rowcount
        cursor.execute("DROP TABLE deprivation_list")
    outcome.unchanged = len(found) - outcome.added - outcome.changed
    outcome.people = look_up(now=now)
    return outcome


def look_up(*, now: datetime, people: Iterable[Participant] | None = None) -> int:
    """Store decile, edition and day for these people, or for everybody; how many changed. Not in the list: unknown."""
    wanted = None if people is None else [person.pk for person in people]
    with connection.cursor() as cursor:
        cursor.execute(LOOK_UP, {"now": now, "everybody": wanted is None, "people": wanted or []})
        return cursor.rowcount


def _row(cells: list[str], edition: str) -> dict[str, str]:
    lsoa, rank, decile = cells[2], cells[4], cells[5]
    if cells[1] == UNMATCHED or not (lsoa or rank or decile):
        return dict.fromkeys(COPIED, "")
    try:
        postcode = contact_details.parse_postcode(cells[0])
    except contact_details.NotAPostcode:
        raise MalformedRow("the postcode (column 1) is not one of the United Kingdom") from None
    if not re.fullmatch(r"[A-Z][0-9]{8}", lsoa):
        raise MalformedRow("the LSOA code (column 3) is not a letter and eight digits")
    if not re.fullmatch(r"[1-9][0-9]{0,4}", rank):
        raise MalformedRow("the rank (column 5) is not a number from 1 to 99999")
    if not re.fullmatch(r"[1-9]|10", decile):
        raise MalformedRow("the decile (column 6) is not a number from 1 to 10")
    return {"postcode": postcode, "lsoa": lsoa, "rank": rank, "decile": decile, "edition": edition}
