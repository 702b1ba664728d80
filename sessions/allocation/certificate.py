"""Checks of a finished placing that trust nothing which made it: neither the solver, nor the types, nor the seating.

`faults` asks whether every rule holds. `best_without_minimum` asks whether any placing could be better where cohorts have
places and nothing else: none is exactly when no chain of moves ends in a free place, or puts somebody in who comes before
the one it puts out. Each cohort kind gets the last person who could be moved out of it: a price, in one sweep.
"""

import sys
from collections import Counter, defaultdict

from sessions.allocation.problem import Code, Cohort, Problem, first_to_be_placed_first, fits, suits

FREE = sys.maxsize  # a free place: after everybody


def faults(problem: Problem, placed: dict[Code, Code]) -> list[str]:
    """What is wrong with this placing (cohort by person), in words for engineers; empty: every rule holds."""
    people = {person.id: person for person in problem.people}
    cohorts = {cohort.id: cohort for cohort in problem.cohorts}
    found = [f"{who} does not fit {where}" for who, where in placed.items() if not fits(people[who], cohorts[where])]
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


def best_without_minimum(problem: Problem, placed: dict[Code, Code]) -> bool:
    """Whether no placing is better, were there no minimum, no budget and nobody to keep together."""
    avoided = {code for person in problem.people for code in person.avoid}
    kinds: dict[tuple, list[Cohort]] = defaultdict(list)
    kind_of: dict[Code, tuple] = {}
    for cohort in problem.cohorts:
        if cohort.enrolled + max(1, cohort.minimum - cohort.enrolled) <= cohort.capacity:
            kind = (cohort.slot, cohort.levels, cohort.provides, cohort.language, cohort.id in avoided and cohort.id)
            kinds[kind].append(cohort)
            kind_of[cohort.id] = kind
    ordered = first_to_be_placed_first(problem)
    alike: dict[tuple, list[int]] = defaultdict(list)  # places in the order
    for rank, person in enumerate(ordered):
        _, _, _, slots, level, needs, language, _, avoid = person
        alike[slots, level, needs, language, avoid].append(rank)
    by_slot: dict[Code, list[tuple]] = defaultdict(list)
    for kind in kinds:
        by_slot[kind[0]].append(kind)
    nowhere = object()
    suiting: dict[tuple, list[tuple]] = {}
    askers: dict[tuple, list[tuple]] = defaultdict(list)  # who fits a kind
    sits: dict[tuple, set[tuple]] = {}  # kinds that somebody of a type sits in
    first_out: dict[tuple, int] = {}
    last_in: dict[tuple, int] = {}
    left = {kind: sum(cohort.capacity - cohort.enrolled for cohort in cohorts) for kind, cohorts in kinds.items()}
    for key, ranks in alike.items():
        one = ordered[ranks[0]]
        for slot in key[0]:
            near = suiting.get((slot, *key[1:]))
            if near is None:
                near = suiting[slot, *key[1:]] = [kind for kind in by_slot[slot] if suits(one, kinds[kind][0])]
            for kind in near:
                askers[kind].append(key)
        sits[key] = set()
        for rank in ranks:
            where = placed.get(ordered[rank].id, nowhere)
            if where is nowhere:
                first_out.setdefault(key, rank)
            else:
                kind = kind_of[where]
                sits[key].add(kind)
                left[kind] -= 1
                last_in[key] = rank
    price: dict[tuple, int] = {}
    label: dict[tuple, int] = {}

    def spread(start: list[tuple], value: int) -> None:
        queue = [kind for kind in start if kind not in price]
        price.update(dict.fromkeys(queue, value))
        for kind in queue:
            for key in askers[kind]:
                if key not in label:
                    label[key] = value
                    further = [other for other in sits[key] if other not in price]
                    price.update(dict.fromkeys(further, value))
                    queue.extend(further)

    spread([kind for kind, places in left.items() if places > 0], FREE)
    for key in sorted(last_in, key=lambda key: last_in[key], reverse=True):
        spread(list(sits[key]), last_in[key])
    return all(key not in label or label[key] < rank for key, rank in first_out.items())
