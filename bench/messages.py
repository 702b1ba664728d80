"""Sending reminders through the outbox, beside the fastest that one connection can carry and the usual ways.

Every way sends as many mails of the same size to the same server, which counts what came; a count that is not right
stops the measurement. The limit is smtplib with mails that were written beforehand, on one connection that stays open.
"""

import contextlib
import multiprocessing
import multiprocessing.connection
import os
import smtplib
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.db import connection, connections
from kombu import Connection

from bench.report import Row, rows
from core.clock import database_now
from messaging.content.rendering import Prefetched
from messaging.delivery import worker
from messaging.models import Message
from sessions.models import Attendance
from sessions.reminders import scheduling
from sessions.tests import factories

ROOT = Path(__file__).resolve().parent.parent
LIMIT = "smtplib, one connection"
DJANGO, CELERY = "Django's send_mail each", "a Celery task each, 2 processes"
ONE, TWO = "outbox, one process", "outbox, 2 processes"
GOALS = {ONE: 4.0}  # at most so many times as long as the limit (adr/0027)
KIND = scheduling.Kind.DAY.value


def measure(*, quick: bool) -> list[Row]:
    """Milliseconds for all the mails by each way, as ratios to the limit of the same round."""
    cohorts, rounds = (2, 3) if quick else (10, 7)
    with sink() as server, settled_settings(server):
        messages = promised(cohorts)
        mail = one_mail(server)
        with celery_worker(server) as by_celery, outbox_workers(2) as by_two:
            ways: dict[str, Callable[[], object]] = {
                LIMIT: lambda: raw(messages, mail),
                DJANGO: lambda: by_django(messages),
                CELERY: lambda: by_celery(messages),
                ONE: worker.drain,
                TWO: by_two,
            }
            counted = {name: exactly(server, messages, way) for name, way in ways.items()}
            timed({name: counted[name] for name in (CELERY, ONE, TWO)}, rounds=1)  # warm
            taken = timed(counted, rounds=rounds)
        found = rows(taken, versus=LIMIT, goals=GOALS)
        faster = [times_as_fast(taken, CELERY, at_least=2.5), times_as_fast(taken, DJANGO, at_least=1.0)]
        return [*found, *faster, of_the_database(taken, messages)]


def timed(ways: dict[str, Callable[[], object]], *, rounds: int) -> dict[str, list[float]]:
    """The outbox is filled again before each of its turns, outside the time that is taken."""
    taken: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(rounds):
        for name, way in ways.items():
            fill()
            start = time.perf_counter()
            way()
            taken[name].append((time.perf_counter() - start) * 1000)
    return taken


def times_as_fast(taken: dict[str, list[float]], usual: str, *, at_least: float) -> Row:
    """How many times as fast as a usual way two processes of the outbox are: the median of the rounds."""
    ratio = statistics.median(c / o for c, o in zip(taken[usual], taken[TWO], strict=True))
    case, rounds = f"{TWO}: times as fast as {usual}", len(taken[TWO])
    met = ratio >= at_least
    return Row(case, round(ratio, 2), "times", versus=usual, rounds=rounds, goal=at_least, met=met)


def of_the_database(taken: dict[str, list[float]], messages: int) -> Row:
    """Time in the database for one message, in sends by the limit: at most 10, aim 4."""
    statements: list[float] = []

    def timed(execute: Callable[..., object], *about: object) -> object:
        start = time.perf_counter()
        try:
            return execute(*about)
        finally:
            statements.append((time.perf_counter() - start) * 1000)

    fill()
    with connection.execute_wrapper(timed):
        worker.drain()
    spent = sum(statements) / messages
    ratio = spent / (sorted(taken[LIMIT])[len(taken[LIMIT]) // 2] / messages)
    case = f"database, {len(statements) / messages:.1f} statements a message"
    beside = {"versus": "one send by the limit", "ratio": round(ratio, 2)}
    return Row(case, round(spent, 3), "ms", goal=10, met=ratio <= 10, **beside)


# --- The ways --------------------------------------------------------------------------------------------------------


def raw(messages: int, mail: bytes) -> None:
    with smtplib.SMTP(settings.EMAIL_HOST, settings.EMAIL_PORT, local_hostname="bench") as server:
        for number in range(messages):
            server.sendmail("us@service.example", f"person{number}@practice.example", mail)


def by_django(messages: int) -> None:
    for number in range(messages):
        line = get_connection("django.core.mail.backends.smtp.EmailBackend")
        EmailMessage(
            "A reminder", TEXT, "us@service.example", [f"person{number}@practice.example"], connection=line
        ).send()


@contextlib.contextmanager
def outbox_workers(processes: int) -> Iterator[Callable[[], None]]:
    """Processes that drain at a word, as warm as Celery's are."""
    fork = multiprocessing.get_context("fork")
    lines = [fork.Pipe() for _ in range(processes)]
    connections.close_all()
    others = [fork.Process(target=drain_when_told, args=(theirs,)) for _, theirs in lines]
    for (_, theirs), other in zip(lines, others, strict=True):
        other.start()
        theirs.close()  # else nobody would hear that it died

    def send() -> None:
        for ours, _ in lines:
            ours.send("drain")
        for ours, _ in lines:
            ours.recv()

    try:
        yield send
    finally:
        for (ours, _), other in zip(lines, others, strict=True):
            ours.send("stop")
            other.join()


def drain_when_told(line: multiprocessing.connection.Connection) -> None:
    while line.recv() == "drain":
        worker.drain()
        line.send("done")


@contextlib.contextmanager
def celery_worker(server: socket.socket) -> Iterator[Callable[[int], None]]:
    """The usual pattern: a task a mail, a connection a mail, two processes that are warm before anything is timed."""
    from tests import naive_celery

    environment = {
        **os.environ,
        "REDIS_URL": settings.CELERY_BROKER_URL,
        "EMAIL_HOST": settings.EMAIL_HOST,
        "EMAIL_PORT": str(settings.EMAIL_PORT),
        "MAIL_TEXT": TEXT,
    }
    command = [sys.executable, "-m", "celery", "-A", "tests.naive_celery", "worker", "-c", "2", "-Q", "naive"]
    with tempfile.TemporaryFile() as log:
        process = subprocess.Popen(
            [*command, "-l", "ERROR"], cwd=ROOT, env=environment, stdout=log, stderr=log
        )

        def send(messages: int) -> None:
            before = came(server)
            with Connection(settings.CELERY_BROKER_URL) as line:
                producer = line.Producer()
                for number in range(messages):
                    naive_celery.send.apply_async((number,), producer=producer)
            deadline = time.monotonic() + 120
            while came(server) < before + messages:
                if time.monotonic() > deadline:
                    raise SystemExit("Celery did not send all of its mails.")
                time.sleep(0.005)

        try:
            send(4)
            yield send
        finally:
            process.terminate()
            process.wait()


# --- What is sent, and where to --------------------------------------------------------------------------------------

TEXT = (
    "Your next session is session 3 of 10.\n\n"
    + "It is a line of the length that lines of reminders have.\n" * 20
)


def promised(cohorts: int) -> int:
    """People with places, ten sessions each; how many reminders there are to send."""
    now = database_now()
    first = (now + timedelta(days=20)).date()
    officer = factories.OfficerFactory()
    programme = factories.programme()
    for _ in range(cohorts):
        first_session = {"starts_on": first, "start_time": factories.SIX_PM}
        cohort = factories.cohort(now=now, by=officer, programme=programme, capacity=10, **first_session)
        for _ in range(10):
            factories.placed(cohort, by=officer, now=now)
    Message.objects.all().delete()
    return Attendance.objects.count()


def fill() -> None:
    """A reminder for each attendance, due since an hour ago."""
    now = database_now()
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE messaging_message CASCADE")
    Message.objects.bulk_create(
        Message(
            key=attendance.key,
            kind=KIND,
            subject_type="attendance",
            subject_id=attendance.pk,
            participant_id=attendance.participant_id,
            channel="smtp",
            queued_at=now,
            not_before=now - timedelta(hours=1),
            next_try_at=now - timedelta(hours=1),
            expires_at=now + timedelta(hours=6),
        )
        for attendance in scheduling._expected(KIND)
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def one_mail(server: socket.socket) -> bytes:
    """The bytes of one of the reminders, as the outbox would send them."""
    from messaging.channels.smtp import compose

    fill()
    message = Message.objects.select_related("participant").first()
    now = database_now()
    return compose(worker._write(message, now, Prefetched.of([message], now)))


def exactly(server: socket.socket, messages: int, way: Callable[[], object]) -> Callable[[], None]:
    def counted() -> None:
        before = came(server)
        way()
        if came(server) - before != messages:
            raise SystemExit(f"{came(server) - before} mails came instead of {messages}.")

    return counted


@contextlib.contextmanager
def sink() -> Iterator[socket.socket]:
    process = subprocess.Popen(
        [sys.executable, "-m", "bench.sink"], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    try:
        port = int(process.stdout.readline())
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
        with socket.create_connection(("127.0.0.1", port)) as line:
            line.recv(100)
            yield line
    finally:
        process.terminate()
        process.wait()


def came(server: socket.socket) -> int:
    """How many mails the server has taken so far."""
    server.sendall(b"NOOP\r\n")
    return int(server.recv(100).split()[1])


@contextlib.contextmanager
def settled_settings(server: socket.socket) -> Iterator[None]:
    """As in production, at any hour of the day."""
    settings.EMAIL_CHANNEL, settings.EMAIL_USE_TLS, settings.EMAIL_HOST_USER = "smtp", False, ""
    settings.QUIET_HOURS, settings.QUIET_DAYS = (24, 0), []
    yield
