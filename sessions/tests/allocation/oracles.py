"""Other ways to the same answer, slow and plain; none of them shares code with the engine."""

from itertools import product

import numpy
from scipy.optimize import Bounds, LinearConstraint, linear_sum_assignment, milp


def suits(person, cohort):
    if cohort.slot not in person.slots or person.level not in cohort.levels or cohort.id in person.avoid:
        return False
    if not all(need in cohort.provides for need in person.needs):
        return False
    return None in (person.language, cohort.language) or person.language == cohort.language


def worth(problem, people):
    long = problem.long_wait_days
    return (
        sum(1 for one in people if long is not None and one.waiting_days >= long),
        len(people),
        sum(one.waiting_days + 70 * one.priority for one in people),
    )


def circles(people):
    """Those who must share a cohort, by following who names whom until nothing changes."""
    label = {one.id: one.id for one in people}
    changed = True
    while changed:
        changed = False
        for one in people:
            if one.together in label and label[one.id] != label[one.together]:
                low = min(label[one.id], label[one.together])
                label[one.id] = label[one.together] = low
                changed = True
    return [[one for one in people if label[one.id] == name] for name in set(label.values())]


def broken(problem, placed):
    """Rules that a placing breaks."""
    people = {one.id: one for one in problem.people}
    wrong, hours = [], 0
    for cohort in problem.cohorts:
        here = [people[who] for who, where in placed.items() if where == cohort.id]
        wrong += [(one.id, cohort.id) for one in here if not suits(one, cohort)]
        total = cohort.enrolled + len(here)
        if here and not cohort.minimum <= total <= cohort.capacity:
            wrong.append(cohort.id)
        hours += cohort.cost if here and cohort.candidate else 0
    if problem.budget is not None and hours > problem.budget:
        wrong.append("budget")
    for circle in circles(problem.people):
        if len({placed.get(one.id) for one in circle}) > 1:
            wrong.append([one.id for one in circle])
    return wrong


def by_hand(problem):
    """Every placing there is, one by one: the best (long waiters, people, score)."""
    circle = circles(problem.people)
    choices = [
        [None, *(at for at, cohort in enumerate(problem.cohorts) if all(suits(one, cohort) for one in some))]
        for some in circle
    ]
    best = (0, 0, 0)
    for choice in product(*choices):
        into = [0] * len(problem.cohorts)
        for some, at in zip(circle, choice, strict=True):
            if at is not None:
                into[at] += len(some)
        hours = 0
        for number, cohort in zip(into, problem.cohorts, strict=True):
            if number and not cohort.minimum <= cohort.enrolled + number <= cohort.capacity:
                break
            hours += cohort.cost if number and cohort.candidate else 0
        else:
            if problem.budget is None or hours <= problem.budget:
                went = [
                    one for some, at in zip(circle, choice, strict=True) if at is not None for one in some
                ]
                best = max(best, worth(problem, went))
    return best


def hungarian(problem):
    """People against single seats (scipy's assignment), for problems of places alone: the three aims in one weight."""
    seats = [
        c for c in problem.cohorts if c.minimum <= c.capacity for _ in range(max(0, c.capacity - c.enrolled))
    ]
    if not seats or not problem.people:
        return (0, 0, 0)
    weights = numpy.zeros((len(problem.people), len(seats)))
    for row, one in enumerate(problem.people):
        long, _, score = worth(problem, [one])
        for column, cohort in enumerate(seats):
            if suits(one, cohort):
                weights[row, column] = long * 10**9 + 10**6 + score
    rows, columns = linear_sum_assignment(weights, maximize=True)
    return worth(problem, [problem.people[r] for r, c in zip(rows, columns, strict=True) if weights[r, c]])


def person_by_person(problem):
    """One variable for each person and cohort, one for each cohort that runs, one goal after another."""
    pairs = [
        (p, c)
        for p, one in enumerate(problem.people)
        for c, two in enumerate(problem.cohorts)
        if suits(one, two)
    ]
    size, runs = len(pairs) + len(problem.cohorts), len(pairs)
    if not pairs:
        return (0, 0, 0)
    rows, lows, highs = [], [], []

    def row(entries, low, high):
        line = numpy.zeros(size)
        for at, factor in entries:
            line[at] += factor
        rows.append(line)
        lows.append(low)
        highs.append(high)

    at = {pair: place for place, pair in enumerate(pairs)}
    for p in range(len(problem.people)):
        row([(place, 1) for (q, _), place in at.items() if q == p], 0, 1)
    for c, cohort in enumerate(problem.cohorts):
        inside = [(place, 1) for (_, d), place in at.items() if d == c]
        row([*inside, (runs + c, -max(0, cohort.capacity - cohort.enrolled))], -numpy.inf, 0)
        row([*inside, (runs + c, -max(1, cohort.minimum - cohort.enrolled))], 0, numpy.inf)
    if problem.budget is not None:
        row(
            [(runs + c, o.cost) for c, o in enumerate(problem.cohorts) if o.candidate],
            -numpy.inf,
            problem.budget,
        )
    index = {one.id: p for p, one in enumerate(problem.people)}
    for p, one in enumerate(problem.people):
        if one.together in index:
            other = index[one.together]
            for c in range(len(problem.cohorts)):
                row([(at[q, c], sign) for q, sign in ((p, 1), (other, -1)) if (q, c) in at], 0, 0)
    reached = []
    for aim in range(3):
        goal = numpy.zeros(size)
        for place, (p, _) in enumerate(pairs):
            goal[place] = worth(problem, [problem.people[p]])[aim]
        answer = milp(
            -goal, constraints=LinearConstraint(numpy.array(rows), lows, highs), bounds=Bounds(0, 1),
            integrality=numpy.ones(size), options={"mip_rel_gap": 0},
        )  # fmt: skip
        assert answer.success, answer.message
        reached.append(round(-answer.fun))
        row(list(enumerate(goal)), reached[-1] - 0.5, reached[-1] + 0.5)
    return tuple(reached)
