"""The tool that breaks guards one at a time, on a tree of two files; and that its list still fits the real one."""

import re

import pytest
from django.conf import settings

from devtools import mutations
from devtools.mutation_list import MUTATIONS, broken
from devtools.mutations import BROKEN, KILLED, OUTDATED, SURVIVED, CannotBegin, Copy

pytestmark = pytest.mark.processes

TEST = "test_guard.py::test_nobody_under_18"


@pytest.fixture
def copy(tmp_path):
    (tmp_path / "guard.py").write_text("def may(age):\n    return age >= 18\n")
    (tmp_path / "test_guard.py").write_text(
        "from guard import may\n\n\ndef test_nobody_under_18():\n    assert not may(17)\n    assert may(18)\n"
    )
    copy = Copy(tmp_path)
    copy.environment = {
        name: value for name, value in copy.environment.items() if name != "DJANGO_SETTINGS_MODULE"
    }
    copy.environment |= {"PYTEST_ADDOPTS": ""}
    return copy


def became(copy, old: str, new: str) -> str:
    before = (copy.folder / "guard.py").read_text()
    result = mutations.judge(copy, broken("guard", "guard.py", old, new, TEST))
    assert (copy.folder / "guard.py").read_text() == before
    return result.became


def test_what_a_test_sees_is_killed_and_what_none_sees_survives(copy):
    mutations.check_unmutated(copy, [broken("guard", "guard.py", "", "", TEST)])
    assert became(copy, ">= 18", "> 18") == KILLED
    assert became(copy, ">= 18", ">  18") == KILLED  # as long, and perhaps in the same second
    assert became(copy, "age >= 18", "18 <= age") == SURVIVED


def test_what_no_longer_stands_there_once_does_not_apply(copy):
    assert became(copy, "age < 18", "") == OUTDATED
    assert became(copy, "age", "years") == OUTDATED


def test_what_cannot_even_be_imported_proves_nothing(copy):
    assert became(copy, "return", "retrun") == BROKEN


def test_tests_that_fail_before_are_said_and_nothing_is_mutated(copy):
    (copy.folder / "guard.py").write_text("def may(age):\n    return True\n")
    with pytest.raises(CannotBegin, match="test_nobody_under_18"):
        mutations.check_unmutated(copy, [broken("guard", "guard.py", "True", "False", TEST)])


def test_a_name_that_is_not_there_is_told_which_are():
    assert mutations.chosen_from([]) == list(MUTATIONS)
    assert [each.name for each in mutations.chosen_from(["offer-ends"])] == ["offer-ends"]
    with pytest.raises(CannotBegin, match=r"No such mutation: offer-end\. There are: .*offer-ends"):
        mutations.chosen_from(["offer-end"])


def test_the_list_fits_the_tree():
    """Each text stands once in its file, and each test is there; what becomes of them is for whoever runs the tool."""
    assert len({each.name for each in MUTATIONS}) == len(MUTATIONS)
    wrong = []
    for each in MUTATIONS:
        if not each.sql and (settings.BASE_DIR / each.file).read_text().count(each.old) != 1:
            wrong.append(f"{each.name}: {each.file}")
        for path, _, name in (test.partition("::") for test in each.tests):
            file = settings.BASE_DIR / path
            if not file.is_file() or not re.search(rf"^def {name}\(", file.read_text(), re.MULTILINE):
                wrong.append(f"{each.name}: {path}::{name}")
    assert wrong == []
