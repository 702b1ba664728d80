"""Who the patient is: name, NHS number, date of birth and sex, each with how sure the reading is."""

import re
from datetime import date

from participants import nhs_number
from referrals.text_extraction import birth_dates, labels, person_names
from referrals.text_extraction.results import Answer, agreed
from referrals.text_extraction.segments import Piece

_TITLED = re.compile(
    r"(?<![\w.])(?P<title>Mr|Mrs|Miss|Ms|Mx)\.? (?P<name>[A-ZÀ-ÞĀ-ž][\w'-]*(?: (?:ap|van|de|von|der|la|le) | )"
    r"(?:[A-ZÀ-ÞĀ-ž][\w'-]*)(?: [A-ZÀ-ÞĀ-ž][\w'-]+)?)"
)
_CUED = re.compile(
    r"\b(?:refer(?:ring)?|regarding|about|patient|see(?:ing)?|reviewed|re)[,:]? (?:this (?:patient|lady|gentleman)[,:]? )?"
    r"(?P<name>[A-ZÀ-ÞĀ-ž][a-zà-þĀ-ž'-]+ (?:[A-ZÀ-ÞĀ-ž][\w'-]+ )?[A-ZÀ-ÞĀ-ž][\w'-]+)"
)
_LEADS = re.compile(
    r"^[ \t]*(?:(?:please )?(?:refer|see)(?:ring)?|regarding|re|about|for|seen|reviewed|new referral|referral|patient)[:,]?[ \t]+"
    r"(?=(?:Mr|Mrs|Miss|Ms|Mx|MR|MRS|MISS|MS)\b)",
    re.IGNORECASE,
)
_BEFORE_BIRTH = re.compile(
    r"(?:^|[-–:(,.] |\bis |\bfor )(?P<name>[A-ZÀ-ÞĀ-ž][a-zà-þĀ-ž'-]+ [A-ZÀ-ÞĀ-ž][\w'-]+)[ ,(]*$"
)
_NUMBER = re.compile(r"(?<![0-9+])[0-9]{3}[ \t.-]{0,3}[0-9]{3}[ \t.-]{0,3}[0-9]{4}(?![0-9])")
_SPACED = re.compile(r"[0-9]{3}([ -])[0-9]{3}\1[0-9]{4}")
YOUNGEST = 10  # years: a newer date on a banner is not a date of birth
_SEX = {"m": "male", "male": "male", "man": "male", "f": "female", "female": "female", "woman": "female",
        "lady": "female", "gentleman": "male", "boy": "male", "girl": "female", "1": "male", "2": "female"}  # fmt: skip
_OLD = re.compile(
    r"\b[0-9]{2,3}[ -]?(?:years?|yrs?|y)[ /-]?(?:old|o)?,?[ ]+(?:\w+[ ]+){0,2}?(lady|gentleman|woman|man|female|male)\b",
    re.IGNORECASE,
)
_AFTER_BIRTH = re.compile(r"^[ \t,;|)\]]*(?P<sex>(?i:male|female)|M|F)\b(?!\w)")
_BY_TITLE = {"mr": "male", "mrs": "female", "miss": "female", "ms": "female"}


def name(found: list[Piece]) -> tuple[Answer | None, Answer | None]:
    """(given name, family name): behind their own labels, a name's label, at the head of a banner, or in a sentence."""
    given, family = (_alone(found, field) for field in (labels.GIVEN, labels.FAMILY))
    if given and family:
        return given, family
    for candidates in (_labelled(found), _banner(found), _in_prose(found)):
        if candidates:
            both = agreed(candidates)
            (first, last), sure, words = both.value, both.sure, both.words
            sure = sure and len(first) > 1
            return given or Answer(first, sure, words), family or Answer(last, sure, words)
    return given, family


def nhs(found: list[Piece]) -> Answer | None:
    """The number behind its label; without one, only digits written 3-3-4 that pass the check and are nobody else's."""
    labelled = []
    for piece in _patients(found, labels.NHS):
        text = piece.text or next(iter(piece.follows), "")
        match = _NUMBER.search(text)
        if match:
            digits, valid = _checked(match[0])
            labelled.append(Answer(digits, valid, f"{piece.named} {match[0]}"))
    if labelled:
        return agreed(labelled)
    bare = []
    for piece in found:
        if (
            piece.label in (labels.SKIP, labels.PHONE, labels.KIN, labels.OTHER)
            or piece.owner == labels.OTHER
        ):
            continue
        for match in _NUMBER.finditer(piece.text):
            digits, valid = _checked(match[0])
            if valid and not digits.startswith("0"):
                bare.append(Answer(digits, bool(_SPACED.fullmatch(match[0])), match[0]))
    return agreed(bare) if bare else None


def born(found: list[Piece], *, today: date) -> Answer | None:
    """The date behind its label, else the one date with an age that fits it."""
    labelled, aged = [], []
    for piece in found:
        if piece.owner == labels.OTHER or piece.label in (labels.SKIP, labels.KIN):
            continue
        texts = [piece.text]
        if piece.label == labels.BORN and not piece.text:
            texts = piece.follows[:1]
        for text in texts:
            for day in birth_dates.find(text, today=today):
                if day.day >= today:
                    continue
                answer = Answer(day.day.isoformat(), day.sure, f"{piece.named} {day.words}".strip())
                if piece.label == labels.BORN:
                    labelled.append(answer)
                    break
                beside = _in_banner(found, piece) and today.year - day.day.year > YOUNGEST
                if (day.aged or beside) and piece.label not in (
                    labels.PROBLEMS,
                    labels.MEDICATION,
                    labels.SECTION,
                ):
                    aged.append(answer)
    return agreed(labelled or aged) if labelled or aged else None


def sex(found: list[Piece], *, today: date) -> Answer | None:
    """Behind its label, or a letter or word beside the date of birth; a title only suggests it."""
    said = []
    for piece in _patients(found, labels.SEX):
        text = piece.text or next(iter(piece.follows), "")
        first = re.match(r"[A-Za-z]+", text.strip("( "))
        if first and first[0].lower() in _SEX:
            said.append(Answer(_SEX[first[0].lower()], True, f"{piece.named} {first[0]}"))
    for piece in found if not said else ():
        if piece.owner == labels.OTHER:
            continue
        for day in birth_dates.find(piece.text, today=today):
            rest = re.sub(r"^[ \t]*[([][^)\]]{1,12}[)\]]", "", piece.text[day.end :])
            beside = _AFTER_BIRTH.match(rest)
            if beside and (day.aged or piece.label == labels.BORN or _in_banner(found, piece)):
                said.append(Answer(_SEX[beside["sex"].lower()], True, beside["sex"]))
        for match in _OLD.finditer(piece.text):
            said.append(Answer(_SEX[match[1].lower()], True, match[0]))
    if said:
        return agreed(said)
    for number, piece in enumerate(found):
        names = piece.label in (labels.NAME, labels.PATIENT) or (
            not piece.label and _before_birth(found, number)
        )
        if names and piece.owner != labels.OTHER:
            title = person_names.has_title(piece.text).lower()
            if title in _BY_TITLE:
                return Answer(_BY_TITLE[title], False, piece.text[:60])
    return None


def _in_banner(found: list[Piece], piece: Piece) -> bool:
    """Words without a label of their own on the line of the NHS number: a system's banner."""
    if piece.label not in ("", labels.PATIENT, labels.NAME):
        return False
    others = [p for p in found if p.line == piece.line and p is not piece]
    return any(p.label == labels.NHS for p in others) or (not piece.label and _unlabelled_banner(piece))


def _patients(found: list[Piece], field: str) -> list[Piece]:
    mine = [piece for piece in found if piece.label == field and piece.owner == labels.PATIENT]
    return mine or [piece for piece in found if piece.label == field and piece.owner == labels.DOUBT]


def _alone(found: list[Piece], field: str) -> Answer | None:
    said = []
    for piece in _patients(found, field):
        text = piece.text or next(iter(piece.follows), "")
        value = person_names.one(text)
        if value:
            said.append(Answer(value, len(value) > 1, f"{piece.named}: {text}"[:120]))
    return agreed(said) if said else None


def _labelled(found: list[Piece]) -> list[Answer]:
    said = []
    for piece in found:
        if piece.label not in (labels.NAME, labels.PATIENT) or piece.owner == labels.OTHER:
            continue
        text = piece.text
        if (
            not text
            and piece.label == labels.NAME
            or not text
            and piece.named.lower() in ("patient", "re", "pt", "regarding", "client")
        ):
            text = next(iter(piece.follows), "")
        read = read_start(text)
        if read:
            said.append(Answer(read[:2], read[2] and piece.owner == labels.PATIENT, text[:120]))
    return said


def read_start(text: str) -> tuple[str, str, bool] | None:
    """The name at the start of a line that may go on with other things."""
    text = _LEADS.sub("", text)
    cut = re.split(r"[0-9]|\b(?:dob|d\.o\.b|born|nhs|aged?)\b|  |\t| [-–|] |;|\(m\)|\(f\)|\[", text, maxsplit=1,
                   flags=re.IGNORECASE)[0].strip(" ,(-")  # fmt: skip
    parts = [part.strip() for part in cut.split(",")]
    if len(parts) > 1:
        swapped = person_names.split_name(f"{parts[0]}, {parts[1]}")
        single = len([w for w in parts[0].split() if w.lower().strip(".") not in person_names.TITLES]) == 1
        if swapped and (
            single or parts[0].isupper() or len(parts) == 2 and not person_names.split_name(parts[0])
        ):
            return swapped
        return person_names.split_name(parts[0])
    return person_names.split_name(cut)


def _banner(found: list[Piece]) -> list[Answer]:
    """The unlabelled start of the line with the NHS number or date of birth, or the line above it."""
    said: list[Answer] = []
    for number, piece in enumerate(found):
        marks = piece.label in (labels.NHS, labels.BORN, labels.SEX) or _unlabelled_banner(piece)
        if not marks or piece.owner == labels.OTHER:
            continue
        beside = [p for p in found[max(0, number - 3) : number + 1] if p.line == piece.line and not p.label]
        above = [p for p in found[max(0, number - 4) : number] if p.line == piece.line - 1 and not p.label]
        for candidate in [*beside, *(above if not said else ())]:
            read = read_start(candidate.text)
            shown = (
                person_names.has_title(candidate.text)
                or "," in candidate.text
                or re.search(r"[A-Z]{3}", candidate.text)
            )
            if read and person_names.has_title(candidate.text).lower() not in ("dr", "prof", "professor"):
                said.append(Answer(read[:2], read[2] and bool(shown), candidate.text[:120]))
                break
        if said:
            break
    return said


def _unlabelled_banner(piece: Piece) -> bool:
    spaced = None if piece.label else _SPACED.search(piece.text)
    return spaced is not None and _checked(spaced[0])[1]


def _in_prose(found: list[Piece]) -> list[Answer]:
    said: list[Answer] = []
    for number, piece in enumerate(found):
        if piece.owner == labels.OTHER or piece.label in (labels.KIN, labels.OTHER, labels.SKIP):
            continue
        for pattern in (_TITLED, _CUED, _BEFORE_BIRTH):
            if pattern is _BEFORE_BIRTH and not _before_birth(found, number):
                continue
            for match in pattern.finditer(piece.text):
                read = person_names.split_name(match["name"])
                after = piece.text[match.end() :].strip(" ,(")
                marked = not after and _before_birth(found, number)
                if read:
                    said.append(
                        Answer(read[:2], read[2] and (marked or _line_identifies(found, piece)), match[0])
                    )
            if said:
                return said
    return said


def _before_birth(found: list[Piece], number: int) -> bool:
    """The stretch runs up to the date of birth or the NHS number: "... - Joyce Hale, dob 3.7.48"."""
    if number + 1 >= len(found):
        return False
    following = found[number + 1]
    return following.line == found[number].line and following.label in (labels.BORN, labels.NHS)


def _line_identifies(found: list[Piece], piece: Piece) -> bool:
    """The same line gives a date of birth or an NHS number, and names nobody else with a title."""
    on_line = [other for other in found if other.line == piece.line]
    titled = {match["name"] for other in on_line for match in _TITLED.finditer(other.text)}
    return len(titled) == 1 and any(other.label in (labels.BORN, labels.NHS) for other in on_line)


def _checked(written: str) -> tuple[str, bool]:
    digits = re.sub(r"[^0-9]", "", written)
    try:
        return nhs_number.parse(digits), True
    except nhs_number.NotAnNhsNumber:
        return digits, False
