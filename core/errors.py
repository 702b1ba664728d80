"""When the rules, or the database that keeps them, say no: always with a sentence fit to show."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from django.db import IntegrityError, OperationalError, transaction

BUSY = "Try again. Someone else is changing the same thing, so nothing was changed."
LOCK_NOT_AVAILABLE, DEADLOCK_DETECTED = "55P03", "40P01"


class Refused(Exception):
    """A step that cannot be taken; its text is a sentence for the person who tried."""

    sentence = "That cannot be done now."

    def __init__(self, sentence: str = "") -> None:
        super().__init__(sentence or self.sentence)


class Busy(Refused):
    """Another change of the same rows did not end within `lock_timeout`."""

    sentence = BUSY


class ChangedMeanwhile(Refused):
    """What was on the page is no longer so."""

    sentence = "Check the page again. Someone has changed this since you opened it, so nothing was changed."


class ReasonMissing(Refused):
    """A decision that is kept with its reason came without one."""

    sentence = "Choose a reason from the list and explain it in words"


@contextmanager
def refusing(by_constraint: Mapping[str, type[Refused]] | None = None) -> Iterator[None]:
    """One transaction: a broken constraint comes out as the refusal of its name, a lock that is not free as Busy."""
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
        if is_lock_timeout(error):
            raise Busy from error
        raise


def is_lock_timeout(error: OperationalError) -> bool:
    """Whether a lock did not come free within `lock_timeout`, or a deadlock was broken: nothing was changed."""
    return getattr(error.__cause__, "pgcode", None) in {LOCK_NOT_AVAILABLE, DEADLOCK_DETECTED}
