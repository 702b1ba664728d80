"""No placing is better than the engine's: held against other ways to the answer, on random problems."""

import random

import pytest

from sessions.allocation import solve
from sessions.tests.allocation import instances, oracles

ALL = ("minimum", "candidates", "together", "avoid")


def reached(problem):
    found = solve(problem)
    assert found.proof in ("flow", "milp")
    return found.long_waiters, found.people, found.score


def small(seed):
    chance = random.Random(seed)
    rules = {rule for rule in ALL if chance.random() < 0.5}
    return instances.problem(chance, people=chance.randint(0, 7), cohorts=chance.randint(0, 4), rules=rules)


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


@pytest.mark.parametrize("block", range(10))
def test_nothing_is_better_among_all_placings_of_eight_people(block):
    for seed in range(block * 12, block * 12 + 12):
        problem = small(seed)
        assert reached(problem) == oracles.by_hand(problem), seed


@pytest.mark.parametrize("seed", range(40))
def test_an_assignment_of_people_to_seats_is_no_better(seed):
    problem = places_alone(seed)
    assert reached(problem) == oracles.hungarian(problem)


@pytest.mark.parametrize("seed", range(40))
def test_a_model_person_by_person_is_no_better(seed):
    problem = middling(seed)
    assert reached(problem) == oracles.person_by_person(problem)
