"""Ten sessions by London's clocks, once or twice a week."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from core.dates import LONDON
from sessions import session_dates
from sessions.session_dates import (
    SameDayTwice,
    StillRunning,
    TimeDoesNotExist,
    TimeHappensTwice,
    local_to_utc,
    notes,
    plan,
    shape,
)

DAYS = st.dates(date(2020, 1, 1), date(2040, 12, 31))
DAYTIMES = st.times(time(3, 0), time(23, 30))


@given(starts_on=DAYS, start_time=DAYTIMES, skipped=st.sets(st.integers(0, 12)))
@example(starts_on=date(2026, 3, 3), start_time=time(18, 0), skipped=set())
@example(starts_on=date(2026, 10, 6), start_time=time(18, 0), skipped={1})
def test_weekly_keeps_the_wall_clock_across_every_clock_change(starts_on, start_time, skipped):
    skip_dates = {starts_on + timedelta(weeks=week) for week in skipped}
    slots = plan(starts_on, start_time, 60, skip_dates)

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


@given(
    starts_on=DAYS,
    times=st.tuples(DAYTIMES, DAYTIMES),
    later=st.integers(1, 6),
    skipped=st.sets(st.integers(0, 60)),
)
@example(starts_on=date(2026, 3, 24), times=(time(18), time(10, 30)), later=2, skipped={9})
@example(starts_on=date(2026, 10, 20), times=(time(18), time(10, 30)), later=5, skipped={0, 5})
def test_two_days_a_week_keep_a_wall_clock_each_across_every_clock_change(starts_on, times, later, skipped):
    skip_dates = {starts_on + timedelta(days=days) for days in skipped}
    clock_of = {starts_on.weekday(): times[0], (starts_on.weekday() + later) % 7: times[1]}
    second = ((starts_on.weekday() + later) % 7, times[1])
    slots = plan(starts_on, times[0], 60, skip_dates, second)

    assert [slot.number for slot in slots] == list(range(1, 11))
    for slot in slots:
        local = slot.starts_at.astimezone(LONDON)
        assert (local.date(), local.time()) == (slot.local_date, clock_of[slot.local_date.weekday()])
        assert slot.ends_at - slot.starts_at == timedelta(minutes=60)
        assert slot.local_date not in skip_dates
    for before, after in zip(slots, slots[1:], strict=False):
        assert before.ends_at <= after.starts_at
    # No day is lost: those of the two weekdays that are no session were asked to be left out.
    length = (slots[-1].local_date - starts_on).days + 1
    days = {starts_on + timedelta(days=n) for n in range(length)}
    held = {slot.local_date for slot in slots}
    assert {day for day in days - held if day.weekday() in clock_of} <= skip_dates


@given(
    starts_on=DAYS,
    times=st.tuples(DAYTIMES, DAYTIMES),
    later=st.integers(0, 6),
)
def test_the_shape_of_a_timetable_is_read_off_its_sessions(starts_on, times, later):
    second = ((starts_on.weekday() + later) % 7, times[1]) if later else None
    slots = plan(starts_on, times[0], 60, (), second)
    assert shape((slot.local_date, slot.local_time) for slot in slots) == (times[0], second)


def test_sessions_that_were_moved_do_not_change_the_shape():
    moved = [(slot.local_date, slot.local_time) for slot in plan(date(2026, 3, 3), time(18), 60)]
    moved[3] = (moved[3][0] + timedelta(days=2), time(10))
    assert shape(moved) == (time(18), None)
    # From the sixth on it is on Thursdays: still once a week.
    moved[5:] = [(day + timedelta(days=2), at) for day, at in moved[5:]]
    assert shape(moved) == (time(18), None)


def test_the_second_days_time_must_exist_too():
    with pytest.raises(TimeHappensTwice, match="On Sunday 25 October 2026"):
        plan(date(2026, 10, 20), time(18), 60, (), (6, time(1, 30)))
    assert plan(date(2026, 10, 20), time(18), 60, [date(2026, 10, 25)], (6, time(1, 30)))


def test_the_second_day_is_another_day():
    with pytest.raises(SameDayTwice, match="must be another day"):
        plan(date(2026, 3, 3), time(18), 60, (), (1, time(10)))


def test_a_session_may_not_run_into_the_next_days():
    with pytest.raises(StillRunning, match="On Wednesday 4 March 2026 a session would start before"):
        plan(date(2026, 3, 3), time(23, 30), 60, (), (2, time(0, 15)))
    assert plan(date(2026, 3, 3), time(23, 30), 60, (), (2, time(0, 30)))


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
    spring = plan(date(2026, 3, 24), time(18, 0), 60)
    assert [slot.starts_at.hour for slot in spring[:2]] == [18, 17]
    autumn = plan(date(2026, 10, 20), time(18, 0), 60)
    assert [slot.starts_at.hour for slot in autumn[:2]] == [17, 18]


def test_notes_tell_of_clock_changes_weeks_left_out_and_dates_that_change_nothing():
    skip = [date(2026, 4, 7), date(2026, 4, 8)]
    slots = plan(date(2026, 3, 24), time(18, 0), 60, skip)
    assert slots[-1].local_date == date(2026, 6, 2)
    assert notes(date(2026, 3, 24), slots, skip) == [
        "No session on Tuesday 7 April 2026, as you asked.",
        "Wednesday 8 April 2026 is not one of this group’s days, so leaving it out changes nothing.",
        "The clocks change before session 2 on Tuesday 31 March 2026. It still starts at 6pm by people’s clocks.",
    ]


def test_a_first_date_that_is_left_out_moves_the_start_a_week():
    slots = plan(date(2026, 3, 3), time(18, 0), 60, [date(2026, 3, 3)])
    assert slots[0].local_date == date(2026, 3, 10)
    assert (
        notes(date(2026, 3, 3), slots, [date(2026, 3, 3)])[0]
        == "No session on Tuesday 3 March 2026, as you asked."
    )


def test_notes_know_both_days_of_the_week():
    skip = [date(2026, 4, 2), date(2026, 4, 3)]
    slots = plan(date(2026, 3, 24), time(18), 60, skip, (3, time(10, 30)))
    assert [slot.local_date.day for slot in slots] == [24, 26, 31, 7, 9, 14, 16, 21, 23, 28]
    assert notes(date(2026, 3, 24), slots, skip, (3, time(10, 30))) == [
        "No session on Thursday 2 April 2026, as you asked.",
        "Friday 3 April 2026 is not one of this group’s days, so leaving it out changes nothing.",
        "The clocks change before session 3 on Tuesday 31 March 2026. It still starts at 6pm by people’s clocks.",
    ]


def test_the_next_usual_day_is_the_cohorts_own():
    weekly = [(date(2026, 3, 3) + timedelta(weeks=week), time(18)) for week in range(10)]
    assert session_dates.following(weekly) == (date(2026, 5, 12), time(18))
    moved = [*weekly[:-1], (date(2026, 5, 6), time(10))]
    assert session_dates.following(moved) == (date(2026, 5, 12), time(18))
    twice = [
        (slot.local_date, slot.local_time)
        for slot in session_dates.plan(date(2026, 3, 3), time(18), 60, second=(4, time(10)))
    ]
    assert twice[-1] == (date(2026, 4, 3), time(10))
    assert session_dates.following(twice) == (date(2026, 4, 7), time(18))
    assert session_dates.following(twice[:-1]) == (date(2026, 4, 3), time(10))
