"""Random problems, small and nasty on purpose."""

from sessions.allocation import Cohort, Person, Problem


def some(chance, codes, low, high):
    return frozenset(chance.sample(codes, min(len(codes), chance.randint(low, high))))


def problem(chance, *, people, cohorts, rules):
    """`rules` is a set of: minimum, candidates, together, avoid. The rest varies by itself."""
    slots, levels = [f"s{n}" for n in range(chance.randint(1, 5))], ["seated", "gentle", "more"]
    needs, tongues = ["step-free", "captions"], [None, None, None, "cy", "pl"]
    equal = chance.random() < 0.1  # everybody alike
    longest = chance.choice([3, 60, 400])
    names = chance.sample(range(1000), people)
    waiting = [
        Person(
            id=f"p{name:03}",
            waiting_days=20 if equal else chance.randint(0, longest),
            priority=0 if equal else chance.choice([0, 0, 0, 1, 2, 3]),
            slots=frozenset(slots) if equal else some(chance, slots, 0, 3),
            level="gentle" if equal else chance.choice(levels),
            needs=frozenset() if equal else some(chance, needs, 0, chance.choice([0, 0, 2])),
            language=None if equal else chance.choice(tongues),
            together=f"p{chance.choice([*names, 1001]):03}"
            if "together" in rules and chance.random() < 0.3
            else None,
            avoid=frozenset(f"c{n}" for n in range(2) if chance.random() < 0.2)
            if "avoid" in rules
            else frozenset(),
        )
        for name in names
    ]
    running = [
        Cohort(
            id=f"c{name}",
            slot=chance.choice(slots),
            levels=some(chance, levels, 1, 3),
            provides=some(chance, needs, 0, 2),
            language=chance.choice(tongues),
            capacity=chance.choice([0, 1, 2, 3, 4, 8]),
            minimum=chance.choice([0, 1, 2, 3, 5]) if "minimum" in rules else 0,
            enrolled=chance.choice([0, 0, 0, 1, 2, 9]),
            candidate="candidates" in rules and chance.random() < 0.5,
            cost=chance.choice([0, 5, 10, 15]),
        )
        for name in range(cohorts)
    ]
    return Problem(
        waiting,
        running,
        budget=chance.choice([None, 0, 10, 20]) if "candidates" in rules else None,
        long_wait_days=chance.choice([None, 0, longest // 2, longest]),
    )


def person(name, waiting_days=0, *, slots=frozenset({"tue"}), level="seated", **more):
    return Person(name, waiting_days, more.pop("priority", 0), frozenset(slots), level, **more)


def cohort(name, *, slot="tue", capacity=8, levels=("seated",), provides=(), language=None, **more):
    return Cohort(name, slot, frozenset(levels), frozenset(provides), language, capacity, **more)
