"""Quiet hours, and reminders that overtake each other."""

from datetime import UTC, datetime, timedelta

import pytest

from messaging.delivery import leases, worker
from messaging.models import Message
from messaging.quiet_hours import quiet_until
from messaging.tests.conftest import NOON, fresh
from participants.tests.factories import PersonFactory

State = Message.State


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)


@pytest.mark.parametrize(
    ("moment", "until"),
    [
        (utc(2026, 3, 3, 19, 59), None),
        (utc(2026, 3, 3, 20, 0), utc(2026, 3, 4, 8)),
        (utc(2026, 3, 4, 7, 59), utc(2026, 3, 4, 8)),
        (utc(2026, 3, 4, 8, 0), None),
        # In summer London is an hour ahead of UTC.
        (utc(2026, 7, 1, 19, 0), utc(2026, 7, 2, 7)),
        (utc(2026, 7, 1, 7, 0), None),
        # Across the change to summer time, 29 March 2026.
        (utc(2026, 3, 28, 21, 0), utc(2026, 3, 29, 7)),
        # Christmas Day, and the night around it.
        (utc(2026, 12, 24, 19, 59), None),
        (utc(2026, 12, 24, 20, 0), utc(2026, 12, 26, 8)),
        (utc(2026, 12, 25, 3, 0), utc(2026, 12, 26, 8)),
        (utc(2026, 12, 25, 12, 0), utc(2026, 12, 26, 8)),
        (utc(2026, 12, 25, 23, 0), utc(2026, 12, 26, 8)),
        (utc(2026, 12, 26, 9, 0), None),
    ],
)
def test_quiet_hours_end_at_eight_in_london(moment, until):
    assert quiet_until(moment) == until


@pytest.mark.django_db
def test_at_night_only_what_may_disturb_is_sent(desk):
    night, morning = utc(2026, 3, 3, 22), utc(2026, 3, 4, 8)
    note, code, soon = (
        desk.queue(now=night),
        desk.queue(now=night, kind="code"),
        desk.queue(now=night, kind="reminder_hour"),
    )
    worker.drain(now=night)
    assert [fresh(m).state for m in (note, code, soon)] == [State.PENDING, State.SENT, State.SENT]
    assert fresh(note).next_try_at == morning
    worker.drain(now=morning - timedelta(minutes=1))
    assert fresh(note).state == State.PENDING
    worker.drain(now=morning)
    assert fresh(note).state == State.SENT


@pytest.mark.django_db
def test_what_is_queued_while_a_drain_runs_at_night_is_not_claimed(desk):
    """Held back by the claim itself, not only by the sweep before it."""
    night = utc(2026, 3, 3, 22)
    desk.queue(now=night)
    soon = desk.queue(now=night, kind="reminder_hour")
    claimed = leases.claim(now=night, channels=["file"], urgent=False, most=5)
    assert [message.pk for message in claimed] == [soon.pk]


@pytest.mark.django_db
def test_a_call_stays_on_the_list_at_night(desk):
    night = utc(2026, 3, 3, 22)
    call = desk.queue(now=night, participant=PersonFactory(by_phone=True))
    worker.drain(now=night)
    assert fresh(call).next_try_at == night


@pytest.mark.django_db
def test_after_an_outage_the_older_reminder_gives_way(desk):
    hour = NOON + timedelta(hours=20)
    older = desk.queue(kind="reminder_day", subject_id=5)
    newer = desk.queue(kind="reminder_hour", subject_id=5, not_before=hour)
    other = desk.queue(kind="reminder_day", subject_id=6)
    worker.drain(now=hour)
    assert [fresh(m).state for m in (older, newer, other)] == [State.SUPERSEDED, State.SENT, State.SENT]
    assert fresh(older).reason == "A newer reminder was due."


@pytest.mark.django_db
def test_in_good_time_both_reminders_go(desk):
    hour = NOON + timedelta(hours=20)
    older = desk.queue(kind="reminder_day", subject_id=5)
    newer = desk.queue(kind="reminder_hour", subject_id=5, not_before=hour)
    worker.drain(now=NOON)
    worker.drain(now=hour)
    assert [fresh(m).state for m in (older, newer)] == [State.SENT, State.SENT]


@pytest.mark.django_db
def test_the_reminder_of_a_moved_session_is_not_silenced_by_the_old_one(desk):
    desk.queue(kind="reminder_hour", subject_id=5)
    worker.drain(now=NOON)
    later = NOON + timedelta(days=7)
    moved = desk.queue(kind="reminder_day", subject_id=5, now=later)
    worker.drain(now=later)
    assert fresh(moved).state == State.SENT
