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
from datetime import datetime
from pathlib import Path

import psycopg2
import pytest
from django.conf import settings

from devtools.local_services import binaries
from devtools.local_services import manager as local_services
from itsyourmove.clone import Clone
from itsyourmove.environment import database_from_url, url_of_database
from messaging.delivery.send_guard import MOST
from messaging.tests.delivery.test_batches import DRAIN_IN_BATCHES
from tests.smtp_sink import SmtpSink, wait_until
from tests.test_outages import Site

pytestmark = [pytest.mark.faults, pytest.mark.processes]
# Not urgent, as reminders are: of such a worker claims two hundred at once.
QUEUE = """
from messaging.models import Message
from messaging.tests.delivery.test_side_by_side import queue_codes
queue_codes({count}, ringing=False)
Message.objects.update(urgent=False)
"""
LEASE = "125"  # seconds
END_LEASES = """
UPDATE messaging_message SET lease_until = clock_timestamp()
WHERE state = 'sending' AND lease_until < pg_postmaster_start_time() + interval '125 seconds' RETURNING id
"""
UNCERTAIN = """
SELECT email FROM messaging_message JOIN accounts_user ON accounts_user.id = user_id
WHERE messaging_message.state = 'uncertain'
"""


@dataclass
class Own:
    """A PostgreSQL of this test's own, with the service's tables, and drains that send from it."""

    place: Clone
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

    def drain(self, *, in_batches: bool = False) -> subprocess.Popen:
        """A drain that runs until it is told to stop; `in_batches` of as many as may be, however busy the machine."""
        program = ["-c", DRAIN_IN_BATCHES] if in_batches else ["manage.py", "drain_outbox"]
        process = subprocess.Popen(
            [sys.executable, *program, "--loop", "--every", "0.5"],
            cwd=settings.BASE_DIR,
            env=self.environment,
        )
        self.drains.append(process)
        return process

    def states(self) -> Counter:
        return Counter(dict(self.ask("SELECT state, count(*)::int FROM messaging_message GROUP BY state")))

    def crash_after(self, goal: int, sink: SmtpSink) -> None:
        """An immediate shutdown as soon as so many mails have come: what was not on disk is gone.

        The keeper starts it again, and it recovers.
        """
        [[began]] = self.ask("SELECT pg_postmaster_start_time()")
        postmaster = int((self.place.state / "postgres.lock").read_text())
        deadline = time.monotonic() + 200
        while len(sink.mails) < goal:  # a quick server has them all in half a second
            assert time.monotonic() < deadline, f"waited for {goal} mails"
            time.sleep(0.001)
        os.kill(postmaster, signal.SIGQUIT)
        wait_until(lambda: self._began_after(began), what="PostgreSQL after its crash")

    def end_leases(self) -> None:
        """As if time had passed: what was held when it crashed is nobody's."""
        self.ask(END_LEASES)

    def _began_after(self, moment: datetime) -> bool:
        with suppress(psycopg2.OperationalError):
            return self.ask("SELECT pg_postmaster_start_time()")[0][0] > moment
        return False


@pytest.fixture(scope="module")
def server(
    tmp_path_factory: pytest.TempPathFactory, django_db_modify_db_settings: None
) -> Iterator[tuple[Clone, str]]:
    clone: Path = tmp_path_factory.mktemp("own") / "clone"
    clone.mkdir()
    place = Clone(clone)
    site = Site(place, 0, None)
    site.start_database()
    database = site.make_database()
    _copy(settings.DATABASES["default"]["TEST"]["TEMPLATE"], database, binaries.postgres(place))
    words = ["restored", "--nothing-lost", "--yes"]  # a copy sends nothing until then
    environment = {**os.environ, "DATABASE_URL": database, "TESTING": "1"}
    subprocess.run([sys.executable, "manage.py", *words], cwd=settings.BASE_DIR, env=environment, check=True)
    yield place, database
    site.stop_database()
    local_services.erase(place)


def _copy(name: str, database: str, folder: Path) -> None:
    """The tables of the migrated database that the tests copy (tests.plugins.database): migrating takes a minute."""
    source = url_of_database({**settings.DATABASES["default"], "NAME": name})
    dump = subprocess.run(
        [str(folder / "pg_dump"), "--no-owner", "--no-privileges", "--dbname", source],
        check=True,
        stdout=subprocess.PIPE,
    )
    subprocess.run(
        [str(folder / "psql"), "--quiet", "--set", "ON_ERROR_STOP=1", "--dbname", database],
        check=True,
        input=dump.stdout,
        stdout=subprocess.DEVNULL,
    )


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
        "EMAIL_TIMEOUT": "1",
        "EMAIL_USE_TLS": "0",
        "MESSAGE_LEASE_SECONDS": LEASE,
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


@dataclass
class Tally:
    """What the mail server and the officers' list say after the crashes."""

    arrived: int
    doubled: int
    lost: int
    in_doubt: int  # sent once more, because nobody knew
    uncertain: int  # left for an officer
    never_handed_over: int  # of those


@pytest.mark.parametrize(
    ("mails", "seconds", "apart", "workers", "together"),
    [
        pytest.param(100, 0.03, 0, 1, 1, id="short"),
        pytest.param(150, 0, 0, 1, MOST, id="short, of a quick server"),
        pytest.param(800, 0.3, 120, 2, 1, id="full", marks=pytest.mark.soak),
        pytest.param(800, 0, 120, 2, MOST, id="full, of a quick server", marks=pytest.mark.soak),
    ],
)
def test_two_crashes_of_postgresql_put_in_doubt_only_what_may_have_gone(
    own, smtp_sink, mails, seconds, apart, workers, together, capsys
):
    """The second, `apart` seconds later, comes when what the first interrupted goes again: when its lease has ended.

    Small, that is not waited for. At most so many are handed over `together`.
    """
    smtp_sink.seconds = seconds
    own.manage("shell", "-v", "0", "-c", QUEUE.format(count=mails))
    for _ in range(workers):
        own.drain(in_batches=together > 1)
    own.crash_after(mails // 10, smtp_sink)
    if not apart:
        own.end_leases()
    time.sleep(apart)
    own.crash_after(len(smtp_sink.mails) + 10 if apart else mails - 5, smtp_sink)
    if not apart:
        own.end_leases()
    wait_until(lambda: not _moving(own), seconds=400, what="the rest")

    came = Counter(mail["X-Sink-To"] for mail in smtp_sink.mails)
    asked = {address for (address,) in own.ask(UNCERTAIN)}
    tally = Tally(
        arrived=len(came),
        doubled=sum(came.values()) - len(came),
        lost=mails - len(came),
        in_doubt=own.ask("SELECT count(*) FROM messaging_message WHERE resends > 0")[0][0],
        uncertain=len(asked),
        never_handed_over=len(asked - set(came)),
    )
    with capsys.disabled():
        sys.stdout.write(f"\n  {mails} mails, {seconds} s each, {workers} workers, two crashes: {tally}\n")
    assert tally.lost == 0
    assert own.states()["sent"] + tally.uncertain == mails
    assert tally.in_doubt <= 2 * workers * together
    assert tally.doubled <= tally.in_doubt, "each is counted"
    assert tally.uncertain <= workers, "what was in doubt goes by itself"
    assert tally.never_handed_over == 0


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


def _moving(own: Own) -> bool:
    states = own.states()
    return bool(states["pending"] + states["sending"])
