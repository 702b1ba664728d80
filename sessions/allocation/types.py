"""Who is interchangeable: people who fit the same cohorts, and cohorts that the same people fit.

Exact: whoever fits the same cohorts differs only in the place in the order, so of each type the first in the order are
placed. What a cohort asks (slot, levels, what it provides, language) makes its kind; a bit stands for each kind, and what
a person fits is one number. A search takes the lowest bit first, so the kinds that are asked for least stand lowest.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from operator import attrgetter
from typing import NamedTuple, TypeAlias

from sessions.allocation.problem import (
    Code,
    Cohort,
    Person,
    Problem,
    first_to_be_placed_first,
    fits,
    in_order,
)

Mask: TypeAlias = int  # a bit for each kind of cohort
Key: TypeAlias = tuple[frozenset[Code], Code, frozenset[Code], Code | None, frozenset[Code]]


class Unit(NamedTuple):
    """People who are placed together or not at all; mostly one."""

    people: tuple[Person, ...]
    long: int  # how many of them are long waiters
    score: int


@dataclass
class Types:
    """A problem made into types."""

    problem: Problem
    kinds: list[list[Cohort]]  # cohorts that somebody may still be placed in, alike in what they ask, by id
    alone: list[tuple[Mask, Person]]  # who comes alone and fits something, in the one order
    groups: dict[tuple[Mask, int], list[Unit]]  # by what all of them fit and how many they are, first to be placed first
    apart: bool  # somebody is to be kept together with somebody, placeable or not

    @cached_property
    def units(self) -> dict[tuple[Mask, int], list[Unit]]:
        """Everybody who fits something, by what they fit and how many they are, first to be placed first."""
        found: dict[tuple[Mask, int], list[Unit]] = defaultdict(list, self.groups)
        for mask, person in self.alone:
            found[mask, 1].append(Unit((person,), self.problem.is_long(person), person.score))
        return dict(sorted(found.items()))

    @property
    def places(self) -> list[int]:
        """Free places of each kind."""
        return [sum(cohort.free for cohort in kind) for kind in self.kinds]


def made(problem: Problem, *, alike: bool = True) -> Types:
    """The types of a problem. Not `alike`: each cohort is a kind of its own."""
    ordered = first_to_be_placed_first(problem)
    avoided = {code for person in ordered for code in person.avoid}
    cohorts = {cohort.id: cohort for cohort in problem.cohorts}
    by_kind: dict[tuple, list[Cohort]] = defaultdict(list)
    for cohort in map(cohorts.__getitem__, in_order(cohorts)):
        if cohort.least <= cohort.free:
            own = cohort.id if cohort.id in avoided or not alike else None
            by_kind[cohort.slot, cohort.levels, cohort.provides, cohort.language, own].append(cohort)
    key_of = attrgetter("slots", "level", "needs", "language", "avoid")
    keys: list[Key] = [key_of(person) for person in ordered]
    kinds = _least_asked_first(list(by_kind.values()), keys)
    by_slot: dict[Code, list[int]] = defaultdict(list)
    for at, kind in enumerate(kinds):
        by_slot[kind[0].slot].append(at)
    masks: dict[Key, Mask] = {}
    for key, person in zip(keys, ordered, strict=True):
        if key not in masks:
            near = (at for slot in person.slots for at in by_slot.get(slot, ()))
            masks[key] = sum(1 << at for at in near if fits(person, kinds[at][0]))
    together = groups(problem.people)
    grouped = {person.id for group in together for person in group}
    alone = [
        (masks[key], person)
        for key, person in zip(keys, ordered, strict=True)
        if masks[key] and (not grouped or person.id not in grouped)
    ]
    found: dict[tuple[Mask, int], list[Unit]] = defaultdict(list)
    for group in together:
        mask = -1
        for person in group:
            mask &= masks[key_of(person)]
        if mask:
            found[mask, len(group)].append(_unit(group, problem))
    for units in found.values():
        units.sort(key=lambda unit: (-unit.long, -unit.score, -max(one.waiting_days for one in unit.people)))
    return Types(problem, kinds, alone, dict(sorted(found.items())), bool(together))


def groups(people: Iterable[Person]) -> list[list[Person]]:
    """Those who are to be placed together, by id; chains are one group, and whoever is not in the pool is passed over."""
    known = {person.id: person for person in people}
    group: dict[Code, list[Code]] = {}
    for person in known.values():
        one, other = person.id, person.together
        if other is None or other == one or other not in known:
            continue
        first, second = group.setdefault(one, [one]), group.setdefault(other, [other])
        if first is not second:
            small, large = sorted((first, second), key=len)
            large.extend(small)
            group.update(dict.fromkeys(small, large))
    whole = {id(codes): in_order(codes) for codes in group.values()}
    by_first = {codes[0]: codes for codes in whole.values()}
    return [[known[code] for code in by_first[first]] for first in in_order(by_first)]


def _unit(group: list[Person], problem: Problem) -> Unit:
    long = sum(problem.is_long(person) for person in group)
    return Unit(tuple(group), long, sum(person.score for person in group))


def _least_asked_first(kinds: list[list[Cohort]], keys: list[Key]) -> list[list[Cohort]]:
    """Kinds by how many ask for their slot for each place in it; cohorts that exist before candidates; else by first id."""
    asked: dict[Code, int] = defaultdict(int)
    for slots, *_ in keys:
        for slot in slots:
            asked[slot] += 1
    places: dict[Code, int] = defaultdict(int)
    for kind in kinds:
        places[kind[0].slot] += sum(cohort.free for cohort in kind)
    return sorted(kinds, key=lambda kind: (kind[0].candidate, asked[kind[0].slot] / places[kind[0].slot]))
