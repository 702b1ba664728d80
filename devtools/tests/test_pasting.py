"""Made-up referrals in every layout, those kept apart among them: nothing wrong is sure, and nearly all is read."""

import re
from collections import Counter

import pytest

from devtools.pasting import development, held_out, scoring
from devtools.pasting.scoring import Mark

EACH = 24  # texts of a layout; `python -m devtools.pasting --held-out` reads hundreds


@pytest.mark.parametrize("name", development.LAYOUTS)
def test_no_layout_gives_a_value_that_is_wrong_and_sure(name):
    counted, faults = scoring.score(scoring.texts(name, development.LAYOUTS[name], EACH))
    assert not [fault for fault in faults if fault.startswith(Mark.WRONG)]
    assert scoring.share_right(counted) >= 0.99, faults[:9]


def test_layouts_that_it_was_not_improved_by_are_read_as_well():
    """Only their total: whoever mends what one of them shows has one fewer that is kept apart."""
    total: Counter[Mark] = Counter()
    for name, layout in held_out.LAYOUTS.items():
        total += scoring.score(scoring.texts(name, layout, EACH))[0]
    assert total[Mark.WRONG] == 0
    assert scoring.share_right(total) >= 0.95


def test_two_runs_make_the_same_people_and_all_are_made_up():
    for layouts in (development.LAYOUTS, held_out.LAYOUTS):
        for name, layout in layouts.items():
            first, again = (list(scoring.texts(name, layout, 3)) for _ in range(2))
            assert first == again
            for each in first:
                numbers = re.sub(r"[\s\u00a0]", "", each.text)
                assert all(
                    n.startswith(("07700900", "01632960"))
                    for n in re.findall(r"(?<![0-9])0[17][0-9]{9}", numbers)
                )
                assert each.truth["nhs_number"].startswith("999")


@pytest.mark.parametrize(
    ("answer", "truth", "mark"),
    [
        (None, None, Mark.RIGHT),
        (None, "GL1 1AA", Mark.BLANK),
        (("GL1 1AA", True), "GL1 1AA", Mark.RIGHT),
        (("GL1 1AA", False), "GL1 1AA", Mark.RIGHT_UNSURE),
        (("GL1 1AB", False), "GL1 1AA", Mark.UNSURE),
        (("GL1 1AB", True), "GL1 1AA", Mark.WRONG),
        (("GL1 1AB", True), None, Mark.WRONG),
    ],
)
def test_a_field_has_one_of_five_marks(answer, truth, mark):
    said = scoring.text_extraction.Answer(*answer, "") if answer else None
    assert scoring._mark("postcode", said, truth, mixed=False) == mark


def test_of_two_patients_nothing_may_be_sure():
    sure = scoring.text_extraction.Answer("GL1 1AA", True, "")
    assert scoring._mark("postcode", sure, "GL1 1AA", mixed=True) == Mark.WRONG
