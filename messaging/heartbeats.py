"""When each job was last seen to run."""

from datetime import timedelta

from django.db.models.functions import Now

from messaging.clock import database_now
from messaging.models import Heartbeat


def beat(name: str) -> None:
    """Note that this job runs now, by the database's clock."""
    Heartbeat.objects.update_or_create(name=name, defaults={"seen_at": database_now()})


def ran_within(name: str, seconds: float) -> bool:
    """Whether this job ran in the last so many seconds, by the database's clock."""
    return Heartbeat.objects.filter(name=name, seen_at__gte=Now() - timedelta(seconds=seconds)).exists()
