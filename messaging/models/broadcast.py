"""What an officer wrote to one person, or to everybody of a group."""

import pgtrigger
from django.db import models
from django.db.models import Q

from accounts.models import User
from core.nonces import Nonced
from core.row_history import at_and_by, ended_once

ONLY_CALLED_BACK = ended_once(
    "only_called_back",
    at="called_back_at",
    by="called_back_by_id",
    refusal="what was written to people is written once",
)


class AdHoc(Nonced):
    """One text of an officer's; each receiver has a message of kind `adhoc` about it. Written once."""

    key = models.UUIDField(unique=True)  # of the page: a second press sends nothing
    audience = models.CharField(max_length=40)  # "person:7", "cohort:12"
    subject = models.CharField(max_length=200)
    text = models.TextField(max_length=5_000)
    written_at = models.DateTimeField()
    written_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    called_back_at = models.DateTimeField(null=True)
    called_back_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        triggers = [ONLY_CALLED_BACK, pgtrigger.Protect(name="kept", operation=pgtrigger.Delete)]
        constraints = [
            models.CheckConstraint(condition=~Q(subject="") & ~Q(text=""), name="adhoc_says_something"),
            at_and_by("called_back_at", "called_back_by", name="adhoc_called_back_at_and_by"),
        ]

    def __str__(self) -> str:
        return f"Ad-hoc message {self.pk}"
