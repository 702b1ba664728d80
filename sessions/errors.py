"""When the rules, or the database that keeps them, say no: always with a sentence fit to show."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from django.db import IntegrityError, OperationalError, transaction

from core import db_errors


class Refused(Exception):
    """A step that cannot be taken; its text is a sentence for the person who tried."""

    sentence = "That cannot be done at the moment."

    def __init__(self, sentence: str = "") -> None:
        super().__init__(sentence or self.sentence)


class Busy(Refused):
    sentence = db_errors.BUSY


@contextmanager
def refusing(by_constraint: Mapping[str, type[Refused]] | None = None) -> Iterator[None]:
    """One transaction whose broken constraints come out as refusals, by the constraint's name.

    A lock that does not come free within `lock_timeout` comes out as Busy.
    """
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        diagnosis = getattr(error.__cause__, "diag", None)
        refusal = (by_constraint or {}).get(getattr(diagnosis, "constraint_name", None) or "")
        if refusal is None:
            raise
        raise refusal() from error
    except OperationalError as error:
        if db_errors.is_lock_timeout(error):
            raise Busy from error
        raise
