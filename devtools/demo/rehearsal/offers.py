"""Offers and beginnings in a demonstration: one open, one answered with "another time", somebody who waits and whose
times have changed, a cohort with too few people, and a free place that is too late to offer."""

from datetime import date, datetime, time, timedelta

from core.dates import LONDON, day
from devtools.demo.rehearsal.life import Cast
from sessions.cohorts import opening
from sessions.models import Cohort, WaitingLink
from sessions.places import offers
from sessions.proposals import pool
from sessions.session_dates import local_to_utc
from sessions.waiting_list import services as waiting_list

ROOM = "https://zoom.us/j/99900000001"
HOURS = (time(9), time(14), time(18))


def furnish(cast: Cast, now: datetime) -> None:
    today = now.astimezone(LONDON).date()
    few = _open(cast, "Gentle start", today + timedelta(days=6), time(11), now)
    *_, changed, first, second = pool.load_pool(now=now).people.values()
    waiting = [first, second]
    link = WaitingLink.make(referral=changed, now=now, expires_at=now + waiting_list.LINK_LIVES)
    waiting_list.times_changed(link=link, now=now)
    for referral, answered in zip(waiting, (False, True), strict=False):
        place = offers.offer(referral=referral, cohort=few, by=cast.officer, now=now)
        if answered:
            offers.decline(place=place, other_time=True, now=now)
    for starts_on in (today, today + timedelta(days=1)):
        for at in HOURS:
            if timedelta(hours=1) < local_to_utc(starts_on, at) - now <= timedelta(hours=24):
                _open(cast, "A late place", starts_on, at, now)
                return


def _open(cast: Cast, name: str, starts_on: date, at: time, now: datetime) -> Cohort:
    return opening.open_cohort(
        programme=cast.programme,
        name=f"{name}, {day(starts_on)}",
        starts_on=starts_on,
        start_time=at,
        join_url=ROOM,
        by=cast.officer,
        now=now,
    )
