"""A person shows that a link is theirs by their date of birth; wrong ones are counted (domain.md 4.8, second strength)."""

import hmac
from datetime import date, datetime, timedelta

from django.db import models, transaction
from django.db.models import Q

WRONG_TRIES = 5
LOCKED_FOR = timedelta(hours=1)


class BirthDateTries(models.Model):
    """Wrong dates given for one person and one purpose since the last right one, and until when it is shut."""

    participant = models.ForeignKey("participants.Participant", on_delete=models.CASCADE, related_name="+")
    purpose = models.CharField(max_length=30)
    wrong = models.PositiveSmallIntegerField(default=0)
    locked_until = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["participant", "purpose"], name="birth_date_tries_once"),
            models.CheckConstraint(
                condition=Q(wrong__lt=WRONG_TRIES, locked_until__isnull=True)
                | Q(wrong=WRONG_TRIES, locked_until__isnull=False),
                name="birth_date_tries_locked_at_five",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.purpose} of participant {self.participant_id}"


@transaction.atomic
def is_theirs(*, participant: models.Model, purpose: str, given: date, now: datetime) -> bool:
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
