"""One worker at a time holds a message, for as long as its lease; every step says so in its own WHERE.

Leases run by the database's clock, whatever `now` the drain was given; what is due is decided by `now`.
"""

import logging
import uuid
from collections.abc import Sequence
from datetime import datetime, time, timedelta
from random import SystemRandom

from django.conf import settings
from django.db import connection
from django.db.models import F, QuerySet

from core.dates import LONDON
from messaging.delivery import housekeeping
from messaging.models import Message
from messaging.outbox import outcomes

log = logging.getLogger(__name__)
State = Message.State

REFUSALS = 8  # times that a server may put off one message before an officer looks at it
FIRST_PAUSE, LONGEST_PAUSE = timedelta(seconds=30), timedelta(minutes=15)

# A common table expression with FOR UPDATE runs once; as a subquery the planner might run it again and claim more.
CLAIM = """
WITH picked AS MATERIALIZED (
    SELECT id FROM messaging_message AS waiting
    WHERE state = 'pending' AND channel <> ALL('{phone,letter}') AND channel = ANY(%(channels)s) AND urgent = %(urgent)s
      AND next_try_at <= %(now)s AND expires_at > %(now)s AND NOT kind = ANY(%(held)s)
      AND (urgent OR NOT EXISTS (
        SELECT 1 FROM messaging_pause AS pause
        WHERE pause.ended_at IS NULL AND (
          pause.everything OR pause.message_id = waiting.id OR (pause."group" <> '' AND pause."group" = waiting."group")
        )
      ))
    ORDER BY next_try_at LIMIT %(most)s
    FOR UPDATE SKIP LOCKED
)
UPDATE messaging_message AS message
SET state = 'sending', lease_token = %(token)s, lease_until = clock_timestamp() + %(lease)s
FROM picked WHERE message.id = picked.id
RETURNING message.*
"""

chance = SystemRandom()


def claim(*, now: datetime, channels: list[str], urgent: bool, most: int) -> list[Message]:
    """Take up to `most` due messages that nobody holds, the longest due first."""
    rows = Message.objects.raw(
        CLAIM,
        {
            "channels": channels,
            "urgent": urgent,
            "now": now,
            "held": housekeeping.held_kinds(now),
            "most": most,
            "token": uuid.uuid4(),
            "lease": timedelta(seconds=settings.MESSAGE_LEASE_SECONDS),
        },
    )
    return sorted(rows, key=lambda message: (message.next_try_at, message.pk))


def held(message: Message) -> QuerySet[Message]:
    """The message's row, if it is still ours."""
    return Message.objects.filter(pk=message.pk, state=State.SENDING, lease_token=message.lease_token)


def nudged_already(message: Message, now: datetime) -> bool:
    """Whether another nudge went to this person on the same London day."""
    today = now.astimezone(LONDON).date()
    others = Message.objects.filter(participant=message.participant_id, nudge_day=today).exclude(
        pk=message.pk
    )
    return message.participant_id is not None and others.exists()


def hand_back(message: Message, *, next_try_at: datetime | None = None) -> None:
    """Let another worker, or a later drain, have it, now or not before `next_try_at`: it was surely not sent."""
    when = {} if next_try_at is None else {"next_try_at": next_try_at}
    held(message).update(state=State.PENDING, **when, **outcomes.NOT_GONE, **outcomes.FREE)


def hand_back_rest(batch: list[Message]) -> int:
    """Let others have what is left of a claim; a message that was being handed over is left to its lease. How many."""
    tokens = {message.lease_token for message in batch}
    left = Message.objects.filter(
        lease_token__in=tokens,
        pk__in=[message.pk for message in batch],
        state=State.SENDING,
        data_started_at__isnull=True,
    )
    return left.update(state=State.PENDING, **outcomes.FREE)


def retry_tomorrow(message: Message, now: datetime) -> str:
    """At most one nudge a day (docs/domain.md 8.2): this one goes on the next, at ten, if it is of use for so long."""
    day = now.astimezone(LONDON).date() + timedelta(days=1)
    morning = datetime.combine(day, time(10), LONDON)
    if morning >= message.expires_at:
        return settle(message, State.SUPERSEDED, "This person had another reminder on the same day.", now)
    held(message).update(state=State.PENDING, data_started_at=None, next_try_at=morning, **outcomes.FREE)
    return State.PENDING


def put_off(message: Message, reason: str, now: datetime) -> str:
    """The server would not take this message now: try again later, eight times in all."""
    if message.attempts + 1 >= REFUSALS:
        return settle(message, State.FAILED, reason, now)
    held(message).update(
        state=State.PENDING,
        attempts=F("attempts") + 1,
        next_try_at=next_try(message, now),
        **outcomes.NOT_GONE,
        **outcomes.FREE,
    )
    return State.PENDING


def failed_here(message: Message, reason: str, now: datetime) -> str:
    """Something broke on our side: tried again if it was surely not sent, else like a broken line."""
    if held(message).filter(data_started_at__isnull=False).exists():
        return unconfirmed(message, now)
    return put_off(message, reason, now)


def unconfirmed(message: Message, now: datetime) -> str:
    """The line broke between handing over and the answer."""
    housekeeping.unconfirmed(held(message), now=now, next_try_at=next_try(message, now))
    return Message.objects.only("state").get(pk=message.pk).state


# Alone of all that is noted, this does not wait for the disk: the next guard's wait takes it along. A crash of PostgreSQL
# before that leaves the message begun, which is what it was on disk (adr/0026).
SENT = """
UPDATE messaging_message AS message
SET state = 'sent', settled_at = own.at, sent_at = own.at, reason = '', secret = NULL, provider_ref = own.ref,
    rendered_subject = own.subject, rendered_text = own.text, wording_version = own.version,
    wording_language = own.language, wording_variant = own.variant, lease_token = NULL, lease_until = NULL
FROM unnest(%s, %s, %s::text[], %s::text[], %s::text[], %s, %s::text[], %s::text[])
    AS own (id, at, ref, subject, text, version, language, variant), set_config('synchronous_commit', 'off', true)
WHERE message.id = own.id AND message.lease_token = %s
"""  # only what is being sent has a lease (message_sending_means_leased); naming the state leads PostgreSQL to that index


def sent(messages: Sequence[Message]) -> None:
    """These, of one lease, went at their `sent_at`: the commonest end by far, so one statement notes it for many."""
    columns = zip(
        *(
            (
                each.pk,
                each.sent_at,
                each.provider_ref,
                each.rendered_subject,
                each.rendered_text,
                each.wording_version,
                each.wording_language,
                each.wording_variant,
            )
            for each in messages
        ),
        strict=True,
    )
    with connection.cursor() as cursor:
        cursor.execute(SENT, [*map(list, columns), messages[0].lease_token])
    log.info("messages sent", extra={"message_ids": [each.pk for each in messages]})


def not_handed_over(messages: Sequence[Message]) -> None:
    """The guard released these, and they are still here."""
    ours = Message.objects.filter(lease_token=messages[0].lease_token, state=State.SENDING)
    ours.filter(pk__in=[each.pk for each in messages]).update(data_started_at=None)


def settle(message: Message, state: str, reason: str, now: datetime) -> str:
    """Sent, or not and why: the last word on a message. Its secret is wiped, its words are kept."""
    if state == State.SENT:
        message.sent_at = now
        sent([message])
        return state
    if message.resends and state != State.UNCERTAIN:
        state, reason = State.UNCERTAIN, outcomes.MAY_HAVE_ARRIVED
    # What surely did not go was not handed over, and is nobody's nudge of a day.
    kept = {} if state == State.UNCERTAIN else {"data_started_at": None, "nudge_day": None}
    held(message).update(
        state=state,
        settled_at=now,
        reason=reason,
        secret=None,
        provider_ref=message.provider_ref,
        rendered_subject=message.rendered_subject,
        rendered_text=message.rendered_text,
        wording_version=message.wording_version,
        wording_language=message.wording_language,
        wording_variant=message.wording_variant,
        **kept,
        **outcomes.FREE,
    )
    return state


def next_try(message: Message, now: datetime) -> datetime:
    """30 s, doubling to 15 min, a fifth more or less by chance; always while the message is still of use."""
    pause = min(FIRST_PAUSE * 2**message.attempts, LONGEST_PAUSE) * chance.uniform(0.8, 1.2)
    return min(now + pause, now + (message.expires_at - now) / 2)
