"""What the other side tells later: delivered, bounced, unwanted. No state changes by it (docs/domain.md 8.3)."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from messaging.kinds import registry as kinds
from messaging.models import Message
from messaging.opt_outs import services as opt_outs
from messaging.outbox import queue as outbox
from messaging.routing import channels as routes
from messaging.routing import post
from participants.identity import services
from participants.models import Participant

log = logging.getLogger(__name__)
Delivery = Message.Delivery

# Reports come twice and in any order: each of these stands against those before it.
ELSEWHERE = "an address we no longer have"
ORDER = ["", Delivery.UNDELIVERED, Delivery.DELIVERED, Delivery.BOUNCED, Delivery.COMPLAINED]


@dataclass(frozen=True)
class Report:
    """What became of the message that others know by this reference; `address` is where it had gone, where that is told."""

    reference: str
    delivery: str
    address: str = ""


@dataclass(frozen=True)
class _News:
    """A report that told something new."""

    message: Message
    delivery: str
    address: str
    person: Participant | None


def record(*, reference: str, delivery: str, now: datetime, address: str = "") -> bool:
    """Note one report; False if it is about none of ours, or known. See `record_all`."""
    return bool(record_all(reports=[Report(reference, delivery, address)], now=now))


@transaction.atomic
def record_all(*, reports: Sequence[Report], now: datetime) -> int:
    """Note what became of messages, each report in its turn; how many told something new.

    Of a person's message that came back for good, the address is not used again, and what is still of use goes another
    way. An address that was changed meanwhile is not blamed. The number of queries does not depend on how many there are.
    """
    known = Message.objects.known_as(*{report.reference for report in reports})
    pks = dict(known.values_list("reference", "pk"))
    ours = [report for report in reports if report.reference in pks]
    return _record([(pks[report.reference], report.delivery, report.address) for report in ours], now)


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
    address = person.postal_address if person and still_theirs else ELSEWHERE
    return bool(_record([(message.pk, Delivery.BOUNCED, address)], now))


def _record(told: Sequence[tuple[int, str, str]], now: datetime) -> int:
    numbers = {pk for pk, *_ in told}
    whose = dict(Message.objects.filter(pk__in=numbers).values_list("pk", "participant"))
    # The row of a person is locked before any row that points to it.
    people = services.lock_participants({each for each in whose.values() if each is not None})
    rows = Message.objects.select_for_update(of=("self",)).filter(pk__in=numbers).order_by("pk")
    messages = {message.pk: message for message in rows}
    news = []
    for pk, delivery, address in told:
        message = messages[pk]
        if ORDER.index(delivery) > ORDER.index(message.delivery):
            message.delivery, message.delivery_at = delivery, now
            news.append(_News(message, delivery, address, people.get(whose[pk] or 0)))
    Message.objects.bulk_update({each.message for each in news}, ["delivery", "delivery_at"])
    for each in news:
        message = each.message
        facts = {"message_id": message.pk, "kind": message.kind, "state": str(each.delivery)}
        log.info("a report came", extra=facts)
    # What somebody else has who hears for a person is their address, and their complaint.
    own = [each for each in news if each.person is not None and each.message.proxy_id is None]
    _unwanted([each for each in own if each.delivery == Delivery.COMPLAINED], now)
    _came_back([each for each in own if each.delivery == Delivery.BOUNCED], now)
    return len(news)


def _unwanted(news: Sequence[_News], now: datetime) -> None:
    """A complaint stops what people may do without; about anything else an officer looks at it."""
    people = {
        each.person.pk: each.person
        for each in news
        if each.person and (kind := kinds.find(each.message.kind)) is not None and kind.optional
    }
    if people:
        opt_outs.stop_all(people=people.values(), how=opt_outs.How.COMPLAINT, now=now)


def _came_back(news: Sequence[_News], now: datetime) -> None:
    if not news:
        return
    bad: dict[int, Participant] = {}
    for each in news:
        message, person = each.message, each.person
        if person is None:
            continue
        if message.channel == Message.Channel.LETTER:  # told by an officer, one at a time
            # Whoever posted it had looked after it; now somebody has to again.
            Message.objects.filter(pk=message.pk).update(settled_by=None)
            if each.address == person.postal_address:
                services.post_came_back(person=person, now=now)
                outbox.redirect(Message.objects.filter(participant=person, channel=message.channel), person)
        if message.channel in Message.EMAILS and each.address.lower() in ("", person.email.lower()):
            bad[person.pk] = person
    if bad:
        services.emails_came_back(people=bad.values(), now=now)
        outbox.redirect_all(Message.objects.filter(channel__in=Message.EMAILS), list(bad.values()))
    _send_again(news, now)


def _send_again(news: Sequence[_News], now: datetime) -> None:
    """What came back and is still of use goes another way; what waits to be tried again does that by itself."""
    numbers = [each.message.pk for each in news]
    settled = Message.objects.filter(pk__in=numbers).exclude(state=Message.State.PENDING)
    due = set(settled.filter(kinds.still_due(settled, now)).values_list("pk", flat=True))
    again = [each for each in news if each.message.pk in due]
    routed = routes.Routes([each.person for each in again if each.person])
    orders = routes.orders_of((each.message.kind, each.message.subject_id) for each in again)
    promises = []
    for each in again:
        message, person = each.message, each.person
        if person is None:
            continue
        # A mail's way is closed by `email_bad_at`; a second letter may go to a corrected address, a third does not.
        twice = message.channel == Message.Channel.LETTER and post.BY in message.key
        channel = routed.way(
            kinds.find(message.kind),
            person,
            but_not=message.channel if twice or message.channel in Message.TEXTS else "",
            within=(now, message.expires_at),
            order=orders.get((message.kind, message.subject_id), routes.USUAL),
        )
        promises.append(outbox.another_way(message, person, channel))
    outbox.queue_many(promises, now=now)
