"""A person who wants no optional messages: an objection counts at once (RFC 8058; docs/domain.md 1.5)."""

from django.db import models
from django.db.models import Q

from accounts.models import User
from core.row_history import only_values
from participants.models import Participant


class OptOutQuerySet(models.QuerySet):
    def standing(self) -> "OptOutQuerySet":
        return self.filter(ended_at__isnull=True)


class OptOut(models.Model):
    """From when until when. What they must know is sent all the same: dates, changes, answers to what they did."""

    class How(models.TextChoices):
        LINK = "link", "By the link in a message"
        COMPLAINT = "complaint", "They marked a message as unwanted"
        TOLD = "told", "They told an officer"
        AGAIN = "again", "Applied again after a backup was restored"

    participant = models.ForeignKey(Participant, on_delete=models.PROTECT, related_name="opt_outs")
    how = models.CharField(max_length=10, choices=How)
    at = models.DateTimeField()
    noted_by = models.ForeignKey(  # the officer whom they told
        User, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(  # null: the person, by the same link
        User, on_delete=models.PROTECT, null=True, related_name="+"
    )

    objects = OptOutQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["participant"], condition=Q(ended_at__isnull=True), name="opt_out_one_a_person"
            ),
            only_values("how", ["link", "complaint", "told", "again"], name="opt_out_how_is_known"),
            models.CheckConstraint(
                condition=Q(how="told", noted_by__isnull=False) | ~Q(how="told") & Q(noted_by__isnull=True),
                name="opt_out_told_to_whom",
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=False) | Q(ended_by__isnull=True), name="opt_out_ended_by_after"
            ),
        ]

    def __str__(self) -> str:
        return f"Opt-out {self.pk}"
