"""Messages that officers hold back: one, those of a group, or all."""

from django.db import models
from django.db.models import Q

from accounts.models import User
from core.row_history import at_and_by
from messaging.models.message import Message


class Pause(models.Model):
    """While it lasts nothing of its scope is sent, but codes and safety alerts are. Ended, never deleted."""

    message = models.ForeignKey(Message, on_delete=models.PROTECT, null=True, related_name="pauses")
    group = models.CharField(max_length=40, blank=True)  # Message.group
    everything = models.BooleanField(default=False)
    why = models.CharField(max_length=200)
    at = models.DateTimeField()
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(message__isnull=False, group="", everything=False)
                | Q(message__isnull=True, everything=False) & ~Q(group="")
                | Q(message__isnull=True, group="", everything=True),
                name="pause_of_one_scope",
            ),
            models.UniqueConstraint(
                fields=["message"], condition=Q(ended_at__isnull=True), name="pause_one_a_message"
            ),
            models.UniqueConstraint(
                fields=["group", "everything"],
                condition=Q(ended_at__isnull=True, message__isnull=True),
                name="pause_one_a_group",
            ),
            at_and_by("ended_at", "ended_by", name="pause_ended_at_and_by"),
        ]

    def __str__(self) -> str:
        return f"Pause {self.pk}"
