"""`make run`: the web server, the worker, the clock and the watch, started together and stopped together.

This process is their one parent. Ctrl-C, SIGTERM, a closed terminal, the end of `make`, or the end of any of the four
stops them all; if this process itself is killed with -9, the kernel tells them to stop (Linux).
"""

import contextlib
import ctypes
import errno
import http.client
import os
import secrets
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

from devtools.local_services import locks
from devtools.local_services import manager as local_services
from itsyourmove import clone
from itsyourmove.environment import SECRETS, database_from_url, env_bool, place

STATE = clone.HERE.state
LOCK = STATE / "run.lock"
LOGS = STATE / "log"
LONGEST_WAIT = 60  # seconds for the web server to be ready
LONGEST_STOP = 15  # seconds for a process to finish what it has in hand


class RunError(Exception):
    """It cannot start, or stopped by itself; the sentence says what to do."""


class Stopped(BaseException):
    """Ctrl-C, SIGTERM, or the terminal was closed."""


def run() -> None:
    """Start everything, say where to go, and stay until told to stop."""
    port = _port()
    _be_a_demonstration()
    if os.environ.get("DATABASE_URL"):
        _ask_about_database(os.environ["DATABASE_URL"])
    clone.HERE.prepare()
    _refuse_full_disk()
    with locks.alone(LOCK, patience=0.2) as lock:
        if lock is None:
            where = LOCK.read_text().split()[-1:] or ["?"]
            raise RunError(
                f"This clone runs already, at http://localhost:{where[0]}/. Stop it with `make stop` first."
            )
        _refuse_busy(port)
        os.ftruncate(lock, 0)
        os.pwrite(lock, f"{os.getpid()} {port}".encode(), 0)
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, _asked_to_stop)
        processes: dict[str, subprocess.Popen] = {}
        try:
            _run_all(port, processes)
        finally:
            for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
                signal.signal(number, signal.SIG_IGN)  # once is enough
            _stop_all(list(processes.values()))
            local_services.release()


def _run_all(port: int, processes: dict[str, subprocess.Popen]) -> None:
    make = _make()
    origin = f"http://localhost:{port}"
    os.environ["DJANGO_SETTINGS_MODULE"] = "itsyourmove.settings"
    os.environ.setdefault("SITE_ORIGIN", origin)
    os.environ.pop("DEBUG", None)
    _keep_secrets()
    LOGS.mkdir(exist_ok=True)
    local_services.ensure()
    _manage("Bringing the database up to date", "migrate", "--no-input", "--verbosity", "0")
    _manage("Collecting static files", "collectstatic", "--no-input", "--verbosity", "0")
    if not os.environ.get("DATABASE_URL"):  # nobody is marked in a database that somebody named
        _say(_manage("Looking for people typed in before", "mark_made_up"), end="")
    if not env_bool("WITHOUT_PEOPLE"):
        _manage("Inviting made-up people", "demo")
    for name, command in _commands(port).items():
        processes[name] = _start(name, command)
    _wait_until_ready(port, processes)
    from devtools.demo.accounts import table

    _say("\n" + table(origin) + f"\n\nLogs are in {LOGS.relative_to(clone.CLONE)}/. Ctrl-C stops everything.")
    while _make() == make:
        _refuse_full_disk()
        _replace_keeper()
        _refuse_ended(processes)
        time.sleep(0.3)
    raise Stopped


def _commands(port: int) -> dict[str, list[str]]:
    celery = [sys.executable, "-m", "celery", "-A", "itsyourmove"]
    return {
        "web": [
            *[sys.executable, "-m", "gunicorn", "itsyourmove.wsgi", "--bind", f"127.0.0.1:{port}"],
            *["--workers", "2", "--graceful-timeout", "5", "--no-control-socket"],
        ],
        "worker": [*celery, "worker", "--concurrency", "1", "--loglevel", "WARNING", "--without-gossip"],
        "beat": [*celery, "beat", "--loglevel", "WARNING", f"--schedule={STATE / 'beat'}", "--pidfile="],
        "watch": [sys.executable, "manage.py", "watch", "--loop"],
    }


def _manage(what: str, *command: str) -> str:
    """Run a command of manage.py, and say how long it took; what it printed."""
    began = time.monotonic()
    _say(f"{what} ...", end=" ")
    done = subprocess.run(
        [sys.executable, "manage.py", *command],
        cwd=clone.CLONE,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        words = "\n".join((done.stdout + done.stderr).strip().splitlines()[-15:])
        raise RunError(
            f"\n{words}\n`manage.py {' '.join(command)}` failed: its words are above. Nothing was deleted."
        )
    _say(f"{time.monotonic() - began:.0f} s")
    return done.stdout


def _start(name: str, command: list[str]) -> subprocess.Popen:
    libc = ctypes.CDLL(None) if sys.platform == "linux" else None

    def follow_us() -> None:
        if libc:
            libc.prctl(1, signal.SIGTERM)  # PR_SET_PDEATHSIG: our own kill -9 leaves nothing behind

    with (LOGS / f"{name}.log").open("wb") as log:
        return subprocess.Popen(
            command,
            cwd=clone.CLONE,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,  # Ctrl-C reaches us alone, and we stop them in good order
            preexec_fn=follow_us,
        )


def _wait_until_ready(port: int, processes: dict[str, subprocess.Popen]) -> None:
    deadline = time.monotonic() + LONGEST_WAIT
    while True:
        _refuse_ended(processes)
        with contextlib.suppress(OSError, http.client.HTTPException):
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
            connection.request("GET", "/readyz", headers={"Host": "localhost"})
            if connection.getresponse().status == 200:
                return
        if time.monotonic() > deadline:
            raise RunError(
                f"The site did not become ready within {LONGEST_WAIT} seconds: see {LOGS / 'web.log'}."
            )
        time.sleep(0.1)


def _refuse_full_disk() -> None:
    if words := local_services.full_disk():
        raise RunError(words)


def _replace_keeper() -> None:
    """Without a keeper nobody starts a server again that has died. Raises LocalServicesError where none can be had."""
    if not local_services.is_kept():
        _say("The process that keeps PostgreSQL and Redis has ended.")
        local_services.ensure()
        _say("Another has taken its place.")


def _refuse_ended(processes: dict[str, subprocess.Popen]) -> None:
    for name, process in processes.items():
        if process.poll() is not None:
            log = LOGS / f"{name}.log"
            words = "\n".join(log.read_text(errors="replace").strip().splitlines()[-15:])
            raise RunError(f"\n{words}\nThe {name} process ended by itself; the rest is in {log}.")


def _stop_all(processes: list[subprocess.Popen]) -> None:
    for process in processes:
        process.terminate()
    deadline = time.monotonic() + LONGEST_STOP
    for process in processes:
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(max(0.1, deadline - time.monotonic()))
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)  # and whatever it started
        process.wait()


def stop_all() -> None:
    """Stop what runs in this clone, from any terminal: `make run` if there is one, then the servers."""
    ran = locks.is_locked(LOCK)
    deadline = time.monotonic() + 2 * LONGEST_STOP
    if ran:
        with contextlib.suppress(ValueError, IndexError, ProcessLookupError):
            os.kill(int(LOCK.read_text().split()[0]), signal.SIGTERM)
        while locks.is_locked(LOCK) and time.monotonic() < deadline:
            time.sleep(0.1)
    ran = ran or any(locks.is_locked(STATE / f"{service}.lock") for service in clone.VARIABLES)
    local_services.stop_services()
    _say("Stopped." if ran else "Nothing was running.")


def reset() -> None:
    """Delete this clone's own data, after asking; servers named by DATABASE_URL are left alone."""
    _say(f"This stops everything and deletes all data of this clone ({clone.HERE.data}).")
    if not _yes():
        raise RunError("Nothing was deleted.")
    stop_all()
    local_services.erase()
    _say("Deleted. `make run` starts afresh.")


def _yes() -> bool:
    try:
        return input("Type yes to go on: ").strip().lower() == "yes"
    except EOFError:  # nobody is at the keyboard
        return False


def _be_a_demonstration() -> None:
    """Set DEMO. Raises ImproperlyConfigured where TESTING is on too, or where a word is neither yes nor no."""
    env_bool("DEMO")
    if env_bool("PRODUCTION"):
        raise RunError(
            "`make run` is for demonstration and development: unset PRODUCTION, or see docs/deploy.md."
        )
    os.environ["DEMO"] = "1"
    place()
    env_bool("WITHOUT_PEOPLE")


def _ask_about_database(url: str) -> None:
    """A database that somebody named may be anything: say what would happen to it, and wait for a yes."""
    found = database_from_url(url)
    people = "" if env_bool("WITHOUT_PEOPLE") else "add made-up people if it has none, "
    _say(
        f"DATABASE_URL names the database {found['NAME']} on {found['HOST'] or 'this machine'}. This changes its tables "
        f"to those of this version, {people}and shows every message at /dev/mail/."
    )
    if not _yes():
        raise RunError("Nothing was changed or started. Unset DATABASE_URL to use this clone's own database.")


def _make() -> tuple[int, str]:
    """Our parent `make` and what it listens to: a change means that it is gone, or was told to stop.

    A signal sent to make alone (and not by Ctrl-C to both of us) makes it wait for us without a word; what shows
    is that its own handler for that signal is gone (Linux).
    """
    parent, listens = os.getppid(), ""
    if "MAKELEVEL" not in os.environ:
        return 0, listens
    with contextlib.suppress(OSError):
        listens = Path(f"/proc/{parent}/status").read_text().partition("SigCgt:")[2].partition("\n")[0]
    return parent, listens


def _port() -> int:
    text = os.environ.get("PORT") or "8000"
    if not (text.isascii() and text.isdigit() and 0 < int(text) < 65536):
        raise RunError(
            f"PORT={text} is not a port: choose a number from 1024 to 65535, as in PORT=8123 make run."
        )
    return int(text)


def _refuse_busy(port: int) -> None:
    with socket.socket() as attempt:
        attempt.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            attempt.bind(("127.0.0.1", port))
        except PermissionError:
            raise RunError(
                f"Port {port} needs an administrator: choose one above 1023, as in PORT=8123."
            ) from None
        except OSError:
            raise RunError(
                f"Port {port} is taken by another program: stop that one, or choose another port, as in "
                f"PORT={8123 if port != 8123 else 8124} make run."
            ) from None


def _keep_secrets() -> None:
    """Keys of this clone, made once, so that log-ins and links survive a restart."""
    for name in SECRETS:
        path = STATE / name.lower()
        if name not in os.environ and not path.exists():
            new = path.with_suffix(".new")
            with open(new, "w", opener=lambda file, flags: os.open(file, flags, 0o600)) as file:
                file.write(secrets.token_urlsafe(48))
            new.rename(path)


def _asked_to_stop(number: int, _frame: object) -> None:
    if number == signal.SIGHUP:  # the terminal is gone: there is nowhere left to print to
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, 1)
        os.dup2(nowhere, 2)
    raise Stopped


def _say(text: str, end: str = "\n") -> None:
    with contextlib.suppress(OSError):
        print(text, end=end, flush=True)


if __name__ == "__main__":
    commands = {"run": run, "stop": stop_all, "reset": reset}
    try:
        commands[sys.argv[1] if len(sys.argv) > 1 else "run"]()
    except (RunError, ImproperlyConfigured, clone.LocalServicesError) as refusal:
        full = local_services.full_disk()
        sys.exit(str(refusal) if full in str(refusal) else f"{refusal}\n{full}")
    except OSError as fault:
        if fault.errno not in (errno.ENOSPC, errno.EDQUOT):
            raise
        sys.exit(local_services.full_disk() or local_services.disk_is_full(STATE))
    except (Stopped, KeyboardInterrupt):
        _say("\nStopped.")
