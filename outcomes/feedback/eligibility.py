"""Who should be asked how a session was, when, and until when: by the programme's timetable (docs/domain.md 8.1)."""

from datetime import datetime, timedelta

from django.db.models import (
    DateTimeField,
    DurationField,
    Exists,
    ExpressionWrapper,
    F,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
)
from django.db.models.functions import Coalesce

from sessions.models import Attendance, MessageTime, Place, Session
from sessions.reminders.timing import STARTING_POINTS, Kind

LAST_LINK_LIVES = timedelta(days=14)  # after session 10; others live until the next session starts
LOOK_BACK = timedelta(days=60)  # longer than any gap that skip dates make between two sessions


def to_ask(now: datetime) -> QuerySet[Attendance]:
    """Attendances whose person should be asked now and has not been: docs/domain.md 8.1.

    So many minutes after the end as the programme's timetable says: those marked 5 or 6; where no register is saved,
    those who pressed "join"; the others once the register marks them. Each carries `asks_from`, and `asks_until`,
    when the next session starts or 14 days after the last one.
    """
    following = (
        Session.objects.filter(
            cohort=OuterRef("session__cohort"), starts_at__gt=OuterRef("session__starts_at")
        )
        .exclude(status=Session.Status.CANCELLED_BY_US)
        .order_by("starts_at")
        .values("starts_at")[:1]
    )
    return (
        Attendance.objects.filter(
            came(),
            asks("session__cohort__programme"),
            feedback_link__isnull=True,
            session__starts_at__gt=now - LOOK_BACK,
            session__ends_at__lte=now,
        )
        .annotate(asks_from=asks_from("session__ends_at", "session__cohort__programme"))
        .annotate(asks_until=Coalesce(Subquery(following), F("session__ends_at") + LAST_LINK_LIVES))
        .filter(asks_from__lte=now, asks_until__gt=now)
        .select_related("place__participant", "place__cohort")
        .order_by("pk")
    )


def asks(programme: str) -> Q:
    """The programme at the end of this path has not switched the question off."""
    return ~Q(Exists(_line(programme).filter(active=False)))


def asks_from(ends_at: str, programme: str) -> ExpressionWrapper:
    """So many minutes after the end of the session as the programme's timetable says; these are paths to the two."""
    usual = Value(STARTING_POINTS[Kind.FEEDBACK].minutes)
    minutes = Coalesce(Subquery(_line(programme).values("minutes")[:1]), usual)
    wait = ExpressionWrapper(minutes * Value(timedelta(minutes=1)), output_field=DurationField())
    return ExpressionWrapper(F(ends_at) + wait, output_field=DateTimeField())


def _line(programme: str) -> QuerySet[MessageTime]:
    return MessageTime.objects.filter(programme=OuterRef(programme), kind=Kind.FEEDBACK)


def came() -> Q:
    """Attended by the register or, while it is not saved, by having pressed "join"; and has not left since."""
    pressed_join = Q(code="", joined_at__isnull=False)  # a saved register leaves nobody unmarked
    return (
        (Q(code__in=Attendance.ATTENDED) | pressed_join)
        & Q(expected=True)
        & ~Q(place__state=Place.State.LEFT)
    )
