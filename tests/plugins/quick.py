"""`make quick`: every test that is quick, and of a test with many cases its first and its last.

Left to `make test`: what opens a browser or starts processes, and the tests of `tests/slow.txt`. That list is measured, on
an idle machine: `python -m pytest -n 2 --time-tests`.
"""

from collections import defaultdict
from pathlib import Path

import pytest

SLOW = Path(__file__).parent.parent / "slow.txt"
SLOW_FROM = 0.25  # seconds that the first and the last case of a test take together
ELSEWHERE = ("browser", "processes", "soak")


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("quick")
    group.addoption("--quick", action="store_true", help="what is quick, two cases of each test: make quick")
    group.addoption("--time-tests", action="store_true", help="write tests/slow.txt anew from this run")


def pytest_configure(config: pytest.Config) -> None:
    if config.getoption("time_tests") and not hasattr(config, "workerinput"):
        config.pluginmanager.register(Stopwatch())


@pytest.hookimpl(trylast=True)  # after `kinds` has said what opens a browser
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    quick, timed = config.getoption("quick"), config.getoption("time_tests")
    if not (quick or timed):
        return
    slow = set(SLOW.read_text().split()) if quick else set()
    cases: dict[str, list[pytest.Item]] = defaultdict(list)
    for item in items:
        if not any(map(item.get_closest_marker, ELSEWHERE)) and name_of(item.nodeid) not in slow:
            cases[name_of(item.nodeid)].append(item)
    wanted = {each for of_one in cases.values() for each in (of_one[0], of_one[-1])}
    config.hook.pytest_deselected(items=[item for item in items if item not in wanted])
    items[:] = [item for item in items if item in wanted]


def name_of(node_id: str) -> str:
    """The test without its case."""
    return node_id.partition("[")[0]


class Stopwatch:
    def __init__(self) -> None:
        self.taken: dict[str, float] = defaultdict(float)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self.taken[name_of(report.nodeid)] += report.duration

    def pytest_sessionfinish(self) -> None:
        SLOW.write_text(
            "".join(f"{name}\n" for name, taken in sorted(self.taken.items()) if taken >= SLOW_FROM)
        )
