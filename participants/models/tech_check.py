"""The test call: somebody tries the video call with the person before the first session."""

from django.db import models
from django.db.models import Q

from accounts.models import User
from core.row_history import keep_history
from participants.models.participant import Participant


class TechCheckQuerySet(models.QuerySet):
    def open(self) -> "TechCheckQuerySet":
        """Booked, and nobody has said what came of it."""
        return self.filter(done_at__isnull=True)


@keep_history(leaving_out=["words"])
class TechCheck(models.Model):
    """One test call, booked and then done. A person has one open at a time; a call that moves keeps its row."""

    class Outcome(models.TextChoices):
        WORKS = "works", "It works: they can join by themselves"
        WITH_HELP = "with_help", "It works with someone’s help"
        NOT_YET = "not_yet", "It does not work yet: try again"
        NO_ANSWER = "no_answer", "They did not answer"
        CANCELLED = "cancelled", "They cancelled, or we did"

    WORKED = (Outcome.WORKS, Outcome.WITH_HELP)

    participant = models.ForeignKey(Participant, on_delete=models.PROTECT, related_name="tech_checks")
    at = models.DateTimeField("booked for")
    officer = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")  # who makes the call
    booked_at = models.DateTimeField()
    booked_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    done_at = models.DateTimeField(null=True)
    done_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    outcome = models.CharField(max_length=10, choices=Outcome, blank=True)
    words = models.CharField(max_length=500, blank=True)

    objects = TechCheckQuerySet.as_manager()

    class Meta:
        verbose_name = "test call"
        constraints = [
            models.UniqueConstraint(
                fields=["participant"], condition=Q(done_at__isnull=True), name="tech_check_one_open"
            ),
            models.CheckConstraint(
                condition=Q(done_at__isnull=True, done_by__isnull=True, outcome="")
                | Q(
                    done_at__isnull=False,
                    done_by__isnull=False,
                    outcome__in=["works", "with_help", "not_yet", "no_answer", "cancelled"],
                ),
                name="tech_check_done_with_outcome",
            ),
        ]
        indexes = [
            models.Index(fields=["at"], condition=Q(done_at__isnull=True), name="tech_check_open"),
        ]

    def __str__(self) -> str:
        return f"Test call with participant {self.participant_id}"

    @property
    def worked(self) -> bool:
        return self.outcome in self.WORKED
