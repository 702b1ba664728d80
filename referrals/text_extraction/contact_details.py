"""Where a person lives and how they are reached: telephone numbers, an e-mail address, an address with its postcode."""

import re

import phonenumbers

from participants import contact_details

POSTCODE = re.compile(
    r"(?<![A-Za-z0-9])([A-Za-z]{1,2}[0-9][A-Za-z0-9]?)[ \t-]{0,2}([0-9][A-Za-z]{2})(?![A-Za-z0-9])"
)
EMAIL = re.compile(r"(?<![\w.+'-])[\w.+'-]{1,64}@(?:[A-Za-z0-9-]{1,63}\.){1,6}[A-Za-z]{2,24}(?![\w-])")
PHONE = re.compile(
    r"(?<![\w.])(?:\+[0-9]{1,3}[ .-]?(?:\(0\))?(?:[ ().\t-]{0,3}[0-9]){7,12}|\(?0(?:[ ().\t-]{0,3}[0-9]){8,10})(?![0-9])"
)
STAFF = re.compile(r"@(?:[\w-]+\.)*(?:nhs\.(?:net|uk|scot|wales)|hscni\.net|gov\.uk)$", re.IGNORECASE)
# A desk's address, or that of a house where people work.
_DESK = re.compile(
    r"^(?:reception|admin|office|enquir(?:y|ies)|info|hello|desk|secretar(?:y|ies)|surgery|practice|referrals?|"
    r"appointments?|clinic|prescriptions?|no-?reply)\b|@.*(?:surger(?:y|ies)|medical|health|clinic|hospital|doctors|practice)",
    re.IGNORECASE,
)
STREET = re.compile(
    r"\b(?:road|rd|street|st|avenue|ave|lane|ln|close|drive|dr|way|crescent|cres|court|ct|gardens|gdns|place|pl|"
    r"terrace|square|hill|grove|park|walk|row|mews|green|view|rise|house|cottage|farm|flat|apartment|villas?|orchard|"
    r"parade|wharf|quay|yard|croft|meadow|meadows|bungalow|barn|lodge|heights|fields?)\b",
    re.IGNORECASE,
)
_TAIL = re.compile(
    r"[\s,;]*\b(?:tel|phone|mobile|mob|home|dob|nhs|email|e-mail|united kingdom|uk)\.?:?\s*$", re.IGNORECASE
)


def postcodes(text: str) -> list[tuple[str, int, int]]:
    """Every postcode in the text as it is kept (GL1 2AB), with where it stands."""
    found = []
    for match in POSTCODE.finditer(text):
        try:
            found.append((contact_details.parse_postcode(match[1] + match[2]), match.start(), match.end()))
        except contact_details.NotAPostcode:
            continue
    return found


def phones(text: str) -> list[tuple[str, str]]:
    """(number in E.164, the words it was read from) for each telephone number that is possible in Britain or has +."""
    found = []
    for match in PHONE.finditer(text):
        number = _number(match[0])
        if number:
            found.append((number, match[0].strip()))
    return list(dict.fromkeys(found))


def _number(words: str) -> str | None:
    written = re.sub(r"\(0\)", "", words) if "+" in words else words
    try:
        number = phonenumbers.parse(written, "GB")
    except phonenumbers.NumberParseException:
        return None
    digits = str(number.national_number)
    if not phonenumbers.is_possible_number(number) or (number.country_code == 44 and len(digits) < 9):
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def emails(text: str) -> list[str]:
    """Every e-mail address in the text, as it is written, but for a full stop at its end."""
    return list(dict.fromkeys(match[0].strip("'.") for match in EMAIL.finditer(text)))


def is_staffs(email: str) -> bool:
    """True for an address of the health service, a council, a surgery or a desk: somebody's at work, not a patient's."""
    return bool(STAFF.search(email) or _DESK.search(email))


def address_lines(texts: list[str]) -> tuple[list[str], str]:
    """(lines of an address, postcode or "") from text that holds nothing else. Behind the postcode nothing is read."""
    lines: list[str] = []
    for text in texts:
        here = postcodes(text)
        kept = text[: here[0][1]] if here else text
        kept = _TAIL.sub("", kept)
        lines += [part.strip(" \t.;") for part in re.split(r"[,;|\t]|  +", kept)]
        if here:
            return _tidy(lines), here[0][0]
    return _tidy(lines), ""


def _tidy(lines: list[str]) -> list[str]:
    kept: list[str] = []
    for line in lines:
        if not line or line.lower() in ("uk", "united kingdom", "england", "postcode", "address"):
            continue
        if (
            kept
            and re.fullmatch(
                r"(?:(?:flat|apartment|unit|no\.?)[ \t]*)?[0-9]{1,4}[A-Za-z]?", kept[-1], re.IGNORECASE
            )
            and not (kept[-1].lower().startswith(("flat", "apart", "unit")))
        ):
            kept[-1] = f"{kept[-1]} {line}"  # "14, Orchard Way" is one line
        else:
            kept.append(line)
    return kept
