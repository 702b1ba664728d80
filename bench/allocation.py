"""The engine of allocation beside first come, first served, and beside reading its input."""

import io
import statistics
import time
from collections.abc import Callable

from django.db import connection

from bench.made_up import county
from bench.report import Row, interleaved, row, rows
from sessions.allocation import Person, first_come_first_served, solve
from sessions.allocation.cohort_selection import place
from sessions.allocation.equivalence_classes import made

COLUMNS = "id text, waiting_days int, priority int, slots text, level text, needs text"


def measure(*, quick: bool) -> list[Row]:
    told = _beside_first_come(rounds=3 if quick else 15)
    told += _beside_reading(100_000, rounds=2 if quick else 5, goal=6.0)
    if not quick:
        told += _beside_reading(1_000_000, rounds=2, goal=None)
    for minimum, goal in ((0, 8.0), (6, 10.0)):
        told.append(_gain(minimum, goal, seeds=8 if quick else 24))
    told.append(_proven(1_000, 5.0, times=2 if quick else 5))
    told.append(_proven(10_000, 30.0, times=1 if quick else 5))
    return told


def _beside_first_come(*, rounds: int) -> list[Row]:
    problem = county(10_000, seed=1)
    solve(problem)  # what is imported on first use is not measured
    cases = {
        "first come, first served, 10 k people": lambda: first_come_first_served(problem),
        "solved and certified, 10 k people": lambda: solve(problem),
    }
    first, solved = cases
    return rows(interleaved(cases, rounds=rounds), versus=first, goals={solved: 3.0})


def _beside_reading(people: int, *, rounds: int, goal: float | None) -> list[Row]:
    """Reading is COPY out of a table of our own, and making people of the lines."""
    problem = county(people, seed=1)
    size = f"{people // 1000} k" if people < 1_000_000 else f"{people // 1_000_000} M"
    lines = "".join(
        f"{one.id}\t{one.waiting_days}\t{one.priority}\t{' '.join(sorted(one.slots))}\t{one.level}\t{' '.join(one.needs)}\n"
        for one in problem.people
    )
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TABLE bench_waiting ({COLUMNS})")
        cursor.copy_expert("COPY bench_waiting FROM STDIN", io.StringIO(lines))

    def whole() -> None:
        solve(problem._replace(people=_read()))

    cases: dict[str, Callable[[], object]] = {f"reading {size} people by COPY": _read}
    if goal is None:
        cases[f"whole run, {size} people"] = whole
    else:
        cases[f"solved and certified, {size} people"] = lambda: solve(problem)
    first, second = cases
    try:
        return rows(interleaved(cases, rounds=rounds), versus=first, goals={second: goal} if goal else {})
    finally:
        with connection.cursor() as cursor:
            cursor.execute("DROP TABLE bench_waiting")


def _read() -> list[Person]:
    out = io.StringIO()
    with connection.cursor() as cursor:
        cursor.copy_expert("COPY bench_waiting TO STDOUT", out)
    out.seek(0)
    sets: dict[str, frozenset] = {"": frozenset()}
    found = []
    for line in out:
        code, waiting, priority, slots, level, needs = line.rstrip("\n").split("\t")
        if slots not in sets:
            sets[slots] = frozenset(slots.split(" "))
        if needs not in sets:
            sets[needs] = frozenset(needs.split(" "))
        found.append(Person(code, int(waiting), int(priority), sets[slots], level, sets[needs]))
    return found


def _gain(minimum: int, goal: float, *, seeds: int) -> Row:
    """More people placed than first come, first served; it depends on the made-up people: told, not promised."""
    gains = []
    for seed in range(seeds):
        problem = county(1_000, seed=seed, minimum=minimum)
        gains.append(100 * (solve(problem).people / len(first_come_first_served(problem)) - 1))
    mean = statistics.mean(gains)
    name = f"people placed, 1 k people, {f'minimum {minimum}' if minimum else 'no minimum'}"
    return Row(
        name, round(mean, 2), "% more", versus="first come, first served", low=round(min(gains), 2),
        high=round(max(gains), 2), rounds=seeds, goal=goal, met=mean >= goal,
    )  # fmt: skip


def _proven(people: int, goal: float, *, times: int) -> Row:
    """Seconds until HiGHS has proven the best with a minimum of six, asked even where re-seating alone would do."""
    taken, proven = [], True
    for seed in range(times):
        types = made(county(people, seed=seed, minimum=6))
        start = time.perf_counter()
        placing = place(types, seconds=120, at_most={})
        taken.append(time.perf_counter() - start)
        proven &= all(reached.value == reached.bound for reached in placing.reached.values())
    name = f"minimum 6, {people // 1000} k people, by HiGHS{'' if proven else ', not proven'}"
    return row(name, taken, "s", goal=goal, met=proven and statistics.median(taken) <= goal)
