"""A proposal that is kept: who was considered, whom the engine placed where and why, and what officers made of it."""

from datetime import datetime, timedelta

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from accounts.models import User
from core.row_history import keep_history, only_values
from referrals.models import Referral
from sessions.models.cohort import Cohort

SILENT = timedelta(minutes=6)  # longer than the task may take: whoever made it has died


class ProposalQuerySet(models.QuerySet):
    def newest_first(self) -> "ProposalQuerySet":
        return self.order_by("-asked_at", "-pk")

    def abandoned(self, now: datetime) -> "ProposalQuerySet":
        return self.filter(state=Proposal.State.WORKING, started_at__lt=now - SILENT)


class Proposal(models.Model):
    """One proposal over a chosen pool. Who is where stands in its rows; `told` holds sentences and numbers of referrals."""

    class State(models.TextChoices):
        ASKED = "asked", "Waiting to be made"
        WORKING = "working", "Being made"
        READY = "ready", "Ready"
        FAILED = "failed", "Could not be made"
        APPROVED = "approved", "Approved"

    class How(models.TextChoices):
        OFFER = "offer", "Offer each person the place; they answer by the link in a message"
        PLACE = "place", "Place each person at once; they have said yes already"

    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    cohorts = ArrayField(models.BigIntegerField())  # those that were chosen
    waited_weeks = models.PositiveSmallIntegerField(default=0)  # only people who waited so long
    state = models.CharField(max_length=10, choices=State, default=State.ASKED)
    progress = models.CharField(max_length=200, blank=True)
    started_at = models.DateTimeField(null=True)
    settled_at = models.DateTimeField(null=True)  # ready or failed
    considered = models.PositiveIntegerField(default=0)
    first_come = models.PositiveIntegerField(default=0)  # so many would first come, first served place
    bound_people = models.PositiveIntegerField(default=0)
    bound_score = models.BigIntegerField(default=0)
    people = models.PositiveIntegerField(default=0)  # placed by the engine, before officers moved anybody
    score = models.BigIntegerField(default=0)
    proof = models.CharField(max_length=20, blank=True)
    seconds = models.FloatField(default=0)
    told = models.JSONField(default=dict)  # changes, effect, and numbers of those who were left out
    approved_at = models.DateTimeField(null=True)
    approved_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    how = models.CharField(max_length=10, choices=How, blank=True)

    objects = ProposalQuerySet.as_manager()

    class Meta:
        constraints = [
            only_values(
                "state", ["asked", "working", "ready", "failed", "approved"], name="proposal_state_known"
            ),
            models.CheckConstraint(
                condition=Q(
                    state="approved",
                    approved_at__isnull=False,
                    approved_by__isnull=False,
                    how__in=["offer", "place"],
                )
                | ~Q(state="approved") & Q(approved_at__isnull=True, approved_by__isnull=True, how=""),
                name="proposal_approved_at_and_by",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["asked", "working"], settled_at__isnull=True)
                | ~Q(state__in=["asked", "working"]) & Q(settled_at__isnull=False),
                name="proposal_settled_has_time",
            ),
        ]

    def __str__(self) -> str:
        return f"proposal {self.pk}"


class ProposedPlaceQuerySet(models.QuerySet):
    def to_do(self) -> "ProposedPlaceQuerySet":
        """Somebody is to be offered or given a place, and nothing has come of it yet."""
        return self.filter(outcome="", cohort__isnull=False)


@keep_history(leaving_out=["moved_why"])
class ProposedPlace(models.Model):
    """One person of a proposal: where the engine and then an officer put them (null: nowhere), and what came of it."""

    class Outcome(models.TextChoices):
        NONE = "", "Not yet"
        OFFERED = "offered", "Offered"
        PLACED = "placed", "Placed"
        REFUSED = "refused", "Not done"

    proposal = models.ForeignKey(Proposal, on_delete=models.PROTECT, related_name="rows")
    referral = models.ForeignKey(Referral, on_delete=models.PROTECT, related_name="+")
    position = models.PositiveIntegerField()  # in the one order
    waited_long = models.BooleanField()
    score = models.IntegerField()  # waiting days + 70 x priority
    cohort = models.ForeignKey(Cohort, on_delete=models.PROTECT, null=True, related_name="+")
    proposed = models.ForeignKey(Cohort, on_delete=models.PROTECT, null=True, related_name="+")
    reason = models.CharField(max_length=500)
    moved_at = models.DateTimeField(null=True)
    moved_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    moved_why = models.CharField(max_length=500, blank=True)
    outcome = models.CharField(max_length=10, choices=Outcome, blank=True)
    outcome_words = models.CharField(max_length=500, blank=True)

    objects = ProposedPlaceQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["proposal", "referral"], name="proposed_place_once"),
            models.CheckConstraint(
                condition=Q(moved_at__isnull=True, moved_by__isnull=True, moved_why="")
                | Q(moved_at__isnull=False, moved_by__isnull=False) & ~Q(moved_why=""),
                name="proposed_place_moved_for_a_reason",
            ),
            only_values("outcome", ["", "offered", "placed", "refused"], name="proposed_place_outcome_known"),
        ]
        indexes = [
            models.Index(
                fields=["proposal"],
                condition=Q(outcome="", cohort__isnull=False),
                name="proposed_place_to_do",
            ),
        ]

    def __str__(self) -> str:
        return f"proposed place {self.pk}"
