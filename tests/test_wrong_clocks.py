"""Workers and beats whose clocks are wrong: everything leaves, on time by the database's clock (messaging/outbox/wakeup.py)."""

from datetime import timedelta

import pytest
from celery import current_app

from core.clock import database_now
from itsyourmove.celery import PILE, Scheduler
from messaging.forecast import services as forecast
from messaging.models import Heartbeat, Message
from messaging.outbox import wakeup
from messaging.tests.delivery.test_side_by_side import queue_codes
from tests.smtp_sink import wait_until

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.faults, pytest.mark.processes]
State = Message.State
CODES = 100


@pytest.mark.parametrize(
    "seconds",
    [45, -7200, pytest.param(-45, marks=pytest.mark.soak), pytest.param(7200, marks=pytest.mark.soak)],
)
def test_a_worker_whose_clock_is_wrong_sends_all_and_nothing_early(worker, smtp_sink, seconds):
    """Rung by this process and its right clock; there is no beat that could find what the bells did not bring."""
    queue_codes(CODES + 1)
    soon = database_now() + timedelta(hours=1)
    early = Message.objects.filter(pk=Message.objects.latest("pk").pk)
    early.update(not_before=soon, next_try_at=soon, expires_at=soon + timedelta(hours=1))
    worker.start(clock=seconds, beat=False)
    smtp_sink.wait_for(CODES)
    wait_until(lambda: forecast.workers_hear(database_now()), what="the end of the drain")
    assert len(smtp_sink.mails) == CODES
    assert early.get().state == State.PENDING


@pytest.mark.parametrize(
    "seconds",
    [
        -45,
        pytest.param(45, marks=pytest.mark.soak),
        pytest.param(-7200, marks=pytest.mark.soak),
        pytest.param(7200, marks=pytest.mark.soak),
    ],
)
def test_a_beat_whose_clock_is_wrong_is_heard_by_workers_with_a_right_one(worker, smtp_sink, seconds):
    """What nobody rings for is found by the sweeps of a beat alone."""
    worker.start(clock=seconds, queue="nobody")  # its beat is the only one, and its worker hears none of it
    worker.start(beat=False)
    queue_codes(CODES, ringing=False)
    smtp_sink.wait_for(CODES, seconds=60)
    assert not Message.objects.filter(state=State.PENDING).exists()


def test_workers_that_are_up_and_send_nothing_are_not_called_well(worker):
    """Green is a drain that ran, and nothing else."""
    worker.start(beat=False)
    assert not Heartbeat.objects.exists()
    assert not forecast.workers_hear(database_now())


@pytest.fixture
def beat(own_redis, tmp_path):
    """A beat on the test's own Redis; each tick does what is due."""
    beat = Scheduler(current_app, schedule_filename=str(tmp_path / "schedule"), lazy=True)
    beat.setup_schedule()
    with wakeup._line() as line:
        beat.producer = current_app.amqp.Producer(line, auto_declare=False)
        yield beat
    beat.close()


@pytest.fixture
def bells(own_redis):
    """How many bells wait unheard."""

    def count() -> int:
        with wakeup._line() as line:
            return line.default_channel.queue_declare(queue="celery").message_count

    return count


def rung(beat: Scheduler) -> None:
    for entry in beat.schedule.values():
        beat.apply_entry(entry, producer=beat.producer)


def test_while_nobody_listens_bells_do_not_pile_up(beat, bells):
    for _ in range(30):
        rung(beat)
    assert bells() == PILE


def test_a_beat_whose_clock_was_put_back_goes_on_at_once(beat):
    ahead = beat.schedule["send what is due"]
    ahead.last_run_at = ahead.default_now() + timedelta(hours=24)
    _, wait = beat.is_due(ahead)
    assert wait <= ahead.schedule.run_every.total_seconds()
