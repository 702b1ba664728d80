"""A county's waiting list: three hundred made-up people and thirty cohorts that could take them, to see a proposal at work.

Who they are and what they can make depends on the seed alone. They are written in bulk: nobody is triaged, asked or
mailed, and everybody is on the waiting list already.
"""

# ruff: noqa: S311 - this chance is meant to be repeatable

from datetime import datetime, time, timedelta
from random import Random
from uuid import UUID

from django.db import transaction

from accounts.models import User
from core.dates import LONDON, day
from devtools.demo.bulk_readiness import SLOTS, drawn_for
from devtools.demo.rehearsal.life import Cast
from devtools.demo.rehearsal.people import made_up
from devtools.demo.rehearsal.run import next_serial
from participants.models import Availability, Level, Participant, Readiness
from referrals.models import TOLD, Referral, StatusChange
from referrals.references import random_reference
from referrals.statuses import Status
from sessions.cohorts import opening, requirements
from sessions.models import Cohort

PEOPLE, COHORTS, PLACES, SEED = 300, 30, 10, 1
STARTS = {"morning": time(10), "afternoon": time(14), "evening": time(18)}
NAMED = "County"  # every name of its cohorts begins so
ROOM = "https://zoom.us/j/99900000000"
LONGEST_WAIT = 30 * 7  # days


def furnish(*, cast: Cast, now: datetime) -> bool:
    """Add them; False if they are here already. The caller has made sure that nobody real is."""
    if Cohort.objects.filter(name__startswith=NAMED).exists():
        return False
    with transaction.atomic():
        _people(cast, now)
        _cohorts(cast, now)
    return True


def _people(cast: Cast, now: datetime) -> None:
    people = made_up(count=PEOPLE, seed=SEED, serial=next_serial())
    chance = Random(f"county/{SEED}")
    here = {"message_safe": True, "practice": cast.practice, "synthetic": True, "added_at": now}
    rows = Participant.objects.bulk_create(Participant(**person.details(), **here) for person in people)
    waits = [timedelta(days=chance.randint(1, LONGEST_WAIT)) for _ in rows]
    referrals = Referral.objects.bulk_create(
        Referral(
            reference=random_reference(),
            submission_key=UUID(int=chance.getrandbits(128), version=4),
            participant=row,
            organisation=cast.practice,
            submitted_by=cast.referrer,
            submitted_at=now - wait,
            referrer_name=cast.referrer.name,
            referrer_role=Referral.ReferrerRole.GP,
            pain_three_months=True,
            agreed_on=(now - wait).date(),
            status=Status.WAITING,
            status_at=now - wait,
            opted_in_at=now - wait,
            priority=chance.choices([0, 1, 2], [18, 3, 1])[0],
            priority_reason="Made up",
            **{f"told_{name}": getattr(row, name) for name in TOLD},
        )
        for row, wait in zip(rows, waits, strict=True)
    )
    StatusChange.objects.bulk_create(
        StatusChange(referral=one, to_status=to, from_status=came, at=one.opted_in_at, by=cast.officer)
        for one in referrals
        for came, to in (
            ("", Status.SUBMITTED),
            (Status.SUBMITTED, Status.ACCEPTED),
            (Status.ACCEPTED, Status.WAITING),
        )
    )
    _wishes(rows, chance, cast.officer, now)


def _wishes(rows: list[Participant], chance: Random, officer: User, now: datetime) -> None:
    wishes = [drawn_for(chance) for _ in rows]
    Readiness.objects.bulk_create(
        Readiness(
            participant=row,
            **wish["readiness"] | {"preferences": []},
            asked_at=now,
            asked_by=officer,
        )
        for row, wish in zip(rows, wishes, strict=True)
    )
    Availability.objects.bulk_create(
        Availability(participant=row, weekday=weekday, part=part, told_at=now, told_to=officer)
        for row, wish in zip(rows, wishes, strict=True)
        for weekday, part in sorted(wish["slots"])
    )


def _cohorts(cast: Cast, now: datetime) -> None:
    """Two for each weekday and part of the day: one for one level, one for every level."""
    today = now.astimezone(LONDON).date()
    monday = today + timedelta(
        days=14 - today.weekday()
    )  # there is time to offer places and wait for answers
    for number in range(COHORTS):
        weekday, part = SLOTS[number % len(SLOTS)]
        starts_on = monday + timedelta(days=weekday)
        level = Level.values[number % len(Level)] if number < len(SLOTS) else None
        whom = Level(level).label.lower() if level else "every level"
        cohort = opening.open_cohort(
            programme=cast.programme,
            name=f"{NAMED} {number + 1}: {starts_on:%A} {part}, {whom}, from {day(starts_on)}",
            starts_on=starts_on,
            start_time=STARTS[part],
            capacity=PLACES,
            join_url=ROOM,
            by=cast.officer,
            now=now,
        )
        if level:
            requirements.suit(cohort=cohort, changes={"levels": [level]})
