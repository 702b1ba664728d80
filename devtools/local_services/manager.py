"""This clone's own PostgreSQL and Redis, for development and tests: having them run.

Whoever uses a server holds a shared lock on its `.local/*.users` file for as long as the process lives. The kernel
frees it however the process ends, so the keeper (`supervisor`) knows when nobody is left and stops the servers. Nothing here runs where DATABASE_URL and REDIS_URL are set.
"""

import contextlib
import fcntl
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

from devtools.local_services.locks import is_locked, try_lock
from itsyourmove.clone import CLONE, HERE, POSTGRES, VARIABLES, Clone, LocalServicesError, urls

FULL = 32 * 2**20  # bytes free below which a disk counts as full: PostgreSQL needs 16 MB at once
LONGEST_START = 90  # seconds: making a first database on a slow, busy machine


_held: dict[Path, int] = {}  # our locks as a user of a server: open until this process ends, or release()


def ensure(place: Clone = HERE) -> None:
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


def is_kept(place: Clone = HERE) -> bool:
    """Whether a keeper looks after the servers that the environment does not name."""
    return not _wanted() or is_locked(place.keeper)


def full_disk(place: Clone = HERE) -> str:
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


def release(place: Clone = HERE) -> None:
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


def stop_services(place: Clone = HERE) -> None:
    """Stop the servers of this clone, whoever uses them."""
    from devtools.local_services import supervisor as keeper

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


def erase(place: Clone = HERE) -> None:
    """Delete the database of this clone; the servers must have been stopped."""
    for folder in (place.data, place.data.with_name("postgres.half-made")):
        if folder.exists():
            shutil.rmtree(folder)


def answers(service: str, place: Clone = HERE) -> bool:
    """Whether a server answers this very moment."""
    return _postgres_answers(place) if service == POSTGRES else _redis_answers(place)


def in_use(service: str, place: Clone = HERE) -> bool:
    """Whether any process holds this server; the keeper, about to stop it, does not count."""
    with contextlib.suppress(FileNotFoundError), place.users(service).open() as file:
        return try_lock(file, fcntl.LOCK_SH) and not try_lock(file, fcntl.LOCK_EX)
    return False


def _wanted() -> list[str]:
    return [service for service, variable in VARIABLES.items() if not os.environ.get(variable)]


def _hold(path: Path) -> None:
    if path in _held:
        return
    file = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    os.set_inheritable(file, True)  # os.exec keeps the hold
    fcntl.flock(file, fcntl.LOCK_SH)  # waits while the keeper is in the middle of stopping this server
    _held[path] = file


def _wait_for(wanted: list[str], place: Clone) -> None:
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


def _start_keeper(place: Clone) -> subprocess.Popen:
    with place.keeper_log.open("ab") as log:
        return subprocess.Popen(
            [sys.executable, "-m", "devtools.local_services.supervisor", str(place.clone)],
            cwd=CLONE,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,  # Ctrl-C in this terminal is not meant for it
        )


def _signal_keeper(place: Clone, number: signal.Signals) -> None:
    if is_locked(place.keeper):
        with contextlib.suppress(ValueError, ProcessLookupError):
            os.kill(int(place.keeper.read_text()), number)


def _last_line(log: Path) -> str:
    lines = log.read_text(errors="replace").strip().splitlines()
    return lines[-1] if lines else f"The keeper of the local servers ended without a word: see {log.parent}."


def _postgres_answers(place: Clone) -> bool:
    import psycopg2

    try:
        psycopg2.connect(urls(place)[0], connect_timeout=2).close()
    except psycopg2.OperationalError:
        return False
    return True


def _redis_answers(place: Clone) -> bool:
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
        stop_services()
    elif command == "status":
        for service, url in zip(VARIABLES, urls(), strict=True):
            state = "running" if answers(service) else "stopped"
            users = ", in use" if in_use(service) else ""
            print(f"{service:9} {state}{users}  {url}")
    else:
        sys.exit("Use: python -m devtools.local_services.manager [status | stop]")


if __name__ == "__main__":
    try:
        main()
    except LocalServicesError as error:
        sys.exit(str(error))
