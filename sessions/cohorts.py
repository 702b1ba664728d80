"""Opening a cohort: its ten sessions and the address of its video room."""

from collections.abc import Collection, Mapping
from datetime import date, datetime, time

from django.conf import settings

from accounts.models import User
from sessions import staffing, timetable
from sessions.addresses import AddressRefused, host_of
from sessions.models import Cohort, CohortStep, Instructor, Phase, PlanChange, Programme, Session
from sessions.refusals import Refused, refusing


class VideoAddressRefused(AddressRefused):
    """The address is not one of a video service that we know; it is never fetched to find out."""


class CohortNameTaken(Refused):
    field = "name"
    sentence = "There is already a cohort with this name. Give this one a name of its own."


class CapacityOutOfRange(Refused):
    sentence = "A cohort has between 1 and 12 places."


class PhaseOfAnother(Refused):
    sentence = "This pilot or phase belongs to another programme. Choose one of this cohort’s programme."


class StartsInThePast(Refused):
    sentence = "The first session must still be to come. Choose a later date."


SUITING = ("levels", "provides", "language")


def open_cohort(
    *,
    programme: Programme,
    name: str,
    starts_on: date,
    start_time: time,
    second_day: timetable.Second | None = None,
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
    """Open a cohort with ten sessions, weekly or twice a week, by the clocks in Europe/London (domain.md 4.4).

    `second_day` of each week has a time of its own. `capacity` defaults to the programme's. A `planned` cohort takes
    people only once `start_recruiting` says so. `lead` and `second` host it. It suits
    whom the cohort `like` suits; without one, everybody. Raises a Refused, or timetable.ImpossibleTime where no
    session can start at one of these times.
    """
    slots = timetable.plan(starts_on, start_time, programme.session_minutes, skip_dates, second_day)
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
        CohortStep.objects.create(cohort=cohort, to_status=cohort.status, at=now, by=by)
        Session.objects.bulk_create(
            Session(
                cohort=cohort,
                number=slot.number,
                starts_at=slot.starts_at,
                ends_at=slot.ends_at,
                local_date=slot.local_date,
                local_time=slot.local_time,
            )
            for slot in slots
        )
        if lead or second:
            staffing.assign(cohort, lead=lead, second=second, now=now)
    return cohort


class NoLevel(Refused):
    sentence = "A cohort is for one activity level or more. Nothing was changed."


def suit(*, cohort: Cohort, changes: Mapping[str, object]) -> Cohort:
    """Say whom this cohort suits: `changes` names any of `SUITING`, and what it does not name stays as it is.

    Nobody who has a place loses it. History keeps who changed it and when. Raises NoLevel; KeyError for another name.
    """
    if strange := set(changes) - set(SUITING):
        raise KeyError(", ".join(sorted(strange)))
    with refusing({"cohort_levels_of_the_list": NoLevel}):
        cohort = Cohort.objects.select_for_update(of=("self",), no_key=True).get(pk=cohort.pk)
        for name, value in changes.items():
            setattr(cohort, name, value)
        cohort.save(update_fields=list(changes))
    return cohort


def change_video_address(*, cohort: Cohort, join_url: str, by: User, now: datetime) -> Cohort:
    """Lead everybody to another video room from now on; that it changed is kept, the address itself in no history.

    No message holds the address, so nobody is written to. The same address again changes nothing. Raises
    VideoAddressRefused.
    """
    with refusing():
        cohort = Cohort.objects.select_for_update(of=("self",), no_key=True).get(pk=cohort.pk)
        address = video_address(join_url)
        if address != cohort.join_url:
            cohort.join_url = address
            cohort.save(update_fields=["join_url"])
            PlanChange.objects.create(cohort=cohort, kind=PlanChange.Kind.VIDEO, at=now, by=by)
    return cohort


def video_address(address: str) -> str:
    """The address as given, if it is https at a host of settings.VIDEO_HOSTS or below it; else VideoAddressRefused."""
    host = host_of(address, noun="video address", refusal=VideoAddressRefused)
    if not any(host == known or host.endswith(f".{known}") for known in settings.VIDEO_HOSTS):
        known = ", ".join(settings.VIDEO_HOSTS)
        raise VideoAddressRefused(f"The video address must be at one of the services we use: {known}.")
    return address
