"""Who is interchangeable: people who fit the same cohorts, and cohorts that the same people fit.

Exact: whoever fits the same cohorts differs only in the place in the order, so of each type the first in the order are
placed. What a cohort asks (slot, levels, what it provides, language) makes its kind; a bit stands for each kind, and what
a person fits is one number. A search takes the lowest bit first, so the kinds that are asked for least stand lowest.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from itertools import compress
from operator import attrgetter
from typing import NamedTuple, TypeAlias

from sessions.allocation.problem import (
    Code,
    Cohort,
    Person,
    Problem,
    first_to_be_placed_first,
    in_order,
    suits,
)

Mask: TypeAlias = int  # a bit for each kind of cohort
Key: TypeAlias = tuple[frozenset[Code], Code, frozenset[Code], Code | None, frozenset[Code]]


_key = attrgetter("slots", "level", "needs", "language", "avoid")


class Unit(NamedTuple):
    """People who are placed together or not at all; mostly one."""

    people: tuple[Person, ...]
    long: int  # how many of them are long waiters
    score: int


@dataclass
class Types:
    """A problem made into types."""

    problem: Problem
    ordered: list[Person]  # everybody, in the one order
    kinds: list[list[Cohort]]  # cohorts that somebody may still be placed in, alike in what they ask, by id
    alone: list[Person]  # who comes alone and fits something, in the one order
    fit: list[Mask]  # what they fit
    groups: dict[
        tuple[Mask, int], list[Unit]
    ]  # by what all of them fit and how many they are, first to be placed first
    apart: bool  # somebody is to be kept together with somebody, placeable or not

    @cached_property
    def units(self) -> dict[tuple[Mask, int], list[Unit]]:
        """Everybody who fits something, by what they fit and how many they are, first to be placed first."""
        found: dict[tuple[Mask, int], list[Unit]] = defaultdict(list, self.groups)
        for mask, person in zip(self.fit, self.alone, strict=True):
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
    # Numbers instead of a tuple for each person: tuples by the hundred thousand keep the collector busy.
    numbers: dict[Key, int] = {}
    number_of = [numbers.setdefault(_key(person), len(numbers)) for person in ordered]
    kinds = _least_asked_first(list(by_kind.values()), list(numbers), Counter(number_of))
    on_slot: dict[Code, Mask] = defaultdict(int)
    for at, kind in enumerate(kinds):
        on_slot[kind[0].slot] |= 1 << at
    suiting: dict[
        tuple, Mask
    ] = {}  # whatever the slot: by level, needs, language and what is avoided, which are few
    masks = []
    for key, person in zip(numbers, _one_of_each(number_of, ordered), strict=True):
        if key[1:] not in suiting:
            suiting[key[1:]] = sum(1 << at for at, kind in enumerate(kinds) if suits(person, kind[0]))
        near = 0
        for slot in person.slots:
            near |= on_slot.get(slot, 0)
        masks.append(near & suiting[key[1:]])
    together = groups(problem.people)
    grouped = {person.id for group in together for person in group}
    coming = [bool(masks[number]) for number in number_of]
    if grouped:
        coming = [here and person.id not in grouped for here, person in zip(coming, ordered, strict=True)]
    alone = list(compress(ordered, coming))
    fit = [masks[number] for number in compress(number_of, coming)]
    found: dict[tuple[Mask, int], list[Unit]] = defaultdict(list)
    for group in together:
        mask = -1
        for person in group:
            mask &= masks[numbers[_key(person)]]
        if mask:
            found[mask, len(group)].append(_unit(group, problem))
    for units in found.values():
        units.sort(key=lambda unit: (-unit.long, -unit.score, -sum(one.waiting_days for one in unit.people)))
    return Types(problem, ordered, kinds, alone, fit, dict(sorted(found.items())), bool(together))


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


def _one_of_each(number_of: list[int], ordered: list[Person]) -> list[Person]:
    one_of = dict(zip(number_of, ordered, strict=True))
    return [one_of[number] for number in sorted(one_of)]


def _least_asked_first(
    kinds: list[list[Cohort]], keys: list[Key], people: Counter[int]
) -> list[list[Cohort]]:
    """Kinds in the order in which a search takes them; it decides how long searches are, never how good the answer is.

    Cohorts that exist before candidates, those that provide little before those that somebody may need, then by how many
    ask for their slot for each place in it; else by first id.
    """
    asked: dict[Code, float] = defaultdict(float)
    for number, (slots, *_) in enumerate(keys):
        for slot in slots:
            asked[slot] += people[number] / len(slots)
    places: dict[Code, int] = defaultdict(int)
    for kind in kinds:
        places[kind[0].slot] += sum(cohort.free for cohort in kind)

    def order(kind: list[Cohort]) -> tuple[bool, int, float]:
        one = kind[0]
        return one.candidate, len(one.provides), asked[one.slot] / places[one.slot]

    return sorted(kinds, key=order)
