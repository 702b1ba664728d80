"""`make quick` stays quick: what starts a process or opens a page is marked, or fails."""

import subprocess
import sys

import pytest

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
