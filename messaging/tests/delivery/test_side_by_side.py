"""Many drains at once, and workers killed in the middle: nothing is lost, nothing goes twice unawares."""

import os
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier

import pytest
from django.db import connection, connections

from accounts.models import User
from messaging import tasks
from messaging.delivery import leases
from messaging.delivery import worker as delivery
from messaging.models import Heartbeat, Message
from messaging.outbox import queue as outbox
from messaging.tests.conftest import NOON
from tests.smtp_sink import wait_until

pytestmark = pytest.mark.django_db(transaction=True)
State = Message.State


def at_once(count: int, act) -> list:
    barrier = Barrier(count)

    def run(number: int):
        try:
            barrier.wait(timeout=20)
            return act()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(run, range(count)))


def test_two_drains_at_once_send_each_message_once(desk, smtp_sink):
    for _ in range(30):
        desk.queue()

    # The naive way first: look what is pending, then mark it.
    def naive():
        seen = list(Message.objects.filter(state=State.PENDING).order_by("pk")[:15])
        time.sleep(0.05)
        return {message.pk for message in seen}

    first, second = at_once(2, naive)
    assert first & second, "the race must be real for the rest to prove anything"

    reports = at_once(4, lambda: delivery.drain(now=NOON))
    assert sum(report.outcomes[State.SENT] for report in reports) == 30
    assert len({mail["Message-ID"] for mail in smtp_sink.mails}) == len(smtp_sink.mails) == 30


def test_two_claims_never_share_a_message(desk):
    for _ in range(40):
        desk.queue()
    got = at_once(4, lambda: [m.pk for m in leases.claim(now=NOON, channels=["file"], urgent=False, most=10)])
    taken = [pk for batch in got for pk in batch]
    assert len(taken) == len(set(taken)) == 40


def test_no_transaction_is_open_while_the_server_is_spoken_to(desk, smtp_sink):
    desk.queue()
    smtp_sink.seconds = 0.7
    with ThreadPoolExecutor(1) as pool:

        def drain():
            try:
                return delivery.drain(now=NOON)
            finally:
                connections.close_all()

        done = pool.submit(drain)
        wait_until(lambda: "DATA" in smtp_sink.commands, what="DATA")
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
                " AND state LIKE 'idle in transaction%'"
            )
            assert cursor.fetchone()[0] == 0
        assert done.result().outcomes == {State.SENT: 1}


def test_what_a_dead_worker_held_is_sent_when_its_lease_is_over(desk, smtp_sink):
    for _ in range(2):
        desk.queue()
    held, handed_over = leases.claim(now=NOON, channels=["smtp"], urgent=False, most=5)
    assert delivery.drain(now=NOON).outcomes == {}
    Message.objects.filter(pk=handed_over.pk).update(data_started_at=NOON)
    Message.objects.update(lease_until=datetime.now(UTC) - timedelta(seconds=1))
    assert delivery.drain(now=NOON).outcomes == {State.SENT: 2}
    held.refresh_from_db()
    handed_over.refresh_from_db()
    assert (held.resends, handed_over.resends) == (0, 1)


def test_a_heartbeat_is_one_row(db):
    tasks.drain()
    first = Heartbeat.objects.get(name="worker").seen_at
    tasks.drain(unknown="argument of a later version")
    assert Heartbeat.objects.get(name="worker").seen_at > first


def queue_codes(count: int, *, ringing: bool = True) -> None:
    """Real messages of a kind that workers know, due at any hour of the day.

    Nobody rings for what is due a moment later: then only a sweep finds them.
    """
    now = datetime.now(UTC)
    for number in range(count):
        user = User.objects.create(
            email=f"person{number}@practice.example", name=f"Person {number}", joined_at=now
        )
        outbox.queue(
            key=f"sign_in_code:{number}",
            kind="sign_in_code",
            subject_type="user",
            subject_id=user.pk,
            user=user,
            now=now,
            not_before=now if ringing else now + timedelta(milliseconds=1),
            expires_at=now + timedelta(minutes=15),
            secret=f"CODE-{number:04}",
        )


@pytest.mark.faults
def test_a_worker_killed_in_the_middle_of_a_send_loses_nothing(worker, smtp_sink):
    smtp_sink.seconds = 0.15
    queue_codes(12)
    killed = worker.start()
    smtp_sink.wait_for(3)
    worker.kill(killed)  # kill -9, its child and its beat with it
    assert Message.objects.exclude(state=State.SENT).exists(), "it must die with work left"
    smtp_sink.seconds = 0
    worker.start()
    wait_until(lambda: not Message.objects.exclude(state=State.SENT).exists(), seconds=30, what="the rest")
    receivers = {mail["X-Sink-To"] for mail in smtp_sink.mails}
    assert receivers == {f"person{number}@practice.example" for number in range(12)}
    # The one in hand may have gone twice: known, counted, and recognisable by its number.
    assert len(smtp_sink.mails) <= 12 + Message.objects.filter(resends=1).count()
    assert len({mail["Message-ID"] for mail in smtp_sink.mails}) == 12
    assert not Message.objects.exclude(secret=None).exists()


@pytest.mark.faults
def test_redis_stopped_delays_and_does_not_lose(worker, smtp_sink, own_redis):
    worker.start()
    wait_until(Heartbeat.objects.filter(name="drain").exists, what="a drain")
    own_redis.freeze()
    heard = None
    while heard != (heard := Heartbeat.objects.get(name="drain").seen_at):
        time.sleep(2)  # until what the worker had heard before is done with
    queue_codes(1, ringing=False)
    time.sleep(1.5)
    assert smtp_sink.mails == []
    own_redis.thaw()
    smtp_sink.wait_for(1)


@pytest.mark.faults
def test_a_second_beat_is_harmless(worker, smtp_sink):
    queue_codes(10)
    smtp_sink.seconds = 0.05
    worker.start()
    worker.start()
    wait_until(lambda: Message.objects.filter(state=State.SENT).count() == 10, what="ten mails")
    time.sleep(1.2)  # one sweep more of each
    assert len(smtp_sink.mails) == 10


@pytest.mark.faults
def test_a_worker_told_to_stop_finishes_the_mail_in_hand(worker, smtp_sink):
    smtp_sink.seconds = 0.5
    queue_codes(6)
    process = worker.start()
    smtp_sink.wait_for(1)
    wait_until(lambda: Message.objects.filter(data_started_at__isnull=False, state=State.SENDING).exists())
    os.killpg(process.pid, signal.SIGTERM)  # the whole group, as an init system does
    process.wait(timeout=20)
    assert not Message.objects.filter(state=State.SENDING).exists()
    sent = Message.objects.filter(state=State.SENT).count()
    assert len(smtp_sink.mails) == sent
    assert 0 < sent < 6
    assert Message.objects.filter(state=State.PENDING, resends=0).count() == 6 - sent


@pytest.mark.processes
@pytest.mark.faults
def test_the_command_sends_without_redis_and_stops_cleanly(worker, smtp_sink, own_redis):
    own_redis.kill()
    smtp_sink.seconds = 0.3
    queue_codes(4, ringing=False)
    command = [sys.executable, "manage.py", "drain_outbox", "--loop", "--every", "0.2"]
    process = subprocess.Popen(
        command, env=worker.environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    smtp_sink.wait_for(1)
    process.send_signal(signal.SIGTERM)
    told, _ = process.communicate(timeout=15)
    assert process.returncode in (0, -signal.SIGTERM), told
    assert b"Traceback" not in told
    assert not Message.objects.filter(state=State.SENDING).exists()
    assert len(smtp_sink.mails) == Message.objects.filter(state=State.SENT).count() < 4
