"""When each job was last seen to run."""

from messaging.clock import database_now
from messaging.models import Heartbeat


def beat(name: str) -> None:
    """Note that this job runs now, by the database's clock."""
    Heartbeat.objects.update_or_create(name=name, defaults={"seen_at": database_now()})
