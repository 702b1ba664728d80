"""`make run` starts everything in a clone of its own, refuses what it cannot do, and leaves nothing behind.

The clone is a copy of this tree in a folder with a space, with the environment stripped to HOME and PATH.
"""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import IO

import pytest
from django.conf import settings

from devtools import bootstrap
from devtools.local_services import manager as local_services
from devtools.local_services.locks import is_locked
from itsyourmove.clone import REDIS, VARIABLES, Clone, urls
from tests.smtp_sink import wait_until

pytestmark = pytest.mark.processes

ROOT = Path(settings.BASE_DIR)
NOT_COPIED = shutil.ignore_patterns(".*", "__pycache__", "node_modules", "tests", "docs")


@pytest.fixture(scope="module")
def clone(tmp_path_factory) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("run") / "My work" / "clone"
    shutil.copytree(ROOT, folder, ignore=NOT_COPIED)
    yield folder
    place = Clone(folder)
    local_services.stop_services(place)
    shutil.rmtree(place.outside, ignore_errors=True)


@pytest.fixture
def port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


def command(
    clone: Path,
    *words: str,
    before: Sequence[str] = (),
    stdin: int | IO = subprocess.DEVNULL,
    **environment: str,
) -> subprocess.Popen:
    return subprocess.Popen(
        [*before, sys.executable, "-m", "devtools.local_services.run", *words],
        cwd=clone,
        env={"HOME": os.environ["HOME"], "PATH": os.environ["PATH"], "WITHOUT_PEOPLE": "1", **environment},
        stdin=stdin,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def start(clone: Path, port: int, before: Sequence[str] = ()) -> subprocess.Popen:
    process = command(clone, PORT=str(port), before=before)
    said = []
    for line in process.stdout:
        said.append(line)
        if line.startswith("Logs are in"):
            return process
    raise AssertionError("".join(said))


def descendants(process: int) -> set[int]:
    """Every process that this one started, and that those started."""
    listed = subprocess.run(
        ["ps", "-A", "-o", "pid=,ppid="], capture_output=True, text=True, check=True
    ).stdout
    parents = {int(pid): int(parent) for pid, parent in map(str.split, listed.splitlines())}
    found: set[int] = set()
    while more := {pid for pid, parent in parents.items() if parent in found | {process}} - found:
        found |= more
    return found


def alive(processes: set[int]) -> set[int]:
    listed = subprocess.run(
        ["ps", "-A", "-o", "pid=,stat="], capture_output=True, text=True, check=True
    ).stdout
    states = {int(pid): state for pid, state in map(str.split, listed.splitlines())}
    return {pid for pid in processes if pid in states and not states[pid].startswith("Z")}


def gone_within(seconds: float, processes: set[int]) -> bool:
    deadline = time.monotonic() + seconds
    while (left := alive(processes)) and time.monotonic() < deadline:
        time.sleep(0.1)
    return not left


def kept_secrets(clone: Path) -> list[str]:
    return [(clone / ".local" / name).read_text() for name in ("secret_key", "link_key", "message_key")]


def test_everything_starts_answers_and_leaves_nothing_behind(clone, port):
    running = start(clone, port)
    started = descendants(running.pid)
    assert len(started) >= 7  # keeper, servers, web and its two, worker and its own, beat
    with urllib.request.urlopen(f"http://localhost:{port}/readyz", timeout=5) as answer:
        assert answer.status == 200
    second = command(clone, PORT=str(port))
    assert f"runs already, at http://localhost:{port}/" in second.communicate()[0]
    assert second.returncode == 1
    secrets = kept_secrets(clone)
    assert all(len(secret) >= 40 for secret in secrets)
    assert (clone / ".local" / "secret_key").stat().st_mode & 0o077 == 0
    running.send_signal(signal.SIGINT)  # Ctrl-C
    running.communicate()
    assert running.returncode == 0
    assert gone_within(2, started)

    running = start(clone, port)
    started = descendants(running.pid)
    assert kept_secrets(clone) == secrets
    assert command(clone, "stop").communicate()[0] == "Stopped.\n"
    assert running.wait(1) == 0
    assert gone_within(1, started)
    assert command(clone, "stop").communicate()[0] == "Nothing was running.\n"


def manage(clone: Path, code: str) -> str:
    """What this says in the clone's own database, outside any demonstration."""
    done = subprocess.run(
        [sys.executable, "manage.py", "shell", "--verbosity", "0", "--command", code],
        cwd=clone,
        env={"HOME": os.environ["HOME"], "PATH": os.environ["PATH"], "TESTING": "1"},
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.strip()


TYPED = """
from datetime import UTC, date, datetime
from accounts.models import Organisation
from participants.models import Participant
practice, _ = Organisation.objects.get_or_create(ods_code="Z99999", defaults={"name": "Old Mill", "kind": "gp_practice"})
for name in ("Ann", "Bob"):
    Participant.objects.create(
        given_name=name, family_name="Typed", date_of_birth=date(1950, 1, 1), email=f"{name}@home.example", postcode="GL1 2AB",
        preferred_contact="email", message_safe=True, practice=practice, added_at=datetime(2026, 1, 5, 9, tzinfo=UTC))
"""
REAL = "from participants.models import Participant; print(Participant.objects.real().count())"
MARKED = "2 people were already in this demonstration: marked as made up.\n"


def what_is_said(clone: Path, port: int, **environment: str) -> str:
    """All that `make run` prints up to its table; then it is stopped."""
    running = command(clone, PORT=str(port), **environment)
    said = []
    for line in running.stdout:
        said.append(line)
        if line.startswith("Logs are in"):
            break
    running.send_signal(signal.SIGINT)
    running.communicate()
    return "".join(said)


def test_people_typed_in_before_are_marked_once_and_never_in_a_database_that_somebody_named(clone, port):
    manage(
        clone, "from django.core.management import call_command; call_command('migrate', verbosity=0)" + TYPED
    )
    assert manage(clone, REAL) == "2"
    held = subprocess.Popen(  # so that the servers run while they are named by somebody
        [
            sys.executable,
            "-c",
            "from devtools.local_services import manager; manager.ensure(); print('up', flush=True); input()",
        ],
        cwd=clone,
        env={"HOME": os.environ["HOME"], "PATH": os.environ["PATH"]},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert held.stdout.readline() == "up\n"
    named = command(clone, stdin=subprocess.PIPE, PORT=str(port), DATABASE_URL=urls(Clone(clone))[0])
    elsewhere = named.communicate("yes\n")[0]
    held.communicate("\n")
    assert "this database holds people who are not made up" in elsewhere
    assert "Logs are in" not in elsewhere
    assert named.returncode == 1
    assert manage(clone, REAL) == "2"
    assert MARKED in what_is_said(clone, port)
    assert manage(clone, REAL) == "0"
    assert "already in this demonstration" not in what_is_said(clone, port)


def status(port: int, path: str = "/readyz") -> int:
    try:
        with urllib.request.urlopen(f"http://localhost:{port}{path}", timeout=30) as answer:
            return answer.status
    except urllib.error.HTTPError as refusal:
        return refusal.code


@pytest.mark.faults
def test_a_site_whose_keeper_is_killed_twice_with_its_servers_answers_again(clone, port):
    running = start(clone, port)
    place = Clone(clone)
    locks = [place.keeper, *(place.state / f"{service}.lock" for service in VARIABLES)]
    for _ in range(2):
        before = [int(lock.read_text()) for lock in locks]
        for process in before:
            os.kill(process, signal.SIGKILL)
        wait_until(
            lambda: (
                running.poll() is not None
                or (is_locked(place.keeper) and status(port) == 200 and local_services.answers(REDIS, place))
            ),
            seconds=120,
            what="another keeper",
        )
        assert running.poll() is None, running.communicate()[0]
        assert not {int(lock.read_text()) for lock in locks} & set(before)
    running.send_signal(signal.SIGINT)
    assert running.communicate()[0].count("Another has taken its place") == 2


@pytest.mark.faults
def test_a_keeper_that_cannot_keep_the_database_ends_the_run_with_a_sentence(clone, port):
    """PostgreSQL cannot start again: no 503 for ever, but the reason, what to do, and nothing left behind."""
    running = start(clone, port)
    started = descendants(running.pid)
    place = Clone(clone)
    control = place.data / "global" / "pg_control"
    kept = control.with_suffix(".kept")
    control.rename(kept)
    try:
        os.kill(int((place.state / "postgres.lock").read_text()), signal.SIGKILL)
        said = running.communicate(timeout=300)[0]
    finally:
        kept.rename(control)
    assert running.returncode == 1
    assert "postgres does not stay up." in said.splitlines()[-1]
    assert "Traceback" not in said
    assert gone_within(25, started)


def small_disk(size: str, *folders: Path) -> list[str]:
    """What to put before a command so that these folders lie on small disks, seen by that command alone; else skip."""
    mounts = "".join(f"mount -t tmpfs -o size={size},mode=700 tmpfs '{folder}' && " for folder in folders)
    wrapped = ["unshare", "-m", "sh", "-c", f'{mounts}exec "$@"', "sh"]
    try:
        can = subprocess.run([*wrapped, "true"], capture_output=True, check=False).returncode == 0
    except OSError:
        can = False
    if not can:
        pytest.skip("needs Linux and root, to mount a small disk")
    return wrapped


@pytest.mark.faults
def test_a_start_on_a_full_disk_blames_the_disk(clone, port):
    place = Clone(clone)
    place.prepare()
    refused = command(clone, PORT=str(port), before=small_disk("4m", place.state))
    said = refused.communicate(timeout=300)[0]
    assert refused.returncode == 1
    assert f"The disk is full: free some space on the disk that holds {place.state}" in said
    assert "Traceback" not in said


@pytest.mark.faults
def test_a_disk_that_fills_while_it_runs_ends_it_with_one_sentence(clone, port):
    place = Clone(clone)
    place.prepare()
    running = start(clone, port, before=small_disk("80m", place.state))
    started = descendants(running.pid)
    filled = Path(f"/proc/{running.pid}/root{place.state}/filled")
    with (  # noqa: PT012 - it takes many writes
        pytest.raises(OSError, match="No space left"),
        filled.open("wb", buffering=0) as file,
    ):
        while file.write(bytes(2**20)):
            pass
    said = running.communicate(timeout=300)[0]
    assert running.returncode == 1
    assert f"The disk is full: free some space on the disk that holds {place.state}" in said.splitlines()[-1]
    assert "Traceback" not in said
    assert gone_within(25, started)


@pytest.mark.soak
@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGHUP, signal.SIGKILL])
def test_every_other_way_of_stopping_leaves_nothing_behind_either(clone, port, how):
    """SIGHUP is a closed terminal; after kill -9 the kernel tells the processes (Linux)."""
    running = start(clone, port)
    started = descendants(running.pid)
    running.send_signal(how)
    running.communicate()
    assert gone_within(25, started)


def test_a_busy_port_is_one_sentence_with_the_remedy_and_starts_nothing(clone):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        refused = command(clone, PORT=str(port))
        said = refused.communicate()[0]
    assert said == (
        f"Port {port} is taken by another program: stop that one, or choose another port, as in PORT=8123 make run.\n"
    )
    assert refused.returncode == 1
    assert not is_locked(Clone(clone).keeper)


@pytest.mark.parametrize("port", ["abc", "0", "65536", "-1", "８０００"])
def test_a_port_that_is_none_is_refused(clone, port):
    assert "is not a port" in command(clone, PORT=port).communicate()[0]


def test_a_database_that_somebody_named_is_touched_after_a_yes_only(clone, port):
    """Nobody is at the keyboard, or the answer is another: what would be done is said, and nothing is."""
    url = "postgresql://olu:s3cret@db.partnership.example/patients"
    for answer in ("", "y\n", "no\n"):
        asked = command(clone, stdin=subprocess.PIPE, PORT=str(port), DATABASE_URL=url)
        said = asked.communicate(answer)[0]
        assert "DATABASE_URL names the database patients on db.partnership.example." in said
        assert "Nothing was changed or started." in said
        assert "s3cret" not in said
        assert asked.returncode == 1


def test_production_does_not_use_the_demonstration(clone):
    assert "unset PRODUCTION" in command(clone, PRODUCTION="1").communicate()[0]


def test_reset_deletes_nothing_without_a_yes(clone):
    refused = command(clone, "reset")
    assert "Nothing was deleted." in refused.communicate()[0]
    assert refused.returncode == 1


def test_a_set_up_cut_short_or_out_of_date_is_done_again(tmp_path, monkeypatch):
    """A step counts as done only while its stamp holds the hash of what it was made from."""
    source, stamp = tmp_path / "frontend" / "site.scss", tmp_path / "static" / "build" / ".built"
    for path in (source, stamp, tmp_path / "package-lock.json"):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("1")
    stamp.unlink()
    builds = []
    monkeypatch.setattr(bootstrap, "ROOT", tmp_path)
    monkeypatch.setattr(bootstrap, "BUILD_STAMP", stamp)
    monkeypatch.setattr(bootstrap, "_run", lambda command, remedy: builds.append(command))
    bootstrap.build_front_end()
    bootstrap.build_front_end()
    assert len(builds) == 1
    source.write_text("2")
    bootstrap.build_front_end()
    assert len(builds) == 2
    stamp.unlink()  # cut short: the stamp is written last of all
    bootstrap.build_front_end()
    assert len(builds) == 3


def test_a_failed_step_says_what_to_do_and_is_not_taken_for_done(tmp_path, monkeypatch):
    monkeypatch.setattr(bootstrap, "PARTS_STAMP", tmp_path / ".installed")
    monkeypatch.setattr(bootstrap, "_npm", lambda: [sys.executable, "-c", "raise SystemExit(1)"])
    with pytest.raises(bootstrap.SetUpError, match="then run the same command again"):
        bootstrap.install_front_end_parts()
    assert not (tmp_path / ".installed").exists()


@pytest.mark.parametrize(
    "code",
    [
        "with open('/dev/full', 'w') as disk: disk.write('x' * 9999)",  # as pip and venv say it
        "raise SystemExit('npm error code ENOSPC')",
        "raise SystemExit('OSError: [Errno 122] Disk quota exceeded')",
    ],
)
def test_a_step_that_fails_on_a_full_disk_blames_the_disk_and_not_the_network(code):
    with pytest.raises(bootstrap.SetUpError, match="^The disk is full: free at least 2 GB"):
        bootstrap._run([sys.executable, "-c", code], "See that this machine reaches its package index.")


@pytest.mark.faults
def test_set_up_on_a_full_disk_blames_the_disk(tmp_path):
    clone = tmp_path / "clone"
    shutil.copytree(ROOT, clone, ignore=NOT_COPIED)
    (clone / ".venv").mkdir()
    done = subprocess.run(
        [*small_disk("3m", clone / ".venv"), sys.executable, "-I", "devtools/bootstrap.py"],
        cwd=clone,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "Traceback" not in done.stderr.splitlines()[-1]
    assert done.stderr.splitlines()[-1].startswith("The disk is full: free at least 2 GB")
