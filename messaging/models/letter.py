"""The sheet of paper of a message that goes by post: its short code, and who printed it."""

from django.db import models

from accounts.models import User
from core.row_history import at_and_by, keep_history
from messaging.models.message import Message
from participants.models import Participant


# Each printing is an event with who and when; the letter itself is never kept as a file.
@keep_history(leaving_out=["digest"])
class Letter(models.Model):
    """A message that was printed, or is about to be. What became of it is the message's state."""

    message = models.OneToOneField(Message, on_delete=models.PROTECT, related_name="letter")
    digest = models.CharField(max_length=64, unique=True)  # of its short code (messaging.letters.codes)
    printed_at = models.DateTimeField(null=True)
    printed_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            at_and_by("printed_at", "printed_by", name="letter_printed_at_and_by"),
        ]

    def __str__(self) -> str:
        return f"Letter {self.pk}"


class LetterToPost(Message):
    """A message to somebody who is written to by post: an officer prints and posts it, with the same key and states."""

    participant: Participant

    class Meta:
        proxy = True
        verbose_name = "letter to post"
        verbose_name_plural = "letters to post"

    def __str__(self) -> str:
        return f"Letter of message {self.pk}"
