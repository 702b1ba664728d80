"""What this app puts on the officers' work queue."""

from datetime import datetime, timedelta

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.urls import reverse

from core.dates import clock, day
from core.work_queue import Panel, Row
from referrals.models import Clearance
from referrals.statuses import Status
from referrals.triage import work_queue as referrals
from sessions.message_groups import KIND
from sessions.models import Attendance, Session
from sessions.session_dates import SESSIONS_IN_COHORT

WEEK = timedelta(days=7)
REGISTER_LATE, REGISTER_VERY_LATE = timedelta(days=1), timedelta(days=3)


def this_week(now: datetime) -> QuerySet[Session]:
    """Sessions of the next seven days and who has answered."""
    counting = Q(attendances__expected=True)
    return (
        Session.objects.between(now, now + WEEK)
        .select_related("cohort")
        .annotate(
            coming=Count("attendances", filter=counting & Q(attendances__answer=Attendance.Answer.YES)),
            away=Count("attendances", filter=counting & Q(attendances__answer=Attendance.Answer.NO)),
            silent=Count("attendances", filter=counting & Q(attendances__answer=Attendance.Answer.NONE)),
        )
        .order_by("starts_at", "pk")
    )


def _coming(session: Session, now: datetime) -> Row:
    answers = f"{session.coming} coming, {session.away} not coming, {session.silent} no answer"
    also = [
        (f"Move session {session.number}", reverse("admin:cohort_sessions_session_move", args=[session.pk]))
    ]
    if session.coming + session.away + session.silent:
        also.append(("Write to the group", reverse("admin:messaging_write", args=[KIND, session.cohort_id])))
    return Row(_label(session), _register(session), answers, also=tuple(also))


def registers_due(now: datetime) -> QuerySet[Session]:
    """Sessions that are over and whose register nobody has saved."""
    return Session.objects.register_due(now).select_related("cohort")


def _unregistered(session: Session, now: datetime) -> Row:
    return Row(_label(session), _register(session), *_lateness(now - session.ends_at))


def speak_first(now: datetime) -> QuerySet[Clearance]:
    """People to speak to who wait or have sessions ahead: with nothing ahead there is nothing to clear them for."""
    ahead = Attendance.objects.filter(place__referral=OuterRef("referral"), expected=True, ends_at__gt=now)
    waits = Q(referral__status__in=[Status.WAITING, Status.OFFERED])
    return referrals.speak_first(now).filter(waits | Exists(ahead))


def _label(session: Session) -> str:
    when = f"{day(session.starts_at)}, {clock(session.starts_at)}"
    return f"{when}: {session.cohort}, session {session.number} of {SESSIONS_IN_COHORT}"


def _register(session: Session) -> str:
    return reverse("admin:cohort_sessions_session_register", args=[session.pk])


def _lateness(late: timedelta) -> tuple[str, str]:
    if late < REGISTER_LATE:
        return "ended less than a day ago", ""
    waited = f"ended {late.days} day{'' if late.days == 1 else 's'} ago"
    return waited, "red" if late >= REGISTER_VERY_LATE else "amber"


PANELS = [
    Panel(
        name="speak_first",
        title="Speak to before first session",
        order=28,  # about somebody's safety: before what the office owes others
        find=speak_first,
        row=referrals.uncleared,
        names=lambda asked: [(asked.referral.participant, None)],
        empty="No one to speak to.",
        person="referral__participant",
        do="Open the referral",
    ),
    Panel(
        name="sessions_this_week",
        title="Sessions in the next 7 days",
        order=41,
        find=this_week,
        row=_coming,
        url="admin:cohort_sessions_session_changelist",
        query="?when=week",
        empty="No sessions in the next 7 days.",
        group="cohort",
        do="Open the register",
    ),
    Panel(
        name="registers_due",
        title="Registers to complete",
        order=50,
        find=registers_due,
        row=_unregistered,
        url="admin:cohort_sessions_session_changelist",
        query="?when=register",
        empty="No registers to complete.",
        group="cohort",
        do="Complete the register",
    ),
]
