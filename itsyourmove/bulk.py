"""Many rows into one table by COPY, past the ORM: for made-up crowds, not for what people enter."""

import csv
import io
from collections.abc import Iterable
from itertools import islice

from django.db import connection, models

CHUNK = 50_000  # rows of one COPY: some 15 MB in hand
NULL = r"\N"


def ids(model: type[models.Model], number: int) -> int:
    """The first of so many keys that the table will not give to anybody else."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_get_serial_sequence(%s, 'id')", [model._meta.db_table])
        (sequence,) = cursor.fetchone()
        cursor.execute("SELECT nextval(%s)", [sequence])
        (first,) = cursor.fetchone()
        cursor.execute("SELECT setval(%s, %s)", [sequence, first + number - 1])
    return first


def copy(model: type[models.Model], rows: Iterable[dict]) -> None:
    """Stream the rows into the model's table; a column that they leave out has its field's default."""
    rows = iter(rows)
    columns, defaults = None, {}
    while chunk := list(islice(rows, CHUNK)):
        if columns is None:
            defaults = {
                field.column: field.get_default()
                for field in model._meta.concrete_fields
                if field.column not in chunk[0] and not field.primary_key
            }
            columns = [*chunk[0], *defaults]
            rest = [NULL if value is None else value for value in defaults.values()]
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\n")
        writer.writerows([NULL if value is None else value for value in row.values()] + rest for row in chunk)
        text.seek(0)
        names = ", ".join(f'"{column}"' for column in columns)
        with connection.cursor() as cursor:
            cursor.copy_expert(
                f"COPY \"{model._meta.db_table}\" ({names}) FROM STDIN (FORMAT csv, NULL '{NULL}')", text
            )
