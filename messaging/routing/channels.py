"""Which way a message goes to somebody: email, a text message, a letter or an officer's call (docs/domain.md 8.3)."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.conf import settings

from accounts.models import Interest, Organisation, User
from messaging.kinds import registry as kinds
from messaging.kinds.registry import MessageKind, Orders
from messaging.models import Message
from messaging.routing import post
from participants.contact_details import takes_texts
from participants.models import Participant
from participants.needs import services as needs

Channel = Message.Channel
EMAIL, SMS, PHONE = "email", "sms", "phone"  # the ways that officers put in order for a kind of message
USUAL = (EMAIL, SMS, PHONE)
MADE_UP = "@example.org"  # reserved by RFC 2606: the domain of the colleagues in a rehearsal


def text_channel() -> str:
    """The channel for text messages that is set up here, or nothing."""
    if settings.NOTIFY_API_KEY and settings.NOTIFY_SMS_TEMPLATE:
        return Channel.NOTIFY_SMS
    return Channel.SMS if settings.SMS_GATEWAY_URL else ""


def mail_channel(address: str) -> str:
    """The channel for an email to this address; the made-up colleagues of a rehearsal are never mailed."""
    return Channel.FILE if address.endswith(MADE_UP) else settings.EMAIL_CHANNEL


class Routes:
    """The ways to these people; what they need is read once for all."""

    def __init__(self, people: Iterable[Participant]) -> None:
        self.codes = needs.open_codes([person.pk for person in people])

    def way(
        self,
        kind: MessageKind | None,
        participant: Participant | None,
        organisation: Organisation | None = None,
        user: User | Interest | None = None,
        *,
        but_not: str = "",
        within: tuple[datetime, datetime] | None = None,
        order: Sequence[str] = USUAL,
    ) -> str:
        """The channel for a message of this kind to one receiver; `but_not` is one that was tried in vain.

        `within`: from when and until when it is of use, where that is known: a letter takes days. `order`: the ways in
        which the kind goes, the first first. What a person needs or has chosen comes before it, and whoever none of them
        reaches is rung.
        """
        if participant is not None:
            way = self._way_to(participant, kind, but_not, order)
            late = way == Channel.LETTER and within is not None and not post.in_time(*within)
            if late:
                return Channel.PHONE
            return Channel.FILE if participant.synthetic and way in Message.OUTSIDE else way
        address = organisation.contact_email if organisation is not None else user.email if user else ""
        return mail_channel(address)

    def _way_to(
        self, person: Participant, kind: MessageKind | None, but_not: str, order: Sequence[str]
    ) -> str:
        codes = self.codes.get(person.pk, set())
        by_hand = codes.intersection(needs.BY_HAND)
        text = text_channel() if kind is not None and kind.text else ""
        if text and text != but_not and _texted(person, by_hand, order):
            return text
        urgent = kind is not None and kind.urgent
        if but_not != Channel.LETTER and not urgent and post.by_post(person, codes):
            return Channel.LETTER
        mailed = _before_a_call(EMAIL, order) or not person.phone
        if by_hand or person.prefers_phone or but_not == settings.EMAIL_CHANNEL or not mailed:
            return Channel.PHONE
        return settings.EMAIL_CHANNEL


def orders_of(asked: Iterable[tuple[str, int]]) -> dict[tuple[str, int], Sequence[str]]:
    """In which orders of ways messages of these kinds about these subjects go, where officers have chosen one."""
    subjects: dict[str, set[int]] = {}
    for name, subject in asked:
        subjects.setdefault(name, set()).add(subject)
    told: dict[Orders, dict[str, set[int]]] = {}
    for name, theirs in subjects.items():
        if (kind := kinds.find(name)) is not None and kind.orders is not None:
            told.setdefault(kind.orders, {})[name] = theirs
    return {pair: order for orders, theirs in told.items() for pair, order in orders(theirs).items()}


def order_of(kind: str, subject: int) -> Sequence[str]:
    """In which order of ways a message of this kind about this subject goes."""
    return orders_of([(kind, subject)]).get((kind, subject), USUAL)


def _texted(person: Participant, by_hand: set[str], order: Sequence[str]) -> bool:
    """Whether a text message is this person's way: they asked for it; or it comes first; or a mail would come back."""
    # Others may read what lies on a telephone.
    if not (person.message_safe and takes_texts(person.phone)):
        return False
    if by_hand:
        return by_hand == {needs.BY_TEXT}
    if person.preferred_contact != person.Contact.EMAIL or not _before_a_call(SMS, order):
        return False
    return person.email_bad_at is not None or EMAIL not in order[: order.index(SMS)]


def _before_a_call(way: str, order: Sequence[str]) -> bool:
    """Whether this way is tried before somebody rings."""
    return way in order and (PHONE not in order or order.index(way) < order.index(PHONE))
