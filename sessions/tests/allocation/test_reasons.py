"""Every reason is true of the proposal it is given for, and says what somebody can act on."""

import random

import pytest

from sessions.allocation import Problem, explained, sentence, solve
from sessions.allocation import reasons as why
from sessions.tests.allocation import oracles
from sessions.tests.allocation.instances import cohort, person, problem


def reason_for(name, people, cohorts, **more):
    found = explained(solve(Problem(people, cohorts, **more)))
    assert [one.person for one in found].count(name) == 1
    return next(sentence(one) for one in found if one.person == name)


def test_the_sentences():
    tue = cohort("C", slot="Tuesday 18:00", capacity=1)
    ann = person("ann", 150, slots={"Tuesday 18:00"})
    assert reason_for("ann", [ann], [tue], long_wait_days=126) == (
        "placed in C on Tuesday 18:00: waited 21 weeks (long wait)"
    )
    assert reason_for("ann", [ann._replace(priority=2, waiting_days=3)], [tue]) == (
        "placed in C on Tuesday 18:00: waited 3 days, priority 2"
    )
    bob = person("bob", 20, slots={"Tuesday 18:00"})
    assert (
        reason_for("bob", [ann, bob], [tue]) == "every group that fits is full, with people who waited longer"
    )
    urgent = ann._replace(waiting_days=10, priority=1)
    assert reason_for("bob", [urgent, bob], [tue]) == (
        "every group that fits is full, with people who come first by waiting time and priority"
    )
    assert reason_for("bob", [bob], [tue._replace(enrolled=1)]) == "every group that fits is already full"
    assert (
        reason_for("bob", [bob._replace(slots=frozenset({"Friday"}))], [tue])
        == "no group at times they can attend"
    )
    assert reason_for("bob", [bob._replace(level="gentle")], [tue]) == (
        "no group at times they can attend is for gentle"
    )
    assert reason_for("bob", [bob._replace(needs=frozenset({"signing", "captions"}))], [tue]) == (
        "no group at their times and level provides captions and signing"
    )
    assert reason_for("bob", [bob._replace(language="cy")], [tue._replace(language="en")]) == (
        "no group that otherwise fits is held in cy"
    )
    assert (
        reason_for("bob", [bob._replace(avoid=frozenset("C"))], [tue])
        == "they have already left or declined the groups that fit"
    )


def test_what_a_cohort_that_does_not_run_would_need():
    few = cohort("C", minimum=3)
    assert reason_for("a", [person("a"), person("b")], [few]) == "C on tue would run with one more person"
    assert reason_for("a", [person("a")], [few]) == "C on tue would run with 2 more people"
    assert reason_for("a", [person("a")], [few._replace(minimum=9)]) == (
        "C on tue fits, but has fewer places left than it needs to reach its minimum"
    )
    dear = cohort("C", candidate=True, cost=20)
    assert reason_for("a", [person("a")], [dear], budget=10) == (
        "C on tue could open, but there are not enough hours left"
    )


def test_what_keeps_those_out_who_are_to_be_together():
    pair = [person("a", together="b"), person("b", slots={"wed"})]
    assert reason_for("a", pair, [cohort("C"), cohort("D", slot="wed")]) == (
        "no group fits everyone who must be placed together, with b"
    )
    assert reason_for("b", [person("a", together="b"), person("b")], [cohort("C", capacity=1)]) == (
        "no group that fits has 2 places left for people who must be placed together"
    )
    assert reason_for("a", [person("a", 7, together="b"), person("b")], [cohort("C")]) == (
        "placed in C on tue: waited 1 week, together with b"
    )


def test_officers_see_names_instead_of_codes():
    (one,) = explained(solve(Problem([person("a", 14)], [cohort("C")])))
    names = {"C": "the Tuesday group", "tue": "Tuesday 18:00"}
    assert sentence(one, name=lambda sort, code: names[code]) == (
        "placed in the Tuesday group on Tuesday 18:00: waited 2 weeks"
    )


def holds(given, found, reason):
    """Whether a reason is true, worked out anew from the problem and the placing alone."""
    people = {one.id: one for one in given.people}
    cohorts = {one.id: one for one in given.cohorts}
    me, facts, code = people[reason.person], reason.facts, reason.code
    circle = next(some for some in oracles.circles(given.people) if me in some)
    slot = [one for one in given.cohorts if one.slot in me.slots]
    level = [one for one in slot if me.level in one.levels]
    needs = [one for one in level if me.needs <= one.provides]
    fitting = [one for one in given.cohorts if all(oracles.suits(member, one) for member in circle)]
    mine = [one for one in given.cohorts if oracles.suits(me, one)]
    new = {
        one.id: [people[who] for who, where in found.placed.items() if where == one.id]
        for one in given.cohorts
    }
    left = {one.id: one.capacity - one.enrolled - len(new[one.id]) for one in given.cohorts}
    runs = [one for one in fitting if one.minimum <= one.capacity]
    match code:
        case why.PLACED:
            return found.placed[me.id] == facts["cohort"] and facts["days"] == me.waiting_days
        case why.NO_SLOT:
            return not slot
        case why.NO_LEVEL:
            return slot and not level
        case why.NO_NEED:
            return level and not any(set(facts["needs"]) <= one.provides for one in level)
        case why.NO_LANGUAGE:
            return needs and not any(one.language in (None, me.language) for one in needs)
        case why.AVOIDED:
            return not mine and any(
                oracles.suits(me._replace(avoid=frozenset()), one) for one in given.cohorts
            )
        case why.NOT_TOGETHER:
            return mine and not fitting
        case why.TOO_MANY_TOGETHER:
            return len(circle) == facts["number"] > 1 and all(
                left[one.id] < len(circle) for one in runs if new[one.id] or left[one.id] < len(circle)
            )
        case why.ALREADY_FULL:
            return fitting and all(one.enrolled >= one.capacity for one in fitting)
        case why.NEEDS_MORE:
            # Add so many people like this one, alone: then all of them and everybody left who fits can be placed there.
            here = cohorts[facts["cohort"]]
            alike = [
                me._replace(id=f"extra{n}", together=None, avoid=frozenset()) for n in range(facts["more"])
            ]
            out = [
                one for some in oracles.circles(given.people) for one in some
                if one.id not in found.placed and all(oracles.suits(member, here) for member in some)
            ]  # fmt: skip
            total = here.enrolled + len(out) + len(alike)
            cost = here.cost if here.candidate else 0
            spent = sum(cohorts[code].cost for code in found.opened)
            affordable = given.budget is None or spent + cost <= given.budget
            return (
                here in fitting and not new[here.id] and here.minimum <= total <= here.capacity and affordable
            )
        case why.NO_HOURS:
            here = cohorts[facts["cohort"]]
            spent = sum(cohorts[code].cost for code in found.opened)
            return (
                here in fitting and not new[here.id] and here.candidate and spent + here.cost > given.budget
            )
        case why.NEVER_ENOUGH:
            here = cohorts[facts["cohort"]]
            return here in fitting and here.minimum > here.capacity
        case why.FULL_LONGER | why.FULL_BEFORE | why.FULL:
            taking = [
                one
                for one in runs
                if one.enrolled < one.capacity and left[one.id] + len(new[one.id]) >= len(circle)
            ]
            full = taking and all(left[one.id] == 0 for one in taking if new[one.id])
            idle = [one for one in taking if not new[one.id]]
            if not full or idle:
                return False
            others = [one for some in taking for one in new[some.id]]
            if code == why.FULL_LONGER:
                return all(one.waiting_days >= max(x.waiting_days for x in circle) for one in others)

            def rank(one):
                long = given.long_wait_days is not None and one.waiting_days >= given.long_wait_days
                return (not long, -one.score, -one.waiting_days, one.id)

            before = all(rank(one) < min(map(rank, circle)) for one in others)
            return before if code == why.FULL_BEFORE else not before
        case why.NO_BETTER:
            return len(circle) > 1 or found.proof == "milp"
    return False


@pytest.mark.parametrize("seed", range(120))
def test_every_reason_is_true(seed):
    chance = random.Random(seed)
    rules = {rule for rule in ("minimum", "candidates", "together", "avoid") if chance.random() < 0.6}
    given = problem(chance, people=chance.randint(5, 70), cohorts=chance.randint(0, 10), rules=rules)
    found = solve(given)
    told = explained(found)
    assert sorted(one.person for one in told) == sorted(one.id for one in given.people)
    for reason in told:
        assert holds(given, found, reason), reason
        assert sentence(reason)
    assert {one.person for one in told if one.code == why.PLACED} == set(found.placed)


def test_random_problems_meet_every_reason():
    met = set()
    for seed in range(60):
        chance = random.Random(seed)
        rules = {rule for rule in ("minimum", "candidates", "together", "avoid") if chance.random() < 0.6}
        given = problem(chance, people=chance.randint(5, 70), cohorts=chance.randint(0, 10), rules=rules)
        met |= {one.code for one in explained(solve(given))}
    every = {value for name, value in vars(why).items() if name.isupper() and isinstance(value, str)}
    assert every - met <= {why.NOT_TRIED, "time limit", why.NO_BETTER}
