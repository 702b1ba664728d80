"""`make quick` stays quick: what starts a process or opens a page is marked, or fails."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.plugins.quick import SLOW

ROOT = Path(__file__).parent.parent
STARTS = [sys.executable, "-c", ""]


def test_a_test_that_is_not_marked_starts_no_process():
    with pytest.raises(
        AssertionError, match=r"test_a_test_that_is_not_marked.*mark it @pytest.mark.processes"
    ):
        subprocess.run(STARTS, check=True)


@pytest.mark.processes
def test_one_that_is_marked_does():
    subprocess.run(STARTS, check=True)


def test_who_opens_pages_is_marked_by_what_it_uses(request, live_server):
    assert request.node.get_closest_marker("browser")


def test_what_make_quick_leaves_out_for_its_time_is_there():
    """A test that was renamed would be run again without a word: `python -m pytest -n 2 --time-tests` writes the list."""
    listed = [line.split("::") for line in SLOW.read_text().splitlines()]
    gone = [
        line
        for line in listed
        if not (ROOT / line[0]).exists() or f"def {line[-1]}(" not in (ROOT / line[0]).read_text()
    ]
    assert listed
    assert gone == []


@pytest.mark.processes
def test_quick_takes_the_first_and_the_last_case_of_a_test(tmp_path):
    (tmp_path / "test_it.py").write_text(
        "import pytest\n\n@pytest.mark.parametrize('n', range(5))\ndef test_case(n):\n    pass\n"
    )
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-p",
        "tests.plugins.quick",
        "-c",
        "none.ini",
        "--quick",
        "-v",
        "test_it.py",
    ]
    (tmp_path / "none.ini").write_text("[pytest]\nmarkers =\n    browser: -\n    processes: -\n    soak: -\n")
    ran = subprocess.run(
        command,
        cwd=tmp_path,
        env={"PYTHONPATH": str(ROOT), "PATH": ""},
        capture_output=True,
        text=True,
        check=True,
    )
    assert "test_case[0] PASSED" in ran.stdout
    assert "test_case[4] PASSED" in ran.stdout
    assert "2 passed, 3 deselected" in ran.stdout
