"""Nobody can make the reading of a pasted text last: a member could else hold every process of the server."""

import re

import pytest

from referrals import text_extraction
from referrals.tests.text_extraction.test_extract import read
from referrals.text_extraction import contact_details, identity, labels, ownership, practice
from tests.quickest import quickest

LOOKED_FOR_IN_WHOLE_LINES = [
    practice.PRACTICE,
    practice.CODE,
    contact_details.EMAIL,
    contact_details.PHONE,
    identity._NUMBER,
    labels.SOMEBODY,
    ownership.ORGANISATION,
    ownership._RELATIVE,
    ownership._ANOTHER,
    ownership._OF_THE_LAST,
    practice._NAME_LAST,
]


def seconds_for(pattern: re.Pattern, line: str) -> float:
    assert pattern.search(line) is None
    return max(quickest(lambda: pattern.search(line), of=3), 0.001)


@pytest.mark.parametrize("pattern", LOOKED_FOR_IN_WHOLE_LINES, ids=lambda pattern: pattern.pattern[:20])
@pytest.mark.parametrize("piece", ["A", "Aa-", "A.", "Aa ", "a@", "(a"])
def test_a_line_four_times_as_long_takes_about_four_times_as_long(pattern: re.Pattern, piece: str):
    """Capitals without a space took sixteen times as long: half a minute for the longest text that is taken."""
    length = 2000
    assert seconds_for(pattern, (piece * 4 * length)[: 4 * length]) < 9 * seconds_for(
        pattern, (piece * length)[:length]
    )


@pytest.mark.parametrize(
    "part", ["a", "0", "07700 ", "NHS: ", "Name: A, B\n", "(", "1/1/", "Tel: 0", ", ", "a@", "Re: "]
)
def test_a_text_four_times_as_long_takes_about_four_times_as_long(part: str):
    """Whatever it is made of: a runaway pattern would take for ever."""
    longest = (part * text_extraction.MOST_CHARACTERS)[: text_extraction.MOST_CHARACTERS]
    quarter = longest[: len(longest) // 4]
    assert quickest(lambda: read(longest), of=2) < 12 * max(quickest(lambda: read(quarter), of=3), 0.002)
