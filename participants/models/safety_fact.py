"""Safety facts as they are kept outside the database too, and what became of them after a backup was restored."""

from uuid import uuid4

import pgtrigger
from django.db import models
from django.db.models import Q

from accounts.models import User
from core.row_history import ended_once
from participants.models.restore import Restore


class SafetyFact(models.Model):
    """One fact that makes things stricter for a person, as ids and codes: never a name, an address or words.

    It is written in the transaction of the step itself and appended to the log file after the commit
    (`participants.safety_log`). Ids are plain numbers, because a row must outlive what it points to; a number may be used
    again after a restore, so `person_added_at` and `reference` say which row was meant.
    """

    class Code(models.TextChoices):
        HOLD = "hold", "A safety hold was put on"
        SPEAK_FIRST = "speak_first", "An officer must speak to the person first"
        DIED = "died", "The person has died"
        ENDED = "ended", "The referral ended"
        OBJECTION = "objection", "The person wants no optional messages"
        BY_PHONE = "by_phone", "The person wants calls, not email"
        NO_MESSAGES_LEFT = "no_messages_left", "It is not safe to leave a message"
        EMAIL_BAD = "email_bad", "Email to the person came back"
        POST_BAD = "post_bad", "A letter to the person came back"
        PROXY_ENDED = "proxy_ended", "The person no longer agrees to someone else getting their messages"
        EMERGENCY_NO = "emergency_no", "The person no longer agrees that we call their emergency contact"

    key = models.UUIDField(unique=True, default=uuid4)
    code = models.CharField(max_length=20, choices=Code)
    # A code again: which hold, how the referral ended, how they objected.
    detail = models.CharField(max_length=20, blank=True)
    participant_id = models.BigIntegerField()
    person_added_at = models.DateTimeField()
    reference = models.CharField(max_length=12, blank=True)  # of the referral, where it is about one
    row_at = models.DateTimeField(null=True)  # of PROXY_ENDED: when consent was given to what ended
    at = models.DateTimeField()
    written_at = models.DateTimeField(null=True)  # since when it stands in the log file

    class Meta:
        triggers = [
            ended_once(
                "safety_fact_append_only",
                at="written_at",
                by="written_at",
                refusal="a safety fact is written once",
            ),
            pgtrigger.Protect(name="safety_fact_kept", operation=pgtrigger.Delete),
        ]
        indexes = [
            models.Index(
                fields=["at"], condition=Q(written_at__isnull=True), name="safety_fact_not_in_the_log"
            )
        ]

    def __str__(self) -> str:
        return f"{self.code} of participant {self.participant_id}"


class ReplayedFact(models.Model):
    """What became of one line of the log after a backup was restored: applied, or for an officer to look at."""

    class Outcome(models.TextChoices):
        APPLIED = "applied", "Applied again"
        ALREADY = "already", "Already in place"
        NOT_APPLIED = "not_applied", "Could not be applied"

    restore = models.ForeignKey(Restore, on_delete=models.PROTECT, related_name="facts")
    key = models.UUIDField()  # the fact's; of a line that cannot be read, made of the line
    code = models.CharField(max_length=20, blank=True)
    detail = models.CharField(max_length=20, blank=True)
    participant_id = models.BigIntegerField(null=True)  # null: the person of the line is not here
    reference = models.CharField(max_length=12, blank=True)
    fact_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=12, choices=Outcome)
    why = models.CharField(max_length=200, blank=True)  # it could not be applied: a sentence of ours
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(outcome__in=["applied", "already"], why="")
                | Q(outcome="not_applied") & ~Q(why=""),
                name="replayed_fact_says_why_not",
            ),
            # What could not be applied is tried again after the next restore.
            models.UniqueConstraint(fields=["key", "restore"], name="replayed_fact_once_a_restore"),
        ]
        triggers = [
            pgtrigger.Protect(name="replayed_fact_append_only", operation=pgtrigger.Update | pgtrigger.Delete)
        ]

    def __str__(self) -> str:
        return f"{self.code}: {self.outcome}"

    @property
    def title(self) -> str:
        """The fact in words."""
        return SafetyFact.Code(self.code).label if self.code in SafetyFact.Code.values else "Not known"

    @property
    def detail_in_words(self) -> str:
        return self.detail.replace("_", " ")


class RestoreCall(models.Model):
    """An officer has called a person since a backup was restored: they may join, be offered and be given a place.

    The call stays with the row that it was about: a person whose rows are merged later may be called twice.
    """

    restore = models.ForeignKey(Restore, on_delete=models.PROTECT, related_name="calls")
    participant_id = models.BigIntegerField()
    called_at = models.DateTimeField()
    called_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["restore", "participant_id"], name="restore_call_once"),
        ]
        triggers = [
            pgtrigger.Protect(name="restore_call_append_only", operation=pgtrigger.Update | pgtrigger.Delete)
        ]

    def __str__(self) -> str:
        return f"call to participant {self.participant_id}"
