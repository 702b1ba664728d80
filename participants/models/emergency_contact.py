"""Whom to ring when something happens to a person."""

from django.db import models
from django.db.models import Q

from accounts.models import User
from core.row_history import keep_history
from participants.models.participant import Participant

IDENTITY = ["name", "relation", "phone"]


@keep_history(leaving_out=IDENTITY)
class EmergencyContact(models.Model):
    """A carer, relative or friend, with whether the person agreed that they may be rung in an emergency."""

    participant = models.OneToOneField(
        Participant, on_delete=models.PROTECT, related_name="emergency_contact"
    )
    name = models.CharField(max_length=150)
    relation = models.CharField(max_length=60, blank=True)
    phone = models.CharField(max_length=20)  # E.164
    consent = models.BooleanField("the person agreed", null=True)  # None: not asked
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(name="") & ~Q(phone=""), name="emergency_contact_can_be_rung"
            ),
        ]

    def __str__(self) -> str:
        return f"Emergency contact of participant {self.participant_id}"

    @property
    def saved(self) -> str:
        """Which saving this is: another one has another moment."""
        return self.recorded_at.isoformat()
