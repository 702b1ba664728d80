"""Cohorts, sessions and places for tests, made by the real services.

Time stands at a fixed Monday; the usual cohort meets on Tuesdays at 6pm from the eighth day after it.
"""

from datetime import UTC, date, datetime, time, timedelta
from itertools import count

from accounts.models import User
from accounts.tests.factories import OfficerFactory
from participants.models import Availability, Participant, Readiness
from participants.tests.factories import PersonFactory
from referrals.models import Referral
from referrals.statuses import Status
from referrals.tests.factories import ReferralFactory
from sessions.attendance import register as register_services
from sessions.cohorts import meeting_times, opening
from sessions.models import Attendance, Cohort, Instructor, Place, Programme, Session
from sessions.places import offers, placement
from sessions.schedule_changes import services as schedule_changes

NOW = datetime(2026, 2, 23, 9, 0, tzinfo=UTC)  # a Monday
FIRST_DAY = date(2026, 3, 3)  # a Tuesday, four weeks before the clocks change
SIX_PM = time(18, 0)
ROOM = "https://zoom.us/j/99912345678"

_names, _references = count(1), count(1)


def programme(**rules: object) -> Programme:
    """The usual programme, with its defaults."""
    return Programme.objects.create(name=f"Programme {next(_names)}", **rules)


def instructor(**details: object) -> Instructor:
    """Somebody who may lead any cohort."""
    details = {"name": f"Instructor {next(_names)}", "qualification": "Level 4 Exercise Referral", **details}
    return Instructor.objects.create(**details)


def cohort(*, now: datetime = NOW, **details: object) -> Cohort:
    """An open cohort of ten Tuesdays with eight places."""
    details = {
        "programme": details.pop("programme", None) or programme(),
        "name": f"Cohort {next(_names)}",
        "starts_on": FIRST_DAY,
        "start_time": SIX_PM,
        "join_url": ROOM,
        "by": details.pop("by", None) or OfficerFactory(),
        **details,
    }
    return opening.open_cohort(now=now, **details)


def waiting(*, person: Participant | None = None, opted_in_at: datetime = NOW, **details: object) -> Referral:
    """A person on the waiting list."""
    details.setdefault(
        "reference", f"IYM-{next(_references):07}"
    )  # a soak makes more than the usual pattern holds
    return ReferralFactory(
        participant=person or PersonFactory(), status=Status.WAITING, opted_in_at=opted_in_at, **details
    )


def placed(
    in_cohort: Cohort, *, person: Participant | None = None, now: datetime = NOW, by: User | None = None
) -> Place:
    """A person with a place."""
    return placement.place(
        referral=waiting(person=person), cohort=in_cohort, by=by or OfficerFactory(), now=now
    )


def offered(
    in_cohort: Cohort,
    *,
    person: Participant | None = None,
    now: datetime = NOW,
    by: User | None = None,
    **details: object,
) -> Place:
    """A person to whom a place is offered."""
    referral = waiting(person=person, **details)
    return offers.offer(referral=referral, cohort=in_cohort, by=by or OfficerFactory(), now=now)


def suited(to_cohort: Cohort, **details: object) -> Referral:
    """A person on the waiting list whom this cohort suits."""
    referral = waiting(**details)
    fits(referral, to_cohort)
    return referral


def fits(referral: Referral, a_cohort: Cohort) -> None:
    """The person can make all its times, at its first level, in its language."""
    person, officer = referral.participant, OfficerFactory()
    Readiness.objects.update_or_create(
        participant=person,
        defaults={
            "level": a_cohort.levels[0],
            "language": a_cohort.language,
            "preferences": [],
            "asked_at": NOW,
            "asked_by": officer,
        },
    )
    for weekday, part in meeting_times.read_times(meeting_times.times_of(a_cohort.sessions.held())):
        Availability.objects.get_or_create(
            participant=person, weekday=weekday, part=part, defaults={"told_at": NOW, "told_to": officer}
        )


def session(of_cohort: Cohort, number: int) -> Session:
    return of_cohort.sessions.held().get(number=number)


def session_any(of_cohort: Cohort, number: int) -> Session:
    """The session that has or had this number last, cancelled or not."""
    return of_cohort.sessions.filter(number=number).latest("starts_at")


def cancelled(of_cohort: Cohort, number: int, *, now: datetime = NOW) -> Session:
    """The session that had this number and is cancelled; those after it have a number less now."""
    found = session(of_cohort, number)
    schedule_changes.cancel_session(session=found, by=OfficerFactory(), now=now)
    found.refresh_from_db()
    return found


def attendance(of_place: Place, number: int) -> Attendance:
    held = of_place.attendances.exclude(session__status=Session.Status.CANCELLED_BY_US)
    return held.select_related("session__cohort__programme", "link").get(session__number=number)


def register(
    of_session: Session,
    by: User,
    *,
    absent: set[int] = frozenset(),
    code: str = "3",
    now: datetime | None = None,
) -> Session:
    """Save a register: everybody on time but the places in `absent`, who get `code`."""
    codes = {
        a.pk: (code if a.place_id in absent else Attendance.Code.ON_TIME, False)
        for a in of_session.attendances.filter(expected=True)
    }
    moment = now or of_session.ends_at + timedelta(minutes=5)
    return register_services.save_register(session=of_session, codes=codes, by=by, now=moment)
