"""Recording that a person has died, and taking it back when that was a mistake.

`referrals.triage.closures` and `referrals.deaths.services` are the steps that officers take: they move the referrals too.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet

from accounts.models import User
from core.dates import day
from core.errors import Refused
from participants import safety_log
from participants.contact_log.timeline import Entry
from participants.models import Participant, RecordedDeath


class DeathRefused(Refused):
    """Nothing was changed; the sentence says why."""


@transaction.atomic
def record(*, person: Participant, told_as: str, told_by: str, by: User | None, now: datetime) -> bool:
    """We were told that this person has died, by whom: no message reaches them any more. False if it was known.

    `by` None and told by nobody known: it was known before a backup was restored (`referrals.safety_log_replay`).
    """
    known = Participant.objects.filter(pk=person.pk, died_at__isnull=True)
    if not known.update(died_at=now, messages_paused_at=None):
        return False
    RecordedDeath.objects.create(
        participant=person, recorded_at=now, recorded_by=by, told_as=told_as, told_by=told_by.strip()
    )
    safety_log.record(safety_log.Code.DIED, person=person, now=now)
    person.died_at, person.messages_paused_at = now, None
    return True


@transaction.atomic
def take_back(
    *, person: Participant, because: str, confirmed_by: str, by: User, now: datetime
) -> RecordedDeath:
    """It was a mistake. Nothing is sent to the person until `spoken`. Raises DeathRefused."""
    if not because.strip() or not confirmed_by.strip():
        raise DeathRefused("Enter why it was a mistake and who confirmed it.")
    died = Participant.objects.select_for_update(of=("self",)).filter(pk=person.pk, died_at__isnull=False)
    locked = died.first()
    if locked is None or locked.died_at is None:
        raise DeathRefused("This person is not recorded as having died. Reload the page.")
    # A release that asked nobody may have recorded it.
    death, _ = RecordedDeath.objects.standing().get_or_create(
        participant=person,
        defaults={"recorded_at": locked.died_at, "told_as": RecordedDeath.ToldAs.UNKNOWN},
    )
    if not may_take_back(death, by=by, now=now):
        raise DeathRefused(
            f"This was recorded on {day(death.recorded_at)}. After {settings.DEATH_UNDO_DAYS} days only an "
            "administrator can undo it."
        )
    died.update(died_at=None, messages_paused_at=now)
    death.undone_at, death.undone_by = now, by
    death.undone_because, death.confirmed_by = because.strip(), confirmed_by.strip()
    death.save(update_fields=["undone_at", "undone_by", "undone_because", "confirmed_by"])
    person.died_at, person.messages_paused_at = None, now
    return death


def may_take_back(death: RecordedDeath, *, by: User, now: datetime) -> bool:
    """Officers for `DEATH_UNDO_DAYS`; after that only whoever may correct old records."""
    recent = now < death.recorded_at + timedelta(days=settings.DEATH_UNDO_DAYS)
    return recent or (by.role is not None and by.role.may_correct_old_records)


@transaction.atomic
def spoken(*, person: Participant, spoken_with: str, note: str, by: User, now: datetime) -> bool:
    """An officer has spoken to the person or their practice about the mistake: messages may be sent again.

    Nothing that was cancelled is sent by this. False if somebody had done so. Raises DeathRefused without a note.
    """
    if not note.strip():
        raise DeathRefused("Enter a short note of what was said.")
    paused = Participant.objects.filter(pk=person.pk, messages_paused_at__isnull=False)
    if not paused.update(messages_paused_at=None):
        return False
    person.deaths.filter(undone_at__isnull=False, spoken_at__isnull=True).update(
        spoken_at=now, spoken_by=by, spoken_with=spoken_with, spoken_note=note.strip()
    )
    person.messages_paused_at = None
    return True


def latest(person: Participant) -> RecordedDeath | None:
    """The last record that this person has died, standing or taken back."""
    return _records(person).first()


def _records(person: Participant) -> QuerySet[RecordedDeath]:
    rows = person.deaths.select_related("recorded_by", "undone_by", "spoken_by")
    return rows.order_by("-recorded_at", "-pk")


def deaths_of(person: Participant, before: datetime, most: int) -> Iterable[Entry]:
    """For the timeline of a person (`participants.contact_log.timeline`)."""
    for row in _records(person).filter(recorded_at__lt=before)[:most]:
        told = f"{row.get_told_as_display()}: {row.told_by}" if row.told_by else ""
        yield Entry(row.recorded_at, "We were told that they had died", told, str(row.recorded_by or ""))
        if row.undone_at and row.undone_at < before:
            words = f"{row.undone_because}\nConfirmed by {row.confirmed_by}"
            yield Entry(row.undone_at, "Death recorded by mistake: undone", words, str(row.undone_by))
        if row.spoken_at and row.spoken_at < before:
            whom = row.get_spoken_with_display().lower()
            what = f"After the mistake, we spoke to {whom}"
            yield Entry(row.spoken_at, what, row.spoken_note, str(row.spoken_by))
