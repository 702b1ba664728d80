"""The weekly summary to each organisation: which were made, and which organisations want none."""

from django.db import models
from django.db.models import Q

from accounts.models import Organisation, User
from core.row_history import at_and_by


class Digest(models.Model):
    """One organisation's summary of one week; it is made once, whoever asks and however often."""

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="digests")
    week = models.CharField("ISO week in which it is sent", max_length=8)  # 2026-W09
    sent_on = models.DateField()  # tells of the seven days before this one
    made_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "week"], name="digest_once_a_week"),
            models.CheckConstraint(
                condition=Q(week__regex=r"^[0-9]{4}-W[0-9]{2}$"), name="digest_week_shape"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.week} of organisation {self.organisation_id}"


class DigestStopQuerySet(models.QuerySet):
    def open(self) -> "DigestStopQuerySet":
        """Organisations that want no summary now."""
        return self.filter(ended_at__isnull=True)


class DigestStop(models.Model):
    """An organisation wants no weekly summary, until it wants one again."""

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="digest_stops")
    stopped_at = models.DateTimeField()
    stopped_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")

    objects = DigestStopQuerySet.as_manager()

    class Meta:
        verbose_name = "stopped weekly summary"
        verbose_name_plural = "stopped weekly summaries"
        constraints = [
            models.UniqueConstraint(
                fields=["organisation"], condition=Q(ended_at__isnull=True), name="digest_stopped_once"
            ),
            at_and_by("ended_at", "ended_by", name="digest_stop_ended_at_and_by"),
        ]

    def __str__(self) -> str:
        return f"no weekly summary for {self.organisation}"
