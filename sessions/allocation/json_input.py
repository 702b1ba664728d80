"""A problem from a JSON text, or one sentence that names the place where it is not one (docs/allocation-schema.md)."""

import json
from decimal import Decimal
from math import lcm
from typing import Any

from sessions.allocation.problem import Code, Cohort, Person, Problem

MOST_DAYS, MOST_PLACES, MOST_PRIORITY = 36_500, 10_000, 3
MOST_HOURS = Decimal(1_000_000)
_NONE: frozenset[Code] = frozenset()
PERSON = {"id", "waiting_days", "priority", "slots", "level", "needs"}
PERSON_MAY = {"language", "with", "avoid"}
COHORT = {"id", "slot", "levels", "provides", "capacity", "minimum", "enrolled"}
COHORT_MAY = {"language", "candidate", "cost"}


class NotAProblem(ValueError):
    """What was given is not a problem; the sentence says where."""


def parse_problem(text: str) -> Problem:
    """The problem that this text describes. Raises NotAProblem with one sentence that names the place."""
    try:
        given = json.loads(text, parse_float=Decimal, parse_constant=_no_number, object_pairs_hook=_once)
    except json.JSONDecodeError as error:
        raise NotAProblem(f"Line {error.lineno}, column {error.colno}: this is not JSON.") from None
    except RecursionError:
        raise NotAProblem("The file: lists stand too deep inside lists.") from None
    except ValueError as error:
        sentence = str(error) if isinstance(error, NotAProblem) else "The file: a number is too long to read."
        raise NotAProblem(sentence) from None
    _keys(given, {"people", "cohorts"}, {"budget", "long_wait_days"}, "the problem")
    sets: dict[tuple, frozenset] = {}
    people = [_person(one, f"people[{at}]", sets) for at, one in enumerate(_list(given, "people", ""))]
    hours: list[Decimal] = []
    cohorts = [
        _cohort(one, f"cohorts[{at}]", sets, hours) for at, one in enumerate(_list(given, "cohorts", ""))
    ]
    _distinct([person.id for person in people], "people")
    _distinct([cohort.id for cohort in cohorts], "cohorts")
    budget = None if given.get("budget") is None else _hours(given["budget"], "budget")
    # Hours may have decimals; sums of them must be exact, so they are counted in their smallest common part.
    parts = lcm(*(hour.as_integer_ratio()[1] for hour in (*hours, budget or Decimal(0))))
    cohorts = [cohort._replace(cost=int(hour * parts)) for cohort, hour in zip(cohorts, hours, strict=True)]
    long = given.get("long_wait_days")
    return Problem(
        people,
        cohorts,
        None if budget is None else int(budget * parts),
        None if long is None else _whole(given, "long_wait_days", "", MOST_DAYS),
    )


def _person(given: Any, at: str, sets: dict) -> Person:
    _keys(given, PERSON, PERSON_MAY, at)
    return Person(
        _code(given, "id", at),
        _whole(given, "waiting_days", at, MOST_DAYS),
        _whole(given, "priority", at, MOST_PRIORITY),
        _codes(given, "slots", at, sets),
        _code(given, "level", at),
        _codes(given, "needs", at, sets),
        _code(given, "language", at) if given.get("language") is not None else None,
        _code(given, "with", at) if given.get("with") is not None else None,
        _codes(given, "avoid", at, sets) if "avoid" in given else _NONE,
    )


def _cohort(given: Any, at: str, sets: dict, hours: list[Decimal]) -> Cohort:
    _keys(given, COHORT, COHORT_MAY, at)
    candidate = given.get("candidate", False)
    if not isinstance(candidate, bool):
        raise NotAProblem(f"{at}.candidate: true or false is needed.")
    if candidate and given.get("cost") is None:
        raise NotAProblem(f"{at}.cost: a candidate needs its cost in hours.")
    hours.append(_hours(given["cost"], f"{at}.cost") if given.get("cost") is not None else Decimal(0))
    return Cohort(
        _code(given, "id", at),
        _code(given, "slot", at),
        _codes(given, "levels", at, sets),
        _codes(given, "provides", at, sets),
        _code(given, "language", at) if given.get("language") is not None else None,
        _whole(given, "capacity", at, MOST_PLACES),
        _whole(given, "minimum", at, MOST_PLACES),
        _whole(given, "enrolled", at, MOST_PLACES),
        candidate,
    )


def _keys(given: Any, needed: set[str], allowed: set[str], at: str) -> None:
    if not isinstance(given, dict):
        raise NotAProblem(f"{at}: an object is needed.")
    if given.keys() >= needed and given.keys() <= needed | allowed:
        return
    for key in sorted(needed - given.keys()):
        raise NotAProblem(f"{at}: {key} is missing.")
    for key in sorted(given.keys() - needed - allowed):
        raise NotAProblem(f"{at}: {_short(key)} is not a key that is known here.")


def _list(given: dict, key: str, at: str) -> list:
    value = given[key]
    if not isinstance(value, list):
        raise NotAProblem(f"{at}{'.' if at else ''}{key}: a list is needed.")
    return value


def _code(given: dict, key: str, at: str) -> Code:
    value = given[key]
    if (isinstance(value, str) and value) or (isinstance(value, int) and not isinstance(value, bool)):
        return value
    raise NotAProblem(f"{at}.{key}: a text or a whole number is needed.")


def _codes(given: dict, key: str, at: str, sets: dict[tuple, frozenset]) -> frozenset[Code]:
    values = tuple(_list(given, key, at))
    try:
        return sets[values]
    except (KeyError, TypeError):
        pass
    for place, value in enumerate(values):
        if not (
            (isinstance(value, str) and value) or (isinstance(value, int) and not isinstance(value, bool))
        ):
            raise NotAProblem(f"{at}.{key}[{place}]: a text or a whole number is needed.")
    if not all(isinstance(value, str) for value in values):
        return frozenset(values)  # not kept: true equals 1, and would be found as it
    return sets.setdefault(values, frozenset(values))


def _whole(given: dict, key: str, at: str, most: int) -> int:
    value = given[key]
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= most:
        return value
    raise NotAProblem(f"{at}{'.' if at else ''}{key}: a whole number from 0 to {most} is needed.")


def _hours(value: Any, at: str) -> Decimal:
    if isinstance(value, int | Decimal) and not isinstance(value, bool) and 0 <= value <= MOST_HOURS:
        hours = Decimal(value)
        if hours == hours.quantize(Decimal("0.001")):
            return hours
    raise NotAProblem(f"{at}: hours from 0 to {MOST_HOURS}, with at most three decimals, are needed.")


def _distinct(ids: list[Code], of: str) -> None:
    if len(set(ids)) == len(ids):
        return
    seen: set[Code] = set()
    for at, code in enumerate(ids):
        if code in seen:
            raise NotAProblem(f"{of}[{at}].id: {_short(code)} stands twice.")
        seen.add(code)


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    given = dict(pairs)
    if len(given) < len(pairs):
        keys = [key for key, _ in pairs]
        twice = next(key for key in keys if keys.count(key) > 1)
        raise NotAProblem(f"The file: the key {_short(twice)} stands twice in one object.")
    return given


def _no_number(name: str) -> Any:
    raise NotAProblem(f"The file: {name} is not a number.")


def _short(code: Code) -> str:
    text = json.dumps(code)  # one line, whatever stands in it
    return text if len(text) <= 60 else text[:59] + "…"
