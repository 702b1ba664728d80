"""The contact log: what was said between the office and a person, written down by an officer."""

from datetime import datetime

from accounts.models import User
from core.errors import Refused, refusing
from participants.models import ContactNote, Participant


class ContactRefused(Refused):
    """The line cannot be written; the sentence says why."""


class AlreadyCorrected(ContactRefused):
    sentence = "This note has already been corrected. Correct the newer note."


def log(
    *,
    person: Participant,
    channel: str,
    from_them: bool,
    words: str,
    by: User,
    now: datetime,
    at: datetime | None = None,
    corrects: ContactNote | None = None,
) -> ContactNote:
    """Write down one contact; `at` where it was earlier than now. A line is corrected by another, once.

    Raises ContactRefused.
    """
    if at is not None and at > now:
        raise ContactRefused("Enter a day and time that have passed.")
    if corrects is not None and corrects.participant_id != person.pk:
        raise ContactRefused("The note to correct is about someone else.")
    with refusing({"participants_contactnote_corrects_id_key": AlreadyCorrected}):
        return ContactNote.objects.create(
            participant=person,
            channel=channel,
            from_them=from_them,
            words=words.strip(),
            at=at or now,
            written_at=now,
            written_by=by,
            corrects=corrects,
        )


def no_answer(*, person: Participant, again_at: datetime, words: str, by: User, now: datetime) -> ContactNote:
    """We called and nobody answered: what was to be done stays to be done. Raises ContactRefused."""
    if again_at <= now:
        raise ContactRefused("Choose a time that is still to come.")
    return ContactNote.objects.create(
        participant=person,
        channel=ContactNote.Channel.PHONE,
        from_them=False,
        words=words.strip() or "No answer",
        at=now,
        written_at=now,
        written_by=by,
        again_at=again_at,
    )
