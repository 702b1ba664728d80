"""A waiting person's own link: to leave the list, or to say that other times suit them now (docs/domain.md 8.5)."""

from datetime import datetime

from django.db import models
from django.db.models import F, Q

from accounts.models import User
from participants.personal_links.links import Link, LinkQuerySet
from referrals.models import Referral
from referrals.statuses import Status


class WaitingLinkQuerySet(LinkQuerySet["WaitingLink"]):
    def to_ask_about_times(self, now: datetime) -> "WaitingLinkQuerySet":
        """Those whose person waits and said that their times have changed; nobody has asked them since. Oldest first."""
        return (
            self.filter(
                times_changed_at__isnull=False, times_asked_at__isnull=True, referral__status=Status.WAITING
            )
            .select_related("referral__participant")
            .order_by("times_changed_at", "pk")
        )


class WaitingLink(Link):
    """A plain one (docs/domain.md 8.5): it shows a first name and nothing else. One for each referral."""

    PURPOSE = "waiting"
    HOLDER = "referral__participant"

    referral = models.OneToOneField(Referral, on_delete=models.PROTECT, related_name="waiting_link")
    times_given_at = models.DateTimeField(null=True)  # by this link, the last time
    times_changed_at = models.DateTimeField(null=True)  # and would rather talk about them: an officer calls
    times_asked_at = models.DateTimeField(null=True)
    times_asked_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")

    objects = WaitingLinkQuerySet.as_manager()

    class Meta:
        constraints = [
            *Link.Meta.constraints,
            models.CheckConstraint(
                condition=Q(times_asked_at__isnull=True, times_asked_by__isnull=True)
                | Q(times_asked_at__gte=F("times_changed_at"), times_asked_by__isnull=False),
                name="waiting_link_asked_after_it_was_said",
            ),
        ]
        indexes = [
            models.Index(
                fields=["times_changed_at"],
                condition=Q(times_changed_at__isnull=False, times_asked_at__isnull=True),
                name="waiting_link_times_changed",
            ),
        ]

    def __str__(self) -> str:
        return f"waiting link {self.pk}"
