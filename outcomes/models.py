"""What people say afterwards, and the notes that go back to the practice."""

import pghistory
from django.db import models
from django.db.models import Q

from accounts.models import User
from participants.links import Link
from referrals.models import StatusChange
from sessions.models import Attendance


class FormLink(Link):
    """A participant's link to the five questions after one session. Plain strength (domain.md 4.8)."""

    PURPOSE = "feedback"

    attendance = models.OneToOneField(Attendance, on_delete=models.PROTECT, related_name="feedback_link")


@pghistory.track(exclude=["for_instructor"])
class Feedback(models.Model):
    """Five answers about one session (domain.md 5.5, own wording); answering again replaces them, history keeps both."""

    class Effort(models.TextChoices):
        TOO_EASY = "too_easy", "Too easy"
        ABOUT_RIGHT = "about_right", "About right"
        TOO_HARD = "too_hard", "Too hard"

    class Pain(models.TextChoices):
        BETTER = "better", "Better"
        SAME = "same", "The same"
        WORSE_FOR_A_WHILE = "worse_for_a_while", "Worse for a while"
        STILL_WORSE = "still_worse", "Worse, and still worse"

    attendance = models.OneToOneField(Attendance, on_delete=models.PROTECT, related_name="feedback")
    form_version = models.PositiveSmallIntegerField()
    enjoyed = models.PositiveSmallIntegerField(null=True)
    effort = models.CharField(max_length=20, choices=Effort, blank=True)
    pain_since = models.CharField(max_length=20, choices=Pain, blank=True)
    part_of_group = models.PositiveSmallIntegerField(null=True)
    for_instructor = models.TextField(max_length=1000, blank=True)
    given_at = models.DateTimeField()
    seen_at = models.DateTimeField(null=True)  # an officer has looked at "worse, and still worse"
    seen_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(enjoyed__isnull=True) | Q(enjoyed__range=(0, 10)), name="feedback_enjoyed_zero_to_ten"
            ),
            models.CheckConstraint(
                condition=Q(part_of_group__isnull=True) | Q(part_of_group__range=(0, 10)),
                name="feedback_group_zero_to_ten",
            ),
        ]

    def __str__(self) -> str:
        return f"feedback {self.pk}"


class Letter(models.Model):
    """A note to the practice about one step of a referral: written once for each step that calls for it."""

    class Kind(models.TextChoices):
        ACCEPTED = "accepted", "Accepted"
        DECLINED = "declined", "Not accepted"
        COMPLETED = "completed", "Completed"
        LEFT_EARLY = "left_early", "Left early"
        NOT_PARTICIPATING = "not_participating", "Did not start"
        WITHDRAWN = "withdrawn", "Withdrawn"

    status_change = models.OneToOneField(StatusChange, on_delete=models.PROTECT, related_name="letter")
    kind = models.CharField(max_length=20, choices=Kind)
    attended = models.PositiveSmallIntegerField(null=True)  # sessions attended, of `out_of`
    out_of = models.PositiveSmallIntegerField(null=True)
    written_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.kind} letter {self.pk}"
