"""The kill test: worker groups are killed in the middle of sending, again and again.

The naive way runs through the same mill first and must come out broken, or the test would prove nothing.
"""

import random
import sys
import time
from collections import Counter
from dataclasses import dataclass

import pytest
from kombu import Connection

from messaging.models import Message
from messaging.tests.delivery.test_side_by_side import queue_codes
from tests import naive_celery
from tests.plugins.post import Worker
from tests.smtp_sink import SmtpSink, wait_until

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.faults, pytest.mark.processes]
State = Message.State
SHORT, FULL = (200, 3), (2000, 20)
both_sizes = pytest.mark.parametrize(
    ("mails", "kills"),
    [
        pytest.param(*SHORT, id="short"),
        pytest.param(*FULL, id="full", marks=pytest.mark.soak),
    ],
)


@dataclass
class Tally:
    """What became of the mails: those that nobody can find, those that came twice, and what the kills interrupted."""

    lost: int
    doubled: int
    in_flight: int = 0
    uncertain: int = 0


def interrupt(worker: Worker, sink: SmtpSink, mails: int, kills: int, start) -> int:
    """Kill every process that sends, `kills` times, each time in the middle; how many messages were in flight."""
    chance, in_flight = random.Random(kills), 0
    for kill in range(kills):
        group = start()
        goal = min(len(sink.mails) + chance.randint(3, max(4, mails // kills)), mails - kills + kill)
        wait_until(lambda goal=goal: len(sink.mails) >= goal, seconds=60, what=f"{goal} mails before a kill")
        time.sleep(chance.random() * 0.05)  # else every kill would come just after an arrival
        for process in group:
            worker.kill(process)
        in_flight += Message.objects.filter(state=State.SENDING, data_started_at__isnull=False).count()
    return in_flight


@both_sizes
def test_the_naive_way_loses_mails_and_does_not_know(worker, smtp_sink, own_redis, mails, kills, capsys):
    smtp_sink.seconds = 0.03
    with Connection(own_redis.url) as line:
        for number in range(mails):
            naive_celery.send.apply_async((number,), connection=line)

    def start():
        return [worker.start(app="tests.naive_celery", beat=False, concurrency=2, queue="naive")]

    interrupt(worker, smtp_sink, mails, kills, start)
    start()
    seen = -1
    while seen != len(smtp_sink.mails):  # until nothing comes for three seconds
        seen = len(smtp_sink.mails)
        time.sleep(3)
    tally = tallied(smtp_sink, mails)
    with capsys.disabled():
        sys.stdout.write(f"\n  {mails} mails, {kills} kills, a Celery task each: {tally}\n")
    assert tally.lost + tally.doubled > 0


@pytest.mark.parametrize(
    ("mails", "kills", "seconds"),
    [
        pytest.param(*SHORT, 0.03, id="short"),
        pytest.param(*FULL, 0.03, id="full", marks=pytest.mark.soak),
        pytest.param(*FULL, 0, id="full of a quick server", marks=pytest.mark.soak),
    ],
)
def test_the_outbox_loses_nothing_and_counts_what_may_be_double(
    worker, smtp_sink, mails, kills, seconds, capsys
):
    smtp_sink.seconds = seconds
    queue_codes(mails)

    def start():
        quick = {"EMAIL_TIMEOUT": "1", "MESSAGE_LEASE_SECONDS": "5"}
        return worker.start_many(2, **quick)  # two beats as well

    in_flight = interrupt(worker, smtp_sink, mails, kills, start)
    start()
    moving = Message.objects.filter(state__in=[State.PENDING, State.SENDING])
    wait_until(lambda: not moving.exists(), seconds=300, what="the rest")
    tally = tallied(smtp_sink, mails, in_flight)
    with capsys.disabled():
        sys.stdout.write(
            f"\n  {mails} mails, {kills} kills, {seconds} s each, outbox with one re-send: {tally}\n"
        )
    arrived = {mail["X-Sink-To"] for mail in smtp_sink.mails}
    said_sent = set(Message.objects.filter(state=State.SENT).values_list("user__email", flat=True))
    assert said_sent <= arrived, "nothing is called sent that never came"
    assert tally.lost <= tally.uncertain, "what did not come is on the officers' list"
    assert Message.objects.filter(state__in=[State.SENT, State.UNCERTAIN]).count() == mails
    assert tally.doubled <= in_flight
    twice = [
        number
        for number, count in Counter(mail["Message-ID"] for mail in smtp_sink.mails).items()
        if count > 2
    ]
    assert twice == [], "a third submission never happens"


def tallied(sink: SmtpSink, mails: int, in_flight: int = 0) -> Tally:
    came = Counter(mail["X-Sink-To"] for mail in sink.mails)
    return Tally(
        lost=mails - len(came),
        doubled=sum(came.values()) - len(came),
        in_flight=in_flight,
        uncertain=Message.objects.filter(state=State.UNCERTAIN).count(),
    )
