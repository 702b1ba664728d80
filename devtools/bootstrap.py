"""Set-up: from a fresh clone to everything installed and built, and quickly past what is there already.

Run as a file by any Python 3.11 to 3.13, before there is a virtual environment: it imports nothing but the standard
library. Each step leaves a stamp with the hash of what it was made from, last of all; a step without its stamp was
cut short, or is out of date, and is done again.
"""

import contextlib
import errno
import fcntl
import hashlib
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
BUILD_LOCK = ROOT / "requirements-build.txt"
LOCKS = [BUILD_LOCK, ROOT / "requirements.txt", ROOT / "requirements-dev.txt"]
PACKAGES_STAMP = VENV / ".installed"
PARTS_STAMP = ROOT / "node_modules" / ".installed"
BUILD_STAMP = ROOT / "static" / "build" / ".built"
CERTIFICATES = [Path("/etc/ssl/certs/ca-certificates.crt"), Path("/etc/pki/tls/certs/ca-bundle.crt")]
OLDEST_NODE = 20  # package.json, "engines"


UNPACKED = Path(os.environ.get("TMPDIR") or "/tmp")  # noqa: S108 - tempfile cannot tell where the disk is full
DISK_FULL = (
    f"The disk is full: free at least 2 GB on the disks that hold {ROOT} and {UNPACKED} (where packages are "
    "unpacked), then run the same command again."
)
NOT_THE_LOCKED = (
    "A package does not match the lock file (the output above says which), so it was not installed. If `git diff` "
    "shows an unintended change to requirements*.txt or package-lock.json, undo it. If not, the package index sent a "
    "different file from the one that was locked: do not install it, and report it."
)
SAID_WHEN_NOT_THE_LOCKED = ("do not match the hashes", "--require-hashes mode", "eintegrity")
SAID_WHEN_FULL = ("no space left on device", "enospc", "disk quota exceeded", "edquot")


class SetUpError(Exception):
    """One step failed; the sentence says what to do."""


def main(steps: list[str]) -> None:
    """`python` installs the packages; `front-end` also the front-end parts, and builds them."""
    with _one_at_a_time():
        install_packages()
        if "front-end" in steps:
            install_front_end_parts()
            build_front_end()


def install_packages() -> None:
    """The virtual environment, with exactly what the lock files name."""
    wanted = _hash(LOCKS, str(VENV))  # an environment does not survive being moved
    if _read(PACKAGES_STAMP) == wanted and _works(PYTHON):
        return
    fresh = not (_read(PACKAGES_STAMP) and _works(PYTHON))
    PACKAGES_STAMP.unlink(missing_ok=True)
    with _told("Installing Python packages" + (", about a minute the first time" if fresh else "")):
        if fresh:
            _run(
                # Not the interpreter inside .venv, which is about to be cleared away.
                [getattr(sys, "_base_executable", sys.executable), "-m", "venv", "--clear", str(VENV)],
                "A virtual environment could not be made in .venv: on Debian and Ubuntu, install python3-venv and "
                "run the same command again.",
            )
        # Compiling every module would take as long again; those that are used are compiled when they are.
        options = ["--quiet", "--no-compile", "--disable-pip-version-check", "--no-input", "--require-hashes"]
        # Not isolated: pip would fetch what builds a package by itself, and check no hash of it.
        for locks in ([BUILD_LOCK], [lock for lock in LOCKS if lock != BUILD_LOCK]):
            named = [part for lock in locks for part in ("-r", str(lock))]
            _run(
                [str(PYTHON), "-m", "pip", "install", *options, "--no-build-isolation", *named],
                "The Python packages could not be installed: check that this machine can reach its package index "
                "(pip's output is above), then run the same command again.",
            )
    PACKAGES_STAMP.write_text(wanted)


def install_front_end_parts() -> None:
    """node_modules, exactly as package-lock.json names them."""
    wanted = _hash([ROOT / "package-lock.json", ROOT / "package.json"])
    if _read(PARTS_STAMP) == wanted:
        return
    with _told("Fetching front-end parts"):
        # Without these limits npm says nothing for six minutes when it cannot reach its registry.
        limits = ["--fetch-retries=1", "--fetch-timeout=20000"]
        _run(
            [*_npm(), "ci", *limits, "--no-audit", "--no-fund", "--loglevel=error"],
            "The front-end parts could not be fetched: see that this machine reaches the npm registry (npm's own "
            "words are above), then run the same command again.",
        )
    PARTS_STAMP.write_text(wanted)


def build_front_end() -> None:
    """static/build/, from frontend/ and the parts."""
    sources = sorted(path for path in (ROOT / "frontend").rglob("*") if path.is_file())
    wanted = _hash([ROOT / "package-lock.json", *sources])
    if _read(BUILD_STAMP) == wanted:
        return
    with _told("Building styles and scripts"):
        _run(
            [*_npm(), "run", "--silent", "build"],
            "The styles and scripts could not be built: the words above name the file in frontend/; put it right and "
            "run the same command again.",
        )
    BUILD_STAMP.write_text(wanted)


def _npm() -> list[str]:
    """The machine's npm where its Node is new enough, else the one among our Python packages."""
    node = shutil.which("node")
    if node and shutil.which("npm"):
        said = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout.strip()
        if said.removeprefix("v").split(".")[0].isdigit() and int(said[1:].split(".")[0]) >= OLDEST_NODE:
            return ["npm"]
    return [str(VENV / "bin" / "npm")]


def _run(command: list[str], remedy: str) -> None:
    # npm's scripts look for node on PATH.
    path = os.pathsep.join([os.environ.get("PATH", os.defpath), str(VENV / "bin")])
    environment = {**os.environ, "PATH": path}
    for authorities in filter(Path.exists, CERTIFICATES):  # Node does not ask the machine which it trusts
        environment.setdefault("NODE_EXTRA_CA_CERTS", str(authorities))
    done = subprocess.run(
        command,
        cwd=ROOT,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        check=False,
    )
    if done.returncode:
        print("\n" + "\n".join(done.stdout.strip().splitlines()[-25:]), file=sys.stderr)
        if any(words in done.stdout.lower() for words in SAID_WHEN_NOT_THE_LOCKED):
            raise SetUpError(NOT_THE_LOCKED)
        raise SetUpError(DISK_FULL if _is_disk_full(done.stdout) else remedy)


def _is_disk_full(said: str) -> bool:
    """Whether a step failed for want of space; venv does not say why it failed."""
    if any(words in said.lower() for words in SAID_WHEN_FULL):
        return True
    folders = [folder for folder in (ROOT, VENV, UNPACKED) if folder.exists()]
    return any(shutil.disk_usage(folder).free < 16 * 2**20 for folder in folders)


def _works(python: Path) -> bool:
    """Whether the environment's interpreter still runs (the Python it was made from may be gone)."""
    try:
        return subprocess.run([python, "-c", ""], capture_output=True, check=False).returncode == 0
    except OSError:
        return False


def _hash(files: Iterable[Path], *more: str) -> str:
    made_from = hashlib.sha256(json.dumps(more).encode())
    for file in files:
        made_from.update(f"\0{file.relative_to(ROOT)}\0".encode() + file.read_bytes())
    return made_from.hexdigest()


def _read(stamp: Path) -> str:
    return stamp.read_text() if stamp.exists() else ""


@contextlib.contextmanager
def _told(what: str) -> Iterator[None]:
    began = time.monotonic()
    print(f"{what} ...", end=" ", flush=True)
    yield
    print(f"{time.monotonic() - began:.0f} s", flush=True)


@contextlib.contextmanager
def _one_at_a_time() -> Iterator[None]:
    """Two commands at once in one clone: the second waits for the first."""
    state = ROOT / ".local"
    state.mkdir(mode=0o700, exist_ok=True)
    with (state / "set-up.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            print("Another command is setting up this clone: waiting for it ...", flush=True)
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except SetUpError as error:
        sys.exit(str(error))
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            sys.exit(DISK_FULL)
        sys.exit(
            f"Set-up stopped at {error.filename}: {error.strerror}. Put that right and run the same command again."
        )
    except KeyboardInterrupt:
        sys.exit("\nSet-up was stopped; the same command takes it up again.")
