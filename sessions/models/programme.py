"""What a cohort is an instance of: the programme's rules, its phases, what each session is about, and who leads."""

from django.db import models
from django.db.models import Q

from core.row_history import keep_history, only_values
from sessions.session_dates import SESSIONS_IN_COHORT


@keep_history()
class Programme(models.Model):
    """The rules that a partnership chose. The defaults are ours, to be confirmed locally: [P] in docs/domain.md."""

    name = models.CharField(max_length=100, unique=True)
    capacity = models.PositiveSmallIntegerField("usual places in a group", default=8)
    minimum_to_start = models.PositiveSmallIntegerField(default=5)
    session_minutes = models.PositiveSmallIntegerField(default=60)
    completion_percent = models.PositiveSmallIntegerField("attendance target (%)", default=75)
    join_opens_minutes = models.PositiveSmallIntegerField(
        "joining opens (minutes before the start)", default=15
    )
    join_closes_minutes = models.PositiveSmallIntegerField(
        "joining closes (minutes after the start)", default=10
    )
    answers_close_minutes = models.PositiveSmallIntegerField(
        "answers close (minutes before the start)", default=0
    )
    late_answer_minutes = models.PositiveSmallIntegerField(
        "an answer is late (minutes before the start)", default=60
    )
    # Offers (docs/domain.md 4.3).
    hold_hours = models.PositiveSmallIntegerField("offers stay open (hours)", default=72, db_default=72)
    hold_ends_hours = models.PositiveSmallIntegerField(
        "offers close (hours before session 1)", default=24, db_default=24
    )
    expiries_to_officer = models.PositiveSmallIntegerField(
        "expired offers before an officer calls", default=2, db_default=2
    )
    undo_hours = models.PositiveSmallIntegerField(
        "time to change their mind after giving a place back (hours)", default=24, db_default=24
    )
    call_working_days = models.PositiveSmallIntegerField(
        "we call them within (working days)", default=3, db_default=3
    )
    decide_days = models.PositiveSmallIntegerField(
        "minimum size is checked (days before the start)", default=7, db_default=7
    )
    people_per_host = models.PositiveSmallIntegerField("most people for each host", default=8, db_default=8)

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
            models.CheckConstraint(
                condition=Q(hold_hours__range=(1, 336), hold_ends_hours__lte=336),
                name="programme_hold_up_to_two_weeks",
                violation_error_message="A place is held for 1 to 336 hours.",
            ),
            models.CheckConstraint(
                condition=Q(
                    expiries_to_officer__range=(1, 10),
                    decide_days__range=(1, 28),
                    people_per_host__range=(1, 12),
                ),
                name="programme_numbers_in_range",
                violation_error_message="Offers that may run out: 1 to 10; days before: 1 to 28; people to a host: 1 to 12.",
            ),
            models.CheckConstraint(
                condition=Q(undo_hours__lte=168, call_working_days__range=(1, 20)),
                name="programme_other_time_in_range",
                violation_error_message="A place given back can be taken after all for 168 hours at most, "
                "and the call is 1 to 20 working days later.",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def target(self, sessions: int) -> int:
        """How many of so many sessions complete the programme: the percentage, rounded up (docs/domain.md 5.7)."""
        return -(-sessions * self.completion_percent // 100)


@keep_history()
class Phase(models.Model):
    """A pilot or a phase of a programme: what its cohorts are counted together for."""

    class Kind(models.TextChoices):
        PILOT = "pilot", "Pilot"
        PHASE = "phase", "Phase"

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="phases")
    kind = models.CharField(max_length=10, choices=Kind, default=Kind.PHASE)
    name = models.CharField(max_length=100)

    class Meta:
        verbose_name = "pilot or phase"
        verbose_name_plural = "pilots and phases"
        constraints = [
            models.UniqueConstraint(fields=["programme", "name"], name="phase_name_once_in_programme"),
            only_values("kind", ["pilot", "phase"], name="phase_kind_known"),
        ]

    def __str__(self) -> str:
        return self.name


@keep_history()
class Content(models.Model):
    """What one session of a programme is about, by its number, and the material that goes with it."""

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="contents")
    number = models.PositiveSmallIntegerField()
    title = models.CharField("what it is about", max_length=100)
    plan = models.TextField("plan for the instructor", max_length=2000, blank=True)
    resource_name = models.CharField("name of the material", max_length=100, blank=True)
    resource_url = models.URLField("address of the material", max_length=500, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["programme", "number"], name="content_once_a_number"),
            models.CheckConstraint(
                condition=Q(number__range=(1, SESSIONS_IN_COHORT)), name="content_number_one_to_ten"
            ),
            models.CheckConstraint(
                condition=Q(resource_url="") | Q(resource_url__startswith="https://"),
                name="content_resource_https",
                violation_error_message="The address of the material must begin with https://",
            ),
            models.CheckConstraint(
                condition=Q(resource_url="", resource_name="") | ~Q(resource_url="") & ~Q(resource_name=""),
                name="content_resource_with_name",
                violation_error_message="Material needs both a name and an address.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number}: {self.title}"


@keep_history(leaving_out=["name", "phone", "email"])
class Instructor(models.Model):
    """Somebody who leads sessions or is the second host on the call."""

    name = models.CharField(max_length=100)
    qualification = models.CharField(max_length=200)
    qualified_until = models.DateField("qualification is valid until", null=True, blank=True)  # null: no end
    phone = models.CharField("phone number", max_length=20, blank=True, db_default="")
    email = models.EmailField("email address", blank=True, db_default="")
    active = models.BooleanField("can lead groups", default=True)

    def __str__(self) -> str:
        return self.name
