"""When a person can join."""

from django.db import models
from django.db.models import Q

from accounts.models import User
from core.row_history import keep_history, only_values
from participants.models.participant import Participant


class Weekday(models.IntegerChoices):
    """As Python counts them: Monday is 0."""

    MONDAY = 0, "Monday"
    TUESDAY = 1, "Tuesday"
    WEDNESDAY = 2, "Wednesday"
    THURSDAY = 3, "Thursday"
    FRIDAY = 4, "Friday"
    SATURDAY = 5, "Saturday"
    SUNDAY = 6, "Sunday"


class PartOfDay(models.TextChoices):
    """A part of the day; its hours are the setting PARTS_OF_DAY."""

    MORNING = "morning", "Morning"
    AFTERNOON = "afternoon", "Afternoon"
    EVENING = "evening", "Evening"


@keep_history(deletions=True)
class Availability(models.Model):
    """One weekday and part of the day that a person can make. No rows: nobody has asked yet."""

    participant = models.ForeignKey(Participant, on_delete=models.PROTECT, related_name="availability")
    weekday = models.PositiveSmallIntegerField(choices=Weekday)
    part = models.CharField("part of the day", max_length=10, choices=PartOfDay)
    told_at = models.DateTimeField()
    # Null: the person gave it themselves, by their own link.
    told_to = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name_plural = "availability"
        constraints = [
            models.UniqueConstraint(fields=["participant", "weekday", "part"], name="availability_once"),
            models.CheckConstraint(condition=Q(weekday__range=(0, 6)), name="availability_seven_days"),
            only_values("part", PartOfDay.values, name="availability_part_of_the_list"),
        ]
        indexes = [models.Index(fields=["weekday", "part", "participant"], name="availability_slot")]

    def __str__(self) -> str:
        return f"{self.get_weekday_display()} {self.get_part_display().lower()}"
