"""Offers that end, pass on and are answered at the same moment as everything else about cohorts.

As in `test_concurrency`: the naive path breaks, each guard is needed, and the services keep every promise.
"""

import random
from collections import Counter
from datetime import timedelta
from functools import partial

import pytest

from accounts.tests.factories import OfficerFactory
from core.errors import Refused
from messaging.models import Message
from participants.tests.factories import TOLD
from referrals.models import Referral
from referrals.statuses import Status
from referrals.triage import closures
from referrals.triage.closures import AlreadyDead
from sessions.lifecycle import services as lifecycle
from sessions.lifecycle import transfers
from sessions.models import Cohort, Place
from sessions.places import offer_expiry, placement
from sessions.places import offers as offers_services
from sessions.places.offers import OfferOver
from sessions.tests import factories as make
from sessions.tests.race import (
    ENDLESS,
    MISCOUNTED,
    OVERFULL,
    TO_TWO,
    TWICE,
    TWO_PLACES,
    TWO_SAYINGS,
    at_once,
    audit,
    deadlocks,
    naive_pass_on,
    naive_place,
    passed_over,
    without,
)

pytestmark = pytest.mark.django_db(transaction=True)

DAY = timedelta(days=1)
RAN_OUT = make.NOW - 3 * DAY  # an offer of this moment is over at NOW
NAIVELY = {TWO_SAYINGS, ENDLESS}  # the naive path does not keep the referral and the link in step


def broken():
    return audit() - NAIVELY


def ready_to_pass_on(*, cohorts, workers, waiting):
    """For each worker an offer that has run out, in `cohorts` full cohorts; and people whom all of them suit."""
    opened = [make.cohort(capacity=1) for _ in range(cohorts)]
    held = [make.offered(cohort, now=RAN_OUT) for cohort in opened]
    people = [make.suited(opened[0], opted_in_at=make.NOW - n * DAY) for n in range(30, 30 - waiting, -1)]
    return (held * workers)[:workers], people


# The naive path


def race_naively(*, cohorts, workers=2, waiting=2):
    held, _ = ready_to_pass_on(cohorts=cohorts, workers=workers, waiting=waiting)
    return at_once([partial(naive_pass_on, place) for place in held])


def test_the_naive_path_offers_one_person_two_places():
    with without("place_one_open"):
        assert race_naively(cohorts=2) == [True, True]
        assert broken() == {TWO_PLACES}


def test_the_naive_path_loses_a_place_where_the_database_stops_it():
    assert sorted(race_naively(cohorts=2)) == [False, True]
    assert broken() == set()
    assert Cohort.objects.with_room().count() == 1, "a place is free"
    assert Referral.objects.waiting().filter(places__isnull=True).count() == 1, "and somebody waits for it"


def test_the_naive_path_offers_one_freed_place_to_two():
    with without("cohort_not_overfull", "place_one_open", "place_once_per_cohort"):
        assert race_naively(cohorts=1) == [True, True]
        assert broken() == {OVERFULL, TWO_PLACES, TWICE, TO_TWO}


def naive_twice_in_one():
    """Somebody who left is given a place again by two hands at once."""
    cohort, referral = make.cohort(), make.waiting()
    tries = [partial(naive_place, referral, cohort, state=Place.State.LEFT) for _ in range(2)]
    return at_once(tries)


@pytest.mark.parametrize(
    ("guards", "race", "finds"),
    [
        (["place_one_open"], partial(race_naively, cohorts=2), {TWO_PLACES}),
        (["place_once_per_cohort"], naive_twice_in_one, {TWICE}),
        (["count_places"], partial(race_naively, cohorts=2), {MISCOUNTED}),
        (
            ["cohort_not_overfull", "place_one_open", "place_once_per_cohort"],
            partial(race_naively, cohorts=1),
            {OVERFULL, TWO_PLACES, TWICE, TO_TWO},
        ),
    ],
    ids=["place_one_open", "place_once_per_cohort", "count_places", "cohort_not_overfull"],
)
def test_without_a_guard_its_promise_is_broken(guards, race, finds):
    with without(*guards):
        race()
        assert broken() == finds
    race()
    assert broken() == set(), "the guard is back"


# The services


@pytest.mark.parametrize("cohorts", [1, 2])
def test_workers_that_expire_at_once_pass_every_place_on_once(cohorts):
    held, people = ready_to_pass_on(cohorts=cohorts, workers=4, waiting=cohorts + 1)

    def expire(barrier):
        barrier.wait(timeout=60)
        return offer_expiry.expire_due(now=make.NOW)

    assert sum(at_once([expire] * 4)) == cohorts
    assert audit() == set()
    offered = Place.objects.filter(state=Place.State.HELD).values_list("referral", flat=True)
    assert set(offered) == {who.pk for who in people[:cohorts]}, "the first in the order, each one place"
    assert set(Place.objects.filter(pk__in=[p.pk for p in held]).values_list("state", flat=True)) == {
        Place.State.EXPIRED
    }


def test_a_yes_and_the_end_of_the_time_at_once_have_one_outcome():
    for _ in range(5):
        cohort = make.cohort(capacity=1)
        place = make.offered(cohort, now=RAN_OUT)
        make.suited(cohort)

        def say_yes(barrier, place=place):
            barrier.wait(timeout=60)
            return offers_services.accept(place=place, now=place.held_until - timedelta(seconds=1))

        def expire(barrier):
            barrier.wait(timeout=60)
            return offer_expiry.expire_due(now=make.NOW)

        yes, ran_out = at_once([say_yes, expire])
        assert isinstance(yes, Place) != bool(ran_out)
        assert cohort.places.filter(placed_by=None).exists() == bool(ran_out), "passed on where it ran out"
        assert audit() == set()


def test_a_death_and_an_answer_at_once_do_not_wait_for_each_other():
    """The death held the person's messages and waited for the cohort; the answer held the cohort, and waited for them."""
    cohort, officer, before = make.cohort(capacity=8), OfficerFactory(), deadlocks()
    held = [make.offered(cohort, by=officer) for _ in range(8)]

    def die(place, barrier):
        barrier.wait(timeout=60)
        return closures.died(**TOLD, referral=fresh(place).referral, by=officer, now=make.NOW)

    def say_no(place, barrier):
        barrier.wait(timeout=60)
        return offers_services.decline(place=fresh(place), now=make.NOW)

    results = at_once([partial(step, place) for place in held for step in (die, die, say_no)])
    strange = [r for r in results if not isinstance(r, (int, Place, OfferOver, AlreadyDead))]
    assert strange == []
    assert sum(r == 1 for r in results) == 8, "each death is written down once"
    assert not Message.objects.filter(participant__died_at__isnull=False, state="pending").exists()
    assert (audit(), deadlocks()) == (set(), before)


def fresh(place):
    return Place.objects.get(pk=place.pk)


ACTIONS = {
    "accept": lambda w: offers_services.accept(place=fresh(w.offer), now=make.NOW),
    "decline": lambda w: offers_services.decline(place=fresh(w.offer), now=make.NOW),
    "other": lambda w: offers_services.decline(place=fresh(w.offer), now=make.NOW, other_time=True),
    "leave": lambda w: offers_services.leave_list(place=fresh(w.offer), now=make.NOW),
    "take back": lambda w: offers_services.take_back(place=fresh(w.offer), by=w.by, now=make.NOW),
    "expire": lambda w: offer_expiry.expire_due(now=make.NOW),
    "offer": lambda w: offers_services.offer(referral=w.person, cohort=w.cohort, by=w.by, now=make.NOW),
    "place": lambda w: placement.place(referral=w.person, cohort=w.cohort, by=w.by, now=make.NOW),
    "withdraw": lambda w: placement.withdraw(place=fresh(w.taken), by=w.by, now=make.NOW, reason="better"),
    "end": lambda w: placement.end_place(
        place=fresh(w.taken), to=Status.NOT_PARTICIPATING, by=w.by, now=make.NOW, reason="better"
    ),
    "move": lambda w: transfers.move_person(place=fresh(w.taken), to=w.cohort, by=w.by, now=make.NOW),
    "died": lambda w: closures.died(**TOLD, referral=fresh(w.offer).referral, by=w.by, now=make.NOW),
    "merge": lambda w: lifecycle.merge_cohorts(cohort=w.doomed, into=w.cohort, by=w.by, now=make.NOW),
    "cancel": lambda w: lifecycle.cancel_cohort(cohort=w.doomed, by=w.by, now=make.NOW, words="Too few."),
    "confirm": lambda w: lifecycle.confirm_due(now=make.NOW + 2 * DAY),
}
SELDOM = {"merge", "cancel", "confirm", "died"}


class Wish:
    """What one client reaches for; several reach for the same."""

    def __init__(self, rng, *, offers, taken, people, cohorts, by):
        self.offer, self.taken, self.person = rng.choice(offers), rng.choice(taken), rng.choice(people)
        self.cohort, self.doomed, self.by = rng.choice(cohorts), rng.choice(cohorts[-2:]), by


def race_for_everything(*, clients, cohorts, seed):
    """`clients` at once: people answer, time runs out, officers offer, place, move, withdraw, merge and cancel."""
    rng = random.Random(seed)
    officer, programme = OfficerFactory(), make.programme()
    hours = (make.SIX_PM, make.SIX_PM.replace(hour=19))
    opened = [
        make.cohort(programme=programme, by=officer, capacity=rng.randint(5, 7), start_time=hours[n % 2])
        for n in range(cohorts)
    ]
    offers, taken = [], []
    for cohort in opened:
        offers += [make.offered(cohort, by=officer, now=RAN_OUT) for _ in range(2)]
        offers.append(make.offered(cohort, by=officer, now=make.NOW - DAY))
        taken += [make.placed(cohort, by=officer, now=RAN_OUT) for _ in range(2)]
    for place in rng.sample(offers, len(offers) // 2):
        make.fits(place.referral, opened[0])
    people = [make.waiting() for _ in range(max(clients // 5, 4))]
    untouched = [make.suited(opened[0], opted_in_at=make.NOW - n * DAY) for n in range(3 * cohorts, 0, -1)]
    dates = dict(Referral.objects.values_list("pk", "opted_in_at"))
    names = [name for name in ACTIONS for _ in range(1 if name in SELDOM else 4)]
    chosen = [rng.choice(names) for _ in range(clients)]
    wishes = [
        Wish(rng, offers=offers, taken=taken, people=people, cohorts=opened, by=officer) for _ in chosen
    ]
    before = deadlocks()

    def attempt(name, wish, barrier):
        barrier.wait(timeout=60)
        return ACTIONS[name](wish)

    results = at_once([partial(attempt, name, wish) for name, wish in zip(chosen, wishes, strict=True)])
    strange = [
        (name, result)
        for name, result in zip(chosen, results, strict=True)
        if isinstance(result, Exception) and not isinstance(result, Refused)
    ]
    assert strange == []
    assert audit() == set()
    assert deadlocks() == before
    assert dict(Referral.objects.values_list("pk", "opted_in_at")) == dates
    assert passed_over(untouched, opened) == set()
    return Counter((name, type(result).__name__) for name, result in zip(chosen, results, strict=True))


@pytest.mark.parametrize("seed", [1, 2])
def test_forty_clients_at_once_break_nothing(seed):
    outcomes = race_for_everything(clients=40, cohorts=5, seed=seed)
    assert sum(n for (_, kind), n in outcomes.items() if kind in ("Place", "int")) >= 10
    assert Place.objects.filter(placed_by=None).exists(), "freed places were passed on"


def test_the_order_check_sees_somebody_who_was_passed_over():
    held, people = ready_to_pass_on(cohorts=1, workers=1, waiting=2)
    offer_expiry.expire_due(now=make.NOW)
    assert passed_over(people, [held[0].cohort]) == set()
    Referral.objects.filter(pk=people[1].pk).update(opted_in_at=make.NOW - 90 * DAY)
    assert passed_over(people, [held[0].cohort]) == {people[1].pk}


@pytest.mark.soak
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_two_hundred_clients_five_times_over_break_nothing(seed):
    for turn in range(5):
        outcomes = race_for_everything(clients=200, cohorts=12, seed=seed * 10 + turn)
        assert {"Place", "int", "OfferOver", "CohortFull"} <= {kind for _, kind in outcomes}
