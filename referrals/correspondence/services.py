"""Asking the practice something, and answering: nothing is rejected in silence (docs/domain.md 3.2)."""

from datetime import datetime, timedelta

from django.db import transaction

from accounts.models import User
from core.errors import Refused
from core.nonces import key_of
from messaging.outbox import queue as outbox
from referrals.models import Note, Referral
from referrals.status_changes import lock_referral, move
from referrals.statuses import Status

USEFUL = timedelta(days=7)
NUDGES = (timedelta(days=3), timedelta(days=7))  # docs/domain.md 3.2; after 14 days it is an officer's task


class NothingSaid(Refused):
    sentence = "Write what you want to say"


@transaction.atomic
def ask_practice(*, referral: Referral, by: User, now: datetime, words: str) -> Note:
    """Ask the organisation for what is missing; the referral waits for the answer. Raises Refused."""
    note = _write(referral, by=by, now=now, words=words, from_office=True)
    change = move(referral=referral, to=Status.INFO_REQUESTED, by=by, now=now)
    outbox.queue(
        key=key_of("referral_question", change),
        kind="referral_question",
        subject_type="referral",
        subject_id=referral.pk,
        **to_practice(referral),
        now=now,
        expires_at=now + USEFUL,
    )
    for number, after in enumerate(NUDGES, start=1):
        outbox.queue(
            key=key_of("referral_question_nudge", change, number),
            kind="referral_question_nudge",
            subject_type="referral",
            subject_id=referral.pk,
            **to_practice(referral),
            now=now,
            not_before=now + after,
            expires_at=now + after + USEFUL,
        )
    return note


@transaction.atomic
def add_note(*, referral: Referral, by: User, now: datetime, words: str) -> Note:
    """A note from the office that asks for nothing; the practice has a mail that there is one. Raises NothingSaid."""
    lock_referral(referral)
    note = _write(referral, by=by, now=now, words=words, from_office=True)
    outbox.queue(
        key=key_of("referral_note", note),
        kind="referral_note",
        subject_type="referral",
        subject_id=referral.pk,
        **to_practice(referral),
        now=now,
        expires_at=now + USEFUL,
    )
    return note


@transaction.atomic
def answer(*, referral: Referral, by: User, now: datetime, words: str) -> Note:
    """What the practice says; an answer puts the referral back among those to decide on. Raises NothingSaid."""
    status = lock_referral(referral).status
    note = _write(referral, by=by, now=now, words=words, from_office=False)
    if status == Status.INFO_REQUESTED:
        move(referral=referral, to=Status.SUBMITTED, by=by, now=now)
        outbox.cancel(
            subject_type="referral",
            subject_ids=[referral.pk],
            kinds=["referral_question", "referral_question_nudge"],
            reason="Answered.",
            now=now,
        )
    return note


@transaction.atomic
def mark_seen(*, referral: Referral, by: User, now: datetime) -> int:
    """An officer has read what the practice wrote; how many notes were new."""
    return referral.notes.unseen().update(seen_at=now, seen_by=by)


def to_practice(referral: Referral) -> dict:
    """To whom a mail about this referral goes: the organisation's own address, else whoever sent it."""
    if referral.organisation.contact_email:
        return {"organisation": referral.organisation}
    return {"user": referral.submitted_by}


def _write(referral: Referral, *, by: User, now: datetime, words: str, from_office: bool) -> Note:
    if not words.strip():
        raise NothingSaid
    if from_office:
        mark_seen(referral=referral, by=by, now=now)
    return Note.objects.create(referral=referral, from_office=from_office, words=words.strip(), at=now, by=by)
