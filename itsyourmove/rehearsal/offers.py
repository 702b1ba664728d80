"""Offers and beginnings in a demonstration: one open, one answered with "another time", a cohort with too few people, and
a free place that is too late to offer."""

from datetime import date, datetime, time, timedelta

from design.dates import LONDON, day
from itsyourmove.rehearsal.life import Cast
from sessions import pool, services
from sessions.models import Cohort
from sessions.timetable import local_to_utc

ROOM = "https://zoom.us/j/99900000001"
HOURS = (time(9), time(14), time(18))


def furnish(cast: Cast, now: datetime) -> None:
    today = now.astimezone(LONDON).date()
    few = _open(cast, "Gentle start", today + timedelta(days=6), time(11), now)
    waiting = list(pool.read(now=now).people.values())[-2:]
    for referral, answered in zip(waiting, (False, True), strict=False):
        place = services.offer(referral=referral, cohort=few, by=cast.officer, now=now)
        if answered:
            services.decline(place=place, other_time=True, now=now)
    for starts_on in (today, today + timedelta(days=1)):
        for at in HOURS:
            if timedelta(hours=1) < local_to_utc(starts_on, at) - now <= timedelta(hours=24):
                _open(cast, "A late place", starts_on, at, now)
                return


def _open(cast: Cast, name: str, starts_on: date, at: time, now: datetime) -> Cohort:
    return services.open_cohort(
        programme=cast.programme,
        name=f"{name}, {day(starts_on)}",
        starts_on=starts_on,
        start_time=at,
        join_url=ROOM,
        by=cast.officer,
        now=now,
    )
