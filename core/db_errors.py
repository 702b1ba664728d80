"""When somebody else is changing the same thing for too long: after `lock_timeout` the answer is "try again"."""

from django.db import OperationalError

BUSY = "Somebody else is changing the same thing at this moment. Nothing was changed: please try again."
LOCK_NOT_AVAILABLE, DEADLOCK_DETECTED = "55P03", "40P01"


def is_lock_timeout(error: OperationalError) -> bool:
    """Whether a lock did not come free within `lock_timeout`, or a deadlock was broken: nothing was changed."""
    return getattr(error.__cause__, "pgcode", None) in {LOCK_NOT_AVAILABLE, DEADLOCK_DETECTED}
