"""Promising a message: the row is written in the caller's own transaction and sent after it (docs/domain.md 8.6)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.db.models import CharField, Func, OuterRef, Q, QuerySet, Value

from accounts.models import Interest, Organisation, User
from accounts.sign_in.email_code import NOBODY
from messaging.content import secrets
from messaging.kinds import registry as kinds
from messaging.models import Message
from messaging.outbox import wakeup
from messaging.routing import channels as routes
from messaging.routing import post
from participants.models import Participant

Window = tuple[datetime, datetime]  # from when a message may go, and until when it is of use
RESCHEDULE = """
UPDATE messaging_message AS message
SET not_before = wanted.starts, next_try_at = wanted.starts, expires_at = wanted.ends
FROM unnest(%(keys)s::text[], %(starts)s::timestamptz[], %(ends)s::timestamptz[]) AS wanted (key, starts, ends)
WHERE message.key = wanted.key AND message.state = 'pending'
  AND (message.not_before, message.expires_at) IS DISTINCT FROM (wanted.starts, wanted.ends)
"""


@dataclass(frozen=True, kw_only=True)
class Promise:
    """One message, with exactly one recipient, whose address is read when it is sent.

    The key is made of facts, so that asking twice is harmless. `group` ("cohort:12") says with what it can be paused.
    """

    key: str
    kind: str
    subject_type: str
    subject_id: int
    participant: Participant | None = None
    organisation: Organisation | None = None
    user: User | None = None
    interest: Interest | None = None
    expires_at: datetime
    not_before: datetime | None = None
    group: str = ""
    secret: str = ""
    channel: str = ""  # only where the way must not be the usual one
    # The order of ways, where the caller has the timetable already; otherwise it is looked up.
    order: Sequence[str] = ()


def queue(*, now: datetime, participant: Participant | None = None, **promise: Any) -> bool:
    """Promise one message, in the words of `Promise`; False if its key was promised before, or it is of no use.

    Must run inside the transaction of the fact that the message tells.
    """
    while participant is not None and participant.merged_into is not None:
        participant = participant.merged_into
    return bool(queue_many([Promise(participant=participant, **promise)], now=now))


def queue_many(promises: Iterable[Promise], *, now: datetime) -> int:
    """Promise many messages with one statement per thousand; how many were new.

    Keys that were promised before are passed over by the database itself, so two sweeps at once do no harm.
    """
    promises = list(promises)
    people = {person.pk: person for promise in promises if (person := promise.participant) is not None}
    routed = routes.Routes(people.values())
    orders = routes.orders_of((promise.kind, promise.subject_id) for promise in promises if not promise.order)
    rows = [
        Message(
            key=promise.key,
            kind=promise.kind,
            subject_type=promise.subject_type,
            subject_id=promise.subject_id,
            group=promise.group,
            participant=promise.participant,
            organisation=promise.organisation,
            user=promise.user,
            interest=promise.interest,
            channel=promise.channel
            or routed.way(
                kinds.get(promise.kind),
                promise.participant,
                promise.organisation,
                promise.user or promise.interest,
                within=(promise.not_before or now, promise.expires_at),
                order=promise.order or orders.get((promise.kind, promise.subject_id), routes.USUAL),
            ),
            urgent=kinds.get(promise.kind).urgent,
            queued_at=now,
            not_before=promise.not_before or now,
            next_try_at=promise.not_before or now,
            expires_at=promise.expires_at,
            secret=secrets.seal(promise.secret) if promise.secret else None,
        )
        for promise in promises
        if (promise.not_before or now) < promise.expires_at
        and not (promise.participant is not None and promise.participant.is_silenced)
    ]
    if not rows:
        return 0
    keys = {row.key for row in rows}
    with transaction.atomic():
        known = Message.objects.filter(key__in=keys).count()
        Message.objects.bulk_create(rows, ignore_conflicts=True, batch_size=1000)
    new = len(keys) - known
    if new and any(row.not_before <= now for row in rows):
        wakeup.ring_after_commit(urgent=any(row.urgent for row in rows))
    return new


def forget_nobodys(key: str) -> None:
    """Take this message out again, in the transaction that queued it, if it is to the account that nobody has."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM messaging_message WHERE key = %s AND user_id = %s", [key, NOBODY])


def cancel(
    *, subject_type: str, subject_ids: list[int], reason: str, now: datetime, kinds: list[str] | None = None
) -> int:
    """Call back messages that are not yet being sent; those in a worker's hands meet the guard. How many."""
    rows = Message.objects.about(subject_type, *subject_ids).filter(state=Message.State.PENDING)
    if kinds is not None:
        rows = rows.filter(Q(kind__in=kinds))
    return rows.update(state=Message.State.CANCELLED, settled_at=now, reason=reason, secret=None)


def reschedule(
    pending: QuerySet[Message], wanted: Mapping[str, Window | None], *, reason: str, now: datetime
) -> None:
    """Bring messages that nobody sends yet to the times and ways as they are now.

    `wanted` has the keys that still go, each with from when and until when, or None for the times that it has. The
    others of `pending` are called back for this reason.
    """
    gone = [key for key in pending.values_list("key", flat=True) if key not in wanted]
    times = {key: window for key, window in wanted.items() if window is not None}
    if times:
        starts, ends = zip(*times.values(), strict=True)
        with connection.cursor() as cursor:
            cursor.execute(RESCHEDULE, {"keys": list(times), "starts": list(starts), "ends": list(ends)})
    if wanted:
        reroute(Message.objects.filter(key__in=wanted))
    if gone:
        called_back = Message.objects.filter(key__in=gone, state=Message.State.PENDING)
        called_back.update(state=Message.State.CANCELLED, settled_at=now, reason=reason, secret=None)


def take_up(*, subject_type: str, subject_ids: Sequence[int], reason: str, kinds: Sequence[str] = ()) -> int:
    """Promise again what was called back for this reason and no other, at its old time. How many."""
    rows = Message.objects.about(subject_type, *subject_ids)
    rows = rows.filter(state=Message.State.CANCELLED, reason=reason, resends=0)
    if kinds:
        rows = rows.filter(kind__in=kinds)
    return rows.update(state=Message.State.PENDING, settled_at=None, reason="")


def silence(*, participant: Participant, reason: str, now: datetime) -> int:
    """Nothing more is sent to this person; what is in a worker's hands meets the guard. How many were called back."""
    rows = Message.objects.filter(participant=participant, state=Message.State.PENDING)
    return rows.update(state=Message.State.CANCELLED, settled_at=now, reason=reason, secret=None)


def readdress(*, gone: Participant, kept: Participant) -> None:
    """The two are one person: messages follow; those still to come go as this person is written to.

    What a worker has in hand meets the guard, because its recipient is another now, and is tried again.
    """
    messages = Message.objects.filter(participant=gone)
    redirect(messages, kept)
    messages.update(participant=kept, nudge_day=None)  # both may have had one on the same day


@transaction.atomic
def redirect(messages: QuerySet[Message], person: Participant) -> None:
    """Messages that nobody sends yet go to this person, as this person is reached now."""
    waiting = messages.filter(state=Message.State.PENDING, proxy__isnull=True)
    pks = list(waiting.values_list("pk", flat=True))
    waiting.update(participant=person)
    _reroute(Message.objects.filter(pk__in=pks), [person])


def redirect_all(messages: QuerySet[Message], people: Iterable[Participant]) -> None:
    """Messages that nobody sends yet go to each of these people as they are reached now."""
    waiting = messages.filter(state=Message.State.PENDING, proxy__isnull=True, participant__in=people)
    _reroute(Message.objects.filter(pk__in=list(waiting.values_list("pk", flat=True))), people)


def reroute(messages: QuerySet[Message]) -> None:
    """Messages that nobody sends yet go as each person is reached now; what was tried before stays as it is."""
    fresh = messages.filter(participant__isnull=False, proxy__isnull=True, attempts=0)
    fresh = fresh.exclude(key__contains=post.BY)
    _reroute(fresh, Participant.objects.filter(pk__in=fresh.values("participant")))


def _reroute(messages: QuerySet[Message], people: Iterable[Participant]) -> None:
    waiting = messages.filter(state=Message.State.PENDING)
    rows = list(waiting.order_by().values_list("pk", "kind", "subject_id", "participant", "channel"))
    known = {person.pk: person for person in people}
    routed = routes.Routes(known.values())
    orders = routes.orders_of((row[1], row[2]) for row in rows)
    others: dict[str, list[int]] = {}
    for pk, kind, subject, whose, channel in rows:
        way = routed.way(kinds.find(kind), known[whose], order=orders.get((kind, subject), routes.USUAL))
        if way != channel:
            others.setdefault(way, []).append(pk)
    for way, pks in others.items():
        waiting.filter(pk__in=pks).update(channel=way)


def queue_another_way(message: Message, person: Participant, channel: str, *, now: datetime) -> bool:
    """Promise the same once more by this channel, after another that did not reach the person; True if that is new."""
    return bool(queue_many([another_way(message, person, channel)], now=now))


def another_way(message: Message, person: Participant, channel: str) -> Promise:
    """The same message once more, by this channel."""
    return Promise(
        key=f"{message.key.partition(post.BY)[0]}{post.BY}{channel}",
        kind=message.kind,
        subject_type=message.subject_type,
        subject_id=message.subject_id,
        participant=person,
        expires_at=message.expires_at,
        group=message.group,
        channel=channel,
    )


def first_key() -> Func:
    """For a `still_due`: the key that the fact gave the message, also of a copy and of what goes another way."""
    added = Value(f"({post.BY}[a-z_]+|:copy)+$")
    return Func(OuterRef("key"), added, Value(""), function="REGEXP_REPLACE", output_field=CharField())


def ways(
    people: Iterable[Participant], *, kind: str = "", orders: Mapping[int, Sequence[str]] | None = None
) -> dict[int, str]:
    """The channel by which each person (by number) would have this kind; `orders`: of ways, where not the usual one."""
    people = list(people)
    routed = routes.Routes(people)
    asked = kinds.find(kind)
    orders = orders or {}
    return {
        person.pk: routed.way(asked, person, order=orders.get(person.pk, routes.USUAL)) for person in people
    }


def by_officers(
    people: Iterable[Participant], *, kind: str = "", orders: Mapping[int, Sequence[str]] | None = None
) -> set[int]:
    """Those of these people to whom an officer speaks or writes, rather than the service."""
    found = ways(people, kind=kind, orders=orders)
    return {pk for pk, way in found.items() if way in Message.BY_OFFICERS}
