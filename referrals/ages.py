"""How old people and referrals are, counted in days that people would count themselves."""

from datetime import date, datetime, timedelta

from core.dates import LONDON
from core.text import counted
from core.working_days import bank_holidays

AMBER_AFTER, RED_AFTER = 2, 5  # working days without a decision (docs/domain.md 3.1)


def age_on(born: date, today: date) -> int:
    """Whole years; somebody born on 29 February has a birthday on 1 March in other years."""
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day))


def working_days(since: datetime, now: datetime) -> int:
    """Mondays to Fridays in London that are no bank holiday in England, after the day of `since` up to today."""
    start, end = since.astimezone(LONDON).date(), now.astimezone(LONDON).date()
    weeks, rest = divmod(max((end - start).days, 0), 7)
    days = 5 * weeks + sum((start + timedelta(weeks=weeks, days=n)).weekday() < 5 for n in range(1, rest + 1))
    free = (day for year in range(start.year, end.year + 1) for day in bank_holidays(year))
    return days - sum(start < day <= end and day.weekday() < 5 for day in free)


def days_ago(since: datetime, now: datetime) -> str:
    """How long ago by London's calendar, in words: today, yesterday, 22 days ago. Clocks that disagree say today."""
    days = (now.astimezone(LONDON).date() - since.astimezone(LONDON).date()).days
    return "today" if days < 1 else "yesterday" if days == 1 else f"{days} days ago"


def urgency(waited: int) -> str:
    """Amber after 2 working days without a decision, red after 5."""
    if waited >= RED_AFTER:
        return "red"
    return "amber" if waited >= AMBER_AFTER else ""


def waited_in_words(waited: int) -> str:
    """How long nobody has decided, said so that the colour adds nothing."""
    if not waited:
        return "New today"
    days = counted(waited, "working day")
    return {"red": f"Late: {days}", "amber": f"Due: {days}", "": days}[urgency(waited)]
