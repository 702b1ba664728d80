"""We were told that a person has died; and what follows if that was a mistake."""

from django.db import models
from django.db.models import F, Q

from accounts.models import User
from core.row_history import keep_history
from participants.models.participant import Participant


class RecordedDeathQuerySet(models.QuerySet):
    def standing(self) -> "RecordedDeathQuerySet":
        """Not taken back."""
        return self.filter(undone_at__isnull=True)

    def to_speak_about(self) -> "RecordedDeathQuerySet":
        """Recorded by mistake, and no officer has spoken to the person or their practice yet: nothing is sent."""
        return self.filter(
            undone_at__isnull=False,
            spoken_at__isnull=True,
            participant__messages_paused_at__isnull=False,
            participant__merged_into__isnull=True,
        )


# Names and free text stay in this row, so that erasing it erases them.
@keep_history(leaving_out=["told_by", "undone_because", "confirmed_by", "spoken_note"])
class RecordedDeath(models.Model):
    """One record that a person has died: who told us, and who took it back if it was a mistake.

    `Participant.died_at` is the same in one column, for everything that must not write to them.
    """

    class ToldAs(models.TextChoices):
        PRACTICE = "practice", "Their GP practice"
        FAMILY = "family", "Family or a friend"
        SERVICE = "service", "Another service"
        OTHER = "other", "Someone else"
        UNKNOWN = "unknown", "Not recorded"  # only what was recorded before we asked

    class SpokenWith(models.TextChoices):
        PERSON = "person", "The person"
        PRACTICE = "practice", "Their GP practice"

    participant = models.ForeignKey(Participant, on_delete=models.PROTECT, related_name="deaths")
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    told_as = models.CharField("who told us", max_length=10, choices=ToldAs)
    told_by = models.CharField("their name", max_length=150, blank=True)
    undone_at = models.DateTimeField(null=True)
    undone_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    undone_because = models.CharField(max_length=500, blank=True)
    confirmed_by = models.CharField("who confirmed the mistake", max_length=150, blank=True)
    # An officer spoke to one of SpokenWith: messages may go again.
    spoken_at = models.DateTimeField(null=True)
    spoken_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    spoken_with = models.CharField(max_length=10, choices=SpokenWith, blank=True)
    spoken_note = models.CharField(max_length=500, blank=True)

    objects = RecordedDeathQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["participant"], condition=Q(undone_at__isnull=True), name="death_one_standing"
            ),
            models.CheckConstraint(
                condition=Q(told_as="unknown", told_by="", recorded_by__isnull=True)
                | Q(told_as__in=["practice", "family", "service", "other"], recorded_by__isnull=False)
                & ~Q(told_by=""),
                name="death_somebody_told_us",
            ),
            models.CheckConstraint(
                condition=Q(
                    undone_at__isnull=True, undone_by__isnull=True, undone_because="", confirmed_by=""
                )
                | Q(undone_at__isnull=False, undone_at__gte=F("recorded_at"), undone_by__isnull=False)
                & ~Q(undone_because="")
                & ~Q(confirmed_by=""),
                name="death_undone_with_reason_and_name",
            ),
            models.CheckConstraint(
                condition=Q(spoken_at__isnull=True, spoken_by__isnull=True, spoken_with="", spoken_note="")
                | Q(
                    undone_at__isnull=False,
                    spoken_at__isnull=False,
                    spoken_at__gte=F("undone_at"),
                    spoken_by__isnull=False,
                    spoken_with__in=["person", "practice"],
                )
                & ~Q(spoken_note=""),
                name="death_spoken_after_it_was_undone",
            ),
        ]
        indexes = [
            models.Index(
                fields=["undone_at"],
                condition=Q(undone_at__isnull=False, spoken_at__isnull=True),
                name="death_to_speak_about",
            ),
        ]

    def __str__(self) -> str:
        return f"death {self.pk}"
