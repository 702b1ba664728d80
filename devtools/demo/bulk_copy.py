"""Many rows into one table by COPY, past the ORM: for made-up crowds, not for what people enter."""

import csv
import io
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
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
    """Stream the rows into the model's table; a column that they leave out has its field's default, or the database's."""
    rows = iter(rows)
    columns, defaults = None, {}
    while chunk := list(islice(rows, CHUNK)):
        if columns is None:
            defaults = {
                field.column: field.get_default()
                for field in model._meta.concrete_fields
                if field.column not in chunk[0]
                and not (field.primary_key or field.generated or field.has_db_default())
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


@contextmanager
def lightened(*models: type[models.Model]) -> Iterator[None]:
    """Inside a transaction: without these tables' plain indexes and foreign keys while very many rows come in.

    Both are made again at the end, which checks every row at once instead of one by one; what is unique stays on.
    """
    tables = [model._meta.db_table for model in models]
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # a table with checks still to come cannot be altered
        cursor.execute(
            "SELECT format('ALTER TABLE %%s DROP CONSTRAINT %%I', conrelid::regclass, conname),"
            " format('ALTER TABLE %%s ADD CONSTRAINT %%I %%s', conrelid::regclass, conname, pg_get_constraintdef(oid))"
            " FROM pg_constraint WHERE contype = 'f' AND conrelid = ANY(%s::regclass[])",
            [tables],
        )
        undone = cursor.fetchall()
        cursor.execute(
            "SELECT format('DROP INDEX %%s', indexrelid::regclass), pg_get_indexdef(indexrelid)"
            " FROM pg_index WHERE NOT indisunique AND indrelid = ANY(%s::regclass[])",
            [tables],
        )
        undone += cursor.fetchall()
        for away, _ in undone:
            cursor.execute(away)
        yield
        cursor.execute("SET LOCAL maintenance_work_mem = '256MB'")
        for _, back in reversed(undone):
            cursor.execute(back)
