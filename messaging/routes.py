"""Which way a message goes to somebody: email, a text message, or a letter or an officer's call (issue 5; domain.md 4.7)."""

from collections.abc import Iterable
from datetime import datetime

from django.conf import settings

from accounts.models import Interest, Organisation, User
from messaging import posting
from messaging.kinds import Kind
from messaging.models import Message
from participants import needs
from participants.contact import takes_texts
from participants.models import Participant

Channel = Message.Channel
MADE_UP = "@example.org"  # reserved by RFC 2606: the domain of everybody in a rehearsal


def text_channel() -> str:
    """The channel for text messages that is set up here, or nothing."""
    if settings.NOTIFY_API_KEY and settings.NOTIFY_SMS_TEMPLATE:
        return Channel.NOTIFY_SMS
    return Channel.SMS if settings.SMS_GATEWAY_URL else ""


class Routes:
    """The ways to these people; what they need is read once for all."""

    def __init__(self, people: Iterable[Participant]) -> None:
        self.codes = needs.open_codes([person.pk for person in people])

    def way(
        self,
        kind: Kind | None,
        participant: Participant | None,
        organisation: Organisation | None = None,
        user: User | Interest | None = None,
        *,
        but_not: str = "",
        within: tuple[datetime, datetime] | None = None,
    ) -> str:
        """The channel for a message of this kind to one receiver; `but_not` is one that was tried in vain.

        `within`: from when and until when it is of use, where that is known: a letter takes days.
        """
        if participant is not None:
            way = self._way_to(participant, kind, but_not)
            late = way == Channel.LETTER and within is not None and not posting.in_time(*within)
            return Channel.PHONE if late else way
        address = organisation.contact_email if organisation is not None else user.email if user else ""
        # The made-up colleagues of a rehearsal are never mailed.
        return Channel.FILE if address.endswith(MADE_UP) else settings.EMAIL_CHANNEL

    def _way_to(self, person: Participant, kind: Kind | None, but_not: str) -> str:
        by_hand = self.codes.get(person.pk, set()).intersection(needs.BY_HAND)
        text = text_channel()
        if kind is not None and kind.text and text and text != but_not and _texted(person, by_hand):
            return Channel.FILE if person.synthetic else text
        codes = self.codes.get(person.pk, set())
        urgent = kind is not None and kind.urgent
        if but_not != Channel.LETTER and not urgent and posting.by_post(person, codes):
            return Channel.LETTER
        if by_hand or person.prefers_phone or but_not == settings.EMAIL_CHANNEL:
            return Channel.PHONE
        return Channel.FILE if person.synthetic else settings.EMAIL_CHANNEL


def _texted(person: Participant, by_hand: set[str]) -> bool:
    """Whether a text message serves this person: they asked for it, or it is what is left beside a broken address."""
    asked = by_hand == {needs.BY_TEXT}
    left = (
        not by_hand and person.email_bad_at is not None and person.preferred_contact == person.Contact.EMAIL
    )
    # Others may read what lies on a telephone.
    return (asked or left) and person.message_safe and takes_texts(person.phone)
