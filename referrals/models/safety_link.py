"""Asking a person for their own answers: one round, one link (docs/domain.md 2.4)."""

from datetime import datetime

from django.db import models
from django.db.models import Q

from accounts.models import User
from participants.personal_links.links import Link, LinkQuerySet
from referrals.models.referral import Referral
from referrals.statuses import ENDED


class SafetyLinkQuerySet(LinkQuerySet["SafetyLink"]):
    def current(self) -> "SafetyLinkQuerySet":
        """The last round of each referral: not taken back by a newer one."""
        return self.filter(revoked_at__isnull=True)

    def unanswered(self, now: datetime) -> "SafetyLinkQuerySet":
        """Live links of referrals that go on, whose person has not answered."""
        return self.live(now).filter(answered_at__isnull=True).exclude(referral__status__in=ENDED)


class SafetyLink(Link):
    """A person's link to the questions about their safety; with the date of birth. One round of asking is one link."""

    PURPOSE = "safety"
    HOLDER = "referral__participant"

    class Because(models.TextChoices):
        WAITING = "waiting", "They went on the waiting list"
        YEAR = "year", "Twelve months are over"
        CHANGED = "changed", "Their health has changed"
        AGAIN = "again", "An officer asked once more"
        TELEPHONE = "telephone", "They told us by phone, without being asked"
        NOT_ASKED = "not_asked", "The referrer could not ask about emergency signs"

    referral = models.ForeignKey(Referral, on_delete=models.PROTECT, related_name="safety_links")
    because = models.CharField(max_length=10, choices=Because)
    asked_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")  # null: system
    answered_at = models.DateTimeField(null=True)  # first answered in this round

    objects = SafetyLinkQuerySet.as_manager()

    class Meta(Link.Meta):
        constraints = [
            *Link.Meta.constraints,
            models.UniqueConstraint(
                fields=["referral"], condition=Q(revoked_at__isnull=True), name="safety_link_one_round"
            ),
        ]
        indexes = [
            models.Index(
                fields=["answered_at"], condition=Q(revoked_at__isnull=True), name="safety_link_answered"
            ),
        ]

    def __str__(self) -> str:
        return f"safety link {self.pk} of {self.referral_id}"

    def is_live(self, now: datetime) -> bool:
        return super().is_live(now) and self.referral.status not in ENDED
