"""What `manage.py restored` does after a backup was brought back: a plain list of steps, in one transaction."""

from collections.abc import Callable
from datetime import datetime

from participants.models import Restore

# A step is a function in the room that owns what it changes. It is given the restore (`since`, `at`), changes rows only
# to the stricter side, may run twice, and returns lines for the printed report.
Step = Callable[[Restore], list[str]]


STEPS: list[Step] = []


def run(*, since: datetime, now: datetime) -> list[str]:
    """All steps; raises nothing that leaves half of them done."""
    restore = Restore.objects.create(since=since, at=now)
    return [line for step in STEPS for line in step(restore)]
