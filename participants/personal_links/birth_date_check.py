"""A person shows that a link is theirs by their date of birth; wrong ones are counted (docs/domain.md 8.5)."""

import hmac
from datetime import date, datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Max

from accounts.models import User
from accounts.security_log import Event, note
from participants.models import WRONG_TRIES, BirthDateTries, Participant

MOST_COUNTED = 1000  # lock-outs; the column ends at 32,767


@transaction.atomic
def is_theirs(*, participant: Participant, purpose: str, given: date, now: datetime) -> bool:
    """Whether `given` is this person's date of birth; the fifth wrong one shuts this purpose.

    The first time for an hour, then longer each time until a right date (BIRTH_DATE_LOCK_HOURS).

    While it is shut every date is wrong, the right one too. Each answer costs the same few statements, and tries that
    come at once are counted one after the other.
    """
    tries, _ = BirthDateTries.objects.select_for_update().get_or_create(
        participant=participant, purpose=purpose
    )
    if tries.locked_until is not None and tries.locked_until <= now:
        tries.wrong, tries.locked_until = 0, None
    shut = tries.locked_until is not None
    right = hmac.compare_digest(given.isoformat(), participant.date_of_birth.isoformat())
    if not shut:
        tries.wrong = 0 if right else tries.wrong + 1
        if right:
            tries.lock_outs = 0
        if tries.wrong == WRONG_TRIES:
            hours = settings.BIRTH_DATE_LOCK_HOURS
            tries.locked_until = now + timedelta(hours=hours[min(tries.lock_outs, len(hours) - 1)])
            note(Event.LOCKED_OUT, kind="birth_date", participant_id=participant.pk)
            tries.lock_outs = min(tries.lock_outs + 1, MOST_COUNTED)
    tries.save(update_fields=["wrong", "locked_until", "lock_outs"])
    return right and not shut


def shut_until(*, participant: Participant, purpose: str, now: datetime) -> datetime | None:
    """When this purpose opens again for this person; None while it is open."""
    shut = BirthDateTries.objects.filter(participant=participant, purpose=purpose, locked_until__gt=now)
    return shut.values_list("locked_until", flat=True).first()


@transaction.atomic
def open_again(*, participant: Participant, by: User, now: datetime) -> bool:
    """Forget the wrong dates given for this person, whatever the purpose; False if nothing was locked at `now`.

    For an officer who has checked on the phone that it was them.
    """
    tries = BirthDateTries.objects.select_for_update().filter(participant=participant)
    if not any(each.locked_until and each.locked_until > now for each in tries):
        return False
    tries.update(wrong=0, locked_until=None, lock_outs=0)
    note(Event.UNLOCKED, kind="birth_date", participant_id=participant.pk, by=by)
    return True


def locked_until(participant: Participant, now: datetime) -> datetime | None:
    """When the last of this person's links opens again; None while all are open."""
    locked = BirthDateTries.objects.filter(participant=participant, locked_until__gt=now)
    return locked.aggregate(last=Max("locked_until"))["last"]
