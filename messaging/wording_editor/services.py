"""An officer's own words for a kind of message: kept as a new version, taken back, never changed."""

import uuid
from collections.abc import Iterator
from datetime import datetime, timedelta

from django.conf import settings
from django.db import IntegrityError, transaction

from accounts.models import User
from core.nonces import message_about
from messaging.content import rendering, validation, wordings
from messaging.content.wordings import Variant, Words
from messaging.kinds import registry as kinds
from messaging.models import Message, Wording, WordingTest
from messaging.outbox import queue as outbox

TEST = "wording_test"
LETTERS_OF_A_LINK = 43  # behind the address of the service: those of the secret
# An apostrophe of each kind, a face, and a name that no screen is made for.
PEOPLE = (
    "Síle O’Neill-D'Arcy",
    "Zoë 🌻",
    "Maximiliana-Konstantina Papadimitriou-Featherstonehaugh Aravindakshan",
)


def _test_words(message: Message, now: datetime) -> dict[str, str]:
    """The words as the first of the made-up people would have them; their link leads nowhere, so it is not there."""
    test = WordingTest.objects.get(pk=message.subject_id)
    kind = kinds.get(test.kind)
    words = Words(test.subject, test.text, language=test.language, variant=test.variant)
    mail = _written(kind, samples(kind)[0], words)
    return {"subject": mail.subject or f"Text message: {kind.title}", "text": mail.copy}


def _test_samples() -> list[dict[str, str]]:
    return [
        {
            "subject": "Your next session",
            "text": f"Hello.\n\nThis is a test. Call us on {settings.SERVICE_PHONE}.",
        }
    ]


TEST_KIND = kinds.MessageKind(
    name=TEST,
    to="the officer who asked for a test of new words",
    when="at once",
    stops="never",
    label="Test of new words",
    template="messaging/emails/wording_test",
    context=_test_words,
    quiet=False,
    samples=_test_samples,
)


class Overtaken(Exception):
    """Somebody kept other words since these were begun; `by` is their last version."""

    def __init__(self, newest: Wording | None) -> None:
        super().__init__("a newer version")
        self.newest = newest


class Fixed(Exception):
    """The words of this kind are not an officer's to change; the sentence says why."""


def why_fixed(kind: kinds.MessageKind) -> str:
    """Why officers cannot reword a kind; empty where they can."""
    if kind.placeholders:
        return ""
    if kind.urgent:
        return "You cannot change codes and safety alerts."
    return kind.fixed or "You cannot change this one yet."


def newest(kind: str, language: str, variant: str) -> Wording | None:
    """The last version that anybody kept, taken back or not."""
    rows = Wording.objects.filter(kind=kind, language=language, variant=variant)
    return rows.select_related("written_by").order_by("-version").first()


def why_fixed_in(kind: kinds.MessageKind, variant: str) -> str:
    """Why officers cannot reword a kind in one form; empty where they can."""
    if variant == Variant.TEXT and not kind.texted:
        return "It does not go by text message."
    return why_fixed(kind)


def faults(
    kind: kinds.MessageKind, subject: str, text: str, *, variant: str = Variant.STANDARD
) -> validation.Faults:
    texted = variant == Variant.TEXT
    known, filled = rendering.placeholders_of(kind, texted=texted), _filled(kind, texted=texted)
    if texted:
        return validation.faults_in_text(text, known, filled)
    # The long name is for looking at, not for measuring: a subject is not refused for one person in a million.
    return validation.faults_in(subject, text, known, filled[: -len(kind.samples())])


def paid_for_as(kind: kinds.MessageKind, words: Words) -> int:
    """As how many text messages these words are paid for at most, by the made-up messages."""
    return validation.parts_of(words.text, _filled(kind, texted=True))


def _filled(kind: kinds.MessageKind, *, texted: bool) -> list[dict[str, str]]:
    """What the placeholders stand for in made-up messages; a link in a text counts as long as real ones are."""
    known = rendering.placeholders_of(kind, texted=texted)
    filled = [{each.name: rendering.value_of(each, sample) for each in known} for sample in samples(kind)]
    link = {"link": f"{settings.SITE_ORIGIN}/s/{'x' * LETTERS_OF_A_LINK}/"} if texted else {}
    return [values | link for values in filled]


def save(*, kind: kinds.MessageKind, words: Words, seen: int, by: User, now: datetime) -> Wording:
    """Keep these words as the version after `seen`, in use from now on. Raises Fixed, Unfit, Overtaken."""
    if why := why_fixed_in(kind, words.variant):
        raise Fixed(why)
    if found := faults(kind, words.subject, words.text, variant=words.variant):
        raise validation.Unfit(found)
    last = newest(kind.name, words.language, words.variant)
    if (last.version if last else 0) != seen:
        raise Overtaken(last)
    try:
        with transaction.atomic():
            return Wording.objects.create(
                kind=kind.name,
                language=words.language,
                variant=words.variant,
                version=seen + 1,
                subject=words.subject,
                text=words.text,
                written_at=now,
                written_by=by,
            )
    except IntegrityError:  # somebody pressed at the same moment
        raise Overtaken(newest(kind.name, words.language, words.variant)) from None


def take_back(*, wording_id: int, by: User, now: datetime) -> bool:
    """These words are used no more: the version before them holds again. False if somebody had done so."""
    rows = Wording.objects.filter(pk=wording_id, withdrawn_at__isnull=True)
    return bool(rows.update(withdrawn_at=now, withdrawn_by=by))


@transaction.atomic
def send_test(*, kind: kinds.MessageKind, words: Words, key: uuid.UUID, by: User, now: datetime) -> bool:
    """Send these words, filled for a made-up person, to who wrote them; False if asked before. Raises Fixed, Unfit."""
    if why := why_fixed_in(kind, words.variant):
        raise Fixed(why)
    if found := faults(kind, words.subject, words.text, variant=words.variant):
        raise validation.Unfit(found)
    test, new = WordingTest.objects.get_or_create(
        key=key,
        defaults={
            "kind": kind.name,
            "language": words.language,
            "variant": words.variant,
            "subject": words.subject,
            "text": words.text,
            "asked_at": now,
            "asked_by": by,
        },
    )
    if not new:
        return False
    return outbox.queue(
        **message_about(TEST, test),
        user=by,
        now=now,
        expires_at=now + timedelta(hours=1),
    )


def samples(kind: kinds.MessageKind) -> list[dict]:
    """The kind's made-up messages, each to each of the made-up people."""
    return [
        {**sample, **({"first_name": name} if "first_name" in sample else {})}
        for name in PEOPLE
        for sample in kind.samples()
    ]


def previews(kind: kinds.MessageKind, words: Words) -> Iterator[tuple[str, rendering.Mail]]:
    """The words as made-up people would have them, with who that is; a text message names nobody."""
    if words.variant == Variant.TEXT:
        yield from (("", _written(kind, sample, words)) for sample in kind.samples())
        return
    for sample in samples(kind):
        yield sample.get("first_name", ""), _written(kind, sample, words)


def _written(kind: kinds.MessageKind, sample: dict, words: Words) -> rendering.Mail:
    if words.variant == Variant.TEXT:
        return rendering.text_words(kind, sample, words)
    return rendering.render(kind, sample, words=words)


def filed(kind: kinds.MessageKind, variant: str = Variant.STANDARD) -> Words:
    if variant == Variant.TEXT:
        return wordings.text_as_filed(kind.template, kind.texted)
    return wordings.as_filed(kind.template, kind.placeholders)
