"""What the words of docs/allocation-schema.md mean, one case each."""

import random

import pytest

from sessions.allocation import Problem, solve
from sessions.tests.allocation.instances import cohort, person, problem


def placed(people, cohorts, **more):
    return solve(Problem(people, cohorts, **more)).placed


def test_a_person_fits_by_slot_level_needs_and_language():
    fitting = cohort(
        "c", slot="tue", levels={"seated", "gentle"}, provides={"captions", "step-free"}, language="en"
    )
    fits = person("p", 5, slots={"tue", "wed"}, level="gentle", needs=frozenset({"captions"}), language="en")
    assert placed([fits], [fitting]) == {"p": "c"}
    for other in (
        fits._replace(slots=frozenset({"wed"})),
        fits._replace(level="more"),
        fits._replace(needs=frozenset({"captions", "signing"})),
        fits._replace(language="cy"),
        fits._replace(avoid=frozenset({"c"})),
    ):
        assert placed([other], [fitting]) == {}


def test_no_language_agrees_with_any():
    assert placed([person("p", language=None)], [cohort("c", language="cy")]) == {"p": "c"}
    assert placed([person("p", language="cy")], [cohort("c", language=None)]) == {"p": "c"}


@pytest.mark.parametrize(("capacity", "enrolled", "free"), [(3, 1, 2), (0, 0, 0), (2, 2, 0), (2, 9, 0)])
def test_free_places_are_capacity_less_enrolled_and_never_below_none(capacity, enrolled, free):
    found = placed([person(f"p{n}") for n in range(4)], [cohort("c", capacity=capacity, enrolled=enrolled)])
    assert len(found) == free


@pytest.mark.parametrize(
    ("capacity", "minimum", "enrolled", "coming", "taken"),
    [
        (8, 3, 0, 3, 3),
        (8, 3, 0, 2, 0),
        (8, 3, 1, 2, 2),
        (8, 3, 2, 0, 0),  # below its minimum and receiving nobody: nothing to refuse
        (8, 3, 3, 1, 1),
        (2, 3, 0, 5, 0),  # a minimum above the capacity is never reached
        (3, 3, 1, 5, 2),
    ],
)
def test_whoever_comes_the_cohort_ends_with_its_minimum_or_takes_nobody(
    capacity, minimum, enrolled, coming, taken
):
    people = [person(f"p{n}") for n in range(coming)]
    found = placed(people, [cohort("c", capacity=capacity, minimum=minimum, enrolled=enrolled)])
    assert len(found) == taken


def test_opened_candidates_stay_within_the_budget_and_cohorts_that_run_anyway_cost_nothing():
    people = [person(f"p{n}", slots={f"s{n}"}) for n in range(4)]
    cohorts = [cohort(f"c{n}", slot=f"s{n}", candidate=n > 0, cost=10) for n in range(4)]
    assert len(placed(people, cohorts, budget=None)) == 4
    assert solve(Problem(people, cohorts, budget=25)).opened == ["c1", "c2"]
    assert solve(Problem(people, cohorts, budget=0)).placed == {"p0": "c0"}
    free = [one._replace(cost=0) for one in cohorts]
    assert len(placed(people, free, budget=0)) == 4


def test_a_candidate_that_nobody_needs_is_not_opened():
    found = solve(Problem([person("p")], [cohort("a", candidate=True, cost=5), cohort("b")]))
    assert (found.placed, found.opened) == ({"p": "b"}, [])


def test_together_binds_both_and_chains_are_one_group():
    one, two, three = person("1", together="2"), person("2"), person("3", 400, together="2")
    assert placed([one, two, three], [cohort("c", capacity=2)]) == {}
    assert len(placed([one, two, three], [cohort("c", capacity=3)])) == 3
    two_cohorts = [cohort("c", capacity=2), cohort("d", capacity=1)]
    assert placed([one, two, three], two_cohorts) == {}
    assert placed([one, two, person("4")], [cohort("c", capacity=1)]) == {"4": "c"}


def test_together_with_somebody_who_does_not_wait_or_with_oneself_is_passed_over():
    assert placed([person("1", together="9")], [cohort("c")]) == {"1": "c"}
    assert placed([person("1", together="1")], [cohort("c")]) == {"1": "c"}


def test_two_pairs_that_fit_in_number_but_not_in_any_cohort_are_seen():
    """Four people, two cohorts, two places each: but the pair and the three do not divide so."""
    three = [person("1", together="2"), person("2", together="3"), person("3")]
    pair = [person("4", together="5"), person("5")]
    cohorts = [cohort("a", capacity=4), cohort("b", capacity=1)]
    assert set(placed(three + pair, cohorts)) == {"1", "2", "3"}
    assert len(placed(three + pair, [cohort("a", capacity=3), cohort("b", capacity=2)])) == 5


def test_long_waiters_come_before_more_people_and_people_before_score():
    pair = [person("1", 10, together="2"), person("2", 10)]
    long = person("long", 200)
    # One long waiter and nobody else, or two others: a minimum of two and places for two.
    cohorts = [cohort("c", capacity=2)]
    assert set(placed([*pair, long], cohorts, long_wait_days=126)) == {"long"}
    assert set(placed([*pair, long], cohorts, long_wait_days=None)) == {"1", "2"}
    assert set(placed([*pair, long], cohorts, long_wait_days=201)) == {"1", "2"}


def test_score_is_waiting_days_and_seventy_for_each_step_of_priority():
    found = solve(Problem([person("a", 100), person("b", 31, priority=1)], [cohort("c", capacity=1)]))
    assert (found.placed, found.score) == ({"b": "c"}, 101)


def test_where_the_score_is_even_the_longest_wait_then_the_id_decides():
    cohorts = [cohort("c", capacity=1, slot="tue")]
    assert placed([person("a", 30, priority=1), person("b", 100)], cohorts) == {"b": "c"}
    assert placed([person("b", 100, slots={"tue", "wed"}), person("a", 100)], cohorts) == {"a": "c"}
    assert placed([person(10, 100), person(9, 100)], cohorts) == {9: "c"}
    with_minimum = [cohort("c", capacity=2, minimum=2), cohort("d", capacity=0)]
    three = [person("x", 30, priority=1), person("y", 100), person("z", 100, slots={"tue", "wed"})]
    assert set(placed(three, with_minimum)) == {"y", "z"}


def shuffled(given, chance):
    people, cohorts = list(given.people), list(given.cohorts)
    chance.shuffle(people)
    chance.shuffle(cohorts)
    return given._replace(people=people, cohorts=cohorts)


def renamed(given):
    """Other ids in the same order."""
    return given._replace(
        people=[
            one._replace(
                id=f"x{one.id}",
                together=one.together and f"x{one.together}",
                avoid=frozenset(f"y{code}" for code in one.avoid),
            )
            for one in given.people
        ],
        cohorts=[one._replace(id=f"y{one.id}") for one in given.cohorts],
    )


@pytest.mark.parametrize("seed", range(25))
def test_the_same_problem_written_down_otherwise_gives_the_same_answer(seed):
    chance = random.Random(seed)
    rules = chance.choice([set(), {"minimum", "candidates"}, {"minimum", "together", "avoid"}])
    given = problem(chance, people=60, cohorts=10, rules=rules)
    found = solve(given)
    assert solve(shuffled(given, chance)).placed == found.placed
    other = solve(renamed(given))
    assert other.placed == {f"x{who}": f"y{where}" for who, where in found.placed.items()}


@pytest.mark.parametrize("seed", range(25))
def test_a_place_more_never_places_fewer(seed):
    chance = random.Random(seed)
    given = problem(chance, people=60, cohorts=8, rules={"minimum", "together"})
    found = solve(given)
    at = chance.randrange(len(given.cohorts))
    wider = list(given.cohorts)
    wider[at] = wider[at]._replace(capacity=wider[at].capacity + 1)
    more = solve(given._replace(cohorts=wider))
    assert more.long_waiters >= found.long_waiters
    if given.long_wait_days is None or more.long_waiters == found.long_waiters:
        assert more.people >= found.people


@pytest.mark.parametrize("seed", range(25))
def test_no_placing_has_more_long_waiters(seed):
    """The same problem with nobody but long waiters, or those who are to be with one, places no more of them."""
    chance = random.Random(seed)
    given = problem(chance, people=60, cohorts=8, rules=set())._replace(
        long_wait_days=chance.choice([1, 20, 40])
    )
    only = [one for one in given.people if one.waiting_days >= given.long_wait_days]
    assert solve(given).long_waiters == solve(given._replace(people=only)).people
