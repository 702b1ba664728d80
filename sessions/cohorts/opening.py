"""Opening a cohort: its ten sessions and the address of its video room."""

from collections.abc import Collection
from datetime import date, datetime, time
from typing import Any

from accounts.models import User
from core.errors import Refused, refusing
from sessions import session_dates
from sessions.cohorts import staffing
from sessions.cohorts.requirements import SUITING
from sessions.cohorts.video_link import video_address
from sessions.models import Cohort, CohortStatusChange, Instructor, Phase, Programme, Session


class CohortNameTaken(Refused):
    field = "name"
    sentence = "A group already has this name. Enter a different name."


class CapacityOutOfRange(Refused):
    sentence = "Enter from 1 to 12 places."


class PhaseOfAnother(Refused):
    sentence = "This pilot or phase belongs to another programme. Choose one from this group’s programme."


class StartsInThePast(Refused):
    sentence = "Choose a first session in the future."


def open_cohort(
    *,
    programme: Programme,
    name: str,
    starts_on: date,
    start_time: time,
    second_day: session_dates.Second | None = None,
    skip_dates: Collection[date] = (),
    capacity: int | None = None,
    join_url: str,
    phase: Phase | None = None,
    planned: bool = False,
    lead: Instructor | None = None,
    second: Instructor | None = None,
    like: Cohort | None = None,
    by: User,
    now: datetime,
) -> Cohort:
    """Open a cohort with ten sessions, weekly or twice a week, by the clocks in Europe/London (docs/domain.md 5.1).

    `second_day` of each week has a time of its own. `capacity` defaults to the programme's. A `planned` cohort takes
    people only once `start_recruiting` says so. `lead` and `second` host it. It suits
    whom the cohort `like` suits; without one, everybody. Raises a Refused, or timetable.ImpossibleTime where no
    session can start at one of these times.
    """
    slots = session_dates.plan(starts_on, start_time, programme.session_minutes, skip_dates, second_day)
    if slots[0].starts_at <= now:
        raise StartsInThePast
    with refusing(
        {
            "cohort_sessions_cohort_name_key": CohortNameTaken,
            "cohort_capacity_one_to_twelve": CapacityOutOfRange,
            "cohort_phase_of_programme": PhaseOfAnother,
        }
    ):
        cohort = Cohort.objects.create(
            programme=programme,
            phase=phase,
            name=name,
            status=Cohort.Status.PLANNED if planned else Cohort.Status.RECRUITING,
            capacity=programme.capacity if capacity is None else capacity,
            join_url=video_address(join_url),
            opened_at=now,
            opened_by=by,
            **({name: getattr(like, name) for name in SUITING} if like else {}),
        )
        CohortStatusChange.objects.create(cohort=cohort, to_status=cohort.status, at=now, by=by)
        Session.objects.bulk_create(
            Session(cohort=cohort, number=slot.number, **slot.times()) for slot in slots
        )
        if lead or second:
            staffing.assign(cohort, lead=lead, second=second, now=now)
    return cohort


def settings_of(cohort: Cohort) -> dict[str, Any]:
    """What a new cohort like this one is asked to begin with: all but its name and its first date.

    A host who can be given no more cohorts is left out.
    """
    held = cohort.sessions.held().order_by("starts_at").values_list("local_date", "local_time")
    start_time, second_day = session_dates.shape(held)
    hosts = {"lead": cohort.lead, "second": cohort.second_host}
    return {
        "programme": cohort.programme_id,
        "phase": cohort.phase_id,
        "capacity": cohort.capacity,
        "join_url": cohort.join_url,
        "start_time": start_time,
        "second_day": second_day,
        **{name: host.pk if host and host.active else None for name, host in hosts.items()},
    }
