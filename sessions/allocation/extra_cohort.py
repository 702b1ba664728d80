"""What one more cohort would do: for each slot and level with somebody unplaced, the engine asked again with it."""

from collections import Counter, defaultdict
from dataclasses import dataclass

from sessions.allocation.problem import Code, Cohort, Person, Problem, in_order
from sessions.allocation.solver import FLOW, TIME_LIMIT, Proposal, solve

SHOWN, TRIED = 3, 24


@dataclass(frozen=True)
class Offered:
    """What a cohort that might be added is like: places, the fewest people, instructor hours."""

    capacity: int = 8
    minimum: int = 5
    hours: int = 10


@dataclass(frozen=True)
class PoolChange:
    """One more cohort, and how many more people can be placed with it; `proven` False: at least so many."""

    slot: Code
    level: Code
    provides: tuple[Code, ...]
    language: Code | None
    capacity: int
    minimum: int
    hours: int
    people_gained: int
    proven: bool


def best_changes(
    proposal: Proposal, *, offered: Offered | None = None, seconds: float = 10.0
) -> list[PoolChange]:
    """The three best changes, by people gained, then hours; where even, what more unplaced people could join comes first.

    At most 24 are tried, in so many seconds of the solver in all; none where the proposal itself is not proven. The cohort
    provides whatever the unplaced people of its slot and level need, is held in the language that most of them ask for,
    and costs nothing of the budget: its hours are told instead.
    """
    offered = offered or Offered()
    found: list[PoolChange] = []
    left = seconds
    for slot, level, people in _wished(proposal)[:TRIED]:
        # Where places are all there is, one more cohort gains at most its own.
        best = sum(change.people_gained == offered.capacity for change in found)
        if left <= 0 or proposal.proof == TIME_LIMIT or (proposal.proof == FLOW and best == SHOWN):
            break
        extra = _cohort(proposal.problem, slot, level, people, offered)
        wider = proposal.problem._replace(cohorts=[*proposal.problem.cohorts, extra])
        again = solve(wider, seconds=left, counting_only=True)
        left -= again.solver_seconds
        gained = again.people - proposal.people
        if gained > 0:
            proven = again.proof != TIME_LIMIT
            found.append(
                PoolChange(
                    slot, level, tuple(in_order(extra.provides)), extra.language, extra.capacity, extra.minimum,
                    offered.hours, gained, proven,
                )
            )  # fmt: skip
    found.sort(key=lambda change: (-change.people_gained, change.hours))
    return found[:SHOWN]


def _wished(proposal: Proposal) -> list[tuple[Code, Code, list[Person]]]:
    """Each slot and level with somebody unplaced, and who they are; the most people first, else by slot and level."""
    wished: dict[tuple[Code, Code], list[Person]] = defaultdict(list)
    for person in proposal.problem.people:
        if person.id not in proposal.placed:
            for slot in person.slots:
                wished[slot, person.level].append(person)
    slots = {slot: at for at, slot in enumerate(in_order({slot for slot, _ in wished}))}
    levels = {level: at for at, level in enumerate(in_order({level for _, level in wished}))}
    ordered = sorted(wished, key=lambda one: (-len(wished[one]), slots[one[0]], levels[one[1]]))
    return [(slot, level, wished[slot, level]) for slot, level in ordered]


def _cohort(problem: Problem, slot: Code, level: Code, people: list[Person], offered: Offered) -> Cohort:
    asked = Counter(person.language for person in people)
    languages = in_order({person.language for person in people if person.language is not None})
    language = max([None, *languages], key=lambda one: asked[one])
    taken = {cohort.id for cohort in problem.cohorts}
    number = 0
    while number in taken:
        number += 1
    return Cohort(
        number, slot, frozenset((level,)), frozenset(need for person in people for need in person.needs), language,
        offered.capacity, offered.minimum,
    )  # fmt: skip
