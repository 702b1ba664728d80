"""What officers made of a message's words. The files are version 0."""

import pgtrigger
from django.db import models
from django.db.models import Q

from accounts.models import User
from core.nonces import Nonced
from core.row_history import at_and_by, ended_once, only_values

# Taking words back is the one change that a version knows, and it happens once.
ONLY_TAKEN_BACK = ended_once(
    "only_taken_back", at="withdrawn_at", by="withdrawn_by_id", refusal="a wording is written once"
)


class Wording(models.Model):
    """One version of the words of a kind, in one language and one variant. Written once; the newest in use holds."""

    class Variant(models.TextChoices):
        STANDARD = "standard", "Standard"
        LARGE = "large", "Large print"
        PLAIN = "plain", "Plain words"
        TEXT = "text", "Text message"

    kind = models.CharField(max_length=40)
    language = models.CharField(max_length=5, default="en")
    variant = models.CharField(max_length=10, choices=Variant, default=Variant.STANDARD)
    version = models.PositiveIntegerField()  # counts from 1 within kind, language and variant
    subject = models.CharField(max_length=200)  # empty of a text message
    text = models.TextField(max_length=10_000)
    written_at = models.DateTimeField()
    written_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        triggers = [ONLY_TAKEN_BACK, pgtrigger.Protect(name="kept", operation=pgtrigger.Delete)]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "language", "variant", "version"], name="wording_version_once"
            ),
            models.CheckConstraint(condition=Q(version__gte=1), name="wording_version_from_one"),
            only_values("variant", ["standard", "large", "plain", "text"], name="wording_variant_known"),
            at_and_by("withdrawn_at", "withdrawn_by", name="wording_withdrawn_at_and_by"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.language} {self.variant} {self.version}"


class WordingTest(Nonced):
    """Words that an officer asked to have sent to themselves, before anybody else has them."""

    key = models.UUIDField(unique=True)  # of the page: a second press sends nothing
    kind = models.CharField(max_length=40)
    language = models.CharField(max_length=5)
    variant = models.CharField(max_length=10)
    subject = models.CharField(max_length=200)
    text = models.TextField(max_length=10_000)
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    def __str__(self) -> str:
        return f"Test of {self.kind} {self.pk}"
