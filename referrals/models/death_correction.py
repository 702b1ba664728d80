"""Telling a practice that their patient has not died: it saw "Has died" on its page."""

from django.db import models
from django.db.models import Q

from accounts.models import Organisation, User
from core.row_history import keep_history
from participants.models import RecordedDeath


@keep_history(leaving_out=["note"])
class DeathCorrection(models.Model):
    """One organisation to call after a death was recorded by mistake; done once an officer has told them."""

    death = models.ForeignKey(RecordedDeath, on_delete=models.PROTECT, related_name="corrections")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)
    done_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    note = models.CharField(max_length=500, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["death", "organisation"], name="correction_once"),
            models.CheckConstraint(
                condition=Q(done_at__isnull=True, done_by__isnull=True, note="")
                | Q(done_at__isnull=False, done_by__isnull=False) & ~Q(note=""),
                name="correction_done_at_by_and_how",
            ),
        ]
        indexes = [
            models.Index(fields=["made_at"], condition=Q(done_at__isnull=True), name="correction_to_do"),
        ]

    def __str__(self) -> str:
        return f"correction {self.pk}"
