"""What helps a person to communicate and to take part."""

from django.db import models
from django.db.models import Q

from accounts.models import User
from core.row_history import at_and_by, keep_history
from participants.models.participant import Participant


class NeedQuerySet(models.QuerySet):
    def open(self) -> "NeedQuerySet":
        return self.filter(ended_at__isnull=True)


@keep_history()
class Need(models.Model):
    """One communication or access need of a person: a code of `participants.needs.services.PICKLIST`."""

    participant = models.ForeignKey(Participant, on_delete=models.PROTECT, related_name="needs")
    code = models.CharField(max_length=30)
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")

    objects = NeedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["participant", "code"], condition=Q(ended_at__isnull=True), name="need_once_at_a_time"
            ),
            at_and_by("ended_at", "ended_by", name="need_ended_at_and_by"),
        ]

    def __str__(self) -> str:
        return f"{self.code} of participant {self.participant_id}"
