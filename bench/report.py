"""How a measurement is taken and told."""

import contextlib
import os
import platform
import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from django.db import connection

from messaging.restores import database_identity

DATABASE = "test_itsyourmove_bench"


@dataclass(frozen=True)
class Row:
    """One case: the median of its rounds with the range, and its ratio to `versus`; a goal is a ratio to stay under."""

    case: str
    value: float
    unit: str
    versus: str | None = None
    ratio: float | None = None
    low: float | None = None
    high: float | None = None
    rounds: int = 1
    goal: float | None = None
    met: bool | None = None


@contextlib.contextmanager
def database() -> Iterator[None]:
    """An empty database of our own with every migration applied, made and removed as tests' databases are."""
    before = connection.settings_dict["NAME"]
    connection.settings_dict["TEST"]["NAME"] = DATABASE
    connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    try:
        database_identity.take()  # a copy of a migrated one
        yield
    finally:
        connection.creation.destroy_test_db(before, verbosity=0)


def interleaved(cases: dict[str, Callable[[], object]], *, rounds: int) -> dict[str, list[float]]:
    """Milliseconds of each case in each round; every round runs all cases, so that noise meets them alike."""
    taken = {name: [] for name in cases}
    for _ in range(rounds):
        for name, case in cases.items():
            start = time.perf_counter()
            case()
            taken[name].append((time.perf_counter() - start) * 1000)
    return taken


def row(case: str, values: Sequence[float], unit: str = "ms", **more: Any) -> Row:
    """The median of these, with their range."""
    value, low, high = (round(of(values), 2) for of in (statistics.median, min, max))
    return Row(case, value, unit, low=low, high=high, rounds=len(values), **more)


def rows(taken: dict[str, list[float]], *, versus: str, goals: dict[str, float]) -> list[Row]:
    """Medians of the cases, each as a ratio to the floor of its own round."""
    told = []
    for name, values in taken.items():
        floor = taken[versus]
        ratio = statistics.median(value / base for value, base in zip(values, floor, strict=True))
        goal = goals.get(name)
        beside = {} if name == versus else {"versus": versus, "ratio": round(ratio, 2)}
        told.append(row(name, values, goal=goal, met=None if goal is None else ratio <= goal, **beside))
    return told


def told(bench: str, measured: list[Row]) -> dict:
    machine = {"cores": os.cpu_count(), "system": platform.system(), "python": platform.python_version()}
    return {"bench": bench, "machine": machine, "rows": [asdict(row) for row in measured]}


def table(report: dict) -> str:
    lines = [f"{report['bench']}: {report['machine']}"]
    for row in report["rows"]:
        ratio = f"{row['ratio']} x {row['versus']}" if row["ratio"] else ""
        met = "met" if row["met"] else "missed"
        goal = "" if row["goal"] is None else f" (goal {row['goal']:.1f}: {met})"
        value = f"{row['value']:9.2f} {row['unit']} [{row['low']}..{row['high']}]"
        lines.append(f"  {row['case']:36} {value} {ratio}{goal}")
    return "\n".join(lines)
