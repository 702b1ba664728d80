"""Printing and posting letters: each is a message with the same key and states as any other (adr/0017)."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db import models, transaction
from django.db.models import Q

from accounts.models import User
from messaging.content import faults
from messaging.kinds import registry as kinds
from messaging.letters import codes
from messaging.letters import content as letters_content
from messaging.letters import pdf as letter_pdf
from messaging.models import Letter, LetterToPost, Message
from messaging.outbox import outcomes, pauses
from messaging.outbox import queue as outbox
from messaging.routing import channels as routes
from messaging.routing import post
from participants import record_access
from participants.identity import services

State, Channel = Message.State, Message.Channel

AT_ONCE = 50  # letters in one PDF

PAUSED = "It is paused."
NOT_PRINTED = "Print it first. Its code does not work until you do."
POSTED = "It is already marked as posted."
ON_THE_CALL_LIST = "It would arrive too late. Call them: see calls to make."


class NothingToPrint(Exception):
    """None of these letters can be printed; the sentence says why."""


@dataclass(frozen=True)
class Printed:
    """One PDF, how many letters are in it, and which of those that were asked for are not, each with why."""

    pdf: bytes
    count: int
    left_out: list[str]


def to_post(now: datetime) -> models.QuerySet[LetterToPost]:
    """The letters that are due, not held back and still right to post, the one that must go soonest first."""
    letters = LetterToPost.objects.due(now).filter(channel=Channel.LETTER).exclude(pauses.paused())
    due = letters.filter(kinds.still_due(letters, now))
    seen = due.select_related("participant", "letter__printed_by").prefetch_related("participant__needs")
    return seen.order_by("expires_at", "pk")


def not_to_post(now: datetime) -> models.QuerySet[LetterToPost]:
    """Letters that were printed and must not be posted any more: for the shredder, the latest first."""
    dropped = Q(state__in=[State.CANCELLED, State.EXPIRED, State.SUPERSEDED]) | Q(
        state=State.PENDING, channel=Channel.PHONE
    )
    printed = LetterToPost.objects.filter(dropped, letter__printed_at__gte=now - outcomes.SHRED_WITHIN)
    return printed.select_related("participant", "letter__printed_by").order_by("-letter__printed_at", "-pk")


def printed_sheet(message: Message) -> Letter | None:
    """Who printed this letter and when; nothing when nobody did."""
    found = getattr(message, "letter", None)
    return found if found and found.printed_at else None


@transaction.atomic
def print_letters(*, message_ids: Collection[int], by: User, now: datetime) -> Printed:
    """These letters as one PDF, and a note of who printed them; the file is kept nowhere. Raises NothingToPrint.

    Whatever is not due, not right any more or held back is left out, and told. More than AT_ONCE are not taken.
    """
    found = list(_locked(message_ids))
    sheets, left_out = [], []
    for message in found:
        why = _why_not(message, now)
        if not why:
            why = "We could not write it. Tell the person who looks after the service."
            with faults.logged("a letter could not be written", message):
                sheets.append((message, *letters_content.sheet(message, now)))
                why = ""
        if why:
            left_out.append(_told(message, why))
    pdf, refused = letter_pdf.made([sheet for _, sheet, _ in sheets])
    done = [(message, words) for message, _, words in sheets if message.pk not in refused]
    left_out += [_told(message, refused[message.pk]) for message, _, _ in sheets if message.pk in refused]
    if not done:
        raise NothingToPrint(" ".join(left_out) or "None of these letters needs printing now.")
    for message, words in done:
        digest = codes.digest_of(codes.code_of(message))
        Letter.objects.update_or_create(
            message=message, defaults={"digest": digest, "printed_at": now, "printed_by": by}
        )
        used = words.version
        Message.objects.filter(pk=message.pk).update(
            rendered_subject=words.subject[:300],
            rendered_text=words.copy,
            wording_version=used.version if used else 0,
            wording_language=used.language if used else "",
            wording_variant=used.variant if used else "",
        )
    people = sorted({message.participant_id for message, _ in done if message.participant_id})
    record_access.note_people(by=by, people=people, now=now, action=record_access.Action.PRINTED)
    return Printed(pdf, len(done), left_out)


@transaction.atomic
def record_posted(*, message: Message, by: User, now: datetime) -> str:
    """Note that a letter was posted; empty, or the sentence that says why it must not be.

    The facts are asked again at this moment: what is no longer so is settled as that, and the letter is not posted.
    """
    letter = _locked([message.pk]).first()
    why = _why_not(letter, now) if letter else POSTED
    if letter and not why and not Letter.objects.filter(message=letter, printed_at__isnull=False).exists():
        return _told(letter, NOT_PRINTED)
    if why or letter is None:
        return (
            f"Do not post the letter to {message.participant}. {why}"
            if why != POSTED
            else _told(message, why)
        )
    Message.objects.filter(pk=letter.pk).update(
        state=State.SENT, sent_at=now, settled_at=now, settled_by=by, reason=""
    )
    return ""


@transaction.atomic
def record_not_posted(*, message: Message, reason: str, by: User, now: datetime) -> str:
    """Note that a letter could not be posted, with the reason; what follows, in a sentence.

    What is still of use goes another way; where there is none, it stands among the messages that did not go.
    """
    if message.participant:
        services.lock_participant(message.participant)  # before any row that points to it
    letter = _locked([message.pk]).first()
    if letter is None or letter.state != State.PENDING or letter.channel != Channel.LETTER:
        return "Nothing changed. This letter is no longer waiting to be posted."
    if why := _why_not(letter, now, paused=False):
        return f"Saved. {why}"
    Message.objects.filter(pk=letter.pk).update(state=State.FAILED, settled_at=now, reason=reason)
    person = letter.participant
    if person is None or not (person.phone or (person.email and person.email_bad_at is None)):
        return "Saved. We have no other way to contact them: see “Failed messages”."
    within = (now, letter.expires_at)
    kind = kinds.get(letter.kind)
    order = routes.order_of(letter.kind, letter.subject_id)
    way = routes.Routes([person]).way(kind, person, but_not=Channel.LETTER, within=within, order=order)
    outbox.queue_another_way(letter, person, way, now=now)
    Message.objects.filter(pk=letter.pk).update(settled_by=by)
    return f"Saved. We will send it another way: {Channel(way).label.lower()}."


def _locked(message_ids: Collection[int]) -> models.QuerySet[Message]:
    rows = Message.objects.filter(pk__in=list(message_ids)[:AT_ONCE]).exclude(state=State.SENT)
    return (
        rows.select_for_update(of=("self",))
        .select_related("participant", "letter")
        .order_by("expires_at", "pk")
    )


def _why_not(message: Message, now: datetime, *, paused: bool = True) -> str:
    """Why this letter must not be posted at this moment; it is settled, or given to the callers, where that follows."""
    row = Message.objects.filter(pk=message.pk)
    kind = kinds.find(message.kind)
    if message.state != State.PENDING or kind is None:
        return f"{message.get_state_display()}. {message.reason}".strip()
    if message.channel == Channel.PHONE:
        return ON_THE_CALL_LIST
    if message.channel != Channel.LETTER:
        return f"We will send it another way: {message.get_channel_display().lower()}."
    if message.expires_at <= now:
        row.update(state=State.EXPIRED, settled_at=now, reason=outcomes.TOO_LATE)
        return outcomes.TOO_LATE
    if not row.filter(kind.still_due(now)).exists():
        row.update(state=State.CANCELLED, settled_at=now, reason=outcomes.NO_LONGER_DUE)
        return outcomes.NO_LONGER_DUE
    if message.participant is None or message.participant.is_silenced:
        return (
            outcomes.PAUSED if message.participant and not message.participant.died_at else outcomes.HAS_DIED
        )
    if not post.in_time(now, message.expires_at):
        row.update(channel=Channel.PHONE)
        return ON_THE_CALL_LIST
    if message.next_try_at > now:
        return "It is not due yet."
    if paused and row.filter(pauses.paused()).exists():
        return PAUSED
    return ""


def _told(message: Message, why: str) -> str:
    return f"{message.participant}: {why}"
