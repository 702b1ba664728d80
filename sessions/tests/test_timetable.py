"""Ten weekly sessions by London's clocks."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from design.dates import LONDON
from sessions.timetable import (
    TimeDoesNotExist,
    TimeHappensTwice,
    local_to_utc,
    notes,
    weekly,
)

DAYS = st.dates(date(2020, 1, 1), date(2040, 12, 31))
DAYTIMES = st.times(time(3, 0), time(23, 30))


@given(starts_on=DAYS, start_time=DAYTIMES, skipped=st.sets(st.integers(0, 12)))
@example(starts_on=date(2026, 3, 3), start_time=time(18, 0), skipped=set())
@example(starts_on=date(2026, 10, 6), start_time=time(18, 0), skipped={1})
def test_weekly_keeps_the_wall_clock_across_every_clock_change(starts_on, start_time, skipped):
    skip_dates = {starts_on + timedelta(weeks=week) for week in skipped}
    slots = weekly(starts_on, start_time, 60, skip_dates)

    assert [slot.number for slot in slots] == list(range(1, 11))
    for slot in slots:
        local = slot.starts_at.astimezone(LONDON)
        assert (local.date(), local.time()) == (slot.local_date, start_time)
        assert slot.starts_at.tzinfo is UTC
        assert slot.ends_at - slot.starts_at == timedelta(minutes=60)
        assert slot.local_date not in skip_dates
        assert (slot.local_date - starts_on).days % 7 == 0
    # No week is lost: those between the first and the last that are not sessions were asked to be left out.
    weeks = (slots[-1].local_date - slots[0].local_date).days // 7 + 1
    assert weeks - 10 == sum(slots[0].local_date < day < slots[-1].local_date for day in skip_dates)


@given(local_date=DAYS, local_time=st.times(time(0, 0), time(23, 59)))
def test_local_to_utc_names_one_moment_or_refuses(local_date, local_time):
    """Checked against the other direction: which moments of that day show this time on London's clocks?"""
    noon = datetime(local_date.year, local_date.month, local_date.day, 12, tzinfo=UTC)
    shown = datetime.combine(local_date, local_time)
    candidates = {shown.replace(tzinfo=UTC) - timedelta(hours=offset) for offset in (0, 1)}
    moments = {m for m in candidates if m.astimezone(LONDON).replace(tzinfo=None) == shown}
    assert abs(noon - min(candidates)) < timedelta(hours=26)
    if len(moments) == 1:
        assert local_to_utc(local_date, local_time) == moments.pop()
    else:
        with pytest.raises(TimeHappensTwice if moments else TimeDoesNotExist):
            local_to_utc(local_date, local_time)


@pytest.mark.parametrize(
    ("local_date", "error", "words"),
    [
        (date(2026, 3, 29), TimeDoesNotExist, "there is no 01:30"),
        (date(2026, 10, 25), TimeHappensTwice, "01:30 comes twice"),
    ],
)
def test_local_to_utc_refuses_the_hour_of_the_clock_change_in_a_sentence(local_date, error, words):
    with pytest.raises(error, match=words):
        local_to_utc(local_date, time(1, 30))


def test_six_in_the_evening_stays_six_in_the_evening_in_march_and_october():
    spring = weekly(date(2026, 3, 24), time(18, 0), 60)
    assert [slot.starts_at.hour for slot in spring[:2]] == [18, 17]
    autumn = weekly(date(2026, 10, 20), time(18, 0), 60)
    assert [slot.starts_at.hour for slot in autumn[:2]] == [17, 18]


def test_notes_tell_of_clock_changes_weeks_left_out_and_dates_that_change_nothing():
    skip = [date(2026, 4, 7), date(2026, 4, 8)]
    slots = weekly(date(2026, 3, 24), time(18, 0), 60, skip)
    assert slots[-1].local_date == date(2026, 6, 2)
    assert notes(date(2026, 3, 24), slots, skip) == [
        "No session on Tuesday 7 April 2026, as you asked.",
        "Wednesday 8 April 2026 is not one of this cohort’s days, so leaving it out changes nothing.",
        "The clocks change before session 2 on Tuesday 31 March 2026. It still starts at 6.00 pm by people’s clocks.",
    ]


def test_a_first_date_that_is_left_out_moves_the_start_a_week():
    slots = weekly(date(2026, 3, 3), time(18, 0), 60, [date(2026, 3, 3)])
    assert slots[0].local_date == date(2026, 3, 10)
    assert (
        notes(date(2026, 3, 3), slots, [date(2026, 3, 3)])[0]
        == "No session on Tuesday 3 March 2026, as you asked."
    )
