"""Telephone numbers and postcodes: reading what people type, keeping one form, showing it kindly."""

import re
import unicodedata

import phonenumbers

# Numbers that Ofcom keeps for drama: phonenumbers calls them unassigned, demonstrations and tests need them.
DRAMA = re.compile(
    r"\+44(7700900|1632960|1134960|1144960|1154960|1164960|1174960|1184960|2079460|8081570|3069990)[0-9]{3}"
)
# The NHS's pseudo postcode for no fixed abode, and what people write in its place.
NO_FIXED_ABODE = "ZZ99 3VZ"
NO_ABODE = re.compile(r"no[\s-]+fixed[\s-]+(abode|address)|n\.?f\.?a\.?|homeless", re.IGNORECASE)
POSTCODE = re.compile(r"(GIR0AA|[A-Z]{1,2}[0-9][A-Z0-9]?[0-9][A-Z]{2})")


class NotAPhoneNumber(ValueError):
    """What was typed cannot be rung; the sentence says what to do."""


class NotAnAddress(ValueError):
    """What was typed does not fit the window of an envelope; the sentence says what to do."""


class NotAPostcode(ValueError):
    """What was typed cannot be a United Kingdom postcode; the sentence says what to do."""


def parse_phone(typed: str) -> str:
    """The number in E.164 (+447700900123), from any way of writing it; without + it is read as British.

    Raises NotAPhoneNumber.
    """
    refusal = NotAPhoneNumber("Enter a phone number, like 01632 960 001 or +44 7700 900 982")
    if not re.fullmatch(r"[0-9+()./\s\u00a0\u2010-\u2015-]{1,40}", typed.strip()):
        raise refusal
    try:
        number = phonenumbers.parse(typed, "GB")
    except phonenumbers.NumberParseException:
        raise refusal from None
    written = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    if not phonenumbers.is_valid_number(number) and not DRAMA.fullmatch(written):
        raise refusal
    return written


def spoken_phone(written: str) -> str:
    """A kept number as people read it: 07700 900123, or with its country when it is not British."""
    try:
        number = phonenumbers.parse(written, "GB")
    except phonenumbers.NumberParseException:
        return written
    style = phonenumbers.PhoneNumberFormat
    return phonenumbers.format_number(
        number, style.NATIONAL if number.country_code == 44 else style.INTERNATIONAL
    )


def takes_texts(written: str) -> bool:
    """Whether a kept number is a British mobile's, so that a text message reaches it."""
    try:
        number = phonenumbers.parse(written, "GB")
    except phonenumbers.NumberParseException:
        return False
    if written.startswith("+447700900"):  # kept for drama
        return True
    kind = phonenumbers.number_type(number)
    return number.country_code == 44 and kind == phonenumbers.PhoneNumberType.MOBILE


def parse_postcode(typed: str) -> str:
    """The postcode in capitals with its space (GL1 2AB), from any spacing. Raises NotAPostcode.

    "No fixed abode" is a postcode too: the NHS has one for it.
    """
    if NO_ABODE.fullmatch(typed.strip()):
        return NO_FIXED_ABODE
    letters = re.sub(r"[\s-]", "", unicodedata.normalize("NFKC", typed)).upper()
    if not POSTCODE.fullmatch(letters):
        raise NotAPostcode("Enter a full UK postcode, like GL1 2AB, or “no fixed abode”")
    return f"{letters[:-3]} {letters[-3:]}"


def spoken_postcode(written: str) -> str:
    """A kept postcode as people read it: "No fixed abode (ZZ99 3VZ)" for the one that is no place."""
    return f"No fixed abode ({written})" if written == NO_FIXED_ABODE else written


ADDRESS_LINES, ADDRESS_WIDTH = 4, 40  # what the window of an envelope shows in 16 point print, below the name


def parse_postal_address(typed: str, postcode: str = "") -> str:
    """The lines of an address without its postcode, which stands by itself. Raises NotAnAddress."""
    lines = [" ".join(line.split()).strip(" ,") for line in typed.splitlines()]
    lines = [line for line in lines if line and line.replace(" ", "").upper() != postcode.replace(" ", "")]
    if len(lines) > ADDRESS_LINES:
        raise NotAnAddress(f"Enter the address in {ADDRESS_LINES} lines or fewer, without the postcode")
    if any(len(line) > ADDRESS_WIDTH for line in lines):
        raise NotAnAddress(f"Each line of the address must be {ADDRESS_WIDTH} characters or fewer")
    return "\n".join(lines)


def envelope(postal_address: str, postcode: str) -> tuple[str, ...]:
    """The lines below the name. A pseudo postcode is left out: no post goes there."""
    return (*postal_address.splitlines(), *([] if postcode == NO_FIXED_ABODE else [postcode]))
