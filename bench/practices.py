"""Loading the national list of practices, beside a bare COPY of the same rows into a table without rules."""

import csv
import io
import random

from django.db import connection, transaction

from accounts.organisations import ods_import
from bench.report import Row, interleaved, rows

NUMBER = 15_000  # the real list has 14,963


class Undo(Exception):
    """Ends a transaction that was only for measuring."""


def made_up_list(number: int, seed: int = 1) -> list[bytes]:
    """Rows in the epraccur layout with made-up practices."""
    chance = random.Random(seed)
    lines = []
    for place in range(number):
        row = [""] * ods_import.COLUMNS
        row[0], row[1] = f"ZB{place:05d}", f"MADE UP SURGERY {place}"
        row[3], row[4], row[9] = "ZZ1", f"{chance.randint(1, 99)} HIGH STREET", "ZZ1 1ZZ"
        row[10], row[12], row[17], row[25] = "19740401", chance.choice("AAAC"), "01632 960000", "4"
        text = io.StringIO()
        csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator="\r\n").writerow(row)
        lines.append(text.getvalue().encode())
    return lines


def measure(*, quick: bool) -> list[Row]:
    lines = made_up_list(NUMBER)

    def undone(work) -> None:
        try:
            with transaction.atomic():
                work()
                raise Undo
        except Undo:
            pass

    def copy() -> None:
        columns = ", ".join(f"c{place} text" for place in range(ods_import.COLUMNS))
        with connection.cursor() as cursor:
            cursor.execute(f"CREATE TEMPORARY TABLE bare ({columns}) ON COMMIT DROP")
            cursor.copy_expert("COPY bare FROM STDIN (FORMAT csv)", io.BytesIO(b"".join(lines)))

    def again() -> None:
        ods_import.load(lines=lines)
        ods_import.load(lines=lines)

    taken = interleaved(
        {
            "bare copy": lambda: undone(copy),
            "first import": lambda: undone(lambda: ods_import.load(lines=lines)),
            "import, then the same list again": lambda: undone(again),
        },
        rounds=3 if quick else 9,
    )
    return rows(taken, versus="bare copy", goals={})
