"""NHS numbers: reading what people type, and showing it 3-3-4.

The check digit is the NHS Data Dictionary's modulus 11, computed by the `nhs-number` package. Ten equal digits pass
that arithmetic but are nobody's number, so they are refused here.
"""

import re

import nhs_number as package


class NotAnNhsNumber(ValueError):
    """What was typed cannot be an NHS number; the sentence says what to do."""


def parse(typed: str, *, allow_test_range: bool = True) -> str:
    """The ten digits of a valid NHS number, from text with spaces or hyphens.

    `allow_test_range=False` refuses 999 xxx xxxx, which is kept for tests. Raises NotAnNhsNumber.
    """
    digits = re.sub(r"[\s\-\u2010-\u2015]", "", typed)
    if not re.fullmatch(r"[0-9]{10}", digits):
        raise NotAnNhsNumber("NHS number must have 10 digits, like 999 000 0018")
    if len(set(digits)) == 1 or not package.is_valid(digits):
        raise NotAnNhsNumber("Enter the NHS number again. Check each digit")
    if digits.startswith("999") and not allow_test_range:
        raise NotAnNhsNumber("NHS numbers that begin with 999 are only for tests")
    return digits


def spaced(digits: str) -> str:
    """Shown as 3-3-4: 999 000 0018."""
    return f"{digits[:3]} {digits[3:6]} {digits[6:]}" if digits else ""
