"""Two rows that may be one person."""

from django.db import models
from django.db.models import F, Q

from accounts.models import User
from core.row_history import at_and_by
from participants.models.participant import Participant


class LookAlike(models.Model):
    """Two rows that may be one person (participants.merging.matching), until an officer merges them or says that they are two."""

    one = models.ForeignKey(Participant, on_delete=models.CASCADE, related_name="+")  # the older row
    other = models.ForeignKey(Participant, on_delete=models.CASCADE, related_name="+")
    found_at = models.DateTimeField()
    two_people_at = models.DateTimeField(null=True)
    two_people_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["one", "other"], name="look_alike_once"),
            models.CheckConstraint(condition=Q(one__lt=F("other")), name="look_alike_older_first"),
            at_and_by("two_people_at", "two_people_by", name="look_alike_two_people_at_and_by"),
        ]
        indexes = [
            models.Index(
                fields=["found_at", "id"],
                condition=Q(two_people_at__isnull=True),
                name="look_alike_undecided",
            ),
        ]

    def __str__(self) -> str:
        return f"participants {self.one_id} and {self.other_id}"
