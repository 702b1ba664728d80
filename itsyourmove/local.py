"""This clone's own PostgreSQL and Redis, for development and tests: where they are, and having them run.

Whoever uses a server holds a shared lock on its `.local/*.users` file for as long as the process lives. The kernel
frees it however the process ends, so the keeper (itsyourmove/keeper.py) knows when nobody is left and stops the
servers. Nothing here runs where DATABASE_URL and REDIS_URL are set.
"""

import contextlib
import fcntl
import hashlib
import os
import shutil
import signal
import socket
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO
from urllib.parse import quote

CLONE = Path(__file__).resolve().parent.parent
POSTGRES, REDIS = "postgres", "redis"
VARIABLES = {POSTGRES: "DATABASE_URL", REDIS: "REDIS_URL"}
FULL = 32 * 2**20  # bytes free below which a disk counts as full: PostgreSQL needs 16 MB at once
LONGEST_START = 90  # seconds: making a first database on a slow, busy machine


class LocalServicesError(Exception):
    """The servers cannot be had here; the sentence says what to do instead."""


@dataclass(frozen=True)
class Place:
    """Where one clone keeps its servers.

    Locks, logs and data lie in the clone. Sockets need a path under 107 bytes whatever the clone is called, so they
    lie in a private folder outside it, named after the clone and the user. PostgreSQL refuses to run as root: there
    it runs as "nobody", who cannot look into root's home, so its data and a copy of its programs lie outside too.
    """

    clone: Path = CLONE

    @property
    def state(self) -> Path:
        return self.clone / ".local"

    @property
    def outside(self) -> Path:
        mark = hashlib.sha256(os.fsencode(self.clone.resolve())).hexdigest()[:10]
        return Path(f"/var/tmp/itsyourmove-{os.getuid()}-{mark}")  # noqa: S108 - its owner is checked in prepare()

    @property
    def data(self) -> Path:
        return (self.outside if os.getuid() == 0 else self.state) / "postgres"

    @property
    def postgres_sockets(self) -> Path:
        return self.outside / "pg"

    @property
    def redis_socket(self) -> Path:
        return self.outside / "redis.sock"

    @property
    def keeper(self) -> Path:
        return self.state / "keeper.lock"

    @property
    def keeper_log(self) -> Path:
        return self.state / "keeper.log"

    def users(self, service: str) -> Path:
        return self.state / f"{service}.users"

    def prepare(self) -> None:
        """Make both folders; refuse one that belongs to somebody else."""
        for folder, mode in ((self.state, 0o700), (self.outside, 0o711 if os.getuid() == 0 else 0o700)):
            with contextlib.suppress(FileExistsError):
                folder.mkdir(mode=mode)
                folder.chmod(mode)  # whatever the umask says
            found = folder.lstat()
            if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.getuid():
                raise LocalServicesError(
                    f"{folder} belongs to somebody else (perhaps from a start as another user): remove it and try again."
                )


HERE = Place()
_held: dict[Path, int] = {}  # our locks as a user of a server: open until this process ends, or release()


def urls(place: Place = HERE) -> tuple[str, str]:
    """DATABASE_URL and REDIS_URL of this clone's own servers, whether they run or not."""
    database = (
        f"postgresql://itsyourmove@/itsyourmove?host={quote(str(place.postgres_sockets), safe='')}&port=5432"
    )
    return database, f"redis+socket://{place.redis_socket}"


def redis_client_url(url: str) -> str:
    """The same server in the spelling of the redis package: Celery's `redis+socket://` is its `unix://`."""
    return url.replace("redis+socket://", "unix://", 1)


def ensure(place: Place = HERE) -> None:
    """Have the servers running that the environment does not name, for as long as this process lives.

    A child process inherits the hold when it inherits open files (fork, exec); others call this themselves.
    Raises LocalServicesError where the servers cannot run.
    """
    wanted = _wanted()
    if not wanted:
        return
    place.prepare()
    for service in wanted:
        _hold(place.users(service))
    _wait_for(wanted, place)


def is_kept(place: Place = HERE) -> bool:
    """Whether a keeper looks after the servers that the environment does not name."""
    return not _wanted() or is_locked(place.keeper)


def full_disk(place: Place = HERE) -> str:
    """One sentence with the remedy when a disk of this clone is full, else nothing."""
    for folder in (place.state, place.data):
        with contextlib.suppress(OSError):
            if shutil.disk_usage(folder).free < FULL:
                return disk_is_full(folder)
    return ""


def disk_is_full(folder: Path) -> str:
    """What a person reads then."""
    return (
        f"The disk is full: free some space on the disk that holds {folder}, then run the same command again. "
        "Nothing was deleted."
    )


def release(place: Place = HERE) -> None:
    """Give up this process's hold; when it was the last one, wait until the servers have stopped."""
    for service in VARIABLES:
        if (held := _held.pop(place.users(service), None)) is not None:
            os.close(held)
    _signal_keeper(place, signal.SIGUSR1)  # no need to linger: nobody is about to follow us
    deadline = time.monotonic() + 20
    while is_locked(place.keeper) and time.monotonic() < deadline:
        if any(in_use(service, place) for service in VARIABLES):
            return
        time.sleep(0.05)


def stop(place: Place = HERE) -> None:
    """Stop the servers of this clone, whoever uses them."""
    from itsyourmove import keeper

    if not place.state.exists():
        return
    place.prepare()
    _signal_keeper(place, signal.SIGTERM)
    deadline = time.monotonic() + 40
    while is_locked(place.keeper):
        if time.monotonic() > deadline:
            raise LocalServicesError(f"The keeper did not stop: see {place.keeper_log}, or end it by hand.")
        time.sleep(0.05)
    keeper.stop_orphans(place)


def erase(place: Place = HERE) -> None:
    """Delete the database of this clone; the servers must have been stopped."""
    for folder in (place.data, place.data.with_name("postgres.half-made")):
        if folder.exists():
            shutil.rmtree(folder)


def answers(service: str, place: Place = HERE) -> bool:
    """Whether a server answers this very moment."""
    return _postgres_answers(place) if service == POSTGRES else _redis_answers(place)


def is_locked(path: Path) -> bool:
    """Whether any living process holds the lock on this file, shared or alone."""
    with contextlib.suppress(FileNotFoundError), path.open() as file:
        return not _try_lock(file, fcntl.LOCK_EX)
    return False


def in_use(service: str, place: Place = HERE) -> bool:
    """Whether any process holds this server; the keeper, about to stop it, does not count."""
    with contextlib.suppress(FileNotFoundError), place.users(service).open() as file:
        return _try_lock(file, fcntl.LOCK_SH) and not _try_lock(file, fcntl.LOCK_EX)
    return False


@contextlib.contextmanager
def alone(path: Path, patience: float = 0) -> Iterator[int | None]:
    """The lock on a file for ourselves alone, or None when others keep it for `patience` seconds."""
    file = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    deadline = time.monotonic() + patience
    try:
        while not (locked := _try_lock(file, fcntl.LOCK_EX)) and time.monotonic() < deadline:
            time.sleep(0.01)
        yield file if locked else None
    finally:
        os.close(file)


def _try_lock(file: int | IO, kind: int) -> bool:
    try:
        fcntl.flock(file, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _wanted() -> list[str]:
    return [service for service, variable in VARIABLES.items() if not os.environ.get(variable)]


def _hold(path: Path) -> None:
    if path in _held:
        return
    file = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    os.set_inheritable(file, True)  # os.exec keeps the hold
    fcntl.flock(file, fcntl.LOCK_SH)  # waits while the keeper is in the middle of stopping this server
    _held[path] = file


def _wait_for(wanted: list[str], place: Place) -> None:
    started: subprocess.Popen | None = None
    deadline = time.monotonic() + LONGEST_START
    while True:
        kept = is_locked(place.keeper)
        if kept and all(answers(service, place) for service in wanted):
            return
        if started and started.poll() is not None:
            if started.returncode:
                raise LocalServicesError(full_disk(place) or _last_line(place.keeper_log))
            started = None  # another keeper was faster, or was just leaving
        if not kept and started is None:
            started = _start_keeper(place)
        if time.monotonic() > deadline:
            raise LocalServicesError(
                f"PostgreSQL or Redis did not answer within {LONGEST_START} seconds: see the logs in {place.state}, "
                "or set DATABASE_URL and REDIS_URL to servers of your own."
            )
        time.sleep(0.02)


def _start_keeper(place: Place) -> subprocess.Popen:
    with place.keeper_log.open("ab") as log:
        return subprocess.Popen(
            [sys.executable, "-m", "itsyourmove.keeper", str(place.clone)],
            cwd=CLONE,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,  # Ctrl-C in this terminal is not meant for it
        )


def _signal_keeper(place: Place, number: signal.Signals) -> None:
    if is_locked(place.keeper):
        with contextlib.suppress(ValueError, ProcessLookupError):
            os.kill(int(place.keeper.read_text()), number)


def _last_line(log: Path) -> str:
    lines = log.read_text(errors="replace").strip().splitlines()
    return lines[-1] if lines else f"The keeper of the local servers ended without a word: see {log.parent}."


def _postgres_answers(place: Place) -> bool:
    import psycopg2

    try:
        psycopg2.connect(urls(place)[0], connect_timeout=2).close()
    except psycopg2.OperationalError:
        return False
    return True


def _redis_answers(place: Place) -> bool:
    with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX) as client:
        client.settimeout(1)
        client.connect(str(place.redis_socket))
        client.sendall(b"PING\r\n")
        return client.recv(16).startswith(b"+PONG")
    return False


def main() -> None:
    """`status` (the default) or `stop`."""
    command = sys.argv[1] if len(sys.argv) > 1 else "status"
    if command == "stop":
        stop()
    elif command == "status":
        for service, url in zip(VARIABLES, urls(), strict=True):
            state = "running" if answers(service) else "stopped"
            users = ", in use" if in_use(service) else ""
            print(f"{service:9} {state}{users}  {url}")
    else:
        sys.exit("Use: python -m itsyourmove.local [status | stop]")


if __name__ == "__main__":
    try:
        main()
    except LocalServicesError as error:
        sys.exit(str(error))
