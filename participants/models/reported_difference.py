"""What a later referral tells differently about a person."""

from django.db import models
from django.db.models import Q

from accounts.models import Organisation, User
from core.row_history import at_and_by
from participants.models.participant import Participant


class ReportedDifferenceQuerySet(models.QuerySet):
    def open(self) -> "ReportedDifferenceQuerySet":
        """Not yet decided by an officer."""
        return self.filter(settled_at__isnull=True)


class ReportedDifference(models.Model):
    """A detail that a later referral gave differently: shown to an officer, never written over."""

    participant = models.ForeignKey(Participant, on_delete=models.PROTECT, related_name="differences")
    field = models.CharField(max_length=30)
    value = models.CharField(max_length=300)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    reported_at = models.DateTimeField()
    reported_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    settled_at = models.DateTimeField(null=True, blank=True)
    settled_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", null=True, blank=True)
    taken = models.BooleanField("the new value was taken", default=False)

    objects = ReportedDifferenceQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(
                fields=["reported_at"], condition=Q(settled_at__isnull=True), name="difference_open"
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["participant", "field", "value"],
                condition=Q(settled_at__isnull=True),
                name="difference_open_once",
            ),
            at_and_by("settled_at", "settled_by", name="difference_settled_at_and_by"),
        ]

    def __str__(self) -> str:
        return f"{self.field} of participant {self.participant_id}"
