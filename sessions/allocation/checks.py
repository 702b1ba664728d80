"""Checks of a finished placing that trust nothing which made it: neither the solver, nor the types, nor the seating.

`faults` asks whether every rule holds. `best_without_minimum` asks whether any placing could be better where cohorts have
places and nothing else: none is exactly when no chain of moves ends in a free place, or puts somebody in who comes before
the one it puts out. Each cohort kind gets the last person who could be moved out of it: a price, in one sweep.
"""

import sys
from collections import Counter, defaultdict
from collections.abc import Iterable

from sessions.allocation.problem import Code, Cohort, Person, Problem, first_to_be_placed_first, fits, suits

FREE = sys.maxsize - 1  # a free place: after everybody


def faults(problem: Problem, placed: dict[Code, Code]) -> list[str]:
    """What is wrong with this placing (cohort by person), in words for engineers; empty: every rule holds."""
    people = {person.id: person for person in problem.people}
    cohorts = {cohort.id: cohort for cohort in problem.cohorts}
    found = [
        f"{who} does not fit {where}"
        for who, where in placed.items()
        if not fits(people[who], cohorts[where])
    ]
    received = Counter(placed.values())
    for code, number in received.items():
        cohort = cohorts[code]
        if cohort.enrolled + number > cohort.capacity:
            found.append(f"{code} is overfull")
        if cohort.enrolled + number < cohort.minimum:
            found.append(f"{code} stays below its minimum")
    opened = sum(cohorts[code].cost for code in received if cohorts[code].candidate)
    if problem.budget is not None and opened > problem.budget:
        found.append("the budget is exceeded")
    for person in problem.people:
        if person.together in people and placed.get(person.id) != placed.get(person.together):
            found.append(f"{person.id} is parted from {person.together}")
    return found


def best_without_minimum(
    problem: Problem, placed: dict[Code, Code], ordered: list[Person] | None = None
) -> bool:
    """Whether no placing is better, were there no minimum, no budget and nobody to keep together.

    `ordered` is everybody in the one order, where whoever asks has it at hand.
    """
    avoided = {code for person in problem.people for code in person.avoid}
    kinds: dict[tuple, int] = {}
    kind_of: dict[Code, int] = {}
    example: list[Cohort] = []
    by_slot: dict[Code, list[int]] = defaultdict(list)
    left: list[int] = []
    for cohort in problem.cohorts:
        if cohort.enrolled + max(1, cohort.minimum - cohort.enrolled) <= cohort.capacity:
            own = cohort.id if cohort.id in avoided else None
            key = (cohort.slot, cohort.levels, cohort.provides, cohort.language, own)
            kind = kind_of[cohort.id] = kinds.setdefault(key, len(kinds))
            if kind == len(left):
                example.append(cohort)
                by_slot[cohort.slot].append(kind)
                left.append(0)
            left[kind] += cohort.capacity - cohort.enrolled
    ordered = first_to_be_placed_first(problem) if ordered is None else ordered
    alike: dict[tuple, list[int]] = defaultdict(list)  # places in the order
    for rank, person in enumerate(ordered):
        _, _, _, slots, level, needs, language, _, avoid = person
        alike[slots, level, needs, language, avoid].append(rank)
    suiting: dict[tuple, list[int]] = {}
    askers: list[list[int]] = [[] for _ in left]  # types that fit a kind
    sits: list[set[int]] = []  # kinds that somebody of a type sits in
    first_out: list[int] = []  # of a type, the first in the order without a place
    last_in: list[int] = []  # and the last with one
    for at, (key, ranks) in enumerate(alike.items()):
        one, others = ordered[ranks[0]], key[1:]
        for slot in one.slots:
            near = suiting.get((slot, others))
            if near is None:
                near = suiting[slot, others] = [kind for kind in by_slot[slot] if suits(one, example[kind])]
            for kind in near:
                askers[kind].append(at)
        kinds_here = [kind_of[placed[code]] if (code := ordered[rank].id) in placed else -1 for rank in ranks]
        here, out, last = set(kinds_here), FREE + 1, -1
        for rank, kind in zip(ranks, kinds_here, strict=True):
            if kind >= 0:
                left[kind] -= 1
                last = rank
            elif out > rank:
                out = rank
        here.discard(-1)
        sits.append(here)
        first_out.append(out)
        last_in.append(last)
    price: list[int | None] = [None] * len(left)  # the last in the order who could be moved out of a kind
    label: list[int] = [-1] * len(alike)  # who would go if somebody of a type came

    def spread(start: Iterable[int], value: int) -> None:
        queue = [kind for kind in start if price[kind] is None]
        for kind in queue:
            if price[kind] is None:
                price[kind] = value
                for at in askers[kind]:
                    if label[at] < 0:
                        label[at] = value
                        queue.extend(other for other in sits[at] if price[other] is None)

    spread([kind for kind, places in enumerate(left) if places > 0], FREE)
    for at in sorted(range(len(last_in)), key=last_in.__getitem__, reverse=True):
        spread(sits[at], last_in[at])
    return all(gone < out for gone, out in zip(label, first_out, strict=True))
