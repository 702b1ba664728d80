"""The week or the month that a page of the calendar shows, as its address names it."""

import re
from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from core.errors import Refused

YEARS = range(2000, 2101)
VIEWS = ("week", "month")


class NoSuchDate(Refused):
    sentence = "Enter a date between 2000 and 2100, like 3/12/2026. This page shows the days around today."


@dataclass(frozen=True)
class Period:
    """Days that follow each other; `view` is "week" or "month"."""

    view: str
    first: date
    last: date

    @property
    def days(self) -> list[date]:
        return [self.first + timedelta(days=n) for n in range((self.last - self.first).days + 1)]

    @property
    def title(self) -> str:
        if self.view == "month":
            return f"{self.first:%B %Y}"
        begins = f"{self.first:%A} {self.first.day} {self.first:%B}"
        if self.first.year != self.last.year:
            begins += f" {self.first.year}"
        return f"{begins} to {self.last:%A} {self.last.day} {self.last:%B %Y}"

    @property
    def query(self) -> str:
        if self.view == "month":
            return f"month={self.first:%Y-%m}"
        year, week, _ = self.first.isocalendar()
        return f"week={year}-W{week:02}"

    @property
    def before(self) -> "Period":
        return around(self.first - timedelta(days=1), self.view)

    @property
    def after(self) -> "Period":
        return around(self.last + timedelta(days=1), self.view)


def around(day: date, view: str) -> Period:
    """The week, Monday to Sunday, or the month that this day is in."""
    if view == "month":
        last = monthrange(day.year, day.month)[1]
        return Period(view, day.replace(day=1), day.replace(day=last))
    monday = day - timedelta(days=day.weekday())
    return Period(view, monday, monday + timedelta(days=6))


def asked_for(query: Mapping[str, str], today: date) -> Period:
    """What an address asks for: `week=2026-W49`, `month=2026-12`, or `day=2026-12-01` with `view`; else this week.

    Raises NoSuchDate.
    """
    view = query.get("view", "week")
    view = view if view in VIEWS else "week"
    try:
        if week := query.get("week", ""):
            year, number = _numbers(r"([0-9]{4})-W([0-9]{2})", week)
            return around(_possible(date.fromisocalendar(year, number, 4)), "week")
        if month := query.get("month", ""):
            year, number = _numbers(r"([0-9]{4})-([0-9]{2})", month)
            return around(_possible(date(year, number, 1)), "month")
        if day := query.get("day", "").strip():
            return around(_possible(_day(day)), view)
    except ValueError:
        raise NoSuchDate from None
    return around(today, view)


def _day(typed: str) -> date:
    """As a browser's date box sends it, or as it is typed where there is none."""
    if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", typed):
        return date.fromisoformat(typed)
    day, month, year = _numbers(r"([0-9]{1,2})[ /.-]([0-9]{1,2})[ /.-]([0-9]{4})", typed)
    return date(year, month, day)


def _numbers(pattern: str, text: str) -> list[int]:
    found = re.fullmatch(pattern, text)
    if found is None:
        raise ValueError(text)
    return [int(part) for part in found.groups()]


def _possible(day: date) -> date:
    if day.year not in YEARS:
        raise ValueError(day)
    return day
