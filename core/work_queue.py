"""The work queue's panels: each app registers its own in `AppConfig.ready()`, the admin home shows them in order.

A registry in this leaf package lets lower apps speak to the officers' home page without knowing it.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
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
    "Referrals": range(10, 28),
    "Waiting and placing": range(28, 40),
    "This week": range(40, 60),
    "Housekeeping": range(60, 100),
}
WHOLE = "Urgent"  # the heading that is never cut
COUNTED = 1000  # "more than a thousand" tells an officer enough, and counting on would read the whole table


@dataclass(frozen=True)
class Row:
    """One line of work: what it is, where to do it, and how long it has waited."""

    label: str
    url: str
    detail: str = ""
    urgency: str = ""  # "", "amber" or "red": shown in words as well as colour
    act: str = ""  # the address where it is done, if that is another
    also: tuple[tuple[str, str], ...] = ()  # what else is often done from here: the words and the address
    people: tuple[int, ...] = ()  # the numbers of those whom its panel names: their needs are flagged


@dataclass(frozen=True)
class Reason:
    """Why a person or a group is on Today: the panel, and its line about them where it was read."""

    panel: "Panel"
    row: Row | None = None

    @property
    def words(self) -> str:
        return f"{self.panel.title}: {self.row.detail}" if self.row and self.row.detail else self.panel.title


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
    # The path from a row to the person or the group that it is about: one of them has one line on Today.
    person: str = ""
    group: str = ""
    do: str = "Open"  # what the officer does next, on the page of the row
    ring: bool = True  # the person is called about it, and not an organisation
    names: Callable[[Any], Iterable[Named]] = lambda _: ()  # the people whom `row` names

    def load(self, now: datetime, limit: int) -> tuple[int, Sequence[Row]]:
        """How many there are (see `count`) and the first rows."""
        found = self.find(now)
        return count([found])[0], self.rows(found, now, limit)

    def rows(self, found: QuerySet, now: datetime, limit: int) -> Sequence[Row]:
        shown = list(found[:limit])
        _tell_apart(self.named(shown))
        return self.worded(shown, now)

    def named(self, shown: Iterable[Any]) -> Iterable[Named]:
        return chain.from_iterable(map(self.names, shown))

    def worded(self, shown: Iterable[Any], now: datetime) -> list[Row]:
        """The rows of what is shown, in whose names those of one name are told apart already."""
        return [
            replace(self.row(each, now), people=tuple(who.pk for who, _ in self.names(each) if who))
            for each in shown
        ]


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


def reasons_of(person: int, now: datetime) -> list[Reason]:
    """The panels that this person is on, in their order, the first with its row. Two queries, one if there is none."""
    panels = [panel for panel in registered() if panel.person]
    found = [panel.find(now).filter(**{panel.person: person}) for panel in panels]
    on = [place for place, number in enumerate(count(found)) if number]
    rows = panels[on[0]].rows(found[on[0]], now, 1) if on else []
    return [Reason(panels[place], rows[0] if rows and place == on[0] else None) for place in on]


@dataclass
class Line:
    """One person or group on Today, or a row that is about neither: why, the most harmful reason first."""

    heading: str
    found: list[tuple[int, int]]  # panel by panel as `registered` orders them: its place, and the row
    person: int | None = None
    reasons: list[Reason] = field(default_factory=list)  # filled by `word`


def lines(now: datetime) -> tuple[list[Line], set[str]]:
    """Everybody and everything with work to do, by harm and then by age; and the headings with more than is counted.

    One query, however much there is.
    """
    panels = registered()
    found = _keys([(panel.find(now), panel.person or panel.group) for panel in panels])
    lines: dict[tuple, Line] = {}
    counted: Counter[int] = Counter()
    for place, pk, about in found:
        counted[place] += 1
        if counted[place] > COUNTED:
            continue
        panel = panels[place]
        kind = "person" if panel.person else "group" if panel.group else panel.name
        key = (kind, about) if about is not None else (panel.name, pk)
        line = lines.setdefault(key, Line(heading_of(panel), [], about if panel.person else None))
        line.found.append((place, pk))
    capped = {heading_of(panels[place]) for place, number in counted.items() if number > COUNTED}
    return list(lines.values()), capped


def word(shown: Sequence[Line], now: datetime, *, panels_read: int) -> list[Line]:
    """The same lines with their reasons. The rows of this many panels are read, one query each: first of those that
    lines begin with.

    A reason of any other panel is its title alone; lines about no person, of one such panel, become one.
    """
    panels = registered()
    first = sorted({line.found[0][0] for line in shown})
    also = sorted({place for line in shown for place, _ in line.found}.difference(first))
    wanted = {
        place: [pk for line in shown for at, pk in line.found if at == place]
        for place in [*first, *also][:panels_read]
    }
    read = {place: list(panels[place].find(now).filter(pk__in=pks)) for place, pks in wanted.items()}
    _tell_apart(chain.from_iterable(panels[place].named(some) for place, some in read.items()))
    rows = {
        (place, each.pk): row
        for place, some in read.items()
        for each, row in zip(some, panels[place].worded(some, now), strict=True)
    }
    told: list[Line] = []
    titles: set[int] = set()
    for line in shown:
        line.reasons = [Reason(panels[place], rows.get((place, pk))) for place, pk in line.found]
        place = line.found[0][0]
        if line.reasons[0].row or line.person or place not in titles:
            told.append(line)
        if not line.reasons[0].row and not line.person:
            titles.add(place)
    return told


def heading_of(panel: Panel) -> str:
    """Raises ValueError for a panel under none."""
    heading = next((name for name, orders in HEADINGS.items() if panel.order in orders), None)
    if heading is None:
        raise ValueError(f"panel {panel.name}: no heading has the order {panel.order}")
    return heading


def under_headings() -> dict[str, list[Panel]]:
    """All panels by heading. Raises ValueError for a panel under none."""
    found: dict[str, list[Panel]] = {heading: [] for heading in HEADINGS}
    for panel in registered():
        found[heading_of(panel)].append(panel)
    return found


def _keys(found: Sequence[tuple[QuerySet, str]]) -> list[tuple[int, int, int | None]]:
    """Of each queryset its place here, its rows in their order, and what each is about; COUNTED and one at most."""
    asked: list[str] = []
    params: list[Any] = []
    for place, (each, path) in enumerate(found):
        own_key = path in ("", "pk")
        try:
            sql, own = each.values(*(["pk"] if own_key else ["pk", path]))[
                : COUNTED + 1
            ].query.sql_with_params()
        except EmptyResultSet:
            continue
        about = "NULL::bigint" if not path else "pk" if own_key else "about"
        columns = "pk" if own_key else "pk, about"
        asked.append(
            f"SELECT {place}, pk, {about}, row_number() OVER () FROM ({sql}) AS found ({columns})"  # noqa: S608 - Django’s own SQL, its values apart
        )
        params += own
    if not asked:
        return []
    with connection.cursor() as cursor:
        cursor.execute(f"{' UNION ALL '.join(asked)} ORDER BY 1, 4", params)
        return [(place, pk, about) for place, pk, about, _ in cursor.fetchall()]


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
