"""What the office did to reach a person, and what it and the practice wrote to each other about a referral."""

from django.db import models
from django.db.models import Q

from accounts.models import User
from core.nonces import Nonced
from core.row_history import keep_history, only_values
from referrals.models.referral import WRITTEN_ONCE, Referral


class ContactAttempt(models.Model):
    """One try to reach a person: when, how, with what result. Written once; a mistake is followed by a new line."""

    class Channel(models.TextChoices):
        PHONE = "phone", "Telephone"
        TEXT = "text", "Text message"
        EMAIL = "email", "Email"
        LETTER = "letter", "Letter"
        IN_PERSON = "in_person", "In person"

    class Outcome(models.TextChoices):
        SPOKE = "spoke", "Spoke with them"
        LEFT_MESSAGE = "left_message", "Left a message, or sent one"
        NO_ANSWER = "no_answer", "No answer"
        WRONG_DETAILS = "wrong_details", "The number or address is wrong"

    referral = models.ForeignKey(Referral, on_delete=models.PROTECT, related_name="contact_attempts")
    channel = models.CharField(max_length=10, choices=Channel)
    outcome = models.CharField(max_length=15, choices=Outcome)
    words = models.CharField("what was said", max_length=500, blank=True)
    again_on = models.DateField("try again on", null=True)
    at = models.DateTimeField()
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            only_values(
                "channel",
                ["phone", "text", "email", "letter", "in_person"],
                name="contact_attempt_channel_known",
            ),
            only_values(
                "outcome",
                ["spoke", "left_message", "no_answer", "wrong_details"],
                name="contact_attempt_outcome_known",
            ),
        ]
        indexes = [
            models.Index(fields=["referral", "at", "id"], name="contact_attempt_of_referral"),
            models.Index(fields=["at"], condition=Q(outcome="wrong_details"), name="contact_attempt_wrong"),
        ]
        triggers = [WRITTEN_ONCE]

    def __str__(self) -> str:
        return f"{self.channel} on {self.at:%Y-%m-%d}: {self.outcome}"


class NoteQuerySet(models.QuerySet):
    def unseen(self) -> "NoteQuerySet":
        """What practices wrote and no officer has read."""
        return self.filter(from_office=False, seen_at__isnull=True)


@keep_history(leaving_out=["words"])
class Note(Nonced):
    """One note in the thread between the office and the practice about one referral."""

    referral = models.ForeignKey(Referral, on_delete=models.PROTECT, related_name="notes")
    from_office = models.BooleanField()
    words = models.TextField(max_length=2000)
    at = models.DateTimeField()
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    seen_at = models.DateTimeField(null=True)  # by an officer; what the office wrote needs no such mark
    seen_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")

    objects = NoteQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(words=""), name="note_says_something"),
            models.CheckConstraint(
                condition=Q(seen_at__isnull=True, seen_by__isnull=True)
                | Q(seen_at__isnull=False, seen_by__isnull=False, from_office=False),
                name="note_seen_at_and_by",
            ),
        ]
        indexes = [
            models.Index(fields=["referral", "at", "id"], name="note_of_referral"),
            models.Index(
                fields=["at"], condition=Q(from_office=False, seen_at__isnull=True), name="note_unseen"
            ),
        ]

    def __str__(self) -> str:
        return f"note {self.pk} of {self.referral_id}"
