"""The best placing where whole cohorts run or not: minimum sizes, candidates within a budget, people kept together.

A mixed-integer model for HiGHS. How many cohorts of a class run is a whole number; people flow to them by type, with
the score on one side (who of a type is placed) and what fits on the other (where they sit). One run for each aim, with
what the earlier runs reached held fast.
"""

import math
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import NamedTuple, TypeAlias

from sessions.allocation.equivalence_classes import Types, Unit
from sessions.allocation.first_come import first_come_first_served
from sessions.allocation.problem import Cohort, in_order

AIMS = ("long", "people", "score")
TIES = ("wait", "id")  # where the aims are even, while there are few enough people to ask
MOST_FOR_TIES = 100  # people
Class: TypeAlias = tuple[int, int, bool, int]  # free places, fewest to receive, candidate, cost
_TOLD_APART = ("long", "score", "wait", "id")
_WHOLE = 1e-6


class Reached(NamedTuple):
    """What one aim reached, and what it could be at most."""

    value: int
    bound: int


@dataclass
class Placing:
    """Cohorts that run, by kind; the groups in each kind; how many who come alone it takes; and how good that is."""

    chosen: list[list[Cohort]]
    groups: list[list[Unit]]
    coming: list[int]
    reached: dict[str, Reached]
    seconds: float


@dataclass
class _Model:
    """Columns and rows as HiGHS takes them."""

    lower: list[float] = field(default_factory=list)
    upper: list[float] = field(default_factory=list)
    whole: list[bool] = field(default_factory=list)
    rows: list[tuple[float, float, list[int], list[float]]] = field(default_factory=list)

    def column(self, upper: float, *, whole: bool = False, lower: float = 0) -> int:
        self.lower.append(lower)
        self.upper.append(upper)
        self.whole.append(whole)
        return len(self.upper) - 1

    def row(self, low: float, high: float, entries: list[tuple[int, float]]) -> None:
        self.rows.append((low, high, [column for column, _ in entries], [factor for _, factor in entries]))


def place(types: Types, *, aims: tuple[str, ...] = AIMS, seconds: float, at_most: dict[str, int]) -> Placing:
    """The best placing that can be found in so many seconds of the solver, each aim at most what is known of it."""
    reached: dict[str, Reached] = {}
    found: _Solved | None = None
    used = 0.0
    for step, aim in enumerate(aims):
        limit = (seconds - used) / max(
            1, len(AIMS) - step
        )  # what an earlier aim leaves over, the later ones have
        built = _Built(types, aim)
        goals = {known: built.aim(known) for known in aims[: step + 1]}
        top = sum(built.model.upper[column] * factor for column, factor in goals[aim])
        if not top and aim != "people":
            reached[aim] = Reached(0, 0)
            continue
        for known in aims[:step]:
            built.model.row(reached[known].value, math.inf, goals[known])
        most = min(at_most.get(aim, math.inf), top)
        built.model.row(-math.inf, most, goals[aim])
        solved = built.solve(goals[aim], limit, found)
        used += solved.seconds
        reached[aim] = Reached(solved.value, max(solved.value, math.floor(min(most, solved.bound) + _WHOLE)))
        at_most = at_most if reached[aim].value == at_most.get(aim) else {}
        found = solved
    if found is None:
        raise ValueError("people is one of the aims")
    return Placing(found.chosen, found.groups, found.coming, reached, used)


@dataclass
class _Solved:
    value: int
    bound: float
    seconds: float
    chosen: list[list[Cohort]]
    groups: list[list[Unit]]
    coming: list[int]
    seats: dict[tuple[int, int], float]  # by type and kind
    runs: list[tuple[float, float]]  # how many of each class run, and how many people they take


class _Built:
    """The model of a problem: who is placed (told apart as far as the aim needs it), where, and what runs."""

    def __init__(self, types: Types, aim: str) -> None:
        self.types, self.model = types, _Model()
        model, worth = self.model, self._worth()
        told_apart = _TOLD_APART[: _TOLD_APART.index(aim) + 1] if aim in _TOLD_APART else _TOLD_APART[:1]
        self.people: list[tuple[int, Unit, int]] = []  # column, one of those it counts, how many those are
        self.by_type: list[list[int]] = []
        self.seats: dict[tuple[int, int], int] = {}
        sitting: list[list[tuple[int, int]]] = [[] for _ in types.kinds]  # column, people each
        room = [max(cohort.free for cohort in kind) for kind in types.kinds]
        for at, ((mask, size), units) in enumerate(types.units.items()):
            alike: dict[tuple[int, ...], list[Unit]] = {}
            for unit in units:
                alike.setdefault(tuple(worth[name](unit) for name in told_apart), []).append(unit)
            columns = [model.column(len(some), whole=size > 1) for some in alike.values()]
            self.people += zip(
                columns, (some[0] for some in alike.values()), map(len, alike.values()), strict=True
            )
            self.by_type.append(columns)
            flow = [(column, -1.0) for column in columns]
            for kind in range(len(types.kinds)):
                if mask >> kind & 1 and room[kind] >= size:
                    column = model.column(len(units), whole=size > 1)
                    self.seats[at, kind] = column
                    sitting[kind].append((column, size))
                    flow.append((column, 1.0))
            model.row(0, 0, flow)
        self.runs: list[
            tuple[int, list[Cohort], int, int]
        ] = []  # column, the class, its kind, column of its people
        self._cohorts(sitting)

    def _cohorts(self, sitting: list[list[tuple[int, int]]]) -> None:
        model, budget = self.model, []
        sizes = sorted({size for _, size in self.types.units if size > 1})
        for at, kind in enumerate(self.types.kinds):
            classes: dict[Class, list[Cohort]] = {}
            for cohort in kind:
                cost = cohort.cost if cohort.candidate and self.types.problem.budget is not None else 0
                classes.setdefault((cohort.free, cohort.least, cohort.candidate, cost), []).append(cohort)
            inflow = [(column, float(size)) for column, size in sitting[at]]
            packs: dict[int, list[tuple[int, float]]] = {size: [] for size in sizes}
            for (free, least, _, cost), cohorts in classes.items():
                number = len(cohorts)
                bound = least > 1 or cost > 0
                runs = model.column(number, whole=bound, lower=0 if bound else number)
                takes = model.column(free * number)
                self.runs.append((runs, cohorts, at, takes))
                inflow.append((takes, -1.0))
                if bound:
                    model.row(-math.inf, 0, [(takes, 1.0), (runs, -float(free))])
                    model.row(0, math.inf, [(takes, 1.0), (runs, -float(least))])
                    budget.append((runs, float(cost)))
                for size in sizes:
                    packs[size].append((runs, -float(free // size)))
            model.row(0, 0, inflow)
            for size in sizes:
                groups = [(column, 1.0) for column, one in sitting[at] if one >= size]
                if groups:
                    model.row(-math.inf, 0, groups + packs[size])
        if self.types.problem.budget is not None:
            model.row(-math.inf, self.types.problem.budget, budget)

    def aim(self, name: str) -> list[tuple[int, float]]:
        """What counts for an aim, by column."""
        worth = self._worth()[name]
        return [(column, float(worth(unit))) for column, unit, _ in self.people if worth(unit)]

    def _worth(self) -> dict[str, Callable[[Unit], int]]:
        last = len(self.types.problem.people)
        place = {
            code: last - at for at, code in enumerate(in_order(one.id for one in self.types.problem.people))
        }
        return {
            "long": lambda unit: unit.long,
            "people": lambda unit: len(unit.people),
            "score": lambda unit: unit.score,
            "wait": lambda unit: sum(person.waiting_days for person in unit.people),
            "id": lambda unit: sum(place[person.id] for person in unit.people),
        }

    def solve(self, goal: list[tuple[int, float]], seconds: float, before: _Solved | None) -> _Solved:
        from sessions.allocation import (
            highs_solver,  # only where a proposal is made: numpy and HiGHS are large
        )

        start = self._started(before) if before is not None else self._first_come()
        answer = highs_solver.solve(self.model, goal, seconds=max(seconds, 0.1), start=start)
        taken = answer.columns
        types = list(self.types.units.items())
        groups: list[list[Unit]] = [[] for _ in self.types.kinds]
        coming = [0.0] * len(self.types.kinds)
        given = [0] * len(types)
        for (at, kind), column in self.seats.items():
            (_, size), units = types[at]
            if size == 1:
                coming[kind] += taken[column]
            else:
                number = round(taken[column])
                groups[kind] += units[given[at] : given[at] + number]
                given[at] += number
        chosen: list[list[Cohort]] = [[] for _ in self.types.kinds]
        for column, cohorts, kind, takes in self.runs:
            number = round(taken[column])
            if self.model.whole[column]:
                chosen[kind] += cohorts[:number]
            else:
                chosen[kind] += cohorts[: math.ceil(taken[takes] / cohorts[0].free - _WHOLE)]
        seats = {key: taken[column] for key, column in self.seats.items()}
        runs = [(taken[column], taken[takes]) for column, _, _, takes in self.runs]
        return _Solved(
            round(answer.value),
            answer.bound,
            answer.seconds,
            chosen,
            groups,
            [round(n) for n in coming],
            seats,
            runs,
        )

    def _started(self, before: _Solved) -> list[float]:
        """The answer of the aim before, as this model's columns."""
        start = [0.0] * len(self.model.upper)
        placed = [0.0] * len(self.by_type)
        for (at, kind), column in self.seats.items():
            start[column] = before.seats[at, kind]
            placed[at] += before.seats[at, kind]
        for number, columns in zip(placed, self.by_type, strict=True):
            for column in columns:  # the first in the order come first
                start[column] = min(number, self.model.upper[column])
                number -= start[column]
        for (runs, _, _, takes), (ran, took) in zip(self.runs, before.runs, strict=True):
            start[runs], start[takes] = ran, took
        return start

    def _first_come(self) -> list[float]:
        """First come, first served, as columns: an answer that is there whenever the time ends."""
        types = self.types
        placed = first_come_first_served(types.problem._replace(people=types.alone))
        kind_of = {cohort.id: at for at, kind in enumerate(types.kinds) for cohort in kind}
        at = {key: place for place, key in enumerate(types.units)}
        seats = dict.fromkeys(self.seats, 0.0)
        for mask, person in zip(types.fit, types.alone, strict=True):
            if person.id in placed:
                seats[at[mask, 1], kind_of[placed[person.id]]] += 1
        received = Counter(placed.values())
        runs = []
        for column, cohorts, _, _ in self.runs:
            used = [received[cohort.id] for cohort in cohorts if received[cohort.id]]
            runs.append((max(len(used), self.model.lower[column]), float(sum(used))))
        return self._started(_Solved(0, 0, 0, [], [], [], seats, runs))
