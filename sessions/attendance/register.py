"""The register of one session: who came, as the NHS codes it (docs/domain.md 5.6)."""

from collections.abc import Mapping
from datetime import datetime

from django.db.models import QuerySet

from accounts.models import User
from core.dates import day, moment
from core.errors import ChangedMeanwhile, Refused, refusing
from referrals import status_changes
from referrals.statuses import Status
from sessions.cohorts import locking
from sessions.cohorts.status_changes import change_status
from sessions.models import Attendance, Cohort, Place, Session

ANY_VERSION = object()


class NotStarted(Refused):
    """The register can be filled from the start of the session."""


class NotEverybodyMarked(Refused):
    sentence = "Mark everyone on the register, then save it again."


class NotOnRegister(Refused):
    sentence = (
        "Someone on this register has left or moved since you opened it. Open it again and check each mark."
    )


class SessionWasCancelled(Refused):
    sentence = "This session was cancelled, so it has no register."


class AdaptedButAbsent(Refused):
    sentence = "“Took part in an adapted way” is only for people who attended."


def save_register(
    *,
    session: Session,
    codes: Mapping[int, tuple[str, bool]],
    by: User,
    now: datetime,
    seen: datetime | None | object = ANY_VERSION,
) -> Session:
    """Save who came: attendance id to (code, took part in an adapted way), for everybody on the register.

    The session is then delivered, and a person's first attended session makes their referral active. It can be
    saved again to correct it; history keeps each version. `seen` is the moment of the version that was on the
    screen. Raises a Refused.
    """
    with refusing():
        cohort = locking.lock_cohort(session.cohort_id)
        session = (
            Session.objects.select_for_update(of=("self",))
            .select_related("register_saved_by")
            .get(pk=session.pk)
        )
        _check_session(session, now, seen)
        attendances = list(on_register(session).select_for_update(of=("self",)))
        _check_codes(attendances, codes)
        changed = [a for a in attendances if codes[a.pk] != (a.code, a.adapted)]
        for attendance in changed:
            attendance.code, attendance.adapted = codes[attendance.pk]
            attendance.coded_at, attendance.coded_by = now, by
        Attendance.objects.bulk_update(changed, ["code", "adapted", "coded_at", "coded_by"])
        session.status = Session.Status.DELIVERED
        session.register_saved_at, session.register_saved_by = now, by
        session.save(update_fields=["status", "register_saved_at", "register_saved_by"])
        if cohort.status in (Cohort.Status.RECRUITING, Cohort.Status.CONFIRMED):
            change_status(cohort, to=Cohort.Status.RUNNING, by=by, now=now)
        for attendance in attendances:
            _start_taking_part(attendance, session, by, now)
    return session


def on_register(session: Session) -> QuerySet[Attendance]:
    """Who is expected, by name."""
    return (
        Attendance.objects.filter(session=session, expected=True)
        .select_related("place__referral", "participant", "rejoin_refused_by")
        .prefetch_related("participant__needs")
        .order_by("participant__family_name", "participant__given_name", "pk")
    )


def _check_session(session: Session, now: datetime, seen: datetime | None | object) -> None:
    if session.status == Session.Status.CANCELLED_BY_US:
        raise SessionWasCancelled
    if now < session.starts_at:
        raise NotStarted(f"The register opens when the session starts: {moment(session.starts_at)}.")
    if session.register_saved_at and seen not in (ANY_VERSION, session.register_saved_at):
        raise ChangedMeanwhile(
            f"{session.register_saved_by} saved this register on {moment(session.register_saved_at)}, "
            "while you had it open. Check the marks below and save again."
        )


def _check_codes(attendances: list[Attendance], codes: Mapping[int, tuple[str, bool]]) -> None:
    expected = {attendance.pk for attendance in attendances}
    if set(codes) - expected:
        raise NotOnRegister
    if expected - set(codes) or any(code not in Attendance.Code.values for code, _ in codes.values()):
        raise NotEverybodyMarked
    if any(adapted and code not in Attendance.ATTENDED for code, adapted in codes.values()):
        raise AdaptedButAbsent


def _start_taking_part(attendance: Attendance, session: Session, by: User, now: datetime) -> None:
    attended = attendance.code in Attendance.ATTENDED and attendance.place.state == Place.State.TAKEN
    if attended and attendance.place.referral.status == Status.ENROLLED:
        words = f"Attended session {session.number} on {day(session.starts_at)}."
        status_changes.move(referral=attendance.place.referral, to=Status.ACTIVE, by=by, now=now, words=words)
