"""A message as it is sent, and as it is kept on the record."""

import logging
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from django.db import InterfaceError, OperationalError
from django.db.models import Q, prefetch_related_objects
from django.template import TemplateDoesNotExist
from django.template.loader import get_template, render_to_string

from messaging.channels.base import Calendar
from messaging.content import gsm, links, secrets
from messaging.content import html as html_content
from messaging.content.opt_out_links import address_for
from messaging.content.proxy_note import addressed
from messaging.content.wordings import Book, Words, as_filed, text_as_filed
from messaging.kinds.placeholders import SERVICE, Placeholder, about_service, fill
from messaging.kinds.registry import MessageKind, find, get
from messaging.models import Message
from participants.languages import ENGLISH
from participants.needs import services as needs

log = logging.getLogger(__name__)


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


# A need that email serves is flagged (docs/domain.md 1.4) but not named: others may read over a shoulder.
OPTIONAL_NOTE = "messaging/emails/optional_note.txt"


NEEDS_NOTE = "messaging/emails/needs_note.txt"


def placeholders_of(kind: MessageKind, *, texted: bool = False) -> tuple[Placeholder, ...]:
    """Everything that an officer's words for this kind may name; `texted`: when it goes by text message."""
    return (*(kind.texted if texted else kind.placeholders), *SERVICE)


def value_of(placeholder: Placeholder, context: dict) -> str:
    return about_service()[placeholder.name] if placeholder in SERVICE else placeholder.value(context)


def written(kind: MessageKind, context: dict, words: Words | None = None) -> tuple[str, str]:
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
    kind: MessageKind,
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
    html = html_content.html(
        subject=sent_as, text=text, large=large, language=language, button_words=kind.button
    )
    return Mail(subject, links.whole(text), copy, html, words=used, stop=links.whole(stop))


@dataclass(frozen=True)
class Prefetched:
    """What is read for many messages at once, moments before they go: one query a table instead of one a message."""

    due: frozenset[int]
    contexts: dict[int, dict]  # of kinds that can tell many at once
    needs: dict[int, set[str]]  # open needs of people, by the person
    book: Book  # what officers have written for these kinds

    @classmethod
    def of(cls, messages: list[Message], now: datetime) -> "Prefetched":
        """The facts of these messages as they stand now; the rows that each goes to are read anew as well."""
        for message in messages:
            message._state.fields_cache.clear()  # an address that was read before may have been corrected since
        prefetch_related_objects(messages, "participant", "organisation", "user", "interest", "proxy")
        by_kind: dict[str, list[Message]] = {}
        for message in messages:
            by_kind.setdefault(message.kind, []).append(message)
        due = Q(pk__in=[])
        contexts: dict[int, dict] = {}
        for name, theirs in by_kind.items():
            if kind := find(name):
                due |= Q(kind=name) & kind.still_due(now)
                contexts |= _contexts(kind, theirs, now)
        rows = Message.objects.filter(due, pk__in=[message.pk for message in messages])
        people = {message.participant_id for message in messages if message.participant_id is not None}
        return cls(
            frozenset(rows.values_list("pk", flat=True)),
            contexts,
            needs.open_codes(people),
            _book(by_kind, people),
        )

    @classmethod
    def of_one(cls, message: Message) -> "Prefetched":
        """What every message needs, for one that is only looked at."""
        people = {message.participant_id or 0}
        return cls(frozenset(), {}, needs.open_codes(people), _book([message.kind], people))


def _contexts(kind: MessageKind, messages: list[Message], now: datetime) -> dict[int, dict]:
    """What can be told for many at once; nothing where that fails, for then each fails, or not, by itself."""
    if kind.contexts is None or len(messages) == 1:
        return {}
    try:
        return kind.contexts(messages, now)
    except (OperationalError, InterfaceError):
        raise
    except Exception:
        log.exception("the words of several messages could not be read together", extra={"kind": kind.name})
        return {}


def _book(names: Iterable[str], people: Collection[int]) -> Book:
    reworded = [name for name in names if (kind := find(name)) and (kind.placeholders or kind.texted)]
    return Book.of(reworded, people) if reworded else Book()


def render_message(message: Message, now: datetime, facts: Prefetched | None = None) -> Mail:
    """The words of one message, from the facts as they stand. Whatever its kind's context raises passes through.

    A drain gives the `facts` that it has read for many at once.
    """
    kind = get(message.kind)
    facts = facts or Prefetched.of_one(message)
    context = facts.contexts.get(message.pk)
    if context is None:
        context = kind.context(message, now)
    if message.channel in Message.TEXTS:
        return text_words(kind, context, facts.book.text(kind.name, message.participant_id))
    secret = secrets.open(message.secret) if message.secret else ""
    if message.proxy_id is not None:
        # Somebody else reads it: the person's form and language need not be theirs.
        words = facts.book.words(kind.name, None, set())
        return render(kind, context, secret=secret, through=message, words=words)
    codes = facts.needs.get(message.participant_id or 0, set())
    words = facts.book.words(kind.name, message.participant_id, codes)
    large = not codes.isdisjoint(needs.LARGE_PRINT)
    stop = address_for(message.participant) if kind.optional and message.participant else ""
    mail = render(kind, context, secret=secret, flagged=bool(codes), large=large, words=words, stop=stop)
    return replace(mail, calendars=tuple(kind.calendars(message, now))) if kind.calendars else mail


def text_words(kind: MessageKind, context: dict, words: Words | None = None) -> Mail:
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
    kind = find(message.kind)
    button = kind.button if kind else ""
    html = html_content.html(subject=subject, text=text, button_words=button) if text else ""
    return Mail(subject, text, text, html)


def response_url(message: Message) -> str:
    """The address of the office page where the answers to this call are written down; empty where nothing is asked."""
    kind = get(message.kind)
    return kind.response_url(message) if kind.response_url else ""


def script(message: Message, now: datetime) -> str:
    """What an officer says on the telephone: the call's own words, else the mail's without its links."""
    kind = get(message.kind)
    context = kind.context(message, now)
    try:
        text = get_template(f"{kind.template}.phone.txt").render(links.guarded(context))
    except TemplateDoesNotExist:
        text = written(kind, context)[1]
    return links.left_out(text).strip() + "\n"
