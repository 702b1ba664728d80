import pytest
from hypothesis import given
from hypothesis import strategies as st

from participants import nhs_number
from participants.nhs_number import NotAnNhsNumber

# Each was checked by hand against the arithmetic of the NHS Data Dictionary.
VALID = ["485 777 3457", "943 476 5919", "401 023 2137", "999 000 0018", "450 557 7104"]
INVALID = ["485 777 3456", "987 654 4321", "999 123 4560"]


def check_digit(nine: str) -> int:
    """The rule as the NHS Data Dictionary has it, written apart from the package that the product uses."""
    remainder = sum(int(digit) * weight for digit, weight in zip(nine, range(10, 1, -1), strict=True)) % 11
    return 0 if remainder == 0 else 11 - remainder


@st.composite
def valid_numbers(draw) -> str:
    # Scottish numbers begin with a date of birth; those of England and Wales begin with 4, 6, 7 or 9.
    start = draw(st.sampled_from("4679"))
    nine = start + draw(
        st.text("0123456789", min_size=8, max_size=8).filter(lambda rest: len(set(start + rest)) > 1)
    )
    check = check_digit(nine)
    while check == 10:
        nine = str(int(nine) + 1)
        check = check_digit(nine)
    return f"{nine}{check}"


@pytest.mark.parametrize("typed", VALID)
def test_valid_numbers_are_read_with_spaces_hyphens_or_neither(typed):
    digits = typed.replace(" ", "")
    assert nhs_number.parse(typed) == digits
    assert nhs_number.parse(typed.replace(" ", "-")) == digits
    assert nhs_number.parse(f"  {digits} ") == digits
    assert nhs_number.spaced(digits) == typed


@pytest.mark.parametrize("typed", INVALID)
def test_numbers_with_a_wrong_check_digit_are_refused(typed):
    with pytest.raises(NotAnNhsNumber, match="Check each digit"):
        nhs_number.parse(typed)


@pytest.mark.parametrize("digit", "0123456789")
def test_ten_equal_digits_are_nobodys_number(digit):
    with pytest.raises(NotAnNhsNumber):
        nhs_number.parse(digit * 10)


@pytest.mark.parametrize(
    "typed", ["", "999 000 001", "999 000 00180", "9990OO0018", "٩٩٩٠٠٠٠٠١٨", "９９９００００１８", "null"]
)
def test_anything_but_ten_plain_digits_is_refused(typed):
    with pytest.raises(NotAnNhsNumber, match="10 digits"):
        nhs_number.parse(typed)


def test_the_test_range_can_be_refused():
    assert nhs_number.parse("999 000 0018") == "9990000018"
    with pytest.raises(NotAnNhsNumber, match="only for tests"):
        nhs_number.parse("999 000 0018", allow_test_range=False)


@given(valid_numbers())
def test_every_number_that_fits_the_rule_is_accepted(digits):
    assert nhs_number.parse(digits) == digits


@given(valid_numbers())
def test_every_single_wrong_digit_is_refused(digits):
    for place in range(10):
        for wrong in set("0123456789") - {digits[place]}:
            with pytest.raises(NotAnNhsNumber):
                nhs_number.parse(digits[:place] + wrong + digits[place + 1 :])


@given(valid_numbers())
def test_every_swap_of_neighbouring_digits_is_refused(digits):
    for place in range(9):
        swapped = digits[:place] + digits[place + 1] + digits[place] + digits[place + 2 :]
        if swapped != digits:
            with pytest.raises(NotAnNhsNumber):
                nhs_number.parse(swapped)
