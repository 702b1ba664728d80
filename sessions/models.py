"""Ten-session cohorts, the places in them and who came (domain.md 4.4-4.6).

The database keeps the promises that matter most: never more places than the capacity, one open place a person, and
nobody in two sessions at the same time (reliability.md 4). See `sessions/triggers.py` for the triggers.
"""

from datetime import datetime

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeBoundary, RangeOperators
from django.db import models
from django.db.models import Count, Deferrable, Exists, F, Func, OuterRef, Q
from django.db.models.lookups import GreaterThanOrEqual

from accounts.history import kept
from accounts.models import User
from participants.links import Link
from participants.models import Participant
from referrals.models import Referral
from sessions import states, triggers
from sessions.plan_changes import ChangedSession, PlanChange
from sessions.programmes import Content, Instructor, Phase, Programme
from sessions.schedule import Cohort, CohortStep, Session

__all__ = [
    "AnswerLink",
    "Attendance",
    "ChangedSession",
    "Cohort",
    "CohortStep",
    "Content",
    "Instructor",
    "OfferLink",
    "Phase",
    "Place",
    "PlanChange",
    "Programme",
    "Session",
]


class TsTzRange(Func):
    function = "TSTZRANGE"
    output_field = DateTimeRangeField()


class PlaceQuerySet(models.QuerySet):
    def taken(self) -> "PlaceQuerySet":
        return self.filter(state=Place.State.TAKEN)

    def open(self) -> "PlaceQuerySet":
        """Taken, or held while the person has not answered: both count against the capacity."""
        return self.filter(state__in=Place.OPEN)

    def due_to_expire(self, now: datetime) -> "PlaceQuerySet":
        """Offered, not answered, and the time to answer is over; oldest first."""
        return self.filter(state=Place.State.HELD, held_until__lte=now).order_by("held_until", "pk")

    def with_attendance(self) -> "PlaceQuerySet":
        """Adds `attended` and `delivered`: sessions attended, of those held for this person (domain.md 4.5).

        And `meant`: all that the place was for, also those after the person left.
        """
        held = Q(attendances__counts=True, attendances__session__status=Session.Status.DELIVERED)
        by_us = Q(attendances__code=Attendance.Code.CANCELLED_BY_US)
        by_us |= Q(attendances__session__status=Session.Status.CANCELLED_BY_US)
        return self.annotate(
            attended=Count("attendances", filter=held & Q(attendances__code__in=Attendance.ATTENDED)),
            delivered=Count("attendances", filter=held & ~by_us),
            meant=Count("attendances", filter=~by_us),
        )

    def over(self) -> "PlaceQuerySet":
        """Still open, though the register of every session of theirs is saved; with attendance."""
        unmarked = Attendance.objects.filter(
            place=OuterRef("pk"), counts=True, session__status__in=states.AHEAD
        )
        return self.taken().filter(~Exists(unmarked)).with_attendance()

    def completed_enough(self) -> "PlaceQuerySet":
        """Over, and attended the programme's percentage of the sessions delivered, rounded up."""
        return self.over().filter(ENOUGH, delivered__gt=0)

    def to_be_ended(self) -> "PlaceQuerySet":
        """Over without completing: an officer says how it ended."""
        return self.over().filter(~Q(ENOUGH) | Q(delivered=0))


# Whole numbers instead of rounding: 8 of 10 is the first with attended x 100 >= 10 x 75.
ENOUGH = GreaterThanOrEqual(F("attended") * 100, F("delivered") * F("cohort__programme__completion_percent"))


@kept()
class Place(models.Model):
    """A person's place in one cohort, offered or taken; counts against the capacity until it is answered or left.

    A person who is moved keeps the place, with what they attended: its cohort changes.
    """

    class State(models.TextChoices):
        HELD = "held", "Offered"
        TAKEN = "taken", "Has the place"
        COMPLETED = "completed", "Completed"
        LEFT = "left", "Left"
        DECLINED = "declined", "Offer declined"
        EXPIRED = "expired", "Offer not answered"
        RETURNED = "returned", "Back on the waiting list"  # the cohort was cancelled, or the offer taken back

    OPEN = (State.HELD, State.TAKEN)
    # What may be followed by another place in the same cohort.
    NOT_FOR_GOOD = (State.DECLINED, State.EXPIRED, State.RETURNED)

    cohort = models.ForeignKey(Cohort, on_delete=models.PROTECT, related_name="places")
    referral = models.ForeignKey(Referral, on_delete=models.PROTECT, related_name="places")
    participant = models.ForeignKey(Participant, on_delete=models.PROTECT, related_name="places")
    state = models.CharField(max_length=10, choices=State, default=State.TAKEN)
    first_session = models.PositiveSmallIntegerField(default=1)  # joined at session 2: 7 of 9
    placed_at = models.DateTimeField()  # offered, where it was offered
    placed_by = models.ForeignKey(  # null: offered by the system, when a place was freed
        User, on_delete=models.PROTECT, null=True, related_name="+"
    )
    held_until = models.DateTimeField(null=True)  # of an offer: the last moment to answer
    taken_at = models.DateTimeField(null=True)  # of an offer that was accepted
    # An offer that ran out, talked over by an officer since: it no longer counts towards "an officer rings".
    followed_up_at = models.DateTimeField(null=True)
    followed_up_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    other_time = models.BooleanField("said that another time suits", default=False, db_default=False)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="+"
    )  # null: the system

    objects = PlaceQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["participant"], condition=Q(state__in=["held", "taken"]), name="place_one_open"
            ),
            models.UniqueConstraint(
                fields=["cohort", "referral"],
                condition=~Q(state__in=["declined", "expired", "returned"]),
                name="place_once_per_cohort",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["held", "taken"], ended_at__isnull=True)
                | ~Q(state__in=["held", "taken"]) & Q(ended_at__isnull=False),
                name="place_ended_has_time",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["held", "declined", "expired"]) | Q(held_until__gt=F("placed_at")),
                name="place_held_until_a_time",
            ),
            models.CheckConstraint(
                condition=Q(
                    state__in=["held", "taken", "completed", "left", "declined", "expired", "returned"]
                ),
                name="place_state_known",
            ),
            models.CheckConstraint(
                condition=Q(first_session__range=(1, 2)), name="place_starts_at_one_or_two"
            ),
        ]
        indexes = [
            models.Index(fields=["held_until"], condition=Q(state="held"), name="place_held_until"),
        ]
        triggers = [triggers.COUNT_PLACES, triggers.RELEASE_ATTENDANCES]

    def __str__(self) -> str:
        return f"place {self.pk}"


@kept()
class Attendance(models.Model):
    """One person in one session: what they answered beforehand and what the register says.

    Times, participant and `counts` are copied from the session and the place by triggers, for the exclusion
    constraint that keeps people out of two sessions at once. `counts` is false for a session that we cancelled and,
    once the place is left or the person moved, for the sessions that were still to come.
    """

    class Answer(models.TextChoices):
        NONE = "", "No answer yet"
        YES = "yes", "I’ll be there"
        NO = "no", "I can’t come"

    class Code(models.TextChoices):
        """NHS Data Dictionary ATTENDED OR DID NOT ATTEND (domain.md 4.6); blank until the register is filled."""

        ON_TIME = "5", "Attended on time"
        LATE = "6", "Arrived late, seen"
        TOO_LATE = "7", "Arrived late, could not be seen"
        CANCELLED_BY_PERSON = "2", "Cancelled by or on behalf of the person"
        DID_NOT_ATTEND = "3", "Did not attend, no warning"
        CANCELLED_BY_US = "4", "Cancelled or postponed by us"

    ATTENDED = (Code.ON_TIME, Code.LATE)

    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="attendances")
    session = models.ForeignKey(Session, on_delete=models.PROTECT, related_name="attendances")
    participant = models.ForeignKey(Participant, on_delete=models.PROTECT, related_name="+")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    counts = models.BooleanField(default=True, editable=False)

    released_at = models.DateTimeField(null=True)  # the person was moved to another cohort

    answer = models.CharField(max_length=5, choices=Answer, default=Answer.NONE, blank=True)
    answered_at = models.DateTimeField(null=True)
    answered_late = models.BooleanField(default=False)  # in the last hour: shown to the instructor at once
    joined_at = models.DateTimeField(null=True)  # pressed "join"
    code = models.CharField("attendance", max_length=1, choices=Code, blank=True)
    adapted = models.BooleanField("took part in an adapted way", default=False)
    coded_at = models.DateTimeField(null=True)
    coded_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["place", "session"], name="attendance_once"),
            ExclusionConstraint(
                name="attendance_no_overlap",
                expressions=[
                    ("participant", RangeOperators.EQUAL),
                    (
                        TsTzRange(
                            "starts_at", "ends_at", RangeBoundary(inclusive_lower=True, inclusive_upper=False)
                        ),
                        RangeOperators.OVERLAPS,
                    ),
                ],
                condition=Q(counts=True),
                deferrable=Deferrable.IMMEDIATE,
            ),
            models.CheckConstraint(
                condition=Q(adapted=False) | Q(code__in=["5", "6"]), name="attendance_adapted_came"
            ),
            models.CheckConstraint(
                condition=Q(code="", coded_at__isnull=True, coded_by__isnull=True)
                | ~Q(code="") & Q(coded_at__isnull=False, coded_by__isnull=False),
                name="attendance_code_at_and_by",
            ),
            models.CheckConstraint(
                condition=Q(code__in=["", "2", "3", "4", "5", "6", "7"]), name="attendance_code_known"
            ),
            models.CheckConstraint(
                condition=Q(answer="", answered_at__isnull=True)
                | ~Q(answer="") & Q(answered_at__isnull=False),
                name="attendance_answer_at",
            ),
        ]
        indexes = [models.Index(fields=["session", "place"], name="attendance_of_session")]
        triggers = [triggers.COPY_TIMES, triggers.RELEASED, triggers.NO_SHOW_OF_NOTHING]

    def __str__(self) -> str:
        return f"attendance {self.pk}"


class AnswerLink(Link):
    """A participant's link to answer, and later to join, one session. Plain strength (domain.md 4.8)."""

    PURPOSE = "answer"

    attendance = models.OneToOneField(Attendance, on_delete=models.PROTECT, related_name="link")


class OfferLink(Link):
    """A participant's link to answer the offer of a place. Plain strength (domain.md 4.8)."""

    PURPOSE = "offer"

    place = models.OneToOneField(Place, on_delete=models.PROTECT, related_name="link")
