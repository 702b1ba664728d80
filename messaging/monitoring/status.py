"""How the outbox stands, in numbers for a monitor: no name, no address and no words of any message."""

from datetime import datetime

from messaging.forecast import services as forecast
from messaging.models import ChannelStanding, Heartbeat, Message
from messaging.restores import database_identity


def of_the_outbox(now: datetime) -> dict:
    """Ages in whole seconds, nothing where there is none; settled states count the last 24 hours."""
    seen = dict(Heartbeat.objects.values_list("name", "seen_at"))
    uncertain = Message.objects.unhandled().filter(state=Message.State.UNCERTAIN)
    return {
        "oldest_due_seconds": _age(forecast.oldest_due(now), now),
        "states": forecast.counts(now),
        "uncertain_not_looked_at": uncertain.count(),
        "must_run_restored": not database_identity.is_here(),  # until then nothing is sent
        "last_drain_seconds": _age(seen.get("drain"), now),
        "last_beat_seconds": _age(seen.get("worker"), now),
        "channels_stopped": [
            {
                "channel": standing.channel,
                "seconds": _age(standing.stopped_at, now),
                "why": standing.stopped_why,
            }
            for standing in ChannelStanding.objects.filter(stopped_at__isnull=False).order_by("channel")
        ],
    }


def _age(since: datetime | None, now: datetime) -> int | None:
    return None if since is None else max(0, int((now - since).total_seconds()))
