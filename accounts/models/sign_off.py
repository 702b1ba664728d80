"""Clinical sign-off of health texts, and the accepted risk of using them before it."""

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Func, Q

from accounts.models.user import User
from core.row_history import at_and_by, ended_once


class Sha256(Func):
    """The hash of a text as PostgreSQL counts it, in the letters of `hashlib`'s hexdigest()."""

    template = "encode(sha256(convert_to(%(expressions)s, 'UTF8')), 'hex')"
    output_field = models.CharField()


class SignedByClinician(models.Model):
    """Who answers for it: a health professional whom a register knows, and the officer who wrote that down."""

    name = models.CharField(max_length=150)
    role = models.CharField(max_length=150)
    registration_body = models.CharField(max_length=50)
    registration_number = models.CharField(max_length=30)
    signed_on = models.DateField()
    written_at = models.DateTimeField()
    written_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    class Meta:
        abstract = True

    @property
    def who(self) -> str:
        return f"{self.name}, {self.role} ({self.registration_body} {self.registration_number})"


class TextSignOff(SignedByClinician):
    """One clinician's sign-off of one version of one text. The row holds the text, so that what was signed can be read."""

    key = models.CharField(max_length=50)
    version = models.PositiveSmallIntegerField()
    text = models.TextField()
    sha256 = models.CharField(max_length=64)

    class Meta:
        verbose_name = "clinical sign-off"
        verbose_name_plural = "clinical sign-off of health texts"
        constraints = [
            models.UniqueConstraint(fields=["key", "version", "sha256"], name="text_sign_off_once"),
            models.CheckConstraint(
                condition=Q(sha256=Sha256(F("text"))), name="text_sign_off_hash_of_its_text"
            ),
            models.CheckConstraint(
                condition=~Q(name="") & ~Q(role="") & ~Q(registration_body="") & ~Q(registration_number=""),
                name="text_sign_off_by_a_clinician",
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="text_sign_off_append_only", operation=pgtrigger.Update | pgtrigger.Delete)
        ]

    def __str__(self) -> str:
        return f"{self.key}, version {self.version}"


class SignOffAcceptanceQuerySet(models.QuerySet):
    def open(self) -> "SignOffAcceptanceQuerySet":
        """Nobody has ended it. Whether its last day is over is for whoever asks."""
        return self.filter(ended_at__isnull=True)


class SignOffAcceptance(SignedByClinician):
    """The clinical safety officer accepts that texts are used before sign-off: these ones, why, and until which day."""

    MOST_DAYS = 92

    covers = ArrayField(models.CharField(max_length=64))  # hashes: a text that changes later is not covered
    ends_on = models.DateField()  # the last day
    reason = models.CharField(max_length=1000)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")

    objects = SignOffAcceptanceQuerySet.as_manager()

    class Meta:
        verbose_name = "acceptance before sign-off"
        verbose_name_plural = "acceptances before sign-off"
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("signed_on"), ends_on__lte=F("signed_on") + 92),
                name="sign_off_acceptance_ends",
            ),
            models.CheckConstraint(
                condition=~Q(name="")
                & ~Q(role="")
                & ~Q(registration_body="")
                & ~Q(registration_number="")
                & ~Q(reason=""),
                name="sign_off_acceptance_by_the_safety_officer",
            ),
            at_and_by("ended_at", "ended_by", name="sign_off_acceptance_ended_at_and_by"),
        ]
        triggers = [
            ended_once(
                "sign_off_acceptance_append_only",
                at="ended_at",
                by="ended_by_id",
                refusal="an acceptance is written once, and ended once",
            ),
            pgtrigger.Protect(name="sign_off_acceptance_kept", operation=pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return f"acceptance until {self.ends_on:%Y-%m-%d}"
