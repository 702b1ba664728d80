"""How much each channel may carry now, and whether it rests after a fault of its own (reliability.md 3).

All workers share one row a channel, so the limit holds however many there are. Times are the database's.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection
from django.db.models import F, Q

from messaging.models import ChannelStanding

BURST_SECONDS = 10  # what was left unused for so long may be used at once
FIRST_REST, LONGEST_REST = timedelta(seconds=30), timedelta(minutes=5)

OPEN = """
INSERT INTO messaging_channelstanding (channel, tokens, filled_at, stopped_why, faults)
VALUES (%(channel)s, %(full)s, clock_timestamp(), '', 0) ON CONFLICT (channel) DO NOTHING
"""
TAKE = """
WITH bucket AS MATERIALIZED (
    SELECT id, LEAST(%(full)s, tokens + %(rate)s * EXTRACT(EPOCH FROM clock_timestamp() - filled_at)) AS level
    FROM messaging_channelstanding WHERE channel = %(channel)s FOR UPDATE
), grant_ AS (
    SELECT id, level, CASE WHEN %(overdraw)s THEN %(most)s ELSE GREATEST(0, LEAST(%(most)s, FLOOR(level))) END AS given
    FROM bucket
)
UPDATE messaging_channelstanding AS standing
SET tokens = grant_.level - grant_.given, filled_at = clock_timestamp()
FROM grant_ WHERE standing.id = grant_.id
RETURNING grant_.given
"""


def limited(channels: Iterable[str]) -> list[str]:
    """Those of the channels whose provider takes only so many messages a minute (setting MESSAGES_PER_MINUTE)."""
    return [channel for channel in channels if settings.MESSAGES_PER_MINUTE.get(channel)]


def take(channel: str, most: int, *, urgent: bool = False) -> int:
    """How many of `most` messages may leave this way now: a token bucket in the database.

    Urgent ones are never held back, but what they use is missing for the others.
    """
    rate = settings.MESSAGES_PER_MINUTE[channel] / 60
    full = rate * BURST_SECONDS
    with connection.cursor() as cursor:
        cursor.execute(OPEN, {"channel": channel, "full": full})
        cursor.execute(
            TAKE, {"channel": channel, "rate": rate, "full": full, "most": most, "overdraw": urgent}
        )
        return int(cursor.fetchone()[0])


def give_back(channel: str, unused: int) -> None:
    """Allowance that was taken and not needed."""
    if unused:
        ChannelStanding.objects.filter(channel=channel).update(tokens=F("tokens") + unused)


def resting(now: datetime) -> dict[str, bool]:
    """The channels that are stopped by a fault, and whether they still rest before they are tried again."""
    stopped = ChannelStanding.objects.filter(stopped_at__isnull=False)
    return {
        standing.channel: bool(standing.next_try_at and standing.next_try_at > now) for standing in stopped
    }


def stop(channel: str, *, why: str, now: datetime) -> None:
    """Nothing can leave this way: it is tried again at the next sweep, then after rests that double up to 5 minutes."""
    standing, _ = ChannelStanding.objects.get_or_create(channel=channel, defaults={"filled_at": now})
    rest = min(FIRST_REST * 2 ** (standing.faults - 1), LONGEST_REST) if standing.faults else timedelta(0)
    ChannelStanding.objects.filter(pk=standing.pk).update(
        stopped_at=standing.stopped_at or now,
        stopped_why=why[:100],
        faults=min(standing.faults + 1, 100),
        next_try_at=now + rest,
    )


def recovered(channel: str) -> None:
    """It carries again."""
    ChannelStanding.objects.filter(~Q(stopped_why=""), channel=channel).update(
        stopped_at=None, stopped_why="", faults=0, next_try_at=None
    )
