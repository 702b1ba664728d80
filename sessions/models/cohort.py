"""What was planned: cohorts, how they went along, and the ten sessions of each (docs/domain.md 5.1)."""

from datetime import datetime, timedelta

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Exists, F, OuterRef, Q

from accounts.models import User
from core.row_history import at_and_by, keep_history, only_values
from participants.languages import LANGUAGES
from participants.models import Level
from sessions import statuses
from sessions.models import triggers
from sessions.models.programme import Instructor, Phase, Programme
from sessions.session_dates import SESSIONS_IN_COHORT


class Provided(models.TextChoices):
    """Codes of participants.needs.services.PICKLIST that somebody on the call must serve, and of Preference."""

    BSL = "bsl", "British Sign Language interpreter"
    LIPSPEAKER = "lipspeaker", "Lipspeaker"
    SPEECH_TO_TEXT = "speech_to_text", "Speech to text reporter"
    WOMEN = "women", "Women only"
    MEN = "men", "Men only"


class CohortQuerySet(models.QuerySet["Cohort"]):
    def with_room(self) -> "CohortQuerySet":
        return self.filter(taken__lt=F("capacity"))

    def open_to_joiners(self, now: datetime) -> "CohortQuerySet":
        """Still before the start of session 2: a later first session is too late (docs/domain.md 4.3)."""
        return self.filter(
            Exists(Session.objects.held().filter(cohort=OuterRef("pk"), number__lte=2, starts_at__gt=now)),
            status__in=statuses.TAKES_PEOPLE,
        )

    def spent(self, now: datetime) -> "CohortQuerySet":
        """The last session is over; registers may still be missing, and places still to be ended."""
        ahead = Session.objects.held().filter(cohort=OuterRef("pk"), ends_at__gt=now)
        return self.filter(~Exists(ahead), status__in=statuses.TAKES_PEOPLE)


def every_level() -> list[str]:
    return list(Level.values)


@keep_history(leaving_out=["join_url"])
class Cohort(models.Model):
    """A named group with exactly ten numbered sessions."""

    Status = statuses.CohortStatus

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="cohorts")
    phase = models.ForeignKey(Phase, on_delete=models.PROTECT, null=True, related_name="cohorts")
    name = models.CharField(max_length=100, unique=True)
    status = models.CharField(max_length=20, choices=Status, default=Status.RECRUITING)
    capacity = models.PositiveSmallIntegerField()
    taken = models.PositiveSmallIntegerField(default=0, editable=False)  # kept by a trigger on Place
    # Freed while a restore was being checked, and offered to nobody: `offer_freed` does it afterwards.
    freed_unoffered = models.PositiveSmallIntegerField(default=0, db_default=0, editable=False)
    # Whom it suits, for the best places (docs/allocation.md): any level, nothing in particular, any language.
    levels = ArrayField(
        models.CharField(max_length=10, choices=Level), default=every_level, db_default=Level.values
    )
    provides = ArrayField(
        models.CharField(max_length=30, choices=Provided), default=list, db_default=[], blank=True
    )
    language = models.CharField(max_length=5, choices=LANGUAGES, blank=True, db_default="")
    join_url = models.URLField("video address", max_length=500)
    lead = models.ForeignKey(Instructor, on_delete=models.PROTECT, null=True, related_name="leads")
    second_host = models.ForeignKey(Instructor, on_delete=models.PROTECT, null=True, related_name="seconds")
    opened_at = models.DateTimeField()
    opened_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    objects = CohortQuerySet.as_manager()

    class Meta:
        verbose_name = "group"
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
            only_values(
                "language", [code for code, _ in LANGUAGES], blank=True, name="cohort_language_of_the_list"
            ),
            only_values("status", statuses.CohortStatus.values, name="cohort_status_known"),
            models.CheckConstraint(
                condition=Q(lead__isnull=True) | Q(second_host__isnull=True) | ~Q(lead=F("second_host")),
                name="cohort_two_hosts",
            ),
        ]
        triggers = [triggers.COHORT_MOVES, triggers.PHASE_OF_PROGRAMME]

    def __str__(self) -> str:
        return self.name

    @property
    def room(self) -> int:
        """Free places: neither taken nor offered."""
        return self.capacity - self.taken


class CohortStatusChange(models.Model):
    """One move of a cohort's status: who made it, when and why. Never changed, never deleted."""

    cohort = models.ForeignKey(Cohort, on_delete=models.PROTECT, related_name="status_changes")
    from_status = models.CharField(max_length=20, choices=statuses.CohortStatus, blank=True)
    to_status = models.CharField(max_length=20, choices=statuses.CohortStatus)
    at = models.DateTimeField()
    by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")  # null: the system
    words = models.CharField(max_length=500, blank=True)

    class Meta:
        triggers = [triggers.WRITTEN_ONCE]

    def __str__(self) -> str:
        return f"{self.from_status or 'new'} to {self.to_status}"


class SessionQuerySet(models.QuerySet["Session"]):
    def held(self) -> "SessionQuerySet":
        """Those that were held or are to be: ten in every cohort that was not cancelled."""
        return self.exclude(status=Session.Status.CANCELLED_BY_US)

    def ahead(self, now: datetime) -> "SessionQuerySet":
        """To be held, and not begun yet."""
        return self.filter(status__in=statuses.AHEAD, starts_at__gt=now)

    def between(self, start: datetime, end: datetime) -> "SessionQuerySet":
        """Going ahead, and starting in [start, end)."""
        return self.held().filter(starts_at__gte=start, starts_at__lt=end)

    def register_due(self, now: datetime) -> "SessionQuerySet":
        """Over, with people in them, and not yet marked; oldest first."""
        with_people = Session.objects.filter(pk=OuterRef("pk"), attendances__expected=True)
        return self.filter(Exists(with_people), status__in=statuses.AHEAD, ends_at__lte=now).order_by(
            "starts_at", "pk"
        )


@keep_history(leaving_out=["why"])
class Session(models.Model):
    """One of the ten meetings of a cohort, at a London wall-clock time that is stored with its moment in UTC.

    `number` counts those that are held: one that we cancel keeps its row, those after it take a number each from it,
    and a new tenth comes at the end.
    """

    Status = statuses.SessionStatus

    cohort = models.ForeignKey(
        Cohort, on_delete=models.PROTECT, related_name="sessions", verbose_name="group"
    )
    number = models.PositiveSmallIntegerField()
    status = models.CharField(max_length=20, choices=Status, default=Status.SCHEDULED)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    local_date = models.DateField()
    local_time = models.TimeField()
    schedule_version = models.PositiveSmallIntegerField(default=1)  # part of every reminder's key
    why = models.CharField("why it was moved or cancelled", max_length=200, blank=True, db_default="")
    register_saved_at = models.DateTimeField(null=True)
    register_saved_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")

    objects = SessionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["cohort", "number"],
                condition=~Q(status="cancelled_by_us"),
                name="session_number_once",
            ),
            only_values("status", statuses.SessionStatus.values, name="session_status_known"),
            models.CheckConstraint(
                condition=Q(number__range=(1, SESSIONS_IN_COHORT)), name="session_number_one_to_ten"
            ),
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="session_ends_after_start"),
            at_and_by("register_saved_at", "register_saved_by", name="session_register_at_and_by"),
        ]
        indexes = [models.Index(fields=["starts_at"], name="session_starts")]
        triggers = [triggers.CARRY_TIMES, triggers.SESSION_MOVES, triggers.TEN_SESSIONS, triggers.IN_ORDER]

    def __str__(self) -> str:
        return f"{self.cohort}, session {self.number}"

    def is_ahead(self, now: datetime) -> bool:
        """To be held, and not begun yet."""
        return self.status in statuses.AHEAD and self.starts_at > now

    def answers_close_at(self, programme: Programme) -> datetime:
        return self.starts_at - timedelta(minutes=programme.answers_close_minutes)

    def join_window(self, programme: Programme) -> tuple[datetime, datetime]:
        """When the video address is shown: from minutes before the start to minutes after it."""
        return (
            self.starts_at - timedelta(minutes=programme.join_opens_minutes),
            self.starts_at + timedelta(minutes=programme.join_closes_minutes),
        )
