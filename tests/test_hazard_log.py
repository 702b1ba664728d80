"""The hazard log keeps its numbers, and every test that it names is one that `make test` runs."""

import re
from fnmatch import fnmatch
from importlib import import_module
from pathlib import Path
from types import FunctionType

from django.conf import settings

LOG = Path("docs/clinical-safety/hazard-log.md")
NUMBERED = re.compile(r"H-\d{3}")
NOT_RUN = {"soak", "skip"}  # what pytest.ini leaves out, and what never runs
OPEN = "–"  # of a hazard without a control yet


def lines() -> list[list[str]]:
    """The cells of each hazard."""
    rows = [line for line in (settings.BASE_DIR / LOG).read_text().splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in row.strip("|").split(" | ")] for row in rows[2:]]


def why_not_run(name: str, testpaths: list[str], patterns: list[str]) -> str:
    """Why pytest would not run the test of this name ("accounts/tests/test_roles.py::test_x"); empty if it would."""
    path, _, test = name.partition("::")
    file = Path(path)
    if not (settings.BASE_DIR / file).is_file():
        return "no such file"
    if file.parts[0] not in testpaths or not any(fnmatch(file.name, pattern) for pattern in patterns):
        return "pytest does not look there"
    module = import_module(".".join(file.with_suffix("").parts))
    found = getattr(module, test, None)
    if not isinstance(found, FunctionType) or not test.startswith("test_"):
        return "no such test"
    if found.__module__ != module.__name__:
        return "it stands in another module"
    marks = getattr(module, "pytestmark", [])
    marks = [*(marks if isinstance(marks, list) else [marks]), *getattr(found, "pytestmark", [])]
    return ", ".join(sorted({mark.name for mark in marks} & NOT_RUN))


def test_every_hazard_has_a_number_of_its_own_and_none_is_left_out():
    numbers = [cells[0] for cells in lines()]
    assert [number for number in numbers if not NUMBERED.fullmatch(number)] == []
    assert sorted(numbers) == [f"H-{number:03d}" for number in range(1, len(numbers) + 1)]


def test_every_hazard_has_all_its_cells_and_a_test_or_says_that_it_is_open():
    wrong = [
        cells[0]
        for cells in lines()
        if len(cells) != 6 or "::" not in cells[-1] and not (cells[-1] == OPEN and "**open**" in cells[-2])
    ]
    assert wrong == []


def test_every_test_that_it_names_is_run(pytestconfig):
    """Imported, as pytest does it: a name that is commented out, shadowed or in an `if` is found out."""
    testpaths, patterns = pytestconfig.getini("testpaths"), pytestconfig.getini("python_files")
    named = [(cells[0], name) for cells in lines() for name in re.findall(r"`([^`]*)`", cells[-1])]
    assert len(named) > 100
    told = [(number, name, why_not_run(name, testpaths, patterns)) for number, name in named]
    assert [f"{number} {name}: {why}" for number, name, why in told if why] == []


def test_a_name_that_pytest_does_not_run_is_seen(pytestconfig):
    testpaths, patterns = pytestconfig.getini("testpaths"), pytestconfig.getini("python_files")
    here = "tests/test_hazard_log.py"
    for name, why in {
        f"{here}::test_a_name_that_pytest_does_not_run_is_seen": "",
        f"{here}::test_that_is_not_there": "no such test",
        f"{here}::lines": "no such test",
        here: "no such test",
        "tests/test_gone.py::test_x": "no such file",
        "tests/hostile.py::test_x": "pytest does not look there",
        "devtools/mutations.py::test_x": "pytest does not look there",
        "tests/test_fuzz.py::world": "no such test",
        "tests/test_fuzz.py::test_two_hundred_thousand_requests_find_no_fault_of_ours": "soak",
    }.items():
        assert why_not_run(name, testpaths, patterns) == why, name
