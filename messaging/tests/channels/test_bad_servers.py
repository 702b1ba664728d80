"""Mail servers that misbehave in every way that was seen or thought of, and what each costs.

Whatever they do, a message is sent, waits, or is shown to an officer; it is never lost, and never twice unawares.
"""

import contextlib
import socket
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from threading import Thread

import pytest
import time_machine

from messaging.delivery import worker
from messaging.models import ChannelStanding, Message
from messaging.tests.conftest import NOON, fresh

pytestmark = [pytest.mark.django_db, pytest.mark.faults]
State = Message.State


@pytest.mark.parametrize(
    ("step", "reply", "state", "attempts", "stopped"),
    [
        ("RCPT", "421 4.3.2 shutting down", State.PENDING, 0, True),
        ("RCPT", "451 4.7.1 greylisted", State.PENDING, 1, False),
        ("RCPT", "550 5.1.1 no such user", State.FAILED, 0, False),
        ("RCPT", "552 5.2.2 mailbox full", State.FAILED, 0, False),
        ("RCPT", "503 5.5.1 bad sequence", State.PENDING, 0, True),
        ("DATA", "421 4.3.2 shutting down", State.PENDING, 0, True),
        ("DATA", "451 4.3.0 try later", State.PENDING, 1, False),
        ("RCPT", "554 5.7.1 relay access denied", State.PENDING, 1, False),
        ("DATA", "550 5.7.1 looks like spam", State.PENDING, 1, False),
        ("DATA", "552 5.3.4 too big", State.FAILED, 0, False),
        ("DATA", "503 5.5.1 bad sequence", State.PENDING, 0, True),
    ],
)
def test_each_answer_is_booked_as_what_it_means(desk, smtp_sink, step, reply, state, attempts, stopped):
    smtp_sink.answer(step, reply)
    message = desk.queue()
    worker.drain(now=NOON)
    found = fresh(message)
    assert (found.state, found.attempts, found.resends) == (state, attempts, 0)
    assert ChannelStanding.objects.filter(stopped_at__isnull=False).exists() == stopped
    assert smtp_sink.mails == []


# --- Servers that no library plays -----------------------------------------------------------------------------------


@contextlib.contextmanager
def server(settings, behave: Callable[[socket.socket], None]) -> Iterator[list[float]]:
    """A server of one conversation after the other; the moments at which each was opened."""
    listener, opened = socket.create_server(("127.0.0.1", 0)), []
    settings.EMAIL_CHANNEL, settings.EMAIL_HOST, settings.EMAIL_PORT = "smtp", *listener.getsockname()
    settings.EMAIL_USE_TLS, settings.EMAIL_TIMEOUT = False, 1

    def serve() -> None:
        with contextlib.suppress(OSError):
            while True:
                line, _ = listener.accept()
                opened.append(time.monotonic())
                with contextlib.suppress(OSError), line:
                    behave(line)

    Thread(target=serve, daemon=True).start()
    try:
        yield opened
    finally:
        listener.close()


def talk(line: socket.socket, until: bytes) -> None:
    """Answer as a server should, up to the command that begins so."""
    line.sendall(b"220 hello\r\n")
    for command in line.makefile("rb"):
        if command.upper().startswith(until):
            return
        line.sendall(b"250 ok\r\n")


def test_a_line_that_breaks_before_the_dot_may_have_sent(desk, settings):
    def behave(line: socket.socket) -> None:
        talk(line, b"DATA")
        line.sendall(b"354 go on\r\n")
        line.recv(20)

    with server(settings, behave):
        message = desk.queue()
        worker.drain(now=NOON)
    assert (fresh(message).state, fresh(message).resends) == (State.PENDING, 1)


def test_a_line_that_breaks_before_the_text_has_surely_not_sent(desk, settings):
    with server(settings, lambda line: talk(line, b"DATA")):
        message = desk.queue()
        worker.drain(now=NOON)
    assert (fresh(message).state, fresh(message).resends, fresh(message).data_started_at) == (
        State.PENDING,
        0,
        None,
    )


@pytest.mark.parametrize(("after", "resends"), [(b"", 0), (b"EHLO", 0), (b"DATA", 1)])
def test_a_byte_a_second_cannot_hold_a_message_longer_than_its_lease(desk, settings, after, resends):
    sent = []

    def behave(line: socket.socket) -> None:
        if after:
            talk(line, after)
        if after == b"DATA":
            line.sendall(b"354 go on\r\n")
        for _ in range(40):
            line.sendall(b"2")  # each byte comes in good time, and the answer never ends
            sent.append(b"2")
            time.sleep(0.5)

    with server(settings, behave):
        message = desk.queue()
        worker.drain(now=NOON)
        assert len(sent) < 40, "the naive way waits for them all here, and for ever elsewhere"
    assert (fresh(message).state, fresh(message).resends) == (State.PENDING, resends)


# --- Clocks ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("hours", [-2, 2])
def test_a_worker_whose_clock_is_wrong_sends_nothing_early_or_late(desk, smtp_sink, hours):
    """The database's clock decides; a worker's own is asked for nothing."""
    from core.clock import database_now

    now = database_now()
    due, early, late = (
        desk.queue(now=now + timedelta(hours=start), hours=length, kind="reminder_hour")
        for start, length in ((-1, 2), (1, 2), (-2, 1))
    )
    with time_machine.travel(now + timedelta(hours=hours)):
        worker.drain()
    assert [fresh(message).state for message in (due, early, late)] == [
        State.SENT,
        State.PENDING,
        State.EXPIRED,
    ]
