"""A made-up county for measuring. An assumption, nothing more: no real waiting list was looked at.

15 slots, of which each person can make one to four, evenings three times as often as others; three levels, 40 % of the
people also join one below theirs; 15 % need step-free, 60 % of the cohorts have it; as many seats as people.
"""

import random

from sessions.allocation import Cohort, Person, Problem

DAYS, PARTS, LEVELS, SEATS = ("mon", "tue", "wed", "thu", "fri"), ("morning", "afternoon", "evening"), 3, 8
SLOTS = [f"{day}-{part}" for day in DAYS for part in PARTS]
POPULAR = [3 if slot.endswith("evening") else 1 for slot in SLOTS]


def county(people: int, *, seed: int, minimum: int = 0) -> Problem:
    """So many people, and seats for as many; a person who also joins a level below has a code of level that says so."""
    chance = random.Random(seed)
    sets: dict[tuple, frozenset] = {}
    waiting = []
    for number in range(people):
        wanted: set[str] = set()
        many = chance.randint(1, 4)
        while len(wanted) < many:
            wanted.update(chance.choices(SLOTS, POPULAR))
        slots = tuple(sorted(wanted))
        level, below = chance.randrange(LEVELS), chance.random() < 0.4
        waiting.append(
            Person(
                id=f"p{number:07}",
                waiting_days=min(364, int(chance.expovariate(1 / 70))),
                priority=chance.choices((0, 1, 2, 3), (85, 10, 4, 1))[0],
                slots=sets.setdefault(slots, frozenset(slots)),
                level=f"{level} or below" if below and level else str(level),
                needs=frozenset(("step-free",)) if chance.random() < 0.15 else frozenset(),
            )
        )
    takes = [frozenset({str(at), f"{at} or below", f"{at + 1} or below"}) for at in range(LEVELS)]
    cohorts = [
        Cohort(
            id=f"c{number:06}",
            slot=SLOTS[chance.randrange(len(SLOTS))],
            levels=takes[chance.randrange(LEVELS)],
            provides=frozenset(("step-free",)) if chance.random() < 0.6 else frozenset(),
            language=None,
            capacity=SEATS,
            minimum=minimum,
        )
        for number in range(people // SEATS)
    ]
    return Problem(waiting, cohorts)
