"""What the other side tells later: delivered, came back, unwanted (domain.md 4.7). It never changes a message's state."""

import logging
from datetime import datetime

from django.db import transaction

from messaging import kinds, optional, outbox, posting, routes
from messaging.models import Message
from participants import services
from participants.models import Participant

log = logging.getLogger("messaging.reports")
Delivery = Message.Delivery

# Reports come twice and in any order: each of these stands against those before it.
ELSEWHERE = "an address that is not on record any more"
ORDER = ["", Delivery.UNDELIVERED, Delivery.DELIVERED, Delivery.BOUNCED, Delivery.COMPLAINED]


@transaction.atomic
def record(*, reference: str, delivery: str, now: datetime, address: str = "") -> bool:
    """Note what became of the message that others know by this reference; False if it is none of ours, or known.

    Of a person's message that came back for good, the address is not used again, and what is still of use goes another
    way. `address` is where it had gone, where that is told: an address that was changed meanwhile is not blamed.
    """
    found = Message.objects.known_as(reference).only("pk", "participant").first()
    return found is not None and _record(found, delivery, now, address)


@transaction.atomic
def letter_came_back(*, message: Message, still_theirs: bool, now: datetime) -> bool:
    """The post brought a letter back; False if it is no letter that was posted, or if that is known.

    `still_theirs`: the address on the envelope is the one on record, so no letter is posted there from now on. What is
    still of use goes another way, or to the address that was corrected meanwhile.
    """
    posted = Message.objects.filter(pk=message.pk, channel=Message.Channel.LETTER, state=Message.State.SENT)
    if not posted.exists():
        return False
    person = message.participant
    return _record(
        message, Delivery.BOUNCED, now, person.postal_address if person and still_theirs else ELSEWHERE
    )


def _record(found: Message, delivery: str, now: datetime, address: str) -> bool:
    # The row of a person is locked before any row that points to it.
    person = services.lock(found.participant) if found.participant else None
    earlier = ORDER[: ORDER.index(delivery)]
    new = Message.objects.filter(pk=found.pk, delivery__in=earlier).update(delivery=delivery, delivery_at=now)
    if not new:
        return False
    message = Message.objects.get(pk=found.pk)
    log.info("a report came", extra={"message_id": message.pk, "kind": message.kind, "state": str(delivery)})
    if (
        person is not None and message.proxy_id is None
    ):  # else it is somebody else's address, and their complaint
        if delivery == Delivery.COMPLAINED:
            _unwanted(message, person, now)
        if delivery == Delivery.BOUNCED:
            _came_back(message, person, address, now)
    return True


def _unwanted(message: Message, person: Participant, now: datetime) -> None:
    """A complaint stops what people may do without; about anything else an officer looks at it."""
    kind = kinds.find(message.kind)
    if kind is not None and kind.optional:
        optional.stop(person=person, how=optional.How.COMPLAINT, now=now)


def _came_back(message: Message, person: Participant, address: str, now: datetime) -> None:
    if message.channel == Message.Channel.LETTER:
        # Whoever posted it had looked after it; now somebody has to again.
        Message.objects.filter(pk=message.pk).update(settled_by=None)
        if address == person.postal_address:
            services.post_came_back(person=person, now=now)
            outbox.redirect(Message.objects.filter(participant=person, channel=message.channel), person)
    if message.channel in Message.EMAILS and (not address or address.lower() == person.email.lower()):
        services.email_came_back(person=person, now=now)
        outbox.redirect(Message.objects.filter(participant=person, channel__in=Message.EMAILS), person)
    kind = kinds.find(message.kind)
    waits = Message.objects.filter(pk=message.pk, state=Message.State.PENDING)
    if kind is None or waits.exists():
        return  # what waits to be tried again goes another way by itself
    if not Message.objects.filter(kind.still_due(now), pk=message.pk).exists():
        return
    # A mail's way is closed by `email_bad_at`; a second letter may go to a corrected address, a third does not.
    twice = message.channel == Message.Channel.LETTER and posting.BY in message.key
    but_not = message.channel if twice or message.channel in Message.TEXTS else ""
    within = (now, message.expires_at)
    order = routes.order_of(message.kind, message.subject_id)
    channel = routes.Routes([person]).way(kind, person, but_not=but_not, within=within, order=order)
    outbox.queue_another_way(message, person, channel, now=now)
