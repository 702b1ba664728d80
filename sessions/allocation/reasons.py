"""Why each person is placed where they are, or what would have to change: codes with facts, each true of the proposal."""

from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sessions.allocation.equivalence_classes import groups
from sessions.allocation.problem import Code, Cohort, Person, first_to_be_placed_first, fits, in_order
from sessions.allocation.solver import TIME_LIMIT, Proposal

PLACED = "placed"
NO_SLOT, NO_LEVEL, NO_NEED, NO_LANGUAGE, AVOIDED = "no slot", "no level", "no need", "no language", "avoided"
NOT_TOGETHER, TOO_MANY_TOGETHER = "not together", "too many together"
NEEDS_MORE, NO_HOURS, NEVER_ENOUGH = "needs more", "no hours", "never enough"
ALREADY_FULL, FULL_LONGER, FULL_BEFORE, FULL = "already full", "full longer", "full before", "full"
NO_BETTER, NOT_TRIED = "no better", "not tried"


@dataclass(frozen=True)
class Reason:
    """A code of this module and the facts that its sentence needs (sentences.py)."""

    person: Code
    code: str
    facts: dict[str, Any]


@dataclass
class _Seen:
    """The proposal as the reasons look at it."""

    proposal: Proposal
    cohorts: dict[Code, Cohort]
    by_slot: dict[Code, list[Cohort]]
    received: Counter[Code]
    company: dict[Code, tuple[Person, ...]]
    order: dict[Code, int]
    last_in: dict[Code, int]  # of those placed in a cohort by this proposal, the last in the one order
    shortest: dict[Code, int]  # and the shortest wait, in days
    could: Counter[Code]  # people without a place who fit a cohort, with all of their company
    hours_left: float


def explained(proposal: Proposal) -> list[Reason]:
    """One reason for each person of the pool, in the order of the ids of those placed, then of the others in the one order."""
    seen = _look(proposal)
    ordered = first_to_be_placed_first(proposal.problem)
    people = {person.id: person for person in ordered}
    placed = [_placed(seen, people[code], where) for code, where in proposal.placed.items()]
    return placed + [_unplaced(seen, person) for person in ordered if person.id not in proposal.placed]


def _look(proposal: Proposal) -> _Seen:
    problem = proposal.problem
    by_id = {cohort.id: cohort for cohort in problem.cohorts}
    cohorts = {code: by_id[code] for code in in_order(by_id)}
    by_slot: dict[Code, list[Cohort]] = defaultdict(list)
    for cohort in cohorts.values():
        by_slot[cohort.slot].append(cohort)
    company = {one.id: tuple(group) for group in groups(problem.people) for one in group}
    last_in: dict[Code, int] = {}
    shortest: dict[Code, int] = {}
    order = {}
    for at, person in enumerate(first_to_be_placed_first(problem)):
        order[person.id] = at
        where = proposal.placed.get(person.id)
        if where is not None:
            last_in[where] = at
            shortest[where] = min(person.waiting_days, shortest.get(where, person.waiting_days))
    opened = sum(cohorts[code].cost for code in proposal.opened)
    seen = _Seen(
        proposal, cohorts, by_slot, Counter(proposal.placed.values()), company, order, last_in, shortest, Counter(),
        float("inf") if problem.budget is None else problem.budget - opened,
    )  # fmt: skip
    for person in problem.people:
        if person.id not in proposal.placed:
            seen.could.update(cohort.id for cohort in _fitting(seen, person))
    return seen


def _fitting(seen: _Seen, person: Person) -> list[Cohort]:
    """Cohorts that fit this person and whoever is to be placed with them, places apart."""
    company = seen.company.get(person.id, (person,))
    near = (cohort for slot in person.slots for cohort in seen.by_slot.get(slot, ()))
    return [cohort for cohort in near if all(fits(one, cohort) for one in company)]


def _placed(seen: _Seen, person: Person, where: Code) -> Reason:
    company = seen.company.get(person.id, (person,))
    facts = {
        "cohort": where,
        "slot": seen.cohorts[where].slot,
        "weeks": person.waiting_days // 7,
        "days": person.waiting_days,
        "long": seen.proposal.problem.is_long(person),
        "priority": person.priority,
        "together": [one.id for one in company if one.id != person.id],
    }
    return Reason(person.id, PLACED, facts)


def _unplaced(seen: _Seen, person: Person) -> Reason:
    def said(code: str, **facts: Any) -> Reason:
        return Reason(person.id, code, facts)

    some = [cohort for slot in person.slots for cohort in seen.by_slot.get(slot, ())]
    if not some:
        return said(NO_SLOT)
    some = [cohort for cohort in some if person.level in cohort.levels]
    if not some:
        return said(NO_LEVEL, level=person.level)
    if not any(person.needs <= cohort.provides for cohort in some):
        lacking = [need for need in in_order(person.needs) if not any(need in one.provides for one in some)]
        return said(NO_NEED, needs=lacking or in_order(person.needs))
    some = [cohort for cohort in some if person.needs <= cohort.provides]
    if person.language is not None:
        some = [cohort for cohort in some if cohort.language in (None, person.language)]
        if not some:
            return said(NO_LANGUAGE, language=person.language)
    if all(cohort.id in person.avoid for cohort in some):
        return said(AVOIDED)
    return _crowded(seen, person, said)


def _crowded(seen: _Seen, person: Person, said: Callable[..., Reason]) -> Reason:
    """Some cohort fits this person: why none of those that do has taken them, the nearest change first."""
    company = seen.company.get(person.id, (person,))
    size = len(company)
    fitting = _fitting(seen, person)
    if not fitting:
        return said(NOT_TOGETHER, together=[one.id for one in company if one.id != person.id])
    roomy = [cohort for cohort in fitting if cohort.free >= size]
    if not roomy:
        return said(ALREADY_FULL) if size == 1 else said(TOO_MANY_TOGETHER, number=size)
    closed = [cohort for cohort in roomy if not seen.received[cohort.id] and cohort.least <= cohort.free]
    affordable = [cohort for cohort in closed if not cohort.candidate or cohort.cost <= seen.hours_left]
    short = [cohort for cohort in affordable if seen.could[cohort.id] < cohort.least]
    if short:
        nearest = min(short, key=lambda cohort: cohort.least - seen.could[cohort.id])
        return said(
            NEEDS_MORE, cohort=nearest.id, slot=nearest.slot, more=nearest.least - seen.could[nearest.id]
        )
    if len(affordable) < len(closed):
        dear = next(cohort for cohort in closed if cohort not in affordable)
        return said(NO_HOURS, cohort=dear.id, slot=dear.slot)
    running = [cohort for cohort in roomy if seen.received[cohort.id]]
    if not running and not closed:
        return said(NEVER_ENOUGH, cohort=roomy[0].id, slot=roomy[0].slot)
    left = [cohort.free - seen.received[cohort.id] for cohort in running]
    if closed or max(left) >= size:
        return said(NOT_TRIED if seen.proposal.proof == TIME_LIMIT else NO_BETTER)
    if max(left) > 0:
        return said(TOO_MANY_TOGETHER, number=size)
    mine = min(seen.order[one.id] for one in company)
    if any(seen.last_in[cohort.id] > mine for cohort in running):
        return said(FULL, proven=seen.proposal.proof != TIME_LIMIT)
    longest = max(one.waiting_days for one in company)
    return said(FULL_LONGER if all(seen.shortest[one.id] >= longest for one in running) else FULL_BEFORE)
