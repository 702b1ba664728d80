"""The work queue's panels: each app registers its own in `AppConfig.ready()`, the admin home shows them in order.

A registry in this leaf package lets lower apps speak to the officers' home page without knowing it.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Row:
    """One line of work: what it is, where to do it, and how long it has waited."""

    label: str
    url: str
    detail: str = ""
    urgency: str = ""  # "", "amber" or "red": shown in words as well as colour
    people: tuple[int, ...] = ()  # the numbers of those whom it names: their needs are flagged beside it


@dataclass(frozen=True)
class Panel:
    """A heading with a count and its first rows.

    `load(now, limit)` answers (number in all, first rows) in at most two queries, whatever the table's size.
    """

    name: str
    title: str
    order: int
    load: Callable[[datetime, int], tuple[int, Sequence[Row]]]
    url: str = ""  # named admin URL of the whole list, with its filter
    query: str = ""
    empty: str = "Nothing to do here."


_panels: dict[str, Panel] = {}


def register(panel: Panel) -> None:
    _panels[panel.name] = panel


def registered() -> list[Panel]:
    """All panels, in the order in which officers read them."""
    return sorted(_panels.values(), key=lambda panel: (panel.order, panel.name))
