"""First come, first served: what an officer with a list would do, to hold the engine's answer against."""

from collections import Counter, defaultdict

from sessions.allocation.problem import Code, Cohort, Person, Problem, in_order, suits


def first_come_first_served(problem: Problem) -> dict[Code, Code]:
    """Cohort by person: whoever has waited longest takes the first cohort that fits and has room, and so on.

    Then cohorts below their minimum do not run, and whoever sat there takes what is still free elsewhere. Candidates are
    not opened, and nobody is kept together.
    """
    people = {person.id: person for person in problem.people}
    queue = [people[code] for code in in_order(people)]
    queue.sort(key=lambda person: -person.waiting_days)
    by_id = {cohort.id: cohort for cohort in problem.cohorts if not cohort.candidate}
    cohorts = [by_id[code] for code in in_order(by_id)]
    room = {cohort.id: cohort.free for cohort in cohorts}
    placed = _served(queue, cohorts, room)
    while True:
        size = Counter(placed.values())
        short = {c.id for c in cohorts if c.id in size and c.enrolled + size[c.id] < c.minimum}
        if not short:
            return placed
        placed = {who: where for who, where in placed.items() if where not in short}
        cohorts = [cohort for cohort in cohorts if cohort.id in size and cohort.id not in short]
        placed |= _served([one for one in queue if one.id not in placed], cohorts, room)


def _served(queue: list[Person], cohorts: list[Cohort], room: dict[Code, int]) -> dict[Code, Code]:
    kinds: dict[tuple, list[Cohort]] = defaultdict(list)  # with room, the first one last
    avoided = {code for person in queue for code in person.avoid}
    for cohort in reversed(cohorts):
        if room[cohort.id]:
            own = cohort.id if cohort.id in avoided else None
            kinds[cohort.slot, cohort.levels, cohort.provides, cohort.language, own].append(cohort)
    first = {cohort.id: at for at, cohort in enumerate(cohorts)}
    by_slot: dict[Code, list[list[Cohort]]] = defaultdict(list)
    for kind in kinds.values():
        by_slot[kind[0].slot].append(kind)
    known: dict[tuple, list[list[Cohort]]] = {}
    placed: dict[Code, Code] = {}
    for person in queue:
        key = (person.slots, person.level, person.needs, person.language, person.avoid)
        suiting = known.get(key)
        if suiting is None:
            near = (kind for slot in person.slots for kind in by_slot.get(slot, ()))
            suiting = known[key] = [kind for kind in near if kind and suits(person, kind[0])]
        here, soonest = None, len(cohorts)
        for kind in suiting:
            if kind and first[kind[-1].id] < soonest:
                here, soonest = kind, first[kind[-1].id]
        if here:
            cohort = here[-1]
            placed[person.id] = cohort.id
            room[cohort.id] -= 1
            if not room[cohort.id]:
                here.pop()
    return placed
