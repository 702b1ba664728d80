"""A backup was restored: the period for which the database does not know what happened."""

from django.db import models
from django.db.models import F, Q

from accounts.models import User


class RestoreQuerySet(models.QuerySet):
    def unconfirmed(self) -> "RestoreQuerySet":
        """No officer has yet confirmed what `manage.py restored` left for them to look at."""
        return self.filter(confirmed_at__isnull=True)


class Restore(models.Model):
    """One run of `manage.py restored` that went through; of what happened in the gap, nothing else is known here."""

    since = models.DateTimeField()  # the backup holds what was so until then: the gap's beginning
    at = models.DateTimeField()  # when `restored` ran: the gap's end
    confirmed_at = models.DateTimeField(null=True)
    confirmed_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")

    objects = RestoreQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(since__lte=F("at")), name="restore_since_before_it"),
            models.CheckConstraint(
                condition=Q(confirmed_at__isnull=True, confirmed_by__isnull=True)
                | Q(confirmed_at__isnull=False, confirmed_by__isnull=False, confirmed_at__gte=F("at")),
                name="restore_confirmed_at_and_by",
            ),
        ]

    def __str__(self) -> str:
        return f"restore {self.pk}"
