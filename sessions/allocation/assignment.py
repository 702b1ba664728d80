"""From kinds of cohort to the cohorts themselves: which of them run, and who sits in which."""

from itertools import islice

from sessions.allocation.equivalence_classes import Types, Unit
from sessions.allocation.problem import Code, Cohort, Person

Placed = dict[Code, Code]  # cohort by person


def running(types: Types, coming: list[int]) -> list[list[Cohort]] | None:
    """For each kind, cohorts that can take exactly so many people who come alone; None if minimum or budget forbids it.

    Cohorts that exist come before candidates, and cheap candidates before dear ones.
    """
    chosen, cost = [], 0
    for kind, number in zip(types.kinds, coming, strict=True):
        fit = _enough(sorted(kind, key=lambda one: (one.candidate, one.cost)), number)
        if fit is None:
            fit = _enough(sorted(kind, key=lambda one: (one.candidate, one.cost, -one.free)), number)
        if fit is None:
            return None
        chosen.append(fit)
        cost += sum(one.cost for one in fit if one.candidate)
    return chosen if types.problem.budget is None or cost <= types.problem.budget else None


def _enough(way: list[Cohort], number: int) -> list[Cohort] | None:
    some, places, least = [], 0, 0
    for cohort in way:
        if places >= number:
            break
        some.append(cohort)
        places += cohort.free
        least += cohort.least
    return some if least <= number <= places else None


def seated(chosen: list[list[Cohort]], groups: list[list[Unit]], alone: list[list[Person]]) -> Placed | None:
    """Everybody who comes to each kind, in its cohorts that run; None if groups do not pack or a minimum is missed."""
    placed: Placed = {}
    for cohorts, units, people in zip(chosen, groups, alone, strict=True):
        room = {cohort.id: cohort.free for cohort in cohorts}
        missing = {cohort.id: cohort.least for cohort in cohorts}
        for unit in sorted(units, key=lambda unit: -len(unit.people)):
            # Where most is free: that leaves room for the next group.
            where = max(room, key=lambda code: (room[code], missing[code]), default=None)
            if where is None or room[where] < len(unit.people):
                return None
            placed.update((person.id, where) for person in unit.people)
            room[where] -= len(unit.people)
            missing[where] -= len(unit.people)
        coming = iter(people)
        for code, lacks in missing.items():
            first = list(islice(coming, max(0, lacks)))
            if len(first) < lacks:
                return None
            placed.update((person.id, code) for person in first)
            room[code] -= len(first)
        for code, places in room.items():
            placed.update((person.id, code) for person in islice(coming, places))
        if next(coming, None) is not None:
            return None
    return placed
