"""A person's page for officers: one header, seven tabs, and the parts that each room adds to them.

A room above registers its parts in `AppConfig.ready()`. Only the parts of the tab that is open are read.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from core import work_queue
from core.registry import Registry
from participants.models import Participant

HEADER = "header"  # on every tab, and on the pages of the person's referrals
# The name of a tab, its title, and the name of its page in the admin. The first is the person's page itself.
TABS = {
    "overview": ("Overview", "change"),
    "referral": ("Referral and safety", "referral"),
    "readiness": ("Readiness", "ready"),
    "group": ("Group and attendance", "group"),
    "messages": ("Messages and calls", "timeline"),
    "feedback": ("Feedback and measures", "feedback"),
    "history": ("History", "history"),
}
# Those that are nothing but their parts; the others are pages of their own.
OF_PARTS = ("referral", "group", "feedback")


@dataclass(frozen=True)
class Part:
    """Something that a room shows of a person: a template, and what it needs for this person at this time."""

    name: str
    tab: str  # of TABS, or HEADER
    order: int
    template: str
    shown: Callable[[Participant, datetime], dict[str, Any]]


_parts: Registry[str, Part] = Registry("part of a person's page")


def register(part: Part) -> None:
    """Raises ValueError for a part of no tab."""
    if part.tab not in TABS and part.tab != HEADER:
        raise ValueError(f"part {part.name}: there is no tab {part.tab}")
    _parts.register(part.name, part)


def parts_of(tab: str) -> list[Part]:
    return sorted((part for part in _parts.values() if part.tab == tab), key=lambda part: part.order)


def reasons(person: Participant, now: datetime) -> list[work_queue.Reason]:
    """Why this person is on Today, the most harmful reason first. Two queries, one if there is none."""
    return [] if person.died_at else work_queue.reasons_of(person.pk, now)
