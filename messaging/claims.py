"""One worker at a time holds a message, for as long as its lease; every step says so in its own WHERE.

Leases run by the database's clock, whatever `now` the drain was given; what is due is decided by `now`.
"""

import uuid
from datetime import datetime, timedelta
from random import SystemRandom

from django.conf import settings
from django.db.models import Exists, F, OuterRef, Q, QuerySet, prefetch_related_objects
from django.db.models.functions import Now

from messaging import upkeep
from messaging.kinds import Kind
from messaging.models import Message
from participants import needs
from participants.models import Participant

State = Message.State

REFUSALS = 8  # times that a server may put off one message before an officer looks at it
FIRST_PAUSE, LONGEST_PAUSE = timedelta(seconds=30), timedelta(minutes=15)

# A common table expression with FOR UPDATE runs once; as a subquery the planner might run it again and claim more.
CLAIM = """
WITH picked AS MATERIALIZED (
    SELECT id FROM messaging_message
    WHERE state = 'pending' AND channel <> ALL('{phone,letter}') AND channel = ANY(%(channels)s) AND urgent = %(urgent)s
      AND next_try_at <= %(now)s AND expires_at > %(now)s AND NOT kind = ANY(%(held)s)
    ORDER BY next_try_at LIMIT %(most)s
    FOR UPDATE SKIP LOCKED
)
UPDATE messaging_message AS message
SET state = 'sending', lease_token = %(token)s, lease_until = clock_timestamp() + %(lease)s
FROM picked WHERE message.id = picked.id
RETURNING message.*
"""

NOT_WRITTEN_TO = Q(died_at__isnull=False) | Q(merged_into__isnull=False) | Q(needs.served_by_hand("pk"))

chance = SystemRandom()


def claim(*, now: datetime, channels: list[str], urgent: bool, most: int) -> list[Message]:
    """Take up to `most` due messages that nobody holds, the longest due first."""
    rows = Message.objects.raw(
        CLAIM,
        {
            "channels": channels,
            "urgent": urgent,
            "now": now,
            "held": upkeep.held_kinds(now),
            "most": most,
            "token": uuid.uuid4(),
            "lease": timedelta(seconds=settings.MESSAGE_LEASE_SECONDS),
        },
    )
    messages = sorted(rows, key=lambda message: (message.next_try_at, message.pk))
    prefetch_related_objects(messages, "participant", "organisation", "user", "interest")
    return messages


def held(message: Message) -> QuerySet[Message]:
    """The message's row, if it is still ours."""
    return Message.objects.filter(pk=message.pk, state=State.SENDING, lease_token=message.lease_token)


def authorise(message: Message, kind: Kind, now: datetime) -> bool:
    """The fence: one statement lets the message go, or not, by all that is true at that moment.

    Ours, with time enough left in the lease to hear the server's answer; not expired; still right to send; to nobody
    who has died or whom an ordinary email does not serve; and to the row whose address was read, if two rows of one
    person were merged since.
    """
    needed = timedelta(seconds=2 * settings.EMAIL_TIMEOUT + 1)
    return bool(
        held(message)
        .filter(
            kind.still_due(now),
            ~Exists(Participant.objects.filter(NOT_WRITTEN_TO, pk=OuterRef("participant"))),
            participant=message.participant_id,
            expires_at__gt=now,
            lease_until__gt=Now() + needed,
        )
        .update(data_started_at=now)
    )


def hand_back(message: Message) -> None:
    """Let another worker, or a later drain, have it: it was surely not sent."""
    held(message).update(state=State.PENDING, data_started_at=None, **upkeep.FREE)


def hand_back_rest(batch: list[Message]) -> None:
    """Let others have what is left of a claim; a message that was being handed over is left to its lease."""
    tokens = {message.lease_token for message in batch}
    Message.objects.filter(
        lease_token__in=tokens,
        pk__in=[message.pk for message in batch],
        state=State.SENDING,
        data_started_at__isnull=True,
    ).update(state=State.PENDING, **upkeep.FREE)


def put_off(message: Message, reason: str, now: datetime) -> str:
    """The server would not take this message now: try again later, eight times in all."""
    if message.attempts + 1 >= REFUSALS:
        return settle(message, State.FAILED, reason, now)
    held(message).update(
        state=State.PENDING,
        attempts=F("attempts") + 1,
        data_started_at=None,
        next_try_at=next_try(message, now),
        **upkeep.FREE,
    )
    return State.PENDING


def stumbled(message: Message, reason: str, now: datetime) -> str:
    """Something broke on our side: tried again if it was surely not sent, else like a broken line."""
    if held(message).filter(data_started_at__isnull=False).exists():
        return unconfirmed(message, now)
    return put_off(message, reason, now)


def unconfirmed(message: Message, now: datetime) -> str:
    """The line broke between handing over and the answer."""
    upkeep.unconfirmed(held(message), now=now, next_try_at=next_try(message, now))
    return State.PENDING if message.resends < upkeep.RESENDS else State.UNCERTAIN


def settle(message: Message, state: str, reason: str, now: datetime) -> str:
    """Sent, or not and why: the last word on a message. Its secret is wiped, its words are kept."""
    if message.resends and state in (State.EXPIRED, State.CANCELLED, State.FAILED):
        state, reason = State.UNCERTAIN, upkeep.MAY_HAVE_ARRIVED
    held(message).update(
        state=state,
        settled_at=now,
        sent_at=now if state == State.SENT else None,
        reason=reason,
        secret=None,
        provider_ref=message.provider_ref,
        rendered_subject=message.rendered_subject,
        rendered_text=message.rendered_text,
        **upkeep.FREE,
    )
    return state


def next_try(message: Message, now: datetime) -> datetime:
    """30 s, doubling to 15 min, a fifth more or less by chance; always while the message is still of use."""
    pause = min(FIRST_PAUSE * 2**message.attempts, LONGEST_PAUSE) * chance.uniform(0.8, 1.2)
    return min(now + pause, now + (message.expires_at - now) / 2)
