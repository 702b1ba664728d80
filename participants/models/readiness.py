"""Whether a person is ready to join: what they join with, at which level, in which language, and with whom."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from accounts.models import User
from core.row_history import keep_history, only_values
from participants.languages import ANOTHER, LANGUAGES
from participants.models.participant import Participant


class Level(models.TextChoices):
    """How hard a session may be. The three are ours, still to be confirmed."""

    SEATED = "seated", "Seated"
    GENTLE = "gentle", "Gentle, with standing"
    MODERATE = "moderate", "Moderate"


class Preference(models.TextChoices):
    """With whom a person would rather be. A closed list of ours, still to be confirmed."""

    WOMEN = "women", "Women only"
    MEN = "men", "Men only"
    YOUNGER = "younger", "A younger group"
    OLDER = "older", "An older group"
    CAMERA_OFF = "camera_off", "Camera off"


# What history never keeps: words about a person's life.
WORDS = ["help_words", "language_words"]


@keep_history(leaving_out=WORDS)
class Readiness(models.Model):
    """What one person needs to have and wants, each answer unknown until somebody asked: empty text, None, no list.

    For the matching of many people at once: `level`, `language` and `preferences` here, times in `Availability`.
    """

    class Device(models.TextChoices):
        PHONE = "phone", "Smartphone"
        TABLET = "tablet", "Tablet"
        COMPUTER = "computer", "Computer"
        NONE = "none", "None of these"

    class Email(models.TextChoices):
        ALONE = "alone", "Yes, by themselves"
        HELPED = "helped", "Yes, with help"
        NO = "no", "No"

    participant = models.OneToOneField(Participant, on_delete=models.PROTECT, related_name="readiness")
    device = models.CharField("device", max_length=10, choices=Device, blank=True)
    camera = models.BooleanField("camera", null=True)
    email_use = models.CharField("reads email", max_length=10, choices=Email, blank=True)
    help_needed = models.BooleanField("needs help with the call", null=True)
    help_words = models.CharField("who helps", max_length=300, blank=True)
    somebody_home = models.BooleanField("someone else at home", null=True)
    safe_space = models.BooleanField("safe space to move", null=True)
    level = models.CharField("activity level", max_length=10, choices=Level, blank=True)
    language = models.CharField("language", max_length=5, choices=LANGUAGES, blank=True)
    language_words = models.CharField("which language", max_length=60, blank=True)
    interpreter_needed = models.BooleanField("interpreter needed", null=True)
    # None: not asked; empty: asked, and has none.
    preferences = ArrayField(
        models.CharField(max_length=20, choices=Preference),
        verbose_name="group preferences",
        null=True,
        blank=True,
    )
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            only_values(
                "device",
                ["phone", "tablet", "computer", "none"],
                blank=True,
                name="readiness_device_of_the_list",
            ),
            only_values(
                "email_use", ["alone", "helped", "no"], blank=True, name="readiness_email_of_the_list"
            ),
            only_values("level", Level.values, blank=True, name="readiness_level_of_the_list"),
            only_values(
                "language", [code for code, _ in LANGUAGES], blank=True, name="readiness_language_of_the_list"
            ),
            models.CheckConstraint(
                condition=Q(language_words="") | Q(language=ANOTHER),
                name="readiness_words_for_another_language",
            ),
            models.CheckConstraint(
                condition=Q(preferences__isnull=True) | Q(preferences__contained_by=Preference.values),
                name="readiness_preferences_of_the_list",
            ),
        ]

    def __str__(self) -> str:
        return f"Readiness of participant {self.participant_id}"
