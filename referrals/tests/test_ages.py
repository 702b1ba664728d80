"""Counting days as people do."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.working_days import bank_holidays
from referrals.ages import age_on, days_ago, urgency, waited_in_words, working_days


def moment(day: int, hour: int = 12) -> datetime:
    return datetime(2026, 2, day, hour, tzinfo=UTC)


@pytest.mark.parametrize(
    ("since", "now", "days"),
    [
        (moment(16), moment(16, 23), 0),  # Monday
        (moment(16), moment(17, 1), 1),
        (moment(13), moment(15), 0),  # Friday to Sunday
        (moment(13), moment(16), 1),
        (moment(14), moment(16), 1),  # Saturday to Monday
        (moment(2), moment(16), 10),
        (moment(17), moment(16), 0),  # clocks that disagree
    ],
)
def test_weekends_do_not_count(since, now, days):
    assert working_days(since, now) == days


def test_the_day_is_londons():
    """11:30pm UTC on a summer Sunday is Monday in London."""
    assert working_days(datetime(2026, 7, 5, 23, 30, tzinfo=UTC), datetime(2026, 7, 6, 12, tzinfo=UTC)) == 0


@pytest.mark.parametrize(
    ("since", "now", "days"),
    [
        (datetime(2026, 4, 2, 12, tzinfo=UTC), datetime(2026, 4, 7, 12, tzinfo=UTC), 1),  # Easter 2026
        (
            datetime(2026, 12, 24, 12, tzinfo=UTC),
            datetime(2026, 12, 29, 12, tzinfo=UTC),
            1,
        ),  # Boxing Day moves
    ],
)
def test_bank_holidays_do_not_count(since, now, days):
    assert working_days(since, now) == days


def test_bank_holidays_are_named_and_have_substitute_days():
    of_2027 = bank_holidays(2027)
    assert of_2027[date(2027, 3, 29)] == "Easter Monday"
    assert of_2027[date(2027, 12, 25)] == "Christmas Day"  # a Saturday
    assert of_2027[date(2027, 12, 27)] == "Christmas Day (substitute day)"
    assert len(of_2027) == 10


@given(st.dates(date(2020, 1, 1), date(2040, 1, 1)), st.integers(0, 400))
def test_counting_by_weeks_is_counting_day_by_day(start, length):
    days = [date.fromordinal(start.toordinal() + n) for n in range(length + 1)]
    since, now = (datetime(day.year, day.month, day.day, 12, tzinfo=UTC) for day in (days[0], days[-1]))
    assert working_days(since, now) == sum(
        day.weekday() < 5 and day not in bank_holidays(day.year) for day in days[1:]
    )


@pytest.mark.parametrize(
    ("waited", "colour", "words"),
    [
        (0, "", "New today"),
        (1, "", "1 working day"),
        (2, "amber", "Due: 2 working days"),
        (4, "amber", "Due: 4 working days"),
        (5, "red", "Late: 5 working days"),
    ],
)
def test_lateness_is_said_in_words_too(waited, colour, words):
    assert (urgency(waited), waited_in_words(waited)) == (colour, words)


@pytest.mark.parametrize(
    ("born", "today", "age"),
    [
        (date(2008, 2, 29), date(2026, 2, 28), 17),
        (date(2008, 2, 29), date(2026, 3, 1), 18),
        (date(2008, 2, 16), date(2026, 2, 16), 18),
        (date(2008, 2, 17), date(2026, 2, 16), 17),
    ],
)
def test_a_birthday_on_29_february_falls_on_1_march(born, today, age):
    assert age_on(born, today) == age


@pytest.mark.parametrize(
    ("since", "now", "words"),
    [
        (moment(16, 1), moment(16, 23), "today"),
        (moment(16, 23), moment(17, 1), "yesterday"),
        (moment(1), moment(23), "22 days ago"),
        (moment(17), moment(16), "today"),  # clocks that disagree
        # 11:30pm UTC on a summer evening is the next day in London.
        (datetime(2026, 7, 5, 23, 30, tzinfo=UTC), datetime(2026, 7, 6, 12, tzinfo=UTC), "today"),
    ],
)
def test_an_age_is_said_as_people_count_days(since, now, words):
    assert days_ago(since, now) == words
