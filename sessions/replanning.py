"""Sessions that do not happen as planned: cancelled by us, with a new tenth at the end (domain.md 4.4)."""

from datetime import datetime, timedelta

from accounts.models import User
from sessions import giving, states
from sessions.models import Attendance, Place, Session
from sessions.refusals import Refused, refusing
from sessions.timetable import SESSIONS_IN_COHORT, Slot, local_to_utc


class SessionOver(Refused):
    sentence = "This session has begun, was held or was cancelled already, so it cannot be changed. Nothing was changed."


class NotAfterTheLast(Refused):
    sentence = "The session in its place must come after the last one. Choose a later date."


def cancel_session(
    *, session: Session, in_its_place: Slot | None = None, by: User, now: datetime, why: str = ""
) -> Session:
    """Cancel a session that has not begun; those after it take its number each, and a new tenth comes at the end.

    It never counts against anyone. `in_its_place` is a week after the last one where nothing else is said. Returns
    the new tenth. Raises SessionOver, NotAfterTheLast or timetable.ImpossibleTime.
    """
    with refusing(giving.RULES):
        cohort = giving.lock(session.cohort_id)
        session = Session.objects.select_for_update(of=("self",)).get(pk=session.pk)
        if session.status not in states.AHEAD or session.starts_at <= now:
            raise SessionOver
        last = cohort.sessions.held().latest("starts_at")
        slot = in_its_place or a_week_after(last)
        if slot.starts_at <= last.starts_at:
            raise NotAfterTheLast
        session.status, session.why = Session.Status.CANCELLED_BY_US, why
        session.save(update_fields=["status", "why"])
        _take_numbers(session)
        tenth = Session.objects.create(
            cohort=cohort,
            number=SESSIONS_IN_COHORT,
            starts_at=slot.starts_at,
            ends_at=slot.ends_at,
            local_date=slot.local_date,
            local_time=slot.local_time,
        )
        for place in Place.objects.filter(cohort=cohort, state=Place.State.TAKEN).order_by("pk"):
            giving.attend(place, [tenth], now)
    return tenth


def a_week_after(session: Session) -> Slot:
    """The same time by the clocks, seven days later, as the tenth."""
    local_date = session.local_date + timedelta(days=7)
    starts_at = local_to_utc(local_date, session.local_time)
    ends_at = starts_at + (session.ends_at - session.starts_at)
    return Slot(SESSIONS_IN_COHORT, local_date, starts_at, ends_at)


def _take_numbers(cancelled: Session) -> None:
    later = cancelled.cohort.sessions.held().filter(number__gt=cancelled.number).order_by("number")
    for session in later:  # one after the other: each number has just become free
        session.number -= 1
        session.save(update_fields=["number"])


def expected_at(session: Session) -> list[Attendance]:
    """Whom a change of this session concerns."""
    return list(
        session.attendances.filter(counts=True, place__state=Place.State.TAKEN)
        .select_related("participant", "place")
        .order_by("participant__family_name", "participant__given_name", "pk")
    )
