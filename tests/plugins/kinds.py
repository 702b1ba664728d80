"""Which tests are quick: markers by what a test uses, and a test without a marker starts no process.

`browser` comes by itself with a browser's fixtures, `processes` with a real worker's, a broker's and a mailed clone's.
Whatever else starts a process says so: `@pytest.mark.processes`. `make quick` runs what has neither.
"""

import sys
from collections.abc import Iterator
from typing import Any

import pytest

BROWSER = {"browser", "live_server"}
PROCESSES = {"worker", "own_redis"}
MAY_START = ("browser", "processes", "soak")


class Watch:
    """Refuses to start a process while a test runs that is not marked as one that does."""

    test: str | None = None

    def __call__(self, event: str, args: tuple[Any, ...]) -> None:
        if self.test is not None and event in ("subprocess.Popen", "os.posix_spawn", "os.system"):
            raise AssertionError(f"{self.test} starts {args[:2]}: mark it @pytest.mark.processes")


watch = Watch()
sys.addaudithook(watch)


@pytest.hookimpl(tryfirst=True)  # before -m chooses
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        uses = {*getattr(item, "fixturenames", ())}
        if uses & BROWSER:
            item.add_marker("browser")
        if uses & PROCESSES:
            item.add_marker("processes")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Iterator[None]:
    watch.test = None if any(map(item.get_closest_marker, MAY_START)) else item.nodeid
    try:
        return (yield)
    finally:
        watch.test = None


@pytest.hookimpl(wrapper=True)
def pytest_fixture_setup(fixturedef: pytest.FixtureDef) -> Iterator[Any]:
    """What is made once for all tests, such as the migrated database, is nobody's in particular."""
    if fixturedef.scope != "session":
        return (yield)
    test, watch.test = watch.test, None
    try:
        return (yield)
    finally:
        watch.test = test
