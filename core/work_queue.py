"""The work queue's panels: each app registers its own in `AppConfig.ready()`, the admin home shows them in order.

A registry in this leaf package lets lower apps speak to the officers' home page without knowing it.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import chain
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet

from core.registry import Registry

# What an officer's day is made of, and the orders of the panels under each heading.
HEADINGS = {
    "Urgent": range(1, 10),
    "Referrals": range(10, 29),
    "Waiting and placing": range(29, 40),
    "This week": range(40, 60),
    "Housekeeping": range(60, 100),
}
COUNTED = 1000  # "more than a thousand" tells an officer enough, and counting on would read the whole table


@dataclass(frozen=True)
class Row:
    """One line of work: what it is, where to do it, and how long it has waited."""

    label: str
    url: str
    detail: str = ""
    urgency: str = ""  # "", "amber" or "red": shown in words as well as colour
    people: tuple[int, ...] = ()  # the numbers of those whom its panel names: their needs are flagged


# A person, and what tells them from another of the same name and date of birth (participants.display.tell_apart).
Named = tuple[Any, str | None]


@dataclass(frozen=True)
class Panel:
    """A heading with a count and its first rows.

    `find(now)` answers all its work in the order in which it is done, with whatever a row needs, in one query;
    `row(one of them, now)` words it without asking the database.
    """

    name: str
    title: str
    order: int  # of HEADINGS
    find: Callable[[datetime], QuerySet]
    row: Callable[[Any, datetime], Row]
    # Named admin URL of the whole list, with its filter; without one the panel has a page of its own.
    url: str = ""
    query: str = ""
    empty: str = "Nothing to do here."
    names: Callable[[Any], Iterable[Named]] = lambda _: ()  # the people whom `row` names

    def load(self, now: datetime, limit: int) -> tuple[int, Sequence[Row]]:
        """How many there are (see `count`) and the first rows."""
        found = self.find(now)
        return count([found])[0], self.rows(found, now, limit)

    def rows(self, found: QuerySet, now: datetime, limit: int) -> Sequence[Row]:
        shown = list(found[:limit])
        named = [list(self.names(each)) for each in shown]
        _tell_apart(chain.from_iterable(named))
        people = [tuple(person.pk for person, _ in some if person) for some in named]
        return [replace(self.row(each, now), people=pks) for each, pks in zip(shown, people, strict=True)]


_panels: Registry[str, Panel] = Registry("panel")


_tell_apart: Callable[[Iterable[Named]], None] = lambda named: None  # noqa: E731 - until the room of people is there


def tell_apart_by(tell_apart: Callable[[Iterable[Named]], None]) -> None:
    """The room of people says how those of one name in a panel are told apart."""
    global _tell_apart
    _tell_apart = tell_apart


def register(panel: Panel) -> None:
    _panels.register(panel.name, panel)


def registered() -> list[Panel]:
    """All panels, in the order in which officers read them."""
    return sorted(_panels.values(), key=lambda panel: (panel.order, panel.name))


def under_headings() -> dict[str, list[Panel]]:
    """All panels by heading. Raises ValueError for a panel under none."""
    found: dict[str, list[Panel]] = {heading: [] for heading in HEADINGS}
    for panel in registered():
        heading = next((name for name, orders in HEADINGS.items() if panel.order in orders), None)
        if heading is None:
            raise ValueError(f"panel {panel.name}: no heading has the order {panel.order}")
        found[heading].append(panel)
    return found


def count(found: Sequence[QuerySet]) -> list[int]:
    """How many rows each of these would bring, in one query; anything beyond COUNTED counts as one more than that."""
    numbers: list[str] = []
    params: list[Any] = []
    for each in found:
        # Joins and annotations that only a row's words need are left out by asking for the key alone.
        capped = each.order_by().select_related(None).values("pk")[: COUNTED + 1]
        try:
            sql, own = capped.query.sql_with_params()
        except EmptyResultSet:
            sql, own = "SELECT 1 WHERE false", ()
        numbers.append(f"(SELECT count(*) FROM ({sql}) AS found)")  # noqa: S608 - Django’s own SQL, its values apart
        params += own
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(numbers)}", params)
        return list(cursor.fetchone())
