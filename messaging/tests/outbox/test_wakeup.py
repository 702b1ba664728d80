"""The bell: Redis away or stopped must neither fail nor slow anybody, and urgent messages go all the same."""

import threading
from datetime import UTC, datetime, timedelta

import pytest
from django.db import transaction

from core.clock import database_now
from messaging.delivery import worker
from messaging.models import Heartbeat, Message
from messaging.outbox import wakeup
from messaging.tests.conftest import fresh
from participants.tests.factories import PersonFactory
from tests.smtp_sink import wait_until

State = Message.State
IS_DRAINED = wakeup._is_drained  # the real one: other tests take a worker for granted


@pytest.fixture
def rung(monkeypatch) -> list[bool]:
    """Every nudge, in order."""
    rings = []
    monkeypatch.setattr(wakeup, "_nudge", lambda: rings.append(True) or True)
    return rings


@pytest.mark.django_db(transaction=True)
def test_many_messages_in_one_transaction_ring_once(desk, rung):
    with transaction.atomic():
        for _ in range(5):
            desk.queue()
        assert rung == []
    assert rung == [True]


@pytest.mark.django_db(transaction=True)
def test_a_message_rolled_back_rings_nothing_and_one_after_it_does(desk, rung):
    with transaction.atomic():
        try:
            with transaction.atomic():
                desk.queue()
                raise ZeroDivisionError
        except ZeroDivisionError:
            pass
        assert rung == []
        desk.queue()
    assert rung == [True]
    assert Message.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_message_for_later_rings_nothing(desk, rung):
    now = datetime.now(UTC)
    desk.queue(now=now, not_before=now.replace(year=now.year + 1), hours=24 * 800)
    assert rung == []


def test_the_bell_reaches_a_real_redis(own_redis):
    wakeup.ring(urgent=False)
    assert wakeup._silent_until == 0.0
    assert wakeup.is_heard()


def test_bells_do_not_pile_up_while_no_worker_takes_them(own_redis, monkeypatch):
    monkeypatch.setattr(wakeup, "ENOUGH", 3)
    for _ in range(5):
        wakeup.ring(urgent=False)
    with wakeup._line() as line:
        assert line.default_channel.queue_declare(queue="celery").message_count == 3


@pytest.mark.faults
@pytest.mark.parametrize("fault", ["freeze", "kill"])
def test_redis_stopped_or_dead_costs_no_more_than_half_a_second_once(own_redis, fault):
    wakeup.ring(urgent=False)
    getattr(own_redis, fault)()
    own_redis.tries.clear()
    wakeup.ring(urgent=False)
    assert own_redis.tries == [0.5]
    wakeup.ring(urgent=False)
    assert not wakeup.is_heard()
    assert len(own_redis.tries) == 1, "nobody tries again for a while"


@pytest.mark.faults
def test_readiness_says_degraded_while_redis_is_stopped(own_redis, client, db):
    assert client.get("/readyz").json() == {"status": "ok"}
    own_redis.freeze()
    own_redis.tries.clear()
    assert client.get("/readyz").json() == {"status": "degraded"}
    assert own_redis.tries == [0.5]
    own_redis.thaw()
    wakeup._silent_until = 0.0
    assert client.get("/readyz").json() == {"status": "ok"}


@pytest.mark.faults
@pytest.mark.django_db(transaction=True)
def test_while_redis_is_stopped_a_code_is_sent_by_the_web_process_itself(
    desk, own_redis, smtp_sink, monkeypatch
):
    monkeypatch.setattr(wakeup, "PATIENCE", 3.0)  # so long that the thread outlives the slowest request
    own_redis.freeze()
    now = datetime.now(UTC)
    person = PersonFactory()
    desk.queue(now=now, participant=person, kind="code", secret="ABC-123")
    assert not _nobody_rings(), "the request itself waits for nobody"
    desk.queue(now=now, participant=person)
    wait_until(_nobody_rings, what="the bell's thread")
    assert desk.states() == [State.SENT, State.PENDING]
    assert "ABC-123" in smtp_sink.text(smtp_sink.mails[0])


def _nobody_rings() -> bool:
    return all(each.name != "bell" for each in threading.enumerate())


@pytest.mark.faults
@pytest.mark.django_db(transaction=True)
def test_redis_and_mail_server_stopped_the_request_answers_at_once_and_the_code_comes_later(
    desk, own_redis, smtp_sink, settings
):
    settings.EMAIL_TIMEOUT = 20
    own_redis.freeze()
    smtp_sink.answer("EHLO", "250 sink")
    smtp_sink.seconds = 10
    person = PersonFactory()
    desk.queue(now=datetime.now(UTC), participant=person, kind="code")
    assert not _nobody_rings(), "the request itself waits for nobody"
    wait_until(_nobody_rings, what="the bell's thread")
    code = Message.objects.get()
    assert code.state == State.PENDING
    smtp_sink.seconds = 0
    worker.drain(now=max(code.next_try_at, datetime.now(UTC)))
    assert fresh(code).state == State.SENT


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("seconds", "states"), [(10, [State.PENDING, State.PENDING]), (31, [State.SENT, State.PENDING])]
)
def test_while_redis_is_well_and_no_worker_drains_a_code_is_sent_by_the_web_process_itself(
    desk, own_redis, smtp_sink, monkeypatch, seconds, states
):
    monkeypatch.setattr(wakeup, "_is_drained", IS_DRAINED)
    Heartbeat.objects.create(name="drain", seen_at=database_now() - timedelta(seconds=seconds))
    now = datetime.now(UTC)
    desk.queue(now=now, kind="code", secret="ABC-123")
    desk.queue(now=now)
    wait_until(_nobody_rings, what="the bell's thread")
    assert wakeup.is_heard()
    assert desk.states() == states


@pytest.mark.django_db
def test_urgent_only_leaves_the_others_alone(desk, smtp_sink):
    now = datetime.now(UTC)
    desk.queue(now=now)
    desk.queue(now=now, kind="code")
    worker.drain(urgent_only=True, seconds=3)
    assert desk.states() == [State.PENDING, State.SENT]
