"""When a programme's messages go, as officers confirmed it; without a row, a starting point (docs/domain.md 8.1)."""

from datetime import time

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from core.row_history import keep_history, only_values
from sessions.models.programme import Programme


class Anchor(models.TextChoices):
    """What a time is counted from."""

    SESSION_DAY = "session_day", "the day of the session"
    SESSION_START = "session_start", "the start of the session"
    SESSION_END = "session_end", "the end of the session"
    ASKED = "asked", "the day on which the request goes"
    OFFERED = "offered", "the moment when the place is offered"
    LISTED = "listed", "the day on which the person comes on the waiting list"


class Until(models.TextChoices):
    """How long a message that has not gone is still of use."""

    NEXT = "next", "until the next reminder of the same session is due"
    START = "start", "until the session starts"
    DAY_BEFORE = "day_before", "until a day before the session"
    ANSWER = "answer", "until the answer is due"
    WEEK = "week", "for a week"
    SESSION = "session", "until the next session starts"


class Way(models.TextChoices):
    """How a message can reach a person; a letter goes to whoever needs one, whatever the order (messaging.routing.channels)."""

    EMAIL = "email", "email"
    SMS = "sms", "text message"
    PHONE = "phone", "phone call"


@keep_history()
class MessageTime(models.Model):
    """When one kind of message goes in one programme. A row is there once an officer has confirmed or changed it."""

    class Kind(models.TextChoices):
        TECH_CHECK = "tech_check_invite", "Invitation to a test call"
        WEEK = "reminder_week", "Reminder, a week before"
        THREE_DAYS = "reminder_three_days", "Reminder, a few days before"
        DAY = "reminder_day", "Reminder, the day before"
        HOUR = "reminder_hour", "Reminder, the hour before"
        OFFER_NUDGE = "offer_nudge", "Reminders of an offer"
        STILL_ON_LIST = "still_on_list", "Still on the waiting list"
        FEEDBACK = "feedback", "Feedback form"
        FEEDBACK_NUDGE = "feedback_nudge", "Feedback form, once more"

    # Null: for whoever waits, because nobody on the waiting list is in a programme yet.
    programme = models.ForeignKey(
        Programme, on_delete=models.PROTECT, null=True, related_name="message_times"
    )
    kind = models.CharField(max_length=40, choices=Kind)
    active = models.BooleanField("is sent", default=True)
    anchor = models.CharField(max_length=20, choices=Anchor)
    days = models.PositiveSmallIntegerField("days before or after", null=True)
    at = models.TimeField("time of day", null=True)
    minutes = models.PositiveSmallIntegerField("minutes before the start", null=True)
    until = models.CharField(max_length=10, choices=Until)
    only_session = models.PositiveSmallIntegerField("for this session only", null=True)
    ways = ArrayField(models.CharField(max_length=10, choices=Way), verbose_name="ways, in order")
    # Of an offer: hours after it, one for each nudge. While somebody waits: the days from one message to the next.
    repeats = ArrayField(models.PositiveSmallIntegerField(), default=list)
    changed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["programme", "kind"], nulls_distinct=False, name="message_time_once_a_kind"
            ),
            models.CheckConstraint(
                condition=Q(programme__isnull=True, kind="still_on_list")
                | Q(programme__isnull=False) & ~Q(kind="still_on_list"),
                name="message_time_of_a_programme",
            ),
            only_values(
                "kind",
                [
                    "tech_check_invite",
                    "reminder_week",
                    "reminder_three_days",
                    "reminder_day",
                    "reminder_hour",
                    "offer_nudge",
                    "still_on_list",
                    "feedback",
                    "feedback_nudge",
                ],
                name="message_time_kind_known",
            ),
            only_values(
                "until",
                ["next", "start", "day_before", "answer", "week", "session"],
                name="message_time_until_known",
            ),
            # By day: no clock change falls in these hours, nor do the quiet hours. And never after the start.
            models.CheckConstraint(
                condition=Q(
                    anchor__in=["session_day", "listed", "asked"],
                    days__range=(1, 365),
                    at__range=(time(8), time(19, 59)),
                    minutes__isnull=True,
                )
                | Q(
                    anchor__in=["session_start", "session_end"],
                    minutes__range=(1, 240),
                    days__isnull=True,
                    at__isnull=True,
                )
                | Q(
                    anchor="offered",
                    days__isnull=True,
                    at__isnull=True,
                    minutes__isnull=True,
                    repeats__len__gte=1,
                ),
                name="message_time_as_its_anchor_says",
            ),
            models.CheckConstraint(
                condition=~Q(anchor__in=["session_day", "asked"]) | Q(days__lte=28),
                name="message_time_four_weeks_before_at_most",
            ),
            models.CheckConstraint(
                condition=Q(
                    anchor__in=["session_day", "session_start", "session_end", "asked"], repeats__len=0
                )
                | Q(anchor="offered")
                | Q(anchor="listed", repeats__len=1),
                name="message_time_repeats_as_its_anchor_says",
            ),
            models.CheckConstraint(condition=~Q(repeats__contains=[0]), name="message_time_repeats_later"),
            models.CheckConstraint(
                condition=Q(only_session__isnull=True)
                | Q(only_session__range=(1, 10), anchor__in=["session_day", "session_start"]),
                name="message_time_of_a_session",
            ),
            models.CheckConstraint(
                condition=Q(ways__contained_by=["email", "sms", "phone"], ways__len__range=(1, 3)),
                name="message_time_ways_known",
            ),
        ]
        indexes = [models.Index(fields=["changed_at"], name="message_time_changed")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}, {self.programme or 'waiting list'}"
