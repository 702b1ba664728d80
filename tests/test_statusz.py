"""What a monitor is told of the outbox, and that nobody else is told anything."""

import json
from datetime import timedelta

import pytest
from django.core.management import call_command

from accounts.tests.factories import OfficerFactory, sign_in
from core.clock import database_now
from itsyourmove.monitoring import alarms
from messaging import tasks
from messaging.models import ChannelStanding, Heartbeat, Message
from messaging.outbox import queue as outbox
from participants.tests.factories import PersonFactory

pytestmark = pytest.mark.django_db
TOKEN = "a-token-of-the-monitor-that-is-long-enough-to-be-one"


@pytest.fixture(autouse=True)
def _token(settings):
    settings.STATUS_TOKEN = TOKEN


def ask(client, token: str = TOKEN):
    return client.get("/statusz", headers={"Authorization": f"Bearer {token}"})


def waiting(*, minutes: int) -> Message:
    now = database_now()
    person = PersonFactory(given_name="Marked", email="marked@example.org")
    key = f"x:{Message.objects.count()}"
    assert outbox.queue(
        key=key,
        kind="welcome",
        participant=person,
        subject_type="referral",
        subject_id=1,
        now=now - timedelta(minutes=minutes),
        not_before=now - timedelta(minutes=minutes),
        expires_at=now + timedelta(days=1),
    )
    message = Message.objects.get(key=key)
    Message.objects.filter(pk=message.pk).update(next_try_at=now - timedelta(minutes=minutes))
    return message


def test_a_monitor_reads_how_messages_get_away_and_no_name(client):
    now = database_now()
    waiting(minutes=7)
    doubtful, looked_at = waiting(minutes=1), waiting(minutes=1)
    for message, by in ((doubtful, None), (looked_at, OfficerFactory())):
        Message.objects.filter(pk=message.pk).update(
            state=Message.State.UNCERTAIN, reason="no answer", settled_at=now, settled_by=by
        )
    Heartbeat.objects.create(name="worker", seen_at=now - timedelta(seconds=40))
    ChannelStanding.objects.create(
        channel="smtp",
        filled_at=now,
        stopped_at=now - timedelta(seconds=90),
        stopped_why="smtp 535",
        faults=1,
        next_try_at=now,
    )
    answer = ask(client)
    told = json.loads(answer.content)
    assert answer.status_code == 200
    assert 420 <= told["oldest_due_seconds"] < 480
    unsent = {"failed": 0, "uncertain": 2, "expired": 0, "cancelled": 0, "superseded": 0}
    assert told["states"] == {"due": 1, "sending": 0, "sent": 0, **unsent}
    assert told["uncertain_not_looked_at"] == 1
    assert told["last_drain_seconds"] is None
    assert 40 <= told["last_beat_seconds"] < 100
    (stopped,) = told["channels_stopped"]
    assert (stopped["channel"], stopped["why"]) == ("smtp", "smtp 535")
    assert told["disk_free_megabytes"] > 0
    assert "Marked" not in answer.content.decode()
    assert "marked@" not in answer.content.decode()
    assert "no-store" in answer["Cache-Control"]


def test_an_empty_outbox_is_told_as_well(client):
    told = ask(client).json()
    assert (told["oldest_due_seconds"], told["last_beat_seconds"], told["channels_stopped"]) == (
        None,
        None,
        [],
    )


def test_a_turn_of_either_way_of_sending_is_seen(client):
    call_command("drain_outbox")
    told = ask(client).json()
    assert told["last_drain_seconds"] < 60
    assert told["last_beat_seconds"] is None  # only a worker's own drain proves that workers hear
    tasks.drain()
    assert ask(client).json()["last_beat_seconds"] < 60


def test_a_drain_that_broke_off_proves_nothing(client, monkeypatch):
    def broken(**kwargs):
        raise ZeroDivisionError

    monkeypatch.setattr("messaging.delivery.worker.drain", broken)
    with pytest.raises(ZeroDivisionError):
        tasks.drain()
    told = ask(client).json()
    assert (told["last_drain_seconds"], told["last_beat_seconds"]) == (None, None)


@pytest.mark.parametrize("token", ["", "wrong", TOKEN[:-1], f"{TOKEN}x", "\u00e9"])
def test_whoever_does_not_know_the_token_finds_no_page(client, token):
    assert ask(client, token).status_code == 404
    assert client.get("/statusz").status_code == 404
    sign_in(client, OfficerFactory())
    assert ask(client, token).status_code == 404


def test_without_a_token_of_the_place_nobody_finds_it(client, settings):
    settings.STATUS_TOKEN = ""
    assert ask(client, "").status_code == 404
    assert client.get("/statusz", headers={"Authorization": "Bearer "}).status_code == 404


def test_the_questions_do_not_grow_with_what_waits(client, django_assert_max_num_queries):
    for _ in range(20):
        waiting(minutes=1)
    with django_assert_max_num_queries(9):
        assert ask(client).status_code == 200


def test_a_full_disk_is_told(client, monkeypatch):
    monkeypatch.setattr(alarms, "free_megabytes", lambda: {"/full": 0, "/other": 900, "/gone": None})
    assert json.loads(ask(client).content)["disk_free_megabytes"] == 0
