"""Wrong dates of birth at a personal link."""

from django.db import models
from django.db.models import Q

from participants.models.participant import Participant

WRONG_TRIES = 5


class BirthDateTries(models.Model):
    """Wrong dates given for one person and one purpose since the last right one, until when it is shut, and how often it was."""

    participant = models.ForeignKey(Participant, on_delete=models.CASCADE, related_name="+")
    purpose = models.CharField(max_length=30)
    wrong = models.PositiveSmallIntegerField(default=0)
    locked_until = models.DateTimeField(null=True)
    lock_outs = models.PositiveSmallIntegerField(default=0, db_default=0)  # since the last right date

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["participant", "purpose"], name="birth_date_tries_once"),
            models.CheckConstraint(
                condition=Q(wrong__lt=WRONG_TRIES, locked_until__isnull=True)
                | Q(wrong=WRONG_TRIES, locked_until__isnull=False),
                name="birth_date_tries_locked_at_five",
            ),
        ]
        indexes = [
            models.Index(
                "locked_until", name="birth_date_tries_shut", condition=Q(locked_until__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.purpose} of participant {self.participant_id}"
