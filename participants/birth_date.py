"""A person shows that a link is theirs by their date of birth; wrong ones are counted (domain.md 4.8, second strength)."""

import hmac
from datetime import date, datetime, timedelta

from django.db import transaction

from participants.models import WRONG_TRIES, BirthDateTries, Participant

LOCKED_FOR = timedelta(hours=1)


@transaction.atomic
def is_theirs(*, participant: Participant, purpose: str, given: date, now: datetime) -> bool:
    """Whether `given` is this person's date of birth; the fifth wrong one shuts this purpose for an hour.

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
        if tries.wrong == WRONG_TRIES:
            tries.locked_until = now + LOCKED_FOR
    tries.save(update_fields=["wrong", "locked_until"])
    return right and not shut
