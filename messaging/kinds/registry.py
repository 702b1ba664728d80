"""Every kind of message, registered by the app that promises it (in its `AppConfig.ready()`)."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Q, QuerySet

from core.registry import Registry
from messaging.channels.base import Calendar
from messaging.kinds.placeholders import Placeholder
from messaging.models import Message


def always(now: datetime) -> Q:
    """For messages that stay due whatever happens: receipts and codes."""
    return Q()


# Of subjects by kind: in which order of ways (routes) officers want what is about each of them. Absent: the usual one.
Orders = Callable[[Mapping[str, Collection[int]]], Mapping[tuple[str, int], Sequence[str]]]


@dataclass(frozen=True)
class MessageKind:
    """What a kind of message says, and when it is still right to send it.

    `still_due(now)` is a Q (with Exists over OuterRef("subject_id") where needed) which the guard adds to the WHERE
    of the statement that authorises the send. `context(message, now)` gives the template its values; links in it
    are made by `personal_link`, so that the copy on the record can hide them. `template` is the stem of
    `<stem>.subject.txt` and `<stem>.txt`, and of `<stem>.phone.txt` where an officer's call needs other words.
    `nudge` marks a repeat of a request that nobody has answered: a person has one of them a day (docs/domain.md 8.2).
    `samples` feed previews and tests. `response_url` is the office page where an officer who rang writes down what
    the person answered. `calendars(message, now)` are the files that go along, the one that matters most first.
    """

    name: str
    template: str
    context: Callable[[Message, datetime], dict]
    still_due: Callable[[datetime], Q] = always
    urgent: bool = False  # sent by the request itself when the bell cannot be rung: codes and safety alerts
    quiet: bool = True  # waits for the end of the quiet hours
    # A repeat of an unanswered request; reminders, changes, receipts, codes and safety are none.
    nudge: bool = False
    withdrawn_with_referral: bool = False  # about a referral, and not sent once that has ended or moved on
    supersedes: str = ""  # the kind that is not sent any more once this one is due about the same subject
    samples: Callable[[], list[dict]] = field(default=list)
    response_url: Callable[[Message], str] | None = None
    calendars: Callable[[Message, datetime], Sequence[Calendar]] | None = None
    # Where it goes that is promised to an organisation and is for one person there who has no account.
    address: Callable[[Message], str] | None = None
    contexts: Callable[[list[Message], datetime], dict[int, dict]] | None = None  # `context` of many at once
    text: bool = False  # may go by text message, in the words of `<stem>.sms.txt`
    # What officers may name when they reword that, or the mail; without any they cannot.
    texted: tuple[Placeholder, ...] = ()
    placeholders: tuple[Placeholder, ...] = ()
    orders: Orders | None = None
    fixed: str = ""  # why they cannot
    optional: bool = False  # a person may do without it: each has a way to stop all such (RFC 8058)
    private: bool = False  # about health: for the person alone, whoever else hears for them
    # For docs/messages.md: who gets it, when, and what stops it on the way.
    to: str = ""
    when: str = "at once"
    stops: str = "never"  # what `still_due` asks, in words
    button: str = ""  # what pressing it does, in the mail's HTML: "Say if you can come on {day}", with values of the context
    label: str = ""  # what officers call it, where the name alone does not say it

    @property
    def proxied(self) -> bool:
        """Whether it may go to somebody who hears for a person."""
        return not (self.urgent or self.private)

    @property
    def title(self) -> str:
        """The kind's name for officers: "Sign in code"."""
        return self.label or self.name.replace("_", " ").capitalize()


_kinds: Registry[str, MessageKind] = Registry("message kind")


def register(kind: MessageKind) -> None:
    _kinds.register(kind.name, kind)


def get(name: str) -> MessageKind:
    return _kinds[name]


def find(name: str) -> MessageKind | None:
    """The kind of this name, or None when this version of the service does not know it."""
    return _kinds.get(name)


def address_at_organisation(message: Message) -> str:
    """Where a message to an organisation goes: to the person there whom its kind names, else to the organisation."""
    kind = find(message.kind)
    if kind is not None and kind.address is not None:
        return kind.address(message)
    return message.organisation.contact_email if message.organisation else ""


def registered() -> list[MessageKind]:
    return sorted(_kinds.values(), key=lambda kind: kind.name)


def still_due(messages: QuerySet[Message], now: datetime) -> Q:
    """Those among these messages whose own kind says that they are still right to send.

    Only the kinds that are there are asked: each brings a subquery of its own, and writing them all is dear.
    """
    due = Q(pk__in=[])
    for name in messages.order_by().values_list("kind", flat=True).distinct():
        if kind := find(name):
            due |= Q(kind=name) & kind.still_due(now)
    return due
