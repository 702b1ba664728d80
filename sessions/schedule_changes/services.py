"""Sessions that do not happen as planned: moved, or cancelled with a new tenth at the end (docs/domain.md 5.5)."""

from collections.abc import Iterable
from datetime import date, datetime, time

from django.db import connection
from django.db.models import OuterRef, Subquery

from accounts.models import User
from core.errors import ChangedMeanwhile, Refused, refusing
from messaging.outbox import queue as outbox
from sessions import statuses
from sessions.cohorts import locking
from sessions.models import (
    AnswerLink,
    Attendance,
    ChangedSession,
    Cohort,
    OfferLink,
    Place,
    PlanChange,
    Session,
)
from sessions.places import common
from sessions.reminders import scheduling
from sessions.reminders.timing import OF_A_SESSION
from sessions.schedule_changes import preview, recipients
from sessions.schedule_changes.preview import Moving, Plan
from sessions.session_dates import SESSIONS_IN_COHORT, Slot

CHANGED = (
    "Nothing changed. The sessions or people in this group have changed since you looked. "
    "Check the preview again."
)


class SessionsAtOnce(Refused):
    sentence = "Nothing changed. Someone in this group would have two sessions at once. Choose another time."


class CohortOver(Refused):
    sentence = "Nothing changed. This group has finished or was cancelled."


RULES: dict[str, type[Refused]] = {
    "attendance_no_overlap": SessionsAtOnce,
    "cohort_sessions_in_order": preview.OutOfOrder,
}


def reschedule(
    *,
    session: Session,
    scope: str = preview.Scope.ONE,
    local_date: date,
    local_time: time,
    by: User,
    now: datetime,
    why: str = "",
    seen: str = "",
) -> PlanChange:
    """Move a session, or also those after it, to a wall-clock time in London; everybody concerned is told once.

    Which others move, and how, says `preview.moving`. What a person had answered is asked again, and reminders of the
    old time are called back. `seen` is the `Plan.seen` that the officer agreed to. Raises a Refused or
    session_dates.ImpossibleTime.
    """
    with refusing(RULES):
        cohort = _lock(session)
        plan = preview.moving(
            cohort=cohort, session=session, scope=scope, local_date=local_date, local_time=local_time, now=now
        )
        _check_seen(plan, seen)
        change = PlanChange.objects.create(cohort=cohort, kind=PlanChange.Kind.MOVED, at=now, by=by, why=why)
        _write_times(change, plan)
        _ask_again([move.session for move in plan.moves], now)
        _keep_offers(plan)
        recipients.moved(plan, change, now)
        scheduling.queue_for([cohort], now=now)
    return change


def cancel_session(
    *,
    session: Session,
    in_its_place: Slot | None = None,
    by: User,
    now: datetime,
    why: str = "",
    seen: str = "",
) -> Session:
    """Cancel a session that has not begun; those after it take its number each, and a new tenth comes at the end.

    It never counts against anyone, and everybody who was to come is told. `in_its_place` is the next usual day after the last
    one where nothing else is said; `seen` is as in `reschedule`. Returns the new tenth. Raises a Refused or
    session_dates.ImpossibleTime.
    """
    with refusing(RULES):
        cohort = _lock(session)
        plan = preview.cancelling(cohort=cohort, session=session, in_its_place=in_its_place, now=now)
        _check_seen(plan, seen)
        session = plan.session
        change = PlanChange.objects.create(
            cohort=cohort, kind=PlanChange.Kind.CANCELLED, at=now, by=by, why=why
        )
        _record(change, session, None)
        session.status, session.why = Session.Status.CANCELLED_BY_US, why
        session.schedule_version += 1
        session.save(update_fields=["status", "why", "schedule_version"])
        _take_numbers(session)
        tenth = Session.objects.create(cohort=cohort, number=SESSIONS_IN_COHORT, **plan.tenth.times())
        for place in Place.objects.filter(cohort=cohort, state=Place.State.TAKEN).order_by("pk"):
            common.attend(place, [tenth], now)
        _call_back_reminders([session], "the session was cancelled", now)
        _keep_offers(plan)
        recipients.cancelled(plan, change, now)
        scheduling.queue_for([cohort], now=now)
    return tenth


def _lock(session: Session) -> Cohort:
    """The cohort of this session and all its sessions, locked in that order. Raises CohortOver."""
    cohort = locking.lock_cohort(session.cohort_id)
    if cohort.status not in statuses.OPEN:
        raise CohortOver
    list(cohort.sessions.select_for_update(of=("self",)).order_by("pk").values_list("pk"))
    return cohort


def _check_seen(plan: Plan, seen: str) -> None:
    if seen and seen != plan.seen:
        raise ChangedMeanwhile(CHANGED)


def _record(change: PlanChange, session: Session, slot: Slot | None) -> None:
    ChangedSession.objects.create(
        change=change,
        session=session,
        from_starts_at=session.starts_at,
        from_ends_at=session.ends_at,
        to_starts_at=slot and slot.starts_at,
        to_ends_at=slot and slot.ends_at,
        version=session.schedule_version + 1,
    )


def _write_times(change: PlanChange, plan: Moving) -> None:
    """The new times, all at once: one session may come where another was, also for the people in them."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS attendance_no_overlap DEFERRED")
    for session, slot in ((move.session, move.slot) for move in plan.moves):
        _record(change, session, slot)
        session.schedule_version += 1
        session.status, session.why = Session.Status.RESCHEDULED, change.why
        for name, value in slot.times().items():
            setattr(session, name, value)
        session.save(update_fields=["status", "why", "schedule_version", *slot.times()])
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS attendance_no_overlap IMMEDIATE")


def _ask_again(sessions: list[Session], now: datetime) -> None:
    """What was answered, or pressed, was about another time; history keeps it. The links live on with their sessions."""
    attendances = Attendance.objects.filter(session__in=sessions, expected=True)
    attendances.exclude(answer="", joined_at__isnull=True).update(
        answer="", answered_at=None, answered_late=False, joined_at=None
    )
    ends_at = Attendance.objects.filter(pk=OuterRef("attendance")).values("ends_at")
    AnswerLink.objects.filter(attendance__session__in=sessions).update(
        expires_at=Subquery(ends_at) + common.ANSWERS_EXPIRE_AFTER
    )
    _call_back_reminders(sessions, "the session was moved", now)


def _call_back_reminders(sessions: Iterable[Session], why: str, now: datetime) -> None:
    theirs = list(Attendance.objects.filter(session__in=sessions).values_list("pk", flat=True))
    outbox.cancel(subject_type="attendance", subject_ids=theirs, kinds=[*OF_A_SESSION], reason=why, now=now)


def _take_numbers(cancelled: Session) -> None:
    later = cancelled.cohort.sessions.held().filter(number__gt=cancelled.number).order_by("number")
    for session in later:  # one after the other: each number has just become free
        session.number -= 1
        session.save(update_fields=["number"])


def _keep_offers(plan: Plan) -> None:
    """An offer is held no longer than until the usual time before the first session, and its link lives till then."""
    offers = Place.objects.filter(pk__in=[place.pk for place in plan.offers])
    for place in offers.select_for_update(of=("self",)).order_by("pk"):
        place.held_until = preview.held_until(place, plan)
        place.save(update_fields=["held_until"])
        OfferLink.objects.filter(place=place).update(expires_at=plan.first_start)
