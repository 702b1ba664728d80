"""What was said between the office and a person, in the office's words: one line for each time."""

import pgtrigger
from django.db import models
from django.db.models import F, Q

from accounts.models import User
from core.row_history import only_values
from participants.models.participant import Participant

# A line follows its person when two rows are merged; nothing else of it ever changes.
ONLY_MERGED = pgtrigger.Trigger(
    name="only_merged",
    operation=pgtrigger.Update,
    when=pgtrigger.Before,
    func="""
        IF (to_jsonb(OLD) - 'participant_id') = (to_jsonb(NEW) - 'participant_id') THEN
            RETURN NEW;
        END IF;
        RAISE EXCEPTION 'a line of the contact log is written once';
    """,
)


class ContactNote(models.Model):
    """One contact with a person. Written once; a mistake is followed by a line that corrects it."""

    class Channel(models.TextChoices):
        PHONE = "phone", "Telephone"
        EMAIL = "email", "Email"
        TEXT = "text", "Text message"
        LETTER = "letter", "Letter"
        IN_PERSON = "in_person", "In person, or on a video call"

    participant = models.ForeignKey(Participant, on_delete=models.PROTECT, related_name="contact_notes")
    channel = models.CharField(max_length=10, choices=Channel)
    from_them = models.BooleanField()  # they rang or wrote; else we did
    at = models.DateTimeField()  # when it was, which may be earlier than it was written down
    words = models.CharField(max_length=1000)
    again_at = models.DateTimeField(null=True)  # nobody answered: when we try again
    written_at = models.DateTimeField()
    written_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    # A line of the same person.
    corrects = models.OneToOneField("self", on_delete=models.PROTECT, null=True, related_name="corrected_by")

    class Meta:
        triggers = [ONLY_MERGED, pgtrigger.Protect(name="kept", operation=pgtrigger.Delete)]
        constraints = [
            models.CheckConstraint(condition=~Q(words=""), name="contact_note_says_something"),
            models.CheckConstraint(condition=Q(at__lte=F("written_at")), name="contact_note_not_ahead"),
            models.CheckConstraint(
                condition=Q(again_at__isnull=True)
                | Q(channel="phone", from_them=False, again_at__gt=F("at")),
                name="contact_note_no_answer_is_ours",
            ),
            only_values(
                "channel",
                ["phone", "email", "text", "letter", "in_person"],
                name="contact_note_channel_known",
            ),
            models.CheckConstraint(
                condition=Q(corrects__isnull=True) | ~Q(corrects=F("id")),
                name="contact_note_corrects_another",
            ),
        ]
        indexes = [models.Index(fields=["participant", "at", "id"], name="contact_note_of_person")]

    def __str__(self) -> str:
        return f"Contact {self.pk}"
