"""Which words a message is written in: an officer's, in the person's language and form, else those of the files.

The files are version 0. What was used stays on the message, beside the copy of what was sent.
"""

from collections.abc import Collection, Iterable, Set
from dataclasses import dataclass, field
from functools import lru_cache

from django.template.loader import render_to_string

from messaging.kinds.placeholders import SERVICE, Placeholder
from messaging.models import Wording
from participants.languages import ENGLISH
from participants.models import Readiness
from participants.needs import services as needs

Variant = Wording.Variant
EASY_TO_READ = "easyread"


@dataclass(frozen=True)
class Words:
    """A subject and a text with placeholders, and which version of what they are."""

    subject: str
    text: str
    version: int = 0
    language: str = ENGLISH
    variant: str = Variant.STANDARD


@dataclass(frozen=True)
class Book:
    """What officers have written for some kinds, read at once, with the languages of the people who are written to."""

    written: dict[tuple[str, str, str], Words] = field(default_factory=dict)
    languages: dict[int, str] = field(default_factory=dict)

    @classmethod
    def of(cls, kinds: Collection[str], people: Collection[int]) -> "Book":
        """One query; a second where there are words in another language than English."""
        written = {(row.kind, row.language, row.variant): words for row, words in in_use(kinds)}
        languages: dict[int, str] = {}
        if any(language != ENGLISH for _, language, _ in written):
            spoken = Readiness.objects.filter(participant__in=people).exclude(language__in=["", ENGLISH])
            languages = dict(spoken.values_list("participant", "language"))
        return cls(written, languages)

    def words(self, kind: str, participant: int | None, codes: Set[str]) -> Words | None:
        """The officer's words that suit this person best; None where the file's hold.

        In their language and form, else plainly in their language, else in English in their form, else in English.
        """
        language, variant = self.languages.get(participant or 0, ENGLISH), variant_for(codes)
        for spoken in dict.fromkeys((language, ENGLISH)):
            for form in dict.fromkeys((variant, Variant.STANDARD)):
                if found := self.written.get((kind, spoken, form)):
                    return found
        return None

    def text(self, kind: str, participant: int | None) -> Words | None:
        """The officer's words for a text message in this person's language, else in English; None where the file's hold."""
        language = self.languages.get(participant or 0, ENGLISH)
        spoken = (self.written.get((kind, each, Variant.TEXT)) for each in (language, ENGLISH))
        return next(filter(None, spoken), None)


def in_use(kinds: Collection[str]) -> Iterable[tuple[Wording, Words]]:
    """The newest words of each kind, language and form that were not taken back."""
    rows = Wording.objects.filter(kind__in=kinds, withdrawn_at__isnull=True)
    newest = rows.order_by("kind", "language", "variant", "-version").distinct("kind", "language", "variant")
    for row in newest:
        yield row, words_of(row)


def words_of(row: Wording) -> Words:
    return Words(row.subject, row.text, row.version, row.language, row.variant)


def variant_for(codes: Set[str]) -> str:
    """The form that somebody with these open needs reads best."""
    if EASY_TO_READ in codes:
        return Variant.PLAIN
    return Variant.STANDARD if codes.isdisjoint(needs.LARGE_PRINT) else Variant.LARGE


@lru_cache(maxsize=200)
def as_filed(template: str, placeholders: tuple[Placeholder, ...]) -> Words:
    """Version 0: what the files say, with each placeholder standing for itself."""
    themselves = _themselves(placeholders)
    subject = " ".join(render_to_string(f"{template}.subject.txt", themselves).split())
    return Words(subject, render_to_string(f"{template}.txt", themselves).strip())


@lru_cache(maxsize=50)
def text_as_filed(template: str, placeholders: tuple[Placeholder, ...]) -> Words:
    """Version 0 of a text message."""
    said = render_to_string(f"{template}.sms.txt", _themselves(placeholders))
    return Words("", " ".join(said.split()), variant=Variant.TEXT)


def _themselves(placeholders: tuple[Placeholder, ...]) -> dict[str, str]:
    return {each.name: f"{{{each.name}}}" for each in (*placeholders, *SERVICE)}
