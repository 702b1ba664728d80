"""Every kind of message, registered by the app that promises it (in its `AppConfig.ready()`)."""

from collections.abc import Callable, Collection, Mapping, Sequence, Set
from dataclasses import dataclass, field, replace
from datetime import datetime

from django.db.models import Q, QuerySet
from django.template import TemplateDoesNotExist
from django.template.loader import get_template, render_to_string

from messaging import gsm, layout, links, secrets
from messaging.channels import Calendar
from messaging.models import Message
from messaging.placeholders import SERVICE, Placeholder, about_service, fill
from messaging.stop_links import address_for
from messaging.through import addressed
from messaging.wordings import Book, Words, as_filed, text_as_filed
from participants.languages import ENGLISH
from participants.needs import services as needs


def always(now: datetime) -> Q:
    """For messages that stay due whatever happens: receipts and codes."""
    return Q()


# Of subjects by kind: in which order of ways (routes) officers want what is about each of them. Absent: the usual one.
Orders = Callable[[Mapping[str, Collection[int]]], Mapping[tuple[str, int], Sequence[str]]]


@dataclass(frozen=True)
class Kind:
    """What a kind of message says, and when it is still right to send it.

    `still_due(now)` is a Q (with Exists over OuterRef("subject_id") where needed) which the fence adds to the WHERE
    of the statement that authorises the send. `context(message, now)` gives the template its values; links in it
    are made by `personal_link`, so that the copy on the record can hide them. `template` is the stem of
    `<stem>.subject.txt` and `<stem>.txt`, and of `<stem>.phone.txt` where an officer's call needs other words.
    `nudge` marks a repeat of a request that nobody has answered: domain.md 4.7 lets a person have one of them a day.
    `samples` feed previews and tests. `answers_page` is the office page where an officer who rang writes down what
    the person answered. `calendars(message, now)` are the files that go along, the one that matters most first.
    """

    name: str
    template: str
    context: Callable[[Message, datetime], dict]
    still_due: Callable[[datetime], Q] = always
    urgent: bool = False  # sent by the request itself when the bell cannot be rung: codes and safety alerts
    quiet: bool = True  # waits for the end of the quiet hours
    nudge: bool = (
        False  # a repeat of an unanswered request; reminders, changes, receipts, codes and safety are none
    )
    supersedes: str = ""  # the kind that is not sent any more once this one is due about the same subject
    samples: Callable[[], list[dict]] = field(default=list)
    answers_page: Callable[[Message], str] | None = None
    calendars: Callable[[Message, datetime], Sequence[Calendar]] | None = None
    contexts: Callable[[list[Message], datetime], dict[int, dict]] | None = None  # `context` of many at once
    text: bool = False  # may go by text message, in the words of `<stem>.sms.txt`
    # What officers may name when they reword that; without any they cannot.
    texted: tuple[Placeholder, ...] = ()
    orders: Orders | None = None
    placeholders: tuple[
        Placeholder, ...
    ] = ()  # what officers may name when they reword it; without any they cannot
    fixed: str = ""  # why they cannot
    optional: bool = False  # a person may do without it: each has a way to stop all such (RFC 8058)
    private: bool = False  # about health: for the person alone, whoever else hears for them
    # For docs/messages.md: who gets it, when, and what stops it on the way.
    to: str = ""
    when: str = ""
    stops: str = ""
    label: str = ""  # what officers call it, where the name alone does not say it

    @property
    def proxied(self) -> bool:
        """Whether it may go to somebody who hears for a person."""
        return not (self.urgent or self.private)

    @property
    def title(self) -> str:
        """The kind's name for officers: "Sign in code"."""
        return self.label or self.name.replace("_", " ").capitalize()


@dataclass(frozen=True)
class Mail:
    """Words as they are sent (`text`, and `html` that says the same) and as they are kept on the record (`copy`),
    without links and codes.
    """

    subject: str
    text: str
    copy: str
    html: str = ""
    calendars: tuple[Calendar, ...] = ()
    stop: str = ""  # the address that stops optional messages, for whoever sends it
    words: Words | None = None  # the version that it was written from; None where a kind has none


_kinds: dict[str, Kind] = {}


def register(kind: Kind) -> None:
    _kinds[kind.name] = kind


def get(name: str) -> Kind:
    return _kinds[name]


def find(name: str) -> Kind | None:
    """The kind of this name, or None when this version of the service does not know it."""
    return _kinds.get(name)


def registered() -> list[Kind]:
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


# Whoever has a need that email serves finds it flagged (domain.md 4.1), but not named: others may read over a shoulder.
OPTIONAL_NOTE = "messaging/emails/optional_note.txt"
NEEDS_NOTE = "messaging/emails/needs_note.txt"


def placeholders_of(kind: Kind, *, texted: bool = False) -> tuple[Placeholder, ...]:
    """Everything that an officer's words for this kind may name; `texted`: when it goes by text message."""
    return (*(kind.texted if texted else kind.placeholders), *SERVICE)


def value_of(placeholder: Placeholder, context: dict) -> str:
    return about_service()[placeholder.name] if placeholder in SERVICE else placeholder.value(context)


def written(kind: Kind, context: dict, words: Words | None = None) -> tuple[str, str]:
    """Subject and text, from an officer's words or the files'. Plain text: nothing is escaped."""
    context = links.guarded(context)
    if not kind.placeholders:
        return render_to_string(f"{kind.template}.subject.txt", context), render_to_string(
            f"{kind.template}.txt", context
        )
    words = words or as_filed(kind.template, kind.placeholders)
    values = _values(words.subject + words.text, kind.placeholders, context)
    return fill(words.subject, values), fill(words.text, values)


def _values(words: str, placeholders: tuple[Placeholder, ...], context: dict) -> dict[str, str]:
    """What the placeholders that these words name stand for."""
    return about_service() | {
        each.name: each.value(context) for each in placeholders if f"{{{each.name}}}" in words
    }


def render(
    kind: Kind,
    context: dict,
    *,
    secret: str = "",
    flagged: bool = False,
    large: bool = False,
    words: Words | None = None,
    through: Message | None = None,
    stop: str = "",
) -> Mail:
    """The mail as it is sent and as it is kept.

    `secret` is what must not stay in the copy: a sign-in code. `flagged`: it goes to a person with a need. `large`:
    they read large print. `words`: an officer's, in place of the files'. `through`: the message, where somebody else
    has it who hears for the person. `stop`: the personal link that stops optional messages.
    """
    said, text = written(kind, context, words)
    if through is not None:
        text = addressed(text, through)
    subject, text = " ".join(links.whole(said).split()), text.strip() + "\n"
    if flagged:
        text += "\n" + render_to_string(NEEDS_NOTE).strip() + "\n"
    if stop:
        text += "\n" + render_to_string(OPTIONAL_NOTE, {"stop": stop}).strip() + "\n"
    copy, sent_as = links.hidden(text), subject
    if secret:
        subject, copy = subject.replace(secret, secrets.SHOWN), copy.replace(secret, secrets.SHOWN)
    used = words or (as_filed(kind.template, kind.placeholders) if kind.placeholders else None)
    language = used.language if used else ENGLISH
    html = layout.html(subject=sent_as, text=text, large=large, language=language)
    return Mail(subject, links.whole(text), copy, html, words=used, stop=links.whole(stop))


def render_message(
    message: Message,
    now: datetime,
    *,
    context: dict | None = None,
    codes: Set[str] | None = None,
    book: Book | None = None,
) -> Mail:
    """The words of one message, from the facts as they stand. Whatever its kind's context raises passes through.

    A drain gives what it has read for many at once: the context, the codes of the person's open needs, the officers'
    words.
    """
    if message.channel in Message.TEXTS:
        return render_sms(message, now, context=context, book=book)
    kind = get(message.kind)
    secret = secrets.open(message.secret) if message.secret else ""
    if codes is None:
        codes = needs.open_codes([message.participant_id or 0]).get(message.participant_id or 0, set())
    facts = kind.context(message, now) if context is None else context
    if book is None:
        book = Book.of([kind.name], [message.participant_id or 0]) if kind.placeholders else Book()
    if (
        message.proxy_id is not None
    ):  # somebody else reads it: the person's form and language need not be theirs
        return render(kind, facts, secret=secret, through=message, words=book.words(kind.name, None, set()))
    words = book.words(kind.name, message.participant_id, codes)
    large = not codes.isdisjoint(needs.LARGE_PRINT)
    stop = address_for(message.participant) if kind.optional and message.participant else ""
    mail = render(kind, facts, secret=secret, flagged=bool(codes), large=large, words=words, stop=stop)
    return replace(mail, calendars=tuple(kind.calendars(message, now))) if kind.calendars else mail


def render_sms(
    message: Message, now: datetime, *, context: dict | None = None, book: Book | None = None
) -> Mail:
    """The words of one text message, from the facts as they stand."""
    kind = get(message.kind)
    facts = kind.context(message, now) if context is None else context
    if book is None:
        book = Book.of([kind.name], [message.participant_id or 0]) if kind.texted else Book()
    return text_words(kind, facts, book.text(kind.name, message.participant_id))


def text_words(kind: Kind, context: dict, words: Words | None = None) -> Mail:
    """A text message in the letters of GSM 03.38, as far as they go: one other would more than double its price."""
    context = links.guarded(context)
    if kind.texted:
        words = words or text_as_filed(kind.template, kind.texted)
        said = fill(words.text, _values(words.text, kind.texted, context))
    else:
        said = render_to_string(f"{kind.template}.sms.txt", context)
    text = gsm.fold(" ".join(said.split()))
    return Mail("", links.whole(text), links.hidden(text), words=words)


def kept(message: Message) -> Mail:
    """The mail as the record keeps it, with stand-ins for links and codes; empty before it is first written."""
    subject, text = message.rendered_subject, message.rendered_text
    return Mail(subject, text, text, layout.html(subject=subject, text=text) if text else "")


def answers_page(message: Message) -> str:
    """The address of the office page where the answers to this call are written down; empty where nothing is asked."""
    kind = get(message.kind)
    return kind.answers_page(message) if kind.answers_page else ""


def script(message: Message, now: datetime) -> str:
    """What an officer says on the telephone: the call's own words, else the mail's without its links."""
    kind = get(message.kind)
    context = kind.context(message, now)
    try:
        text = get_template(f"{kind.template}.phone.txt").render(links.guarded(context))
    except TemplateDoesNotExist:
        text = written(kind, context)[1]
    return links.left_out(text).strip() + "\n"
