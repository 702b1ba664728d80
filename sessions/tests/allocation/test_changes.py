"""What one more cohort would do is what the engine then does."""

import random

import pytest

from sessions.allocation import Problem, best_changes, solve
from sessions.allocation.extra_cohort import Offered
from sessions.tests.allocation import oracles
from sessions.tests.allocation.instances import cohort, person, problem


def test_a_cohort_where_most_are_left_comes_first_and_below_the_minimum_nothing_is_offered():
    people = [person(f"t{n}", slots={"tue"}) for n in range(9)]
    people += [
        person(f"w{n}", slots={"wed"}, needs=frozenset({"step-free"}), language="cy") for n in range(6)
    ]
    people += [person(f"f{n}", slots={"fri"}) for n in range(4)]
    found = best_changes(solve(Problem(people, [])))
    assert [(one.slot, one.level, one.people_gained) for one in found] == [
        ("tue", "seated", 8),
        ("wed", "seated", 6),
    ]
    assert (found[1].provides, found[1].language, found[1].hours) == (("step-free",), "cy", 10)
    bigger = best_changes(solve(Problem(people, [])), offered=Offered(capacity=12, minimum=4, hours=20))
    assert [one.people_gained for one in bigger] == [9, 6, 4]


def test_room_made_elsewhere_counts():
    """Nobody is left who can make Wednesday alone, but those who can make both move there."""
    people = [person(f"both{n}", 50, slots={"tue", "wed"}) for n in range(8)]
    people += [person(f"tue{n}", slots={"tue"}) for n in range(5)] + [person("late", slots={"tue", "wed"})]
    found = best_changes(solve(Problem(people, [cohort("C", slot="tue")])))
    assert {(one.slot, one.people_gained) for one in found} == {("tue", 6), ("wed", 6)}


@pytest.mark.parametrize("seed", range(8))
def test_each_change_places_as_many_as_it_says_and_none_is_passed_over(seed):
    chance = random.Random(seed)
    given = problem(
        chance, people=40, cohorts=5, rules=chance.choice([set(), {"minimum"}, {"together", "minimum"}])
    )
    found = solve(given)
    left = [one for one in given.people if one.id not in found.placed]
    gains = {}
    for slot in {slot for one in left for slot in one.slots}:
        for level in {one.level for one in left if slot in one.slots}:
            wanting = [one for one in left if slot in one.slots and one.level == level]
            asked = [one.language for one in wanting]
            tongue = max([None, *sorted(set(asked) - {None})], key=asked.count)
            needs = {need for one in wanting for need in one.needs}
            more = cohort("more", slot=slot, levels={level}, provides=needs, language=tongue, minimum=5)
            wider = given._replace(cohorts=[*given.cohorts, more])
            gains[slot, level] = oracles.person_by_person(wider)[1] - found.people
    told = best_changes(found)
    assert [one.people_gained for one in told] == sorted((n for n in gains.values() if n > 0), reverse=True)[
        :3
    ]
    assert all(gains[one.slot, one.level] == one.people_gained for one in told)
    assert all(one.proven for one in told)
