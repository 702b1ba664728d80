"""What was typed into a referral that is not sent yet."""

from collections.abc import Mapping, Sequence

from django.db import models
from django.db.models import F, Q

from accounts.models import User


class ReferralDraftQuerySet(models.QuerySet):
    def of(self, user: User) -> "ReferralDraftQuerySet":
        """This person's own, newest first: nobody else ever sees a draft."""
        return self.filter(user=user).order_by("-saved_at", "pk")


class ReferralDraft(models.Model):
    """One unfinished form of one person. It goes when it is sent or stopped, when its owner deletes it, or after
    `DRAFT_DAYS`. Not a record: it has no history."""

    key = models.UUIDField(primary_key=True)  # the form's own: two tabs are two drafts
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="referral_drafts")
    # Each question's name with a list of what was typed or chosen; nothing is required.
    typed = models.JSONField()
    saved_at = models.DateTimeField()
    expires_at = models.DateTimeField()

    objects = ReferralDraftQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(expires_at__gt=F("saved_at")), name="draft_expires_later"),
        ]
        indexes = [
            models.Index(fields=["user", "-saved_at"], name="draft_of_user"),
            models.Index(fields=["expires_at"], name="draft_expires"),
        ]

    def __str__(self) -> str:
        return str(self.key)

    @property
    def about(self) -> str:
        """Whom it seems to be about, as far as a name was typed."""
        names = [self.typed.get(name, [""])[0].strip() for name in ("given_name", "family_name")]
        return " ".join(filter(None, names)) or "No name yet"


Typed = Mapping[str, Sequence[str]]  # each box's name with what was typed or chosen, as a form posts it
