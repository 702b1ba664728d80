"""When each job was last seen to run."""

from django.db.models.functions import Now

from core.clock import database_now
from messaging.models import Heartbeat


def beat(name: str) -> None:
    """Note that this job runs now, by the database's clock."""
    Heartbeat.objects.update_or_create(name=name, defaults={"seen_at": database_now()})


def seconds_since(name: str) -> float | None:
    """Seconds since this job was last seen to run, by the database's clock; None where it never was."""
    seen = Heartbeat.objects.filter(name=name).values_list("seen_at", Now()).first()
    return (seen[1] - seen[0]).total_seconds() if seen else None


def ran_within(name: str, seconds: float) -> bool:
    """Whether this job was seen to run in the last so many seconds."""
    since = seconds_since(name)
    return since is not None and since < seconds
