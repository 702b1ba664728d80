"""Working days: Mondays to Fridays that are no bank holiday in England."""

from datetime import date, timedelta
from functools import cache

import holidays

ONE_DAY = timedelta(days=1)


@cache
def bank_holidays(year: int) -> dict[date, str]:
    """Those of England and Wales by date, with their names; some fall on a weekend and have a substitute day as well."""
    found = holidays.country_holidays("GB", subdiv="ENG", years=year)
    return {
        day: name.replace("(observed)", "(substitute day)").replace("'", "’")
        for day, name in sorted(found.items())
    }


def is_working_day(day: date) -> bool:
    return day.weekday() < 5 and day not in bank_holidays(day.year)


def working_days_after(day: date, count: int) -> date:
    """The day that is so many working days later; a day that is none counts as the next one that is."""
    return _counted(day, count, ONE_DAY)


def working_days_before(day: date, count: int) -> date:
    """The day that is so many working days earlier; a day that is none counts as the last one that was."""
    return _counted(day, count, -ONE_DAY)


def _counted(day: date, count: int, step: timedelta) -> date:
    while not is_working_day(day):
        day += step
    for _ in range(count):
        day += step
        while not is_working_day(day):
            day += step
    return day
