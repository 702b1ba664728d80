"""Who is expected in a session, what they answered beforehand, and what the register says (docs/domain.md 5.6)."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeBoundary, RangeOperators
from django.db import models
from django.db.models import Deferrable, Func, Q

from accounts.models import User
from core.nonces import Nonced
from core.row_history import at_and_by, keep_history, only_values
from participants.models import Participant
from participants.personal_links.links import Link
from sessions.models import triggers
from sessions.models.cohort import Session


class TsTzRange(Func):
    function = "TSTZRANGE"
    output_field = DateTimeRangeField()


@keep_history()
class Attendance(Nonced):
    """One person in one session: what they answered beforehand and what the register says.

    Times, participant and `expected` are copied from the session and the place by triggers, for the exclusion
    constraint that keeps people out of two sessions at once. `expected` is false for a session that we cancelled and,
    once the place is left or the person moved, for the sessions that were still to come.
    """

    class Answer(models.TextChoices):
        NONE = "", "No answer yet"
        YES = "yes", "I’ll be there"
        NO = "no", "I can’t come"

    class Code(models.TextChoices):
        """NHS Data Dictionary ATTENDED OR DID NOT ATTEND (docs/domain.md 5.6); blank until the register is filled."""

        ON_TIME = "5", "Attended on time"
        LATE = "6", "Arrived late"
        TOO_LATE = "7", "Too late to join"
        CANCELLED_BY_PERSON = "2", "The person cancelled"
        DID_NOT_ATTEND = "3", "Did not attend"
        CANCELLED_BY_US = "4", "We cancelled or postponed"

    ATTENDED = (Code.ON_TIME, Code.LATE)

    place = models.ForeignKey("cohort_sessions.Place", on_delete=models.PROTECT, related_name="attendances")
    session = models.ForeignKey(Session, on_delete=models.PROTECT, related_name="attendances")
    participant = models.ForeignKey(Participant, on_delete=models.PROTECT, related_name="+")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    expected = models.BooleanField(default=True, editable=False)

    released_at = models.DateTimeField(null=True)  # the person was moved to another cohort

    answer = models.CharField(max_length=5, choices=Answer, default=Answer.NONE, blank=True)
    answered_at = models.DateTimeField(null=True)
    answered_late = models.BooleanField(default=False)  # in the last hour: shown to the instructor at once
    joined_at = models.DateTimeField(null=True)  # pressed "join" for the first time
    # A host said "not back today": the person may not join this session again.
    rejoin_refused_at = models.DateTimeField(null=True)
    rejoin_refused_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
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
                condition=Q(expected=True),
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
            only_values("code", ["", "2", "3", "4", "5", "6", "7"], name="attendance_code_known"),
            models.CheckConstraint(
                condition=Q(answer="", answered_at__isnull=True)
                | ~Q(answer="") & Q(answered_at__isnull=False),
                name="attendance_answer_at",
            ),
            at_and_by("rejoin_refused_at", "rejoin_refused_by", name="attendance_rejoin_refused_at_and_by"),
        ]
        indexes = [models.Index(fields=["session", "place"], name="attendance_of_session")]
        triggers = [triggers.COPY_TIMES, triggers.RELEASED, triggers.NO_SHOW_OF_NOTHING]

    def __str__(self) -> str:
        return f"attendance {self.pk}"


class AnswerLink(Link):
    """A participant's link to answer, and later to join, one session: a plain one (docs/domain.md 8.5)."""

    PURPOSE = "answer"
    HOLDER = "attendance__place__participant"

    attendance = models.OneToOneField(Attendance, on_delete=models.PROTECT, related_name="link")
