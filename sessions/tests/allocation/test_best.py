"""No placing is better than the engine's: held against other ways to the answer, on random problems."""

import random

import pytest

from sessions.allocation import first_come_first_served, solve
from sessions.allocation.assignment import seated
from sessions.allocation.checks import best_without_minimum, faults
from sessions.allocation.cohort_selection import place
from sessions.allocation.equivalence_classes import made
from sessions.allocation.min_cost_flow import flow
from sessions.allocation.solver import FLOW, MILP, TIME_LIMIT
from sessions.tests.allocation import instances, oracles

ALL = ("minimum", "candidates", "together", "avoid")


def reached(problem):
    """What the engine reaches and proves; every rule is checked by the oracles' own eyes."""
    found = solve(problem)
    assert found.proof in (FLOW, MILP)
    assert (found.bound_people, found.bound_score) == (found.people, found.score)
    assert oracles.broken(problem, found.placed) == []
    placed = [person for person in problem.people if person.id in found.placed]
    assert (found.long_waiters, found.people, found.score) == oracles.worth(problem, placed)
    return found.long_waiters, found.people, found.score


def small(seed):
    chance = random.Random(seed)
    rules = {rule for rule in ALL if chance.random() < 0.5}
    return instances.problem(chance, people=chance.randint(0, 8), cohorts=chance.randint(0, 4), rules=rules)


def middling(seed):
    chance = random.Random(seed)
    rules = {rule for rule in ALL if chance.random() < 0.6}
    return instances.problem(
        chance, people=chance.randint(20, 100), cohorts=chance.randint(2, 14), rules=rules
    )


def places_alone(seed):
    chance = random.Random(seed)
    return instances.problem(
        chance, people=chance.randint(0, 500), cohorts=chance.randint(0, 60), rules={"avoid"}
    )


def two_ways(problem):
    """The three aims by types, and with every cohort on its own."""
    told = []
    for alike in (True, False):
        types = made(problem, alike=alike)
        placing = place(types, seconds=60, at_most={})
        placed = seated(placing.chosen, placing.groups, flow(types, placing.coming))
        if placed is None:  # groups that fit in number and do not pack: then the other way alone counts
            assert alike
            assert types.groups
            continue
        assert faults(problem, placed) == []
        told.append(oracles.worth(problem, [one for one in problem.people if one.id in placed]))
    return told


@pytest.mark.parametrize("block", range(10))
def test_nothing_is_better_among_all_placings_of_eight_people(block):
    for seed in range(block * 12, block * 12 + 12):
        problem = small(seed)
        assert reached(problem) == oracles.by_hand(problem), seed


@pytest.mark.parametrize("seed", range(40))
def test_an_assignment_of_people_to_seats_is_no_better(seed):
    problem = places_alone(seed)
    assert reached(problem) == oracles.hungarian(problem)
    assert solve(problem).proof == FLOW


@pytest.mark.parametrize("seed", range(40))
def test_a_model_person_by_person_is_no_better(seed):
    problem = middling(seed)
    assert reached(problem) == oracles.person_by_person(problem)


@pytest.mark.parametrize("seed", range(30))
def test_types_and_single_cohorts_agree(seed):
    told = two_ways(middling(seed))
    assert len(set(told)) == 1


@pytest.mark.soak
def test_thousands_of_problems_agree_with_every_other_way():
    for seed in range(1000, 5000):
        problem = small(seed)
        assert reached(problem) == oracles.by_hand(problem), seed
    for seed in range(1000, 2500):
        problem = places_alone(seed)
        assert reached(problem) == oracles.hungarian(problem), seed
    for seed in range(1000, 2500):
        problem = middling(seed)
        assert reached(problem) == oracles.person_by_person(problem), seed
        assert len(set(two_ways(problem))) == 1, seed


@pytest.mark.parametrize("seed", range(20))
def test_the_certificate_refuses_what_is_not_the_best(seed):
    problem = places_alone(seed)
    best = solve(problem).placed
    assert best_without_minimum(problem, best)
    for who in list(best)[:5]:
        assert not best_without_minimum(problem, {one: where for one, where in best.items() if one != who})
    served = first_come_first_served(problem)
    if served.keys() != best.keys():
        assert not best_without_minimum(problem, served)


def test_the_certificate_refuses_a_later_person_in_an_earlier_ones_place():
    """The same number of people, by a chain of two moves: only the order tells them apart."""
    cohorts = [
        instances.cohort("tue", slot="tue", capacity=1),
        instances.cohort("wed", slot="wed", capacity=1),
    ]
    first, both, last = (
        instances.person("first", 90, slots={"tue"}),
        instances.person("both", 50, slots={"tue", "wed"}),
        instances.person("last", 10, slots={"wed"}),
    )
    problem = instances.Problem([first, both, last], cohorts)
    assert solve(problem).placed == {"first": "tue", "both": "wed"}
    assert not best_without_minimum(problem, {"both": "tue", "last": "wed"})
    assert not best_without_minimum(problem, {"first": "tue", "last": "wed"})


@pytest.mark.parametrize("seed", range(8))
def test_when_the_time_ends_the_bounds_are_true_and_first_come_is_never_better(seed):
    chance = random.Random(seed)
    problem = instances.problem(chance, people=400, cohorts=60, rules={"minimum", "candidates"})
    hurried, best = solve(problem, seconds=1e-6), solve(problem)
    assert faults(problem, hurried.placed) == []
    assert hurried.people >= len(first_come_first_served(problem)) or hurried.long_waiters > 0
    if hurried.proof == TIME_LIMIT:
        assert best.long_waiters <= hurried.bound_long_waiters
        if best.long_waiters == hurried.long_waiters:
            assert best.people <= hurried.bound_people
            if best.people == hurried.people:
                assert best.score <= hurried.bound_score
