"""How much each channel may carry now, and whether it rests after a fault of its own.

All workers share one row a channel, so the limit holds however many there are. Times are the database's.
"""

import logging
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection, transaction
from django.db.models import F
from django.utils.crypto import salted_hmac

from accounts.models import User
from messaging.models import ChannelStanding
from messaging.outbox import wakeup

log = logging.getLogger(__name__)

BURST_SECONDS = 10  # what was left unused for so long may be used at once
FIRST_REST = timedelta(seconds=30)  # also how long a probe keeps others from probing

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
REFUSED = """
INSERT INTO messaging_channelstanding AS standing (channel, tokens, filled_at, stopped_why, faults, refused)
VALUES (%(channel)s, 0, clock_timestamp(), '', 0, ARRAY[%(who)s]::varchar[])
ON CONFLICT (channel) DO UPDATE SET refused = CASE
    WHEN %(anew)s THEN ARRAY[%(who)s]::varchar[]
    WHEN %(who)s = ANY(standing.refused) THEN standing.refused
    ELSE standing.refused || ARRAY[%(who)s]::varchar[]
END
RETURNING cardinality(refused), stopped_at IS NOT NULL
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


def troubled() -> set[str]:
    """The channels that are stopped, or that were refused something since a message last got through."""
    return set(ChannelStanding.objects.exclude(stopped_why="", refused=[]).values_list("channel", flat=True))


def stopped() -> set[str]:
    """The channels by which nothing leaves at present."""
    return set(ChannelStanding.objects.filter(stopped_at__isnull=False).values_list("channel", flat=True))


def may_probe(channel: str, now: datetime) -> bool:
    """Whether a stopped channel has rested enough to be tried; then nobody else tries it for half a minute."""
    rested = ChannelStanding.objects.filter(channel=channel, stopped_at__isnull=False, next_try_at__lte=now)
    return bool(rested.update(next_try_at=now + FIRST_REST))


@transaction.atomic
def try_now(*, standing_id: int, by: User, now: datetime) -> bool:
    """Let the next drain try a stopped channel with one message; False if that is due within 30 seconds anyway."""
    resting = ChannelStanding.objects.filter(stopped_at__isnull=False, next_try_at__gt=now + FIRST_REST)
    done = resting.filter(pk=standing_id).update(next_try_at=now)
    if done:
        log.info("an officer has a stopped channel tried", extra={"by_id": by.pk})
        wakeup.ring_after_commit(urgent=False)
    return bool(done)


def not_probed(channels: Iterable[str], now: datetime) -> None:
    """There was nothing to try these with since `may_probe`: the next message is not kept waiting."""
    if channels := list(channels):
        theirs = ChannelStanding.objects.filter(channel__in=channels, next_try_at=now + FIRST_REST)
        theirs.update(next_try_at=now)


def refused(channel: str, address: str, *, anew: bool) -> bool:
    """Note that a message to this address was refused or may not have arrived; True when the channel must stop.

    That is after as many different addresses in a row as the setting CHANNEL_STOPS_AFTER says, in all workers together,
    or when another worker has stopped it. `anew` when a message got through since the last refusal.
    """
    who = salted_hmac("messaging.standings", address).hexdigest()[:16]
    with connection.cursor() as cursor:
        cursor.execute(REFUSED, {"channel": channel, "who": who, "anew": anew})
        in_a_row, is_stopped = cursor.fetchone()
    return is_stopped or in_a_row >= settings.CHANNEL_STOPS_AFTER


def suspend_channel(
    channel: str, *, why: str, now: datetime, probed: bool = False, in_doubt: bool = False
) -> None:
    """Nothing can leave this way: it is tried again at the next sweep, then after rests that double.

    Up to 5 minutes, or up to an hour where each try may make a message arrive twice. Of several workers that meet the
    same fault only the one that `probed` makes the rest longer.
    """
    standing, _ = ChannelStanding.objects.get_or_create(channel=channel, defaults={"filled_at": now})
    if standing.stopped_at and not probed:
        return
    longest = timedelta(
        minutes=settings.CHANNEL_REST_MINUTES_IN_DOUBT if in_doubt else settings.CHANNEL_REST_MINUTES
    )
    doubled = 2 ** min(standing.faults - 1, 20)  # no timedelta holds 2 ** 42
    rest = min(FIRST_REST * doubled, longest) if standing.faults else timedelta(0)
    ChannelStanding.objects.filter(pk=standing.pk).update(
        stopped_at=standing.stopped_at or now,
        stopped_why=why[:100],
        faults=min(standing.faults + 1, 100),
        next_try_at=now + rest,
        refused=[],
    )


def recovered(channel: str) -> None:
    """It carries again."""
    ChannelStanding.objects.filter(channel=channel).exclude(stopped_why="", refused=[]).update(
        stopped_at=None, stopped_why="", faults=0, next_try_at=None, refused=[]
    )
