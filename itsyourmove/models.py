"""What is past its time and an officer has to decide on."""

import pgtrigger
from django.db import models
from django.db.models import F, Q

from accounts.models import User
from core.row_history import only_values


class DisposalQuerySet(models.QuerySet):
    def proposed(self) -> "DisposalQuerySet":
        """Nobody has decided yet, and there is something to decide on."""
        return self.filter(confirmed_at__isnull=True, count__gt=0)

    def confirmed(self) -> "DisposalQuerySet":
        return self.filter(confirmed_at__isnull=False)


class Disposal(models.Model):
    """One proposal to delete the words of messages, and what became of it. Confirmed ones stay (docs/domain.md 7)."""

    class Kind(models.TextChoices):
        PERSON_TEXTS = "person_texts", "The text of messages about people"
        ACCOUNT_TEXTS = "account_texts", "The text of messages about accounts"

    kind = models.CharField(max_length=20, choices=Kind)
    as_of = models.DateTimeField()  # what was past its time at this moment
    count = models.PositiveIntegerField()  # messages, when it was proposed
    oldest = models.DateTimeField(null=True)  # when the oldest of them was settled
    confirmed_at = models.DateTimeField(null=True)
    confirmed_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    finished_at = models.DateTimeField(null=True)
    done = models.PositiveIntegerField(default=0)  # messages whose words are deleted

    objects = DisposalQuerySet.as_manager()

    class Meta:
        verbose_name = "deletion"
        verbose_name_plural = "how long things are kept"
        triggers = [
            pgtrigger.Protect(
                name="confirmed_is_kept",
                operation=pgtrigger.Delete,
                condition=pgtrigger.Q(old__confirmed_at__isnull=False),
            )
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["kind"], condition=Q(confirmed_at__isnull=True), name="disposal_one_proposal"
            ),
            models.CheckConstraint(
                condition=Q(confirmed_at__isnull=True, confirmed_by__isnull=True)
                | Q(confirmed_at__gte=F("as_of"), confirmed_by__isnull=False),
                name="disposal_confirmed_at_and_by",
            ),
            models.CheckConstraint(
                condition=Q(finished_at__isnull=True) | Q(confirmed_at__isnull=False),
                name="disposal_confirmed_before_finished",
            ),
            only_values("kind", ["person_texts", "account_texts"], name="disposal_kind_known"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}, {self.as_of:%Y-%m-%d}"
