"""What is to be decided: people who wait, and the cohorts that could take them."""

import math
from collections.abc import Iterable, Sequence
from typing import NamedTuple, TypeAlias

Code: TypeAlias = str | int
PRIORITY_DAYS = 70  # days that one step of priority counts for (docs/domain.md 4.1)


class Person(NamedTuple):
    """Somebody who waits. `level` and every slot, need and language is a code that only has to be equal to a cohort's."""

    id: Code
    waiting_days: int
    priority: int  # 0 to 3
    slots: frozenset[Code]
    level: Code
    needs: frozenset[Code] = frozenset()
    language: Code | None = None  # None: any
    together: Code | None = None  # the id of a person to be placed with; binds both
    avoid: frozenset[Code] = frozenset()  # ids of cohorts not to be placed in (again)

    @property
    def score(self) -> int:
        """Waiting days and 70 for each step of priority."""
        return self.waiting_days + PRIORITY_DAYS * self.priority


class Cohort(NamedTuple):
    """A cohort with places, or a candidate that would be opened, at a cost in instructor hours, if it received anybody."""

    id: Code
    slot: Code
    levels: frozenset[Code]
    provides: frozenset[Code]
    language: Code | None  # None: any
    capacity: int
    minimum: int = 0  # a cohort that receives anybody ends with at least so many
    enrolled: int = 0
    candidate: bool = False
    cost: int = 0  # counts against the budget only when a candidate is opened

    @property
    def free(self) -> int:
        """Places that can be given; none where more are enrolled than there is room for."""
        return max(0, self.capacity - self.enrolled)

    @property
    def least(self) -> int:
        """The fewest new people it can receive if it receives any."""
        return max(1, self.minimum - self.enrolled)


class Problem(NamedTuple):
    """A pool of people and cohorts. Costs and budget are whole numbers of one unit; `long_wait_days` None: nobody is a long waiter."""

    people: Sequence[Person]
    cohorts: Sequence[Cohort]
    budget: int | None = None
    long_wait_days: int | None = None

    def is_long(self, person: Person) -> bool:
        return self.long_wait_days is not None and person.waiting_days >= self.long_wait_days


def fits(person: Person, cohort: Cohort) -> bool:
    """Whether this cohort is one that this person could join, places apart."""
    return cohort.slot in person.slots and suits(person, cohort)


def suits(person: Person, cohort: Cohort) -> bool:
    """Whether it is one, were it on a time that they can make."""
    return (
        person.level in cohort.levels
        and person.needs <= cohort.provides
        and (person.language is None or cohort.language is None or person.language == cohort.language)
        and cohort.id not in person.avoid
    )


def in_order(codes: Iterable[Code]) -> list[Code]:
    """Ids in one order whatever they are: numbers first, then text."""
    codes = list(codes)
    try:
        return sorted(codes)
    except TypeError:
        return sorted(codes, key=lambda code: (isinstance(code, str), code))


def first_to_be_placed_first(problem: Problem) -> list[Person]:
    """The one order (docs/domain.md 4.1): long waiters, then waiting and priority, then waiting, then id."""
    people = {person.id: person for person in problem.people}
    ordered = [people[code] for code in in_order(people)]
    long = math.inf if problem.long_wait_days is None else problem.long_wait_days
    worth = [
        (waiting >= long) << 48 | (waiting + PRIORITY_DAYS * priority) << 24 | waiting
        for _, waiting, priority, *_ in ordered
    ]
    return [ordered[at] for at in sorted(range(len(ordered)), key=worth.__getitem__, reverse=True)]
