"""What was planned: programmes, their cohorts and the ten sessions of each (domain.md 4.4)."""

from datetime import datetime, time, timedelta

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Exists, F, OuterRef, Q

from accounts.history import kept
from accounts.models import User
from participants.languages import LANGUAGES
from participants.models import Level
from sessions import triggers
from sessions.suiting import Provided
from sessions.timetable import SESSIONS_IN_COHORT


@kept()
class Programme(models.Model):
    """The rules that a partnership chose; each is a default of domain.md marked [P], to be confirmed locally."""

    name = models.CharField(max_length=100, unique=True)
    capacity = models.PositiveSmallIntegerField("usual places in a cohort", default=8)
    minimum_to_start = models.PositiveSmallIntegerField(default=5)
    session_minutes = models.PositiveSmallIntegerField(default=60)
    completion_percent = models.PositiveSmallIntegerField("attended to complete, %", default=75)
    join_opens_minutes = models.PositiveSmallIntegerField(
        "video link shown before the start, minutes", default=15
    )
    join_closes_minutes = models.PositiveSmallIntegerField("and after the start, minutes", default=10)
    answers_close_minutes = models.PositiveSmallIntegerField(
        "answers close before the start, minutes", default=0
    )
    late_answer_minutes = models.PositiveSmallIntegerField(
        "an answer is late from, minutes before", default=60
    )
    reminder_day_time = models.TimeField("time of the reminder on the day before", default=time(10))

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(capacity__range=(1, 12)), name="programme_capacity_one_to_twelve"
            ),
            models.CheckConstraint(
                condition=Q(completion_percent__range=(1, 100)), name="programme_completion_percent"
            ),
            models.CheckConstraint(
                condition=Q(session_minutes__range=(15, 180)), name="programme_session_minutes"
            ),
            # No clock change falls in these hours, nor do the quiet hours.
            models.CheckConstraint(
                condition=Q(reminder_day_time__range=(time(8), time(19, 59))),
                name="programme_reminder_by_day",
                violation_error_message="The reminder of the day before must be between 08:00 and 19:59.",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class CohortQuerySet(models.QuerySet):
    def with_room(self) -> "CohortQuerySet":
        return self.filter(taken__lt=F("capacity"))

    def open_to_joiners(self, now: datetime) -> "CohortQuerySet":
        """Still before the start of session 2: a later first session is too late (domain.md 4.4)."""
        return self.filter(
            status__in=[Cohort.Status.RECRUITING, Cohort.Status.RUNNING],
            sessions__number=2,
            sessions__starts_at__gt=now,
        )

    def spent(self, now: datetime) -> "CohortQuerySet":
        """Nothing left to do: the last session is over and nobody holds a place."""
        ahead = Session.objects.filter(cohort=OuterRef("pk"), ends_at__gt=now)
        return self.filter(
            ~Exists(ahead), status__in=[Cohort.Status.RECRUITING, Cohort.Status.RUNNING], taken=0
        )


def every_level() -> list[str]:
    return list(Level.values)


@kept(leaving_out=["join_url"])
class Cohort(models.Model):
    """A named group with exactly ten numbered sessions."""

    class Status(models.TextChoices):
        RECRUITING = "recruiting", "Taking people"
        RUNNING = "running", "Running"
        FINISHED = "finished", "Finished"
        CANCELLED = "cancelled", "Cancelled"

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="cohorts")
    name = models.CharField(max_length=100, unique=True)
    status = models.CharField(max_length=20, choices=Status, default=Status.RECRUITING)
    capacity = models.PositiveSmallIntegerField()
    taken = models.PositiveSmallIntegerField(default=0, editable=False)  # kept by a trigger on Place
    # Whom it suits, for the best places (docs/allocation.md): any level, nothing in particular, any language.
    levels = ArrayField(
        models.CharField(max_length=10, choices=Level), default=every_level, db_default=Level.values
    )
    provides = ArrayField(
        models.CharField(max_length=30, choices=Provided), default=list, db_default=[], blank=True
    )
    language = models.CharField(max_length=5, choices=LANGUAGES, blank=True, db_default="")
    join_url = models.URLField("video address", max_length=500)
    opened_at = models.DateTimeField()
    opened_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    objects = CohortQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(taken__gte=0, taken__lte=F("capacity")), name="cohort_not_overfull"
            ),
            models.CheckConstraint(
                condition=Q(capacity__range=(1, 12)), name="cohort_capacity_one_to_twelve"
            ),
            models.CheckConstraint(
                condition=Q(join_url__startswith="https://"), name="cohort_join_url_https"
            ),
            models.CheckConstraint(
                condition=Q(levels__contained_by=Level.values, levels__len__gte=1),
                name="cohort_levels_of_the_list",
            ),
            models.CheckConstraint(
                condition=Q(provides__contained_by=Provided.values), name="cohort_provides_of_the_list"
            ),
            models.CheckConstraint(
                condition=Q(language="") | Q(language__in=[code for code, _ in LANGUAGES]),
                name="cohort_language_of_the_list",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class SessionQuerySet(models.QuerySet):
    def between(self, start: datetime, end: datetime) -> "SessionQuerySet":
        """Going ahead, and starting in [start, end)."""
        return self.exclude(status=Session.Status.CANCELLED_BY_US).filter(
            starts_at__gte=start, starts_at__lt=end
        )

    def register_due(self, now: datetime) -> "SessionQuerySet":
        """Over, with people in them, and not yet marked; oldest first."""
        with_people = Session.objects.filter(pk=OuterRef("pk"), attendances__counts=True)
        return self.filter(Exists(with_people), status=Session.Status.SCHEDULED, ends_at__lte=now).order_by(
            "starts_at", "pk"
        )


@kept()
class Session(models.Model):
    """One of the ten meetings of a cohort, at a London wall-clock time that is stored with its moment in UTC."""

    class Status(models.TextChoices):
        SCHEDULED = "scheduled", "Scheduled"
        DELIVERED = "delivered", "Delivered"
        CANCELLED_BY_US = "cancelled_by_us", "Cancelled by us"

    cohort = models.ForeignKey(Cohort, on_delete=models.PROTECT, related_name="sessions")
    number = models.PositiveSmallIntegerField()
    status = models.CharField(max_length=20, choices=Status, default=Status.SCHEDULED)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    local_date = models.DateField()
    local_time = models.TimeField()
    zone = models.CharField(max_length=40, default="Europe/London")
    schedule_version = models.PositiveSmallIntegerField(default=1)  # part of every reminder's key
    register_saved_at = models.DateTimeField(null=True)
    register_saved_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")

    objects = SessionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["cohort", "number"], name="session_number_once"),
            models.CheckConstraint(
                condition=Q(number__range=(1, SESSIONS_IN_COHORT)), name="session_number_one_to_ten"
            ),
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="session_ends_after_start"),
            models.CheckConstraint(
                condition=Q(register_saved_at__isnull=True, register_saved_by__isnull=True)
                | Q(register_saved_at__isnull=False, register_saved_by__isnull=False),
                name="session_register_at_and_by",
            ),
        ]
        indexes = [models.Index(fields=["starts_at"], name="session_starts")]
        triggers = [triggers.CARRY_TIMES]

    def __str__(self) -> str:
        return f"{self.cohort}, session {self.number}"

    def answers_close_at(self, programme: Programme) -> datetime:
        return self.starts_at - timedelta(minutes=programme.answers_close_minutes)

    def join_window(self, programme: Programme) -> tuple[datetime, datetime]:
        """When the video address is shown: from minutes before the start to minutes after it."""
        return (
            self.starts_at - timedelta(minutes=programme.join_opens_minutes),
            self.starts_at + timedelta(minutes=programme.join_closes_minutes),
        )
