"""PostgreSQL itself fails while messages are sent: it crashes and recovers, and it has no connection left.

On a server of the test's own, which may be broken without disturbing other tests.
"""

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path

import psycopg2
import pytest
from django.conf import settings

from itsyourmove import local
from itsyourmove.environment import database_from_url
from messaging.commits import DURABLE_EVERY
from tests.smtp_sink import SmtpSink, wait_until
from tests.test_outages import Site

pytestmark = [pytest.mark.faults, pytest.mark.soak]  # a database of its own takes a minute to migrate
QUEUE = "from messaging.tests.test_side_by_side import queue_codes; queue_codes({count}, ringing=False)"
BATCH_IN_FLIGHT = 1  # to a server this slow a drain hands over one message at a time


@dataclass
class Own:
    """A PostgreSQL of this test's own, with the service's tables, and drains that send from it."""

    place: local.Place
    environment: dict[str, str]
    drains: list[subprocess.Popen]

    def connect(self):
        entry = database_from_url(self.environment["DATABASE_URL"])
        return psycopg2.connect(
            dbname=entry["NAME"],
            user=entry["USER"],
            host=entry["HOST"],
            port=entry["PORT"],
            connect_timeout=3,
        )

    def ask(self, query: str) -> list[tuple]:
        with closing(self.connect()) as connection:
            connection.autocommit = True
            with connection.cursor() as cursor:
                cursor.execute(query)
                return cursor.fetchall()

    def manage(self, *words: str) -> None:
        subprocess.run(
            [sys.executable, "manage.py", *words], cwd=settings.BASE_DIR, env=self.environment, check=True
        )

    def drain(self) -> subprocess.Popen:
        """A drain that runs until it is told to stop."""
        process = subprocess.Popen(
            [sys.executable, "manage.py", "drain_outbox", "--loop", "--every", "0.5"],
            cwd=settings.BASE_DIR,
            env=self.environment,
        )
        self.drains.append(process)
        return process

    def states(self) -> Counter:
        return Counter(dict(self.ask("SELECT state, count(*)::int FROM messaging_message GROUP BY state")))

    def crash(self) -> None:
        """kill -9 for one of its processes: the server ends all connections, and recovers from its log."""
        (backend,) = self.ask(
            "SELECT pid FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid() LIMIT 1"
        )
        os.kill(backend[0], signal.SIGKILL)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[local.Place, str]]:
    clone: Path = tmp_path_factory.mktemp("own") / "clone"
    clone.mkdir()
    place = local.Place(clone)
    site = Site(place, 0, None)
    site.start_database()
    database, _ = local.urls(place)
    subprocess.run(
        [sys.executable, "manage.py", "migrate", "-v", "0"],
        cwd=settings.BASE_DIR,
        env={**os.environ, "DATABASE_URL": database},
        check=True,
    )
    yield place, database
    site.stop_database()
    local.erase(place)


@pytest.fixture
def own(server, smtp_sink: SmtpSink) -> Iterator[Own]:
    place, database = server
    environment = {
        **os.environ,
        "DATABASE_URL": database,
        "TESTING": "1",
        "EMAIL_CHANNEL": "smtp",
        "EMAIL_HOST": smtp_sink.host,
        "EMAIL_PORT": str(smtp_sink.port),
        "EMAIL_TIMEOUT": "2",
        "EMAIL_USE_TLS": "0",
        "MESSAGE_LEASE_SECONDS": "7",
        "QUIET_FROM": "24",
        "QUIET_UNTIL": "0",
        "QUIET_DAYS": "",
    }
    own = Own(place, environment, [])
    yield own
    for process in own.drains:
        process.terminate()
        process.wait()
    own.ask("TRUNCATE messaging_message, accounts_user CASCADE; SELECT 1")


def test_a_crash_of_postgresql_loses_nothing_and_doubles_what_it_had_not_noted(own, smtp_sink, capsys):
    mails, crashes = 300, 3
    smtp_sink.seconds = 0.02
    own.manage("shell", "-v", "0", "-c", QUEUE.format(count=mails))
    own.drain()
    own.drain()
    for crash in range(1, crashes + 1):
        goal = crash * mails // (crashes + 2)
        wait_until(lambda goal=goal: len(smtp_sink.mails) >= goal, seconds=90, what=f"{goal} mails")
        own.crash()
        wait_until(lambda: _answers(own), seconds=60, what="PostgreSQL after its crash")
    wait_until(lambda: not _moving(own), seconds=180, what="the rest")
    came = Counter(mail["X-Sink-To"] for mail in smtp_sink.mails)
    doubled = sum(came.values()) - len(came)
    with capsys.disabled():
        sys.stdout.write(
            f"\n  {mails} mails, PostgreSQL crashed {crashes} times: {own.states()}, doubled {doubled}\n"
        )
    assert len(came) == mails, "none is lost"
    assert own.states()["sent"] + own.states()["uncertain"] == mails
    assert doubled <= crashes * len(own.drains) * (DURABLE_EVERY + BATCH_IN_FLIGHT)


def test_with_no_connection_left_nothing_goes_and_everything_goes_later(own, smtp_sink):
    own.manage("shell", "-v", "0", "-c", QUEUE.format(count=20))
    held = []
    with suppress(psycopg2.OperationalError):
        while True:
            held.append(own.connect())
    assert len(held) > 10
    try:
        drain = own.drain()
        time.sleep(8)
        assert drain.poll() is None, "it goes on trying"
        assert not smtp_sink.mails
    finally:
        for connection in held:
            connection.close()
    wait_until(lambda: len(smtp_sink.mails) == 20, seconds=60, what="the mails")
    wait_until(lambda: own.states() == {"sent": 20}, what="their states")
    assert len({mail["Message-ID"] for mail in smtp_sink.mails}) == len(smtp_sink.mails)


def _answers(own: Own) -> bool:
    try:
        return own.ask("SELECT 1") == [(1,)]
    except psycopg2.OperationalError:
        return False


def _moving(own: Own) -> bool:
    states = own.states()
    return bool(states["pending"] + states["sending"])
