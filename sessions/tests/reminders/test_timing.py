"""When each message goes: ten years and more of weekly sessions, and what officers may choose."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.dates import LONDON
from messaging.quiet_hours import quiet_until
from sessions.reminders import timing as times
from sessions.reminders.timing import REMINDERS, STARTING_POINTS, Kind
from sessions.session_dates import ImpossibleTime, local_to_utc, plan

DAY = timedelta(days=1)
FIRST, LAST = date(2020, 1, 1), date(2040, 12, 31)
STARTS = [time(hour, minute) for hour in range(24) for minute in (0, 30)]


def windows(local_date, at, *, number=2, timetable=STARTING_POINTS):
    return times.windows(
        timetable, number=number, local_date=local_date, starts_at=local_to_utc(local_date, at)
    )


def check(local_date, at, number, timetable=STARTING_POINTS):
    """Everything that holds of the messages about one session, whatever its day and time."""
    try:
        starts_at = local_to_utc(local_date, at)
    except ImpossibleTime:
        return
    found = windows(local_date, at, number=number, timetable=timetable)
    for kind, (due, over) in found.items():
        entry, local = timetable[kind], due.astimezone(LONDON)
        assert due < over <= starts_at, kind
        assert (local.day, local.month) != (25, 12), kind
        if entry.minutes is None:
            assert local.time() == entry.at, kind
            on = local_date - entry.days * DAY
            assert local.date() == (on - DAY if (on.day, on.month) == (25, 12) else on), kind
        elif quiet_until(starts_at - timedelta(minutes=entry.minutes)) is None:
            assert starts_at - due == timedelta(minutes=entry.minutes), kind
        if quiet_until(due) is not None:
            assert kind == Kind.HOUR
            assert not time(9) <= at <= time(20), (local_date, at)
    reminders = [found[kind] for kind in REMINDERS if kind in found]
    assert all(earlier[1] <= later[0] for earlier, later in zip(reminders, reminders[1:], strict=False))
    christmas = (starts_at - timedelta(hours=1)).astimezone(LONDON)
    if (christmas.day, christmas.month) != (25, 12):
        assert Kind.HOUR in found
    assert Kind.DAY in found
    assert (Kind.WEEK in found) == (Kind.THREE_DAYS in found) == (Kind.TECH_CHECK in found) == (number == 1)


@settings(max_examples=300, deadline=None)
@given(st.dates(FIRST, LAST), st.sampled_from(STARTS), st.sampled_from([1, 2, 10]))
def test_every_message_is_at_its_wall_clock_time_before_the_start_and_by_day(local_date, at, number):
    check(local_date, at, number)


@settings(max_examples=200, deadline=None)
@given(
    st.dates(FIRST, LAST),
    st.sampled_from(STARTS),
    st.integers(1, 240),
    st.times(time(8), time(19, 59)),
    st.integers(1, 2),
)
def test_the_same_holds_for_whatever_times_officers_choose(local_date, at, minutes, day_at, days):
    timetable = dict(STARTING_POINTS)
    timetable[Kind.HOUR] = replace(timetable[Kind.HOUR], minutes=minutes)
    timetable[Kind.DAY] = replace(timetable[Kind.DAY], days=days, at=day_at.replace(second=0, microsecond=0))
    assert not times.problems(timetable, Kind.DAY, hold_hours=72)
    assert not times.problems(timetable, Kind.HOUR, hold_hours=72)
    found = windows(local_date, time(18), number=1, timetable=timetable)
    assert all(due < over for due, over in found.values())
    for due, _ in found.values():
        assert quiet_until(due) is None
    try:
        early_or_late = windows(local_date, at, number=1, timetable=timetable)
    except ImpossibleTime:
        return
    for kind, (due, over) in early_or_late.items():
        assert due < over
        if quiet_until(due) is not None:
            assert kind == Kind.HOUR
            assert not time(9) <= at <= time(20)


def test_every_clock_change_and_every_christmas_of_twenty_years():
    changes = [
        on + step * DAY
        for year in range(2020, 2041)
        for month in (3, 10)
        for on in [
            max(date(year, month, day) for day in range(25, 32) if date(year, month, day).weekday() == 6)
        ]
        for step in range(-1, 11)
    ]
    christmases = [date(year, 12, day) for year in range(2020, 2041) for day in range(22, 32)]
    for local_date in changes + christmases:
        for at in (time(0, 30), time(7), time(8, 30), time(9), time(10), time(18), time(20), time(21, 30)):
            for number in (1, 2):
                check(local_date, at, number)


@pytest.mark.soak
def test_every_day_and_half_hour_of_twenty_years():
    for offset in range((LAST - FIRST).days + 1):
        for at in STARTS:
            for number in (1, 2):
                check(FIRST + offset * DAY, at, number)


def test_a_session_on_boxing_day_is_reminded_of_on_christmas_eve():
    found = windows(date(2026, 12, 26), time(18))
    assert found[Kind.DAY][0] == datetime(2026, 12, 24, 10, tzinfo=UTC)
    assert Kind.HOUR in found


def test_a_reminder_counted_in_minutes_waits_for_the_morning_unless_the_session_is_early():
    four_hours = {**STARTING_POINTS, Kind.HOUR: replace(STARTING_POINTS[Kind.HOUR], minutes=240)}
    on = date(2026, 3, 3)
    assert windows(on, time(9, 30), timetable=four_hours)[Kind.HOUR][0] == datetime(2026, 3, 3, 8, tzinfo=UTC)
    assert windows(on, time(8, 30), timetable=four_hours)[Kind.HOUR][0].hour == 4
    assert windows(on, time(21))[Kind.HOUR][0].hour == 20


def test_what_is_switched_off_makes_room_for_what_follows():
    off = {**STARTING_POINTS, Kind.THREE_DAYS: replace(STARTING_POINTS[Kind.THREE_DAYS], active=False)}
    found = windows(date(2026, 3, 3), time(18), number=1, timetable=off)
    assert Kind.THREE_DAYS not in found
    assert found[Kind.WEEK][1] == found[Kind.DAY][0]


@pytest.mark.parametrize(
    ("kind", "changes", "said"),
    [
        (Kind.DAY, {"days": 3, "at": time(10)}, "must go before"),
        (Kind.WEEK, {"days": 2}, "must go before"),
        (Kind.OFFER_NUDGE, {"repeats": [60, 24]}, "comes after the one before"),
        (Kind.OFFER_NUDGE, {"repeats": [24, 72]}, "held for 72 hours"),
    ],
)
def test_times_that_do_not_go_together_are_said(kind, changes, said):
    wrong = {**STARTING_POINTS, kind: replace(STARTING_POINTS[kind], **changes)}
    assert said in " ".join(times.problems(wrong, kind, hold_hours=72))
    assert times.problems(STARTING_POINTS, kind, hold_hours=72) == []


def test_while_somebody_waits_they_hear_after_four_weeks_and_then_every_six():
    entry, listed = STARTING_POINTS[Kind.STILL_ON_LIST], datetime(2026, 1, 5, 15, tzinfo=UTC)
    seen = {}
    for days in range(400):
        now = listed + days * DAY
        for number, window in times.while_waiting(entry, listed_at=listed, now=now, ahead=15 * DAY):
            assert seen.setdefault(number, window) == window
    firsts = [seen[number][0].astimezone(LONDON) for number in sorted(seen)]
    assert sorted(seen) == list(range(1, len(seen) + 1))
    waited = [(due.date() - listed.date()).days for due in firsts]
    assert waited[0] == 28
    assert {later - earlier for earlier, later in zip(waited, waited[1:], strict=False)} <= {41, 42, 43}
    assert {due.time() for due in firsts} == {time(10)}


def test_the_sample_shows_ten_sessions_in_order_of_time():
    sample = times.sample(STARTING_POINTS, plan(date(2026, 3, 3), time(18), 60))
    assert len(sample) == 3 + 4 * 10
    assert [each.due for each in sample] == sorted(each.due for each in sample)
