"""What matters to a person, in their own words, and how close they are to it (docs/domain.md 6.2)."""

from django.db import models
from django.db.models import Q

from accounts.models import User
from core.row_history import at_and_by, keep_history, only_values
from participants.models.participant import Participant


class GoalQuerySet(models.QuerySet):
    def current(self) -> "GoalQuerySet":
        return self.filter(replaced_at__isnull=True)


@keep_history(leaving_out=["words"])
class Goal(models.Model):
    """One wording of "the thing that matters most to me". Other words make another row, so none are lost."""

    class Domain(models.TextChoices):
        SOCIAL = "social", "Social connections"
        INDEPENDENCE = "independence", "Independence"
        MENTAL_HEALTH = "mental_health", "Managing mental health"
        DAILY = "daily", "Improving daily function"
        ELSE = "else", "Something else"

    participant = models.ForeignKey(Participant, on_delete=models.PROTECT, related_name="goals")
    words = models.CharField(max_length=500)
    domain = models.CharField(max_length=20, choices=Domain, blank=True)  # empty: not asked
    told_at = models.DateTimeField()
    told_to = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    replaced_at = models.DateTimeField(null=True)
    replaced_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")

    objects = GoalQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["participant"], condition=Q(replaced_at__isnull=True), name="goal_one_current"
            ),
            models.CheckConstraint(condition=~Q(words=""), name="goal_in_words"),
            only_values(
                "domain",
                ["social", "independence", "mental_health", "daily", "else"],
                blank=True,
                name="goal_domain_of_the_list",
            ),
            at_and_by("replaced_at", "replaced_by", name="goal_replaced_at_and_by"),
        ]

    def __str__(self) -> str:
        return f"Goal of participant {self.participant_id}"


@keep_history()
class GoalRating(models.Model):
    """How close the person felt on one day: 0 not at all, 10 completely. The person's first is the baseline."""

    class Occasion(models.TextChoices):
        BASELINE = "baseline", "At the start"
        LATER = "later", "Later"

    participant = models.ForeignKey(Participant, on_delete=models.PROTECT, related_name="goal_ratings")
    # The words that were rated.
    goal = models.ForeignKey(Goal, on_delete=models.PROTECT, related_name="ratings")
    score = models.PositiveSmallIntegerField()
    occasion = models.CharField(max_length=10, choices=Occasion)
    at = models.DateTimeField()
    told_to = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(score__range=(0, 10)), name="goal_rating_zero_to_ten"),
            only_values("occasion", ["baseline", "later"], name="goal_rating_occasion_of_the_list"),
            models.UniqueConstraint(
                fields=["participant"], condition=Q(occasion="baseline"), name="goal_rating_one_baseline"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.score} of 10"
