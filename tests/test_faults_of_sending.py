"""Things that break while messages are sent: Redis, the database's past, a whole service for three days."""

import os
import signal
import time
from datetime import UTC, datetime, timedelta

import pytest
from django.core.management import call_command

from messaging.delivery import worker as delivery
from messaging.models import Message
from messaging.outbox import wakeup
from messaging.restores import database_identity
from messaging.tests.delivery.test_side_by_side import queue_codes
from sessions.reminders import scheduling
from sessions.tests import factories as make
from tests.smtp_sink import wait_until

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.faults]
State = Message.State


def redis(own_redis, *words: str) -> None:
    """Speak to Redis as its own tool would."""
    from redis import Redis

    with Redis(unix_socket_path=str(own_redis.socket)) as line:
        line.execute_command(*words)


def test_redis_emptied_in_the_middle_costs_one_sweep_at_most(worker, smtp_sink, own_redis):
    smtp_sink.seconds = 0.05
    queue_codes(12)
    worker.start()
    smtp_sink.wait_for(2)
    redis(own_redis, "FLUSHALL")
    wait_until(lambda: Message.objects.filter(state=State.SENT).count() == 12, what="the rest")
    assert len(smtp_sink.mails) == 12


def test_redis_full_loses_nothing(worker, smtp_sink, own_redis):
    worker.start()
    for _ in range(40):  # a worker that fetches one of these from a full Redis must not end of it
        wakeup.ring(urgent=False)
    redis(own_redis, "CONFIG", "SET", "maxmemory", "1")
    time.sleep(1)
    queue_codes(3, ringing=False)
    time.sleep(1.5)
    redis(own_redis, "CONFIG", "SET", "maxmemory", "0")
    smtp_sink.wait_for(3, seconds=60)  # Celery waits longer each time before it tries to connect again


@pytest.mark.soak
def test_ten_beats_send_each_message_once(worker, smtp_sink):
    queue_codes(200)
    smtp_sink.seconds = 0.02
    worker.start_many(10)
    wait_until(lambda: Message.objects.filter(state=State.SENT).count() == 200, seconds=60, what="all")
    time.sleep(2)
    assert len(smtp_sink.mails) == 200


@pytest.mark.soak
def test_a_worker_that_wakes_after_its_lease_sends_nothing_that_others_sent(worker, smtp_sink):
    """A stopped process is not dead: its messages go elsewhere, and it must not go on where it was."""
    smtp_sink.seconds = 0.3
    queue_codes(15)
    asleep = worker.start()
    smtp_sink.wait_for(2)
    os.killpg(asleep.pid, signal.SIGSTOP)
    worker.start()
    wait_until(lambda: Message.objects.filter(state=State.SENT).count() == 15, seconds=60, what="all")
    arrived = len(smtp_sink.mails)
    os.killpg(asleep.pid, signal.SIGCONT)
    time.sleep(4)
    assert len(smtp_sink.mails) == arrived
    assert arrived <= 15 + Message.objects.filter(resends=1).count()


def test_a_backup_brought_back_sends_nothing_again(smtp_sink):
    queue_codes(4)
    later = Message.objects.latest("pk")
    soon = datetime.now(UTC) + timedelta(minutes=10)
    Message.objects.filter(pk=later.pk).update(not_before=soon, next_try_at=soon)
    backup = {row.pk: row for row in Message.objects.all()}
    assert delivery.drain().outcomes == {State.SENT: 3}

    def restore() -> None:
        for row in backup.values():
            row.save(force_update=True)

    # The naive way first: bring it back and start the workers.
    restore()
    delivery.drain()
    assert len(smtp_sink.mails) == 6

    restore()
    database_identity.mark_restored()
    call_command("settle_restored", yes=True)
    delivery.drain()
    assert len(smtp_sink.mails) == 6
    states = list(Message.objects.order_by("pk").values_list("state", flat=True))
    assert states == [State.UNCERTAIN] * 3 + [State.PENDING]


def test_after_three_days_away_nothing_is_said_of_a_session_that_has_begun(smtp_sink):
    cohort = make.cohort()
    place = make.placed(cohort)
    first, second = make.session(cohort, 1), make.session(cohort, 2)
    scheduling.queue_due_reminders(now=first.starts_at - timedelta(days=8))
    # The service stops before the reminders of the first session, and comes back two days after it.
    back = first.starts_at + timedelta(hours=40)
    scheduling.queue_due_reminders(now=back)
    delivery.drain(now=back)
    about_first = Message.objects.filter(subject_id=make.attendance(place, 1).pk, kind__startswith="reminder")
    assert about_first.count() >= 2
    assert set(about_first.values_list("state", flat=True)) <= {
        State.EXPIRED,
        State.SUPERSEDED,
        State.CANCELLED,
    }
    assert not any(
        "session 1 of 10" in smtp_sink.text(mail) for mail in smtp_sink.mails if "Reminder" in mail["Subject"]
    )
    scheduling.queue_due_reminders(now=second.starts_at - timedelta(minutes=50))
    delivery.drain(now=second.starts_at - timedelta(minutes=50))
    about_second = Message.objects.filter(subject_id=make.attendance(place, 2).pk, state=State.SENT)
    assert list(about_second.values_list("kind", flat=True)) == ["reminder_hour"], (
        "the day's gave way to the hour's"
    )
