"""How the service says days and times: absolute, Europe/London, the same words on every page and in every mail."""

from datetime import date, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

LONDON = ZoneInfo("Europe/London")


@lru_cache(maxsize=1000)  # a thousand reminders name a hundred sessions
def day(value: date | datetime) -> str:
    """Tuesday 3 March 2026."""
    value = _local(value)
    return f"{value:%A} {value.day} {value:%B %Y}"


def birth_date(value: date) -> str:
    """4 May 1966: nobody knows the weekday of theirs."""
    return f"{value.day} {value:%B %Y}"


@lru_cache(maxsize=1000)
def clock(value: datetime) -> str:
    """6pm or 7:26pm, in London."""
    value = value.astimezone(LONDON)
    minutes = f":{value:%M}" if value.minute else ""
    return f"{value.hour % 12 or 12}{minutes}{'am' if value.hour < 12 else 'pm'}"


def moment(value: datetime) -> str:
    """Tuesday 3 March 2026, 6pm: on our pages, which are read in the UK."""
    return f"{day(value)}, {clock(value)}"


def span(start: datetime, end: datetime) -> str:
    """Tuesday 3 March 2026, 6pm to 7pm."""
    return f"{day(start)}, {clock(start)} to {clock(end)}"


def moment_uk(value: datetime) -> str:
    """Tuesday 3 March 2026, 6pm UK time: in mails, which are read anywhere."""
    return f"{moment(value)} UK time"


def span_uk(start: datetime, end: datetime) -> str:
    """Tuesday 3 March 2026, 6pm to 7pm UK time."""
    return f"{span(start, end)} UK time"


def _local(value: date | datetime) -> date | datetime:
    return value.astimezone(LONDON) if isinstance(value, datetime) else value
