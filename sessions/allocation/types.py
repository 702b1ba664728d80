"""Who is interchangeable: people who fit the same cohorts, and cohorts that the same people fit.

Exact: whoever fits the same cohorts differs only in the place in the order, so of each type the first in the order are
placed. What a cohort asks (slot, levels, what it provides, language) makes its kind; a bit stands for each kind, and what
a person fits is one number. The rarer a kind's places are, the later its bit: a search takes the lowest one first.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple, TypeAlias

from sessions.allocation.problem import Code, Cohort, Person, Problem, fits, in_order

Mask: TypeAlias = int  # a bit for each kind of cohort
Key: TypeAlias = tuple[frozenset[Code], Code, frozenset[Code], Code | None, frozenset[Code]]


class Unit(NamedTuple):
    """One person, or those who are placed together or not at all; `rank` orders units, the first to be placed lowest."""

    people: tuple[Person, ...]
    long: int  # how many of them are long waiters
    score: int
    rank: tuple[int, int, int, int]


@dataclass
class Types:
    """A problem, sorted by id and made into types."""

    problem: Problem
    kinds: list[list[Cohort]]  # cohorts that somebody may still be placed in, alike in what they ask, by id
    units: dict[tuple[Mask, int], list[Unit]]  # by what they fit and how many they are, in the one order
    nowhere: list[Unit] = field(default_factory=list)  # fit no kind together

    @property
    def singles(self) -> bool:
        """Whether everybody comes alone."""
        return all(size == 1 for _, size in self.units) and all(len(one.people) == 1 for one in self.nowhere)

    def free(self, kind: int) -> int:
        return sum(cohort.free for cohort in self.kinds[kind])


def made(problem: Problem, *, alike: bool = True) -> Types:
    """The types of a problem. Not `alike`: each cohort is a kind of its own, and each unit a type of its own."""
    people = _by_id(problem.people)
    cohorts = _by_id(problem.cohorts)
    avoided = {code for person in people for code in person.avoid}
    usable = [cohort for cohort in cohorts if cohort.least <= cohort.free]
    by_kind: dict[tuple, list[Cohort]] = defaultdict(list)
    for cohort in usable:
        own = cohort.id if cohort.id in avoided or not alike else None
        by_kind[cohort.slot, cohort.levels, cohort.provides, cohort.language, own].append(cohort)
    keys: dict[Key, list[Person]] = defaultdict(list)
    for person in people:
        keys[person.slots, person.level, person.needs, person.language, person.avoid].append(person)
    kinds = _rare_last(list(by_kind.values()), keys)
    by_slot: dict[Code, list[int]] = defaultdict(list)
    for at, kind in enumerate(kinds):
        by_slot[kind[0].slot].append(at)
    masks: dict[Code, Mask] = {}
    together = groups(people)
    found: dict[tuple[Mask, int], list[Unit]] = defaultdict(list)
    types = Types(problem, kinds, found)
    places = {person.id: place for place, person in enumerate(people)}
    grouped = {person.id for group in together for person in group}
    for alike_people in keys.values():
        one = alike_people[0]
        mask = sum(1 << at for slot in one.slots for at in by_slot.get(slot, ()) if fits(one, kinds[at][0]))
        for person in alike_people:
            if person.id in grouped:
                masks[person.id] = mask
            else:
                units = found[mask, 1] if mask else types.nowhere
                long = problem.is_long(person)
                score = person.score
                rank = (-long, -score, -person.waiting_days, places[person.id])
                units.append(Unit((person,), int(long), score, rank))
    for group in together:
        mask = -1
        for person in group:
            mask &= masks[person.id]
        (found[mask, len(group)] if mask else types.nowhere).append(_unit(group, problem, places))
    for units in found.values():
        units.sort(key=_rank)
    types.units = dict(sorted(found.items()))
    return types


def groups(people: Iterable[Person]) -> list[list[Person]]:
    """Those who are to be placed together, chains as one group; whoever is not in the pool is passed over."""
    known = {person.id: person for person in people}
    pairs = [
        (person.id, person.together)
        for person in known.values()
        if person.together is not None and person.together in known and person.together != person.id
    ]
    group: dict[Code, list[Code]] = {}
    for one, other in pairs:
        first, second = group.setdefault(one, [one]), group.setdefault(other, [other])
        if first is not second:
            first.extend(second)
            for code in second:
                group[code] = first
    return [
        [known[code] for code in in_order(codes)] for code, codes in group.items() if code == in_order(codes)[0]
    ]


def _unit(group: list[Person], problem: Problem, places: dict[Code, int]) -> Unit:
    long = sum(problem.is_long(person) for person in group)
    score = sum(person.score for person in group)
    waited = max(person.waiting_days for person in group)
    return Unit(tuple(group), long, score, (-long, -score, -waited, places[group[0].id]))


def _rank(unit: Unit) -> tuple[int, int, int, int]:
    return unit.rank


def _by_id(rows: Iterable) -> list:
    rows = list(rows)
    at = {row.id: row for row in rows}
    return [at[code] for code in in_order(list(at))]


def _rare_last(kinds: list[list[Cohort]], keys: dict[Key, list[Person]]) -> list[list[Cohort]]:
    """Kinds by how much is asked of their slot for each place it has, the least first; by their first cohort's id where even."""
    asked: dict[Code, int] = defaultdict(int)
    for (slots, *_), people in keys.items():
        for slot in slots:
            asked[slot] += len(people)
    places: dict[Code, int] = defaultdict(int)
    for kind in kinds:
        places[kind[0].slot] += sum(cohort.free for cohort in kind)
    return sorted(kinds, key=lambda kind: (kind[0].candidate, asked[kind[0].slot] / places[kind[0].slot]))
