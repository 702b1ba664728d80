"""What goes together: each still goes once, or says why not, whatever happens to one of a batch (adr/0027)."""

import asyncio
import re
import subprocess
import sys
from collections import Counter
from threading import Event, Thread

import pytest
from django.db import OperationalError, connection, connections, transaction
from django.db.models import Exists, OuterRef
from django.test.utils import CaptureQueriesContext

from messaging.channels.smtp import Line
from messaging.delivery import send_guard
from messaging.delivery import worker as delivery
from messaging.models import Message
from messaging.tests.conftest import NOON, fresh
from messaging.tests.delivery.test_side_by_side import queue_codes
from messaging.tests.delivery.test_worker import breaks_for
from participants.models import Participant
from tests.plugins.post import others_here
from tests.smtp_sink import wait_until

pytestmark = pytest.mark.django_db
State = Message.State
MANY = 30
# As `quick` below, in a process of its own.
DRAIN_IN_BATCHES = """
import sys
import django
django.setup()
from django.core.management import call_command
from messaging.delivery import send_guard
send_guard.QUICK = 20.0
call_command("drain_outbox", *sys.argv[1:])
"""


@pytest.fixture
def quick(monkeypatch):
    """As if the mail server took a twentieth of what a busy test machine takes: batches are as large as they may be."""
    monkeypatch.setattr(send_guard, "QUICK", 20.0)
    monkeypatch.setattr(send_guard, "GOOD_FOR", 30.0)


@pytest.fixture
def letters(desk, smtp_sink) -> list[Message]:
    return [desk.queue() for _ in range(MANY)]


GUARD = re.compile(
    r'UPDATE "messaging_message" SET "data_started_at" = \'.+ AS "a" FROM "participants_participant"'
)


def asked_about(queries: CaptureQueriesContext) -> list[int]:
    """How many messages the guard was asked about at a time."""
    said = [query["sql"] for query in queries if GUARD.match(query["sql"])]
    return [len(re.search(r'"messaging_message"."id" IN \(([^)]+)\)', sql)[1].split(",")) for sql in said]


def notes(queries: CaptureQueriesContext) -> int:
    """How often something was noted as sent."""
    return sum("SET state = 'sent'" in query["sql"] for query in queries)


def came_once(smtp_sink, messages) -> bool:
    receivers = [mail["X-Sink-To"] for mail in smtp_sink.mails]
    return receivers == [message.participant.email for message in messages]


def test_one_answer_of_the_guard_releases_a_batch_and_one_note_says_that_it_went(letters, smtp_sink, quick):
    with CaptureQueriesContext(connection) as queries:
        delivery.drain(now=NOON)
    # The first goes alone: how quick the server is, is not known yet.
    assert (asked_about(queries), notes(queries)) == ([1, 10, 10, 9], 4)
    assert came_once(smtp_sink, letters)
    for message in map(fresh, letters):
        assert (message.state, message.sent_at) == (State.SENT, NOON)
        assert message.rendered_subject == f"A note for {message.participant.first_name}"


def test_of_a_slow_server_each_message_is_asked_about_and_noted_by_itself(desk, smtp_sink):
    smtp_sink.seconds = send_guard.QUICK
    for _ in range(4):
        desk.queue()
    with CaptureQueriesContext(connection) as queries:
        delivery.drain(now=NOON)
    assert (asked_about(queries), notes(queries)) == ([1] * 4, 4)


def test_when_the_server_becomes_slow_the_rest_of_a_batch_is_asked_about_anew(
    letters, desk, smtp_sink, monkeypatch
):
    """Else a message would go long after it was released, and not hear that it was called off."""
    monkeypatch.setattr(send_guard, "QUICK", 20.0)
    desk.due = lambda now: Exists(
        Participant.objects.filter(pk=OuterRef("participant_id"), message_safe=True)
    )
    slow, called_off = letters[7], letters[8]

    def written(message: Message) -> None:
        smtp_sink.seconds = 2 * send_guard.GOOD_FOR if message == slow else 0
        if message == called_off:
            assert fresh(slow).state == State.SENT, "already marked as returned anything else"
            assert fresh(letters[9]).data_started_at is None, "taken back"
            Participant.objects.filter(pk=called_off.participant_id).update(message_safe=False)

    desk.on_context = written
    delivery.drain(now=NOON)
    assert fresh(called_off).state == State.CANCELLED
    assert came_once(smtp_sink, [message for message in letters if message != called_off])


def test_one_that_the_server_does_not_want_leaves_the_others_alone(letters, smtp_sink, quick):
    unwanted, put_off = letters[5], letters[7]
    answers = {
        unwanted.participant.email: "550 5.1.1 no such user",
        put_off.participant.email: "451 4.7.1 greylisted",
    }
    whole = smtp_sink.handle_RCPT

    async def choosy(server, session, envelope, address, options):
        return answers.get(address) or await whole(server, session, envelope, address, options)

    smtp_sink.handle_RCPT = choosy
    delivery.drain(now=NOON)
    assert (fresh(unwanted).state, fresh(unwanted).data_started_at) == (State.FAILED, None)
    assert (fresh(put_off).state, fresh(put_off).data_started_at) == (State.PENDING, None)
    assert came_once(smtp_sink, [message for message in letters if message not in (unwanted, put_off)])


def test_one_that_the_guard_does_not_release_leaves_the_others_alone(letters, desk, smtp_sink, quick):
    lost = letters[9]

    def written(message: Message) -> None:
        if message == letters[0]:  # after all were looked at, before the guard is asked
            Participant.objects.filter(pk=lost.participant_id).update(died_at=NOON)

    desk.on_context = written
    delivery.drain(now=NOON)
    assert fresh(lost).state == State.CANCELLED
    assert came_once(smtp_sink, [message for message in letters if message != lost])


def test_one_that_breaks_the_channel_itself_is_put_off_and_was_not_handed_over(
    letters, smtp_sink, quick, monkeypatch
):
    poison = letters[4]
    breaks_for(monkeypatch, poison)
    delivery.drain(now=NOON)
    found = fresh(poison)
    assert (found.state, found.attempts, found.resends) == (State.PENDING, 1, 0)
    assert came_once(smtp_sink, [message for message in letters if message != poison])


def test_when_the_server_goes_away_what_went_is_noted_and_the_rest_waits(letters, smtp_sink, quick):
    whole = smtp_sink.handle_MAIL

    async def away(*about):
        return "421 4.3.2 shutting down" if len(smtp_sink.mails) >= 12 else await whole(*about)

    smtp_sink.handle_MAIL = away
    delivery.drain(now=NOON)
    found = [fresh(message) for message in letters]
    assert Counter(message.state for message in found) == {State.SENT: 12, State.PENDING: MANY - 12}
    assert all(message.data_started_at is None for message in found if message.state == State.PENDING)
    smtp_sink.handle_MAIL = whole
    delivery.drain(now=NOON)
    assert came_once(smtp_sink, letters)


def test_told_to_stop_a_drain_leaves_nothing_in_doubt(letters, smtp_sink, quick):
    report = delivery.drain(now=NOON, stop=lambda: len(smtp_sink.mails) == 8)
    assert (report.outcomes, report.unfinished) == ({State.SENT: 8}, True)
    waiting = Message.objects.filter(state=State.PENDING, data_started_at=None, lease_token=None)
    assert waiting.count() == MANY - 8
    delivery.drain(now=NOON)
    assert came_once(smtp_sink, letters)


def test_what_may_have_been_sent_before_goes_by_itself(letters, smtp_sink, quick):
    again = letters[3]
    Message.objects.filter(pk=again.pk).update(resends=1)
    with CaptureQueriesContext(connection) as queries:
        delivery.drain(now=NOON)
    assert asked_about(queries) == [1, 2, 1, 10, 10, 6]
    assert came_once(smtp_sink, letters)


def test_kinds_and_ways_do_not_share_a_batch(desk, smtp_sink, quick):
    kinds = ["note", "reminder_day"]
    messages = [desk.queue(kind=kinds[number % 2]) for number in range(6)]
    with CaptureQueriesContext(connection) as queries:
        delivery.drain(now=NOON)
    assert asked_about(queries) == [1] * 6
    assert came_once(smtp_sink, messages)


def test_one_that_cannot_be_written_was_not_handed_over(letters, desk, smtp_sink, quick):
    poison = letters[6]

    def written(message: Message) -> None:
        if message == poison:
            raise ZeroDivisionError

    desk.on_context = written
    with CaptureQueriesContext(connection) as queries:
        delivery.drain(now=NOON)
    assert (fresh(poison).state, fresh(poison).data_started_at) == (State.FAILED, None)
    assert asked_about(queries) == [1, 10, 10, 10, 3], "the rest of its batch is asked about anew"
    assert came_once(smtp_sink, [message for message in letters if message != poison])


def test_a_yes_that_has_become_old_while_the_receiver_was_looked_up_is_asked_for_again(
    letters, smtp_sink, monkeypatch
):
    good_for = 1.0  # so long that a slow machine's five mails do not make it old
    monkeypatch.setattr(send_guard, "QUICK", 20.0)
    monkeypatch.setattr(send_guard, "GOOD_FOR", good_for)
    slow, whole = letters[4].participant.email, smtp_sink.handle_RCPT

    async def looked_up(server, session, envelope, address, options):
        await asyncio.sleep(1.5 * good_for if address == slow else 0)
        return await whole(server, session, envelope, address, options)

    smtp_sink.handle_RCPT = looked_up
    with CaptureQueriesContext(connection) as queries:
        delivery.drain(now=NOON)
    assert asked_about(queries)[:3] == [1, 10, 10]
    assert came_once(smtp_sink, letters)


def test_what_went_is_noted_before_another_line_is_made(letters, smtp_sink, quick, monkeypatch):
    """A connection can take as long as several answers, and a lease ends meanwhile."""
    monkeypatch.setattr("messaging.channels.smtp.LETTERS_PER_CONNECTION", 7)
    unsure, whole = [], Line.connect

    def connect(line, host, port):
        unsure.append(Message.objects.filter(state=State.SENDING, data_started_at__isnull=False).count())
        return whole(line, host, port)

    monkeypatch.setattr(Line, "connect", connect)
    delivery.drain(now=NOON)
    assert unsure == [0] * 5
    assert came_once(smtp_sink, letters)


def test_a_line_is_given_up_after_a_hundred_letters_whatever_became_of_the_hundredth(
    desk, smtp_sink, monkeypatch
):
    monkeypatch.setattr("messaging.channels.smtp.LETTERS_PER_CONNECTION", 3)
    messages = [desk.queue() for _ in range(8)]
    third, whole = messages[2].participant.email, smtp_sink.handle_DATA

    async def choosy(server, session, envelope):
        refused = envelope.rcpt_tos == [third]
        return "554 5.7.1 no" if refused else await whole(server, session, envelope)

    smtp_sink.handle_DATA = choosy
    delivery.drain(now=NOON)
    assert smtp_sink.commands.count("EHLO") == 3
    assert came_once(smtp_sink, [message for message in messages if message.participant.email != third])


# --- Somebody else has a row ------------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_a_row_that_somebody_holds_keeps_the_others_of_its_batch_from_nothing(
    desk, smtp_sink, quick, monkeypatch
):
    letters = [desk.queue() for _ in range(11)]
    held, took, release = letters[6], Event(), Event()

    def hold() -> None:
        try:
            with transaction.atomic():
                Message.objects.select_for_update().get(pk=held.pk)
                took.set()
                release.wait(20)
        finally:
            connections.close_all()

    def written(message: Message) -> None:
        if message == letters[10] and not took.is_set():
            Thread(target=hold).start()
            took.wait(5)

    desk.on_context = written
    try:
        with connection.cursor() as cursor:
            cursor.execute("SET lock_timeout = '300ms'")
        with pytest.raises(OperationalError):
            delivery.drain(now=NOON)
    finally:
        release.set()
        with connection.cursor() as cursor:
            cursor.execute("RESET lock_timeout")
    assert came_once(smtp_sink, letters)
    unsure = [message for message in letters if fresh(message).state != State.SENT]
    assert unsure == [held], "the naive way is unsure about all ten of the batch"


# --- Killed in the middle ---------------------------------------------------------------------------------------------


@pytest.mark.processes
@pytest.mark.django_db(transaction=True)
@pytest.mark.faults
def test_a_worker_killed_in_a_batch_loses_nothing_and_doubles_no_more_than_was_in_doubt(worker, smtp_sink):
    mails, kills = 240, 3
    in_doubt: set[int] = set()
    queue_codes(mails, ringing=False)
    environment = worker.environment | {
        "EMAIL_TIMEOUT": "1",
        "MESSAGE_LEASE_SECONDS": "4",
        "DJANGO_SETTINGS_MODULE": "itsyourmove.settings",
    }

    def drain(*options: str) -> subprocess.Popen:
        return subprocess.Popen([sys.executable, "-c", DRAIN_IN_BATCHES, *options], env=environment)

    handed_over = Message.objects.filter(state=State.SENDING, data_started_at__isnull=False)
    for kill in range(1, kills + 1):
        process = drain()
        wait_until(lambda goal=kill * 50: len(smtp_sink.mails) >= goal, what="the next kill")
        process.kill()
        process.wait()
        wait_until(lambda: others_here() == 0, what="the end of its last statement")
        before, in_doubt = len(in_doubt), in_doubt | set(handed_over.values_list("pk", flat=True))
        assert len(in_doubt) - before <= send_guard.MOST
    assert len(in_doubt) > kills, "the kills must have met batches for the rest to prove anything"
    process = drain("--loop", "--every", "0.2")
    wait_until(
        lambda: not Message.objects.filter(state__in=[State.PENDING, State.SENDING]).exists(), what="the rest"
    )
    process.terminate()
    process.wait()
    came = Counter(mail["X-Sink-To"] for mail in smtp_sink.mails)
    assert len(came) == mails
    assert sum(came.values()) - mails <= len(in_doubt)
    assert Message.objects.filter(state=State.SENT, resends__gt=0).count() >= sum(came.values()) - mails
