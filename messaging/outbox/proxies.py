"""Messages that go to somebody who hears for a person, instead or as a copy (adr/0016).

Who hears is looked up before every drain and asked again by the guard, so that a consent which was given or ended since
a message was promised holds for it.
"""

from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Concat

from messaging.kinds import registry as kinds
from messaging.models import Message
from messaging.outbox import queue as outbox
from participants.models import Participant, ProxyContact

State = Message.State
REPLACES, COPIES = ProxyContact.Manner.REPLACES, ProxyContact.Manner.COPIES
NO_COPIES = "No one gets copies for this person any more."
MISSED = timedelta(days=1)  # a copy follows its message for so long, should the message have been quicker


def standing(person: str, manner: str) -> QuerySet[ProxyContact]:
    """For a subquery: whoever hears for the person at the end of this path of the outer query."""
    return ProxyContact.objects.standing().filter(participant=OuterRef(person), manner=manner)


def consented() -> Q:
    """For the guard: consent to the proxy who gets this message stands."""
    return Q(Exists(ProxyContact.objects.standing().filter(pk=OuterRef("proxy"))))


def nobody_instead() -> Q:
    """For the guard: the message does not go to a person instead of whom somebody else is to have it."""
    return ~Q(Exists(standing("participant", REPLACES)))


def settle(now: datetime) -> None:
    """Messages that wait go to whom they should by now; copies are promised of those that are due or have just gone."""
    if not ProxyContact.objects.exists():
        return
    waiting = Message.objects.filter(state=State.PENDING)
    over = waiting.filter(proxy__ended_at__isnull=False)
    over.filter(copy=True).update(state=State.CANCELLED, settled_at=now, reason=NO_COPIES)
    for person in Participant.objects.filter(pk__in=over.values("participant")):
        theirs = over.filter(participant=person)
        numbers = list(theirs.values_list("pk", flat=True))
        theirs.update(proxy=None)
        outbox.redirect(Message.objects.filter(pk__in=numbers), person)
    may = [kind.name for kind in kinds.registered() if kind.proxied]
    instead = waiting.filter(Exists(standing("participant", REPLACES)), proxy__isnull=True, kind__in=may)
    instead.update(
        proxy=Subquery(standing("participant", REPLACES).values("pk")[:1]),
        channel=settings.EMAIL_CHANNEL,
    )
    _promise_copies(may, now)


def _promise_copies(may: list[str], now: datetime) -> None:
    due = Q(state=State.PENDING, next_try_at__lte=now, expires_at__gt=now)
    gone = Q(state=State.SENT, sent_at__gte=now - MISSED, expires_at__gt=now)
    known = Message.objects.filter(key=Concat(OuterRef("key"), Value(":copy")))
    originals = (
        Message.objects.filter(
            due | gone & Q(sent_at__gte=F("participant__proxies__consent_at")),
            participant__proxies__ended_at__isnull=True,
            participant__proxies__manner=COPIES,
            proxy__isnull=True,
            kind__in=may,
        )
        .exclude(Exists(known))
        .annotate(hears=F("participant__proxies"))
        .select_related("participant")
    )
    Message.objects.bulk_create(
        [
            Message(
                key=f"{original.key}:copy",
                kind=original.kind,
                subject_type=original.subject_type,
                subject_id=original.subject_id,
                group=original.group,
                participant=original.participant,
                proxy_id=original.hears,
                copy=True,
                channel=settings.EMAIL_CHANNEL,
                queued_at=now,
                not_before=now,
                next_try_at=now,
                expires_at=original.expires_at,
            )
            for original in originals
            if original.participant is not None
        ],
        ignore_conflicts=True,
    )
