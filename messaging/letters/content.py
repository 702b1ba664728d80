"""A message as a letter: the mail's own words, with a short address and a code where the mail has its link (adr/0017)."""

from collections.abc import Set
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.template.loader import render_to_string

from messaging.content import links, rendering, secrets, wordings
from messaging.kinds import registry as kinds
from messaging.letters import codes
from messaging.letters.pdf import Sheet
from messaging.models import Message
from participants import contact_details
from participants.languages import ENGLISH
from participants.needs import services as needs

SMALLEST = 16  # points: what is called large print begins there
SIZES = {"sight": 18, "print_20": 20, "print_24": 24, "print_28": 28}  # by what is recorded of a person


@dataclass(frozen=True)
class LetterWords:
    """What a letter says (`text`), and how the record keeps it (`copy`), without the code."""

    subject: str
    text: str
    copy: str
    code: str  # empty where there is nothing to answer
    version: wordings.Words | None = None  # the officer's words that it was written from


def words(message: Message, now: datetime, *, needed: Set[str]) -> LetterWords:
    """The words of a letter; `needed` are the codes of the person's open needs. What the kind's context raises passes."""
    kind = kinds.get(message.kind)
    book = wordings.Book.of([kind.name], [message.participant_id or 0])
    version = book.words(kind.name, message.participant_id, needed)
    context = kind.context(message, now)
    return of_context(kind, context, code=codes.code_of(message), flagged=bool(needed), version=version)


def of_context(
    kind: kinds.MessageKind,
    context: dict,
    *,
    code: str,
    flagged: bool = False,
    version: wordings.Words | None = None,
) -> LetterWords:
    """The words of a kind with these values; `code` is left out where the mail has no link."""
    said, text = rendering.written(kind, context, version)
    subject, text = " ".join(links.whole(said).split()), text.strip() + "\n"
    if flagged:
        text += "\n" + render_to_string(rendering.NEEDS_NOTE).strip() + "\n"
    shown, kept_as = (links.instead(text, f"{going()} {each}") for each in (code, secrets.SHOWN))
    return LetterWords(subject, shown, kept_as, code if links.MARKED.search(text) else "", version)


def going() -> str:
    """Where to go with a code, as people type it."""
    return f"Go to {settings.SITE_ORIGIN.rstrip('/').partition('//')[2]}/c/ and type this code:"


def sheet(message: Message, now: datetime) -> tuple[Sheet, LetterWords]:
    """A letter as it would be printed, and its words. Raises ValueError for a message that goes to no person."""
    person = message.participant
    if person is None:
        raise ValueError("only people are written to by post")
    wanted = needs.open_codes([person.pk]).get(person.pk, set())
    said = words(message, now, needed=wanted)
    return Sheet(
        number=message.pk,
        address=(person.full_name, *contact_details.envelope(person.postal_address, person.postcode)),
        day=now,
        subject=said.subject,
        text=said.text,
        code=said.code,
        language=said.version.language if said.version else ENGLISH,
        size=max([SMALLEST, *(SIZES[code] for code in wanted if code in SIZES)]),
    ), said
