"""Who accepted the terms of this service, which version and when."""

from django.db import models

from accounts.models.user import User


class TermsAcceptance(models.Model):
    """One person's yes to one version of `accounts.members.terms.TERMS`. Written once."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="terms_acceptances")
    version = models.PositiveSmallIntegerField()
    accepted_at = models.DateTimeField()

    class Meta:
        verbose_name = "acceptance of the terms"
        verbose_name_plural = "acceptances of the terms"
        constraints = [
            models.UniqueConstraint(fields=["user", "version"], name="terms_accepted_once"),
        ]

    def __str__(self) -> str:
        return f"version {self.version} by account {self.user_id}"
