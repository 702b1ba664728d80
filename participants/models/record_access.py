"""Who looked at a person's record, searched for people or printed something about them."""

import pgtrigger
from django.db import models
from django.db.models import Q

from accounts.models import User


class RecordAccess(models.Model):
    """One look, written once: ids and counts, never what was read or searched for.

    `participant_id` and `referral_id` are plain numbers: a row must outlive what it points to, and stays with the row
    that was seen when two rows of one person are merged (`participants.change_history.looks` reads both).
    """

    class Action(models.TextChoices):
        OPENED = "opened", "Opened"
        SEARCHED = "searched", "Searched"
        PRINTED = "printed", "Printed"
        EXPORTED = "exported", "Exported"

    at = models.DateTimeField()
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    action = models.CharField(max_length=10, choices=Action.choices)
    participant_id = models.BigIntegerField(null=True)
    referral_id = models.BigIntegerField(null=True)
    # By a search: how many rows, counted no further than 10,000.
    found = models.PositiveIntegerField(null=True)

    class Meta:
        verbose_name = "look at a record"
        verbose_name_plural = "looks at records"
        constraints = [
            models.CheckConstraint(
                condition=Q(action="searched", found__isnull=False, participant_id__isnull=True)
                | (~Q(action="searched") & Q(found__isnull=True, participant_id__isnull=False)),
                name="record_access_of_a_person_or_a_search",
            ),
        ]
        indexes = [models.Index("participant_id", "at", name="record_access_of_person")]
        triggers = [
            pgtrigger.Protect(name="record_access_append_only", operation=pgtrigger.Update | pgtrigger.Delete)
        ]

    def __str__(self) -> str:
        return f"{self.action} by user {self.by_id}"
