"""Many people reach for the same places at the same moment.

First it is shown that the naive path breaks every promise; then that the database stops even that path; then that
each guard is needed; then that the real service keeps every promise and answers in sentences.
"""

import random
from functools import partial
from threading import Event

import pytest
from django.db import connection, transaction

from accounts.tests.factories import OfficerFactory
from core.errors import Busy, Refused
from participants.tests.factories import TOLD
from referrals.models import Referral
from referrals.screening import services as screening
from referrals.statuses import HAS_PLACE, Reason, Status
from referrals.triage import closures
from referrals.triage import services as triage
from sessions.models import Cohort, Place
from sessions.places import offers, placement
from sessions.places.common import AlreadyPlaced, CohortFull, NotSafeYet, SessionsOverlap
from sessions.places.offers import SpeakFirst
from sessions.tests import factories as make
from sessions.tests.race import (
    MISCOUNTED,
    OVERFULL,
    OVERLAP,
    TWO_PLACES,
    TWO_SAYINGS,
    at_once,
    audit,
    deadlocks,
    naive_place,
    without,
)

pytestmark = pytest.mark.django_db(transaction=True)

SIX, SEVEN = make.SIX_PM, make.SIX_PM.replace(hour=19)
GUARDS = ("cohort_not_overfull", "place_one_open", "attendance_no_overlap")


def race_naively(*, people=6, cohorts=2, capacity=1, apart=False, **options):
    """`people` each try each of the cohorts at once; `apart`: the cohorts meet at different hours."""
    hours = [SIX, SEVEN] if apart else [SIX, SIX]
    opened = [make.cohort(capacity=capacity, start_time=hour) for hour in hours[:cohorts]]
    waiting = [make.waiting() for _ in range(people)]
    return at_once([partial(partial(naive_place, **options), who, c) for who in waiting for c in opened])


def test_the_naive_path_overfills_doubles_and_overlaps():
    with without(*GUARDS):
        assert all(race_naively())
        assert audit(leaving_out=TWO_SAYINGS) == {OVERFULL, TWO_PLACES, OVERLAP}


def test_the_database_stops_even_the_naive_path():
    won = race_naively(capacity=2)
    assert 1 <= sum(won) <= 4
    assert audit(leaving_out=TWO_SAYINGS) == set()


@pytest.mark.parametrize(
    ("guard", "race", "broken"),
    [
        ("cohort_not_overfull", {"cohorts": 1}, {OVERFULL}),
        ("place_one_open", {"people": 1, "capacity": 8, "apart": True}, {TWO_PLACES}),
        ("attendance_no_overlap", {"people": 1, "capacity": 8, "state": Place.State.COMPLETED}, {OVERLAP}),
        ("count_places", {"cohorts": 1}, {OVERFULL, MISCOUNTED}),
    ],
)
def test_without_any_one_guard_its_promise_is_broken(guard, race, broken):
    with without(guard):
        race_naively(**race)
        assert audit(leaving_out=TWO_SAYINGS) == broken
    race_naively(**race)
    assert audit(leaving_out=TWO_SAYINGS) == set(), "the guard is back"


def race_for_places(*, people, cohorts, clients, seed):
    """`clients` officers each place one of `people` in one of the cohorts, half of which meet at the same hours."""
    rng = random.Random(seed)
    officer = OfficerFactory()
    programme = make.programme()
    opened = [
        make.cohort(
            programme=programme, by=officer, capacity=rng.randint(3, 5), start_time=(SIX, SEVEN)[n % 2]
        )
        for n in range(cohorts)
    ]
    waiting = [make.waiting() for _ in range(people)]
    wishes = [(waiting[n % people], rng.choice(opened)) for n in range(clients)]
    before = deadlocks()

    def attempt(referral, cohort, barrier):
        referral = Referral.objects.get(pk=referral.pk)
        barrier.wait(timeout=60)
        return placement.place(referral=referral, cohort=cohort, by=officer, now=make.NOW)

    results = at_once([partial(attempt, *wish) for wish in wishes])
    unexpected = [
        r for r in results if not isinstance(r, (Place, CohortFull, AlreadyPlaced, SessionsOverlap, Busy))
    ]
    assert unexpected == []
    assert audit() == set()
    assert deadlocks() == before
    won = [r for r in results if isinstance(r, Place)]
    enrolled = Referral.objects.filter(pk__in=[who.pk for who in waiting], status=Status.ENROLLED)
    assert len(won) == Place.objects.open().filter(cohort__in=opened).count() == enrolled.count()
    for cohort in Cohort.objects.filter(pk__in=[cohort.pk for cohort in opened]):
        wanted = len({who.pk for who, where in wishes if where == cohort})
        assert cohort.taken <= min(cohort.capacity, wanted)
        # Nobody is told "full" while there is room.
        told_full = [
            r
            for r, (_, where) in zip(results, wishes, strict=True)
            if where == cohort and type(r) is CohortFull
        ]
        assert not told_full or cohort.taken == cohort.capacity
    return results


def test_forty_officers_at_once_fill_every_cohort_and_break_nothing():
    results = race_for_places(people=24, cohorts=4, clients=48, seed=1)
    assert any(isinstance(r, CohortFull) for r in results)
    assert any(isinstance(r, AlreadyPlaced) for r in results)


def test_one_person_wanted_in_two_cohorts_at_once_gets_one_place():
    cohorts = [make.cohort(start_time=hour) for hour in (SIX, SIX, SEVEN, SEVEN)]
    referral, officer = make.waiting(), OfficerFactory()

    def attempt(cohort, barrier):
        barrier.wait(timeout=60)
        return placement.place(referral=referral, cohort=cohort, by=officer, now=make.NOW)

    results = at_once([partial(attempt, cohort) for cohort in cohorts])
    assert sum(isinstance(r, Place) for r in results) == 1
    assert sum(isinstance(r, AlreadyPlaced) for r in results) == 3
    assert audit() == set()


def test_leaving_and_placing_at_once_keep_the_count():
    cohort = make.cohort(capacity=6)
    officer = OfficerFactory()
    leaving = [make.placed(cohort) for _ in range(6)]
    coming = [make.waiting() for _ in range(6)]

    def leave(place, barrier):
        barrier.wait(timeout=60)
        return placement.withdraw(place=place, by=officer, now=make.NOW)

    def come(referral, barrier):
        barrier.wait(timeout=60)
        return placement.place(referral=referral, cohort=cohort, by=officer, now=make.NOW)

    results = at_once([partial(leave, p) for p in leaving] + [partial(come, r) for r in coming])
    assert [r for r in results if not isinstance(r, (Place, CohortFull))] == []
    assert audit() == set()


def while_another_holds(row, act):
    """What becomes of an act that waits for a row for less long than somebody else keeps it."""
    given_up = Event()

    def impatient(barrier):
        with connection.cursor() as cursor:
            cursor.execute("SET lock_timeout = '50ms'")
        barrier.wait(timeout=60)
        try:
            return act()
        finally:
            given_up.set()

    def holder(barrier):
        with transaction.atomic():
            type(row).objects.select_for_update().get(pk=row.pk)
            barrier.wait(timeout=60)
            given_up.wait(timeout=60)

    return at_once([impatient, holder])[0]


def test_a_lock_that_does_not_come_free_is_a_sentence_not_a_crash():
    cohort, referral, officer = make.cohort(), make.waiting(), OfficerFactory()
    place = partial(placement.place, referral=referral, cohort=cohort, by=officer, now=make.NOW)
    refused = while_another_holds(cohort, place)
    assert isinstance(refused, Busy)
    assert "Try again" in str(refused)


@pytest.mark.parametrize("held", ["cohort", "person"])
def test_nor_is_it_one_when_a_death_is_recorded(held):
    place, officer = make.placed(make.cohort()), OfficerFactory()
    row = place.cohort if held == "cohort" else place.referral.participant
    die = partial(closures.died, **TOLD, referral=place.referral, by=officer, now=make.NOW)
    refused = while_another_holds(row, die)
    assert isinstance(refused, Refused)
    assert "Try again" in str(refused)
    assert Referral.objects.get().status in HAS_PLACE


def test_nor_when_a_referral_is_decided_on():
    referral, officer = make.waiting(), OfficerFactory()
    withdraw = partial(triage.withdraw, referral=referral, by=officer, now=make.NOW, reason=Reason.NOT_WANTED)
    refused = while_another_holds(referral, withdraw)
    assert isinstance(refused, Refused)
    assert "Try again" in str(refused)


@pytest.mark.parametrize("way", ["place", "offer", "accept"])
def test_a_hold_that_comes_while_a_place_is_given_or_taken_is_seen(way):
    """Whoever gives or takes waits for the referral, and looks once they have it."""
    cohort, officer = make.cohort(), OfficerFactory()
    if way == "accept":
        place = make.offered(cohort)
        referral, act = place.referral, partial(offers.accept, place=place, now=make.NOW)
    else:
        referral = make.waiting()
        give = {"place": placement.place, "offer": offers.offer}[way]
        act = partial(give, referral=referral, cohort=cohort, by=officer, now=make.NOW)

    def holder(barrier):
        with transaction.atomic():
            screening.hold(referral=referral, by=officer, now=make.NOW, words="Chest pain")
            barrier.wait(timeout=20)
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_sleep(0.4)")

    def giver(barrier):
        barrier.wait(timeout=20)
        return act()

    given = at_once([giver, holder])[0]
    assert isinstance(given, (NotSafeYet, SpeakFirst)), given


@pytest.mark.soak
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_two_hundred_officers_five_times_over_break_nothing(seed):
    for turn in range(5):
        race_for_places(people=100, cohorts=8, clients=200, seed=seed * 10 + turn)
