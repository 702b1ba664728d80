"""Fixtures for mail and its workers: `smtp_sink`, `own_redis`, `worker`; and a bell that disturbs nobody else."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from django.db import connection
from redis.connection import UnixDomainSocketConnection

from devtools.local_services import binaries
from itsyourmove.environment import url_of_database
from itsyourmove.monitoring import alarms
from messaging.outbox import wakeup
from tests.notify_server import API_KEY, EMAIL_TEMPLATE, SMS_TEMPLATE, NotifyServer
from tests.smtp_sink import SmtpSink, wait_until

ROOT = Path(__file__).resolve().parents[2]
CLOCK_AHEAD = """
import sys, time, time_machine
from celery.__main__ import main
time_machine.travel(time.time() + float(sys.argv.pop(1)), tick=True).start()
main()
"""  # Celery as on a machine with a wrong clock; its children inherit that


@pytest.fixture(autouse=True)
def quiet_bell(settings, monkeypatch) -> Iterator[None]:
    """Commits of tests ring a bell in memory: the clone's Redis and its workers never hear of them.

    Urgent messages wait for a worker too, as if one had drained a moment ago.
    """
    settings.CELERY_BROKER_URL = "memory://"
    monkeypatch.setattr(wakeup, "_is_drained", lambda: True)
    wakeup._silent_until = wakeup._drained_until = 0.0
    yield
    wakeup._silent_until = wakeup._drained_until = 0.0


@pytest.fixture(autouse=True)
def no_alarms(monkeypatch) -> None:
    """No worker of the service runs beside the tests, and officers' pages do not say so."""
    monkeypatch.setattr(alarms, "_kept", (float("inf"), ()))


@pytest.fixture
def smtp_sink(settings) -> Iterator[SmtpSink]:
    """A real mail server of this test's own, to which the product is pointed."""
    sink = SmtpSink().start()
    settings.EMAIL_CHANNEL, settings.EMAIL_HOST, settings.EMAIL_PORT = "smtp", sink.host, sink.port
    settings.EMAIL_USE_TLS, settings.EMAIL_HOST_USER, settings.EMAIL_TIMEOUT = False, "", 2
    yield sink
    sink.stop()


@pytest.fixture
def notify_server(settings) -> Iterator[NotifyServer]:
    """A stand-in for GOV.UK Notify of this test's own, to which the product is pointed for mail and texts."""
    server = NotifyServer().start()
    settings.EMAIL_CHANNEL, settings.NOTIFY_URL, settings.NOTIFY_API_KEY = "notify_email", server.url, API_KEY
    settings.NOTIFY_EMAIL_TEMPLATE, settings.NOTIFY_SMS_TEMPLATE = EMAIL_TEMPLATE, SMS_TEMPLATE
    settings.EMAIL_TIMEOUT = 2
    yield server
    server.stop()


@dataclass
class OwnRedis:
    """A Redis of this test's own, which may be stopped and killed."""

    process: subprocess.Popen
    socket: Path
    tries: list[float] = field(default_factory=list)  # a connection each: seconds that an answer may take

    @property
    def url(self) -> str:
        return f"redis+socket://{self.socket}"

    def freeze(self) -> None:
        """Stopped, not dead: it still takes connections, and never answers."""
        self.process.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        self.process.send_signal(signal.SIGCONT)

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()


@pytest.fixture
def own_redis(settings, monkeypatch) -> Iterator[OwnRedis]:
    folder = Path(tempfile.mkdtemp(prefix="iym-"))  # a socket's path must be short
    program = shutil.which("redis-server") or shutil.which("valkey-server") or binaries.valkey()
    process = subprocess.Popen(
        [program, "--port", "0", "--unixsocket", str(folder / "s"), "--save", "", "--dir", str(folder)],
        stdout=subprocess.DEVNULL,
    )
    redis = OwnRedis(process, folder / "s")
    connect = UnixDomainSocketConnection._connect

    def counted(line: UnixDomainSocketConnection):
        redis.tries.append(line.socket_timeout)
        return connect(line)

    monkeypatch.setattr(UnixDomainSocketConnection, "_connect", counted)
    try:
        wait_until(redis.socket.exists, what="Redis")
        settings.CELERY_BROKER_URL = redis.url
        yield redis
    finally:
        redis.thaw()
        redis.kill()
        shutil.rmtree(folder)


class Worker:
    """Real worker processes of Celery, each with its own beat, on the test's database, Redis and mail server."""

    def __init__(self, environment: dict[str, str], folder: Path) -> None:
        self.environment, self.folder = environment, folder
        self.processes: list[subprocess.Popen] = []

    def start_many(self, count: int, **environment: str) -> list[subprocess.Popen]:
        """Several workers, each with its own beat, started side by side."""
        with ThreadPoolExecutor(count) as pool:
            starts = [
                pool.submit(self.start, number=len(self.processes) + n, **environment) for n in range(count)
            ]
            return [start.result() for start in starts]

    def start(
        self,
        *,
        number: int | None = None,
        app: str = "itsyourmove",
        beat: bool = True,
        concurrency: int = 1,
        queue: str = "celery",
        clock: float = 0,
        **environment: str,
    ) -> subprocess.Popen:
        """A worker with a beat that sweeps every second; answers when it hears.

        The clock of both, and of nobody else, is so many seconds ahead.
        """
        number = len(self.processes) if number is None else number
        log = self.folder / f"worker-{number}.log"
        command = [
            sys.executable,
            *(["-m", "celery"] if not clock else ["-c", CLOCK_AHEAD, str(clock)]),
            "-A",
            app,
            "worker",
            "-c",
            str(concurrency),
            "-Q",
            queue,
            "-l",
            "INFO",
        ]
        command += ["-B"] if beat else []
        names = ["-n", f"worker-{number}", *(["-s", str(self.folder / f"beat-{number}")] if beat else [])]
        with log.open("wb") as file:
            process = subprocess.Popen(
                [*command, *names],
                cwd=ROOT,
                env={**self.environment, **environment},
                stdout=file,
                stderr=file,
                start_new_session=True,  # so that its children can be killed with it
            )
        self.processes.append(process)
        wait_until(
            lambda: process.poll() is not None or "ready." in log.read_text(), seconds=90, what="the worker"
        )
        assert process.poll() is None, log.read_text()
        return process

    def kill(self, process: subprocess.Popen) -> None:
        """kill -9 for the worker, its child and its beat, all at once."""
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()

    def log(self, number: int = 0) -> str:
        return (self.folder / f"worker-{number}.log").read_text()

    def end(self) -> None:
        for process in self.processes:
            if process.poll() is None:
                self.kill(process)


@pytest.fixture
def worker(transactional_db, own_redis, smtp_sink, tmp_path) -> Iterator[Worker]:
    """Start real workers with `worker.start()`; leases and waits are short so that tests are."""
    workers = Worker(
        {
            **os.environ,
            "DATABASE_URL": url_of_database(connection.settings_dict),
            "REDIS_URL": own_redis.url,
            "TESTING": "1",
            "EMAIL_CHANNEL": "smtp",
            "EMAIL_HOST": smtp_sink.host,
            "EMAIL_PORT": str(smtp_sink.port),
            "EMAIL_TIMEOUT": "2",
            "EMAIL_USE_TLS": "0",
            "MESSAGE_LEASE_SECONDS": "7",
            "SWEEP_SECONDS": "1",
            "QUIET_FROM": "24",  # tests run at night too
            "QUIET_UNTIL": "0",
            "QUIET_DAYS": "",
        },
        tmp_path,
    )
    yield workers
    workers.end()
    # Backends of killed workers may hold locks for a moment longer, and the tables are about to be emptied.
    wait_until(lambda: others_here() == 0, what="the killed workers' connections")


def others_here() -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
            " AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
            " AND state <> 'idle'"  # a browser's page may keep the live server's connection; idle, it locks nothing
        )
        return cursor.fetchone()[0]
