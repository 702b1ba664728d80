"""From kinds of cohort to the cohorts themselves: which of them run, and who sits in which."""

from collections import defaultdict

from sessions.allocation.problem import Code, Cohort
from sessions.allocation.types import Types, Unit

Seated = dict[Code, list[Unit]]  # by cohort, those that receive anybody


def running(types: Types, coming: list[int]) -> list[list[Cohort]] | None:
    """For each kind, cohorts that can take exactly so many people who come alone; None if minimum or budget forbids it.

    Cohorts that exist come before candidates, and cheap candidates before dear ones.
    """
    chosen, cost = [], 0
    for kind, number in zip(types.kinds, coming, strict=True):
        ways = [
            sorted(kind, key=lambda one: (one.candidate, one.cost)),
            sorted(kind, key=lambda one: (one.candidate, one.cost, -one.free)),
            sorted(kind, key=lambda one: (one.candidate, one.least)),
        ]
        fit = next((some for way in ways if (some := _enough(way, number)) is not None), None)
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


def seated(chosen: list[list[Cohort]], coming: list[list[Unit]]) -> Seated | None:
    """Everybody who comes to each kind, in its cohorts that run; None if groups do not pack or a minimum is missed."""
    found: Seated = {}
    for cohorts, units in zip(chosen, coming, strict=True):
        room = {cohort.id: cohort.free for cohort in cohorts}
        missing = {cohort.id: cohort.least for cohort in cohorts}
        sitting: dict[Code, list[Unit]] = defaultdict(list)
        for unit in sorted(units, key=lambda unit: (-len(unit.people), unit.rank)):
            size = len(unit.people)
            if size > 1:  # where most is free: that leaves room for the next group
                where = max(room, key=lambda code: (room[code], missing[code]), default=None)
            else:
                where = next((code for code, lacks in missing.items() if lacks > 0), None)
                if where is None:
                    where = next((code for code, places in room.items() if places), None)
            if where is None or room[where] < size:
                return None
            sitting[where].append(unit)
            room[where] -= size
            missing[where] -= size
        if any(lacks > 0 for lacks in missing.values()):
            return None
        found.update(sitting)
    return found
