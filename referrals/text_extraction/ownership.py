"""Whose numbers, emails and addresses they are, from the lines above them.

A detail is the patient's only at the end of an unbroken run: between it and the patient's name, date of birth or NHS
number stand only the patient's own labels and their values. Anything else breaks the run (another person's label, a
label that is not known, a bare name, a sentence), and the form stays empty: typing a number takes seconds, and a wrong
one sends health messages to a stranger.
"""

import re
from dataclasses import dataclass

from referrals.text_extraction import contact_details, identity, labels, person_names
from referrals.text_extraction.segments import OF_ANYBODY, Piece

REACH = (labels.PHONE, labels.EMAIL, labels.ADDRESS, labels.MORE_ADDRESS, labels.POSTCODE)
_IDENTITY = (labels.NHS, labels.BORN, labels.NAME, labels.GIVEN, labels.FAMILY, labels.PATIENT, labels.SEX)
_HEADINGS = ("contact details", "details")  # of anybody's
_OTHERS = {labels.OTHER, labels.KIN, labels.SIGNED, labels.PRACTICE}
# Labels of the patient's details only; a doctor or a relative has a mobile and a work number, too.
_PERSONAL = re.compile(r"\b(?:home|patient|patient's|pt|residen\w+)\b", re.IGNORECASE)
# Of these, every summary names one among the patient's details: a home number below is the patient's again.
_REGISTERED_WITH = re.compile(
    r"\b(?:gp|doctor|dr|practice|surgery|pharmacy|chemist|ods|pcn)\b", re.IGNORECASE
)
# What is said of the patient in names and words with capitals.
_ABOUT_THE_PATIENT = re.compile(
    r"^(?:title|middle names?|known as|preferred name|previous (?:name|surname|address|postcode)|maiden name|alias|"
    r"likes to be called|calling name|former surname|name known by|ethnic\w*(?: \w+)?|religion|marital status|occupation|"
    r"(?:main |first |preferred |main spoken |preferred spoken |spoken )?language(?: spoken)?|"
    r"interpreter (?:needed|required)\??|(?:needs|requires)(?: an)? interpreter|(?:place|country) of birth|pronouns|temporary address|(?:current )?age)$",
    re.IGNORECASE,
)
_NOT_A_STREET = (
    r"(?! (?:road|rd|street|st|lane|close|drive|way|avenue|court|gardens|terrace|hill|view|walk)\b)"
)
ORGANISATION = re.compile(
    r"\b(?:surgery|medical (?:centre|practice|group)|health centre|hospital|nhs (?:foundation )?trust|department|clinic|"
    rf"infirmary|practice|foundation trust|service|partnership|outpatients?)\b{_NOT_A_STREET}",
    re.IGNORECASE,
)
PROFESSIONAL = re.compile(
    r"^(?:dr|prof(?:essor)?)\b|\b(?:gp partner|general practitioner|physiotherapist|secretary|consultant|receptionist|registrar|"
    r"care co-?ordinator|link worker|social prescrib\w+|nurse|pharmacist|paramedic|practice manager|administrator)\b",
    re.IGNORECASE,
)
_RELATIVE = re.compile(rf"\b(?:{labels.RELATIVES})\b", re.IGNORECASE)
_NAME_LIKE = re.compile(r"\b[A-ZÀ-ÞĀ-ž][a-zà-þĀ-ž'-]+")
_MONTHS = {"jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"}
# Within a value: a label that is not known, or a person through whom the patient is reached.
_ANOTHER = re.compile(r"[A-Za-z)]:(?:\s|$)|\b(?:via|through|by|with|c/o|care of)\b", re.IGNORECASE)
_HOUSE = re.compile(
    r"(?:(?:flat|apartment|unit|no\.?) ?)?[0-9]{1,4}[a-z]?[ ,]|the [a-z]|[a-z' ]{1,40} (?:cottage|bungalow|farmhouse)\b",
    re.IGNORECASE,
)
_OF_THE_LAST = re.compile(r"\b(?:numbers?|phone|mobile|email|belongs?|(?:this|that|it) is)\b", re.IGNORECASE)
_SECOND_COLUMN = re.compile(r"\S(?:\t| {3,})")
# Whose the next details would be. After _REGISTERED a label of _PERSONAL is the patient's again, after _BROKEN none is.
_PATIENT, _ORGANISATION, _SOMEBODY, _BROKEN, _REGISTERED = "patient", "organisation", "somebody", "broken", ""


def names_organisation(text: str) -> bool:
    """True for a line of a letterhead; a sentence may speak of a surgery without being one."""
    return len(text) < 120 and not re.search(r"[.?!](?:\s|$)", text) and bool(ORGANISATION.search(text))


def names_professional(text: str) -> bool:
    """True for a line such as "Jo Brown, Practice Nurse"."""
    return len(text) < 70 and not text.endswith((".", "?")) and bool(PROFESSIONAL.search(text))


@dataclass
class _State:
    """What is carried from one piece to the next: whose the next details would be, and what is known of the patient."""

    now: str = _REGISTERED
    known: bool = False
    name: str = ""  # as it is labelled
    awaits: Piece | None = None  # a label whose value stands on the next line
    in_address: bool = False  # which has no postcode yet


def settle(found: list[Piece]) -> None:
    """Write down whose every detail is, what stands before it, and whether it is among the patient's own lines."""
    _note_what_stands_before(found)
    state = _State()
    block: list[Piece] = []
    for piece in [*found, Piece("", "", -1, labels.PATIENT)]:
        if piece.text or piece.label:
            block.append(piece)
        elif block:
            _settle_block(block, state)
            block = []


def _settle_block(block: list[Piece], state: _State) -> None:
    """The same for lines without a gap between them."""
    mixed = any(_two_columns(piece) for piece in block)
    alone = not mixed and not {piece.label for piece in block} & _OTHERS
    identified = False
    for number, piece in enumerate(block):
        below = block[number + 1 : number + 5]
        piece.mixed = mixed
        if _identifies(piece):
            identified = _settle_identity(piece, state, identified=identified) or identified
        elif piece.label in REACH and piece.owner in (labels.PATIENT, labels.DOUBT):
            _settle_detail(piece, below, state, identified=identified, mixed=mixed)
        else:
            state.now = _after(piece, below, state)
            if not piece.label and state.known and state.now == _BROKEN and piece.owner == labels.PATIENT:
                piece.owner = labels.DOUBT  # an address in it may be another person's
        state.awaits = piece if piece.label and not piece.text else None
        if piece.label:
            state.in_address = piece.label in (labels.ADDRESS, labels.MORE_ADDRESS)
        else:
            state.in_address = state.in_address or _begins_an_address(piece.text)
        state.in_address = state.in_address and not contact_details.postcodes(piece.text)
        piece.somebodys = state.now in (_SOMEBODY, _BROKEN)
        piece.among = alone and identified and state.now == _PATIENT == piece.owner
    if state.now == _ORGANISATION or (state.now == _BROKEN and block[-1].label):
        state.now = _REGISTERED  # lines with details of their own are done; a heading's are yet to come
    state.awaits, state.in_address = None, False


def _settle_identity(piece: Piece, state: _State, *, identified: bool) -> bool:
    """True if the patient's own lines begin, or go on, with this name, date of birth or the like."""
    name = piece.text or next(iter(piece.follows), "") if piece.label == labels.NAME else ""
    name = name.casefold()
    same = bool(name) and name == state.name
    if state.now in (_SOMEBODY, _BROKEN) and state.known and piece.label in OF_ANYBODY and not same:
        if state.now == _SOMEBODY and not identified:
            piece.owner = labels.OTHER
        return False
    if name and state.name and not same and not identified:
        state.now = _SOMEBODY  # "Name: Ann Other", of a contact
        return False
    state.now, state.known, state.name = _PATIENT, True, state.name or name
    if piece.label in (labels.NAME, labels.GIVEN, labels.FAMILY):
        return True
    beside = piece.label in (labels.NHS, labels.BORN, labels.SEX) and not _has_address(piece.text)
    another = piece.label == labels.PATIENT and state.name and not _shares_a_word(piece.text, state.name)
    if _RELATIVE.search(piece.text):
        state.now = _SOMEBODY
    elif _ANOTHER.search(piece.text) or ((beside or another) and _names_a_person(piece.text)):
        state.now = _BROKEN
    return True


def _settle_detail(piece: Piece, below: list[Piece], state: _State, *, identified: bool, mixed: bool) -> None:
    """Whose a number, email or address is, and whose the next would be."""
    personal = bool(_PERSONAL.search(piece.named)) and (identified or not mixed)
    if state.now == _SOMEBODY or (state.now == _ORGANISATION and not identified):
        piece.owner = labels.OTHER
        return
    if personal and state.now in (_REGISTERED, _ORGANISATION):
        state.now = _PATIENT
    mine = state.now == _PATIENT and (personal or not mixed) and not _said_below(piece, below)
    piece.owner = labels.PATIENT if mine else labels.DOUBT
    if _RELATIVE.search(piece.text):
        state.now = _SOMEBODY  # "07700 900123 (daughter)"
    elif _ANOTHER.search(piece.text) or (
        piece.label in (labels.PHONE, labels.EMAIL) and not _only_about_numbers(piece.text)
    ):
        state.now = _BROKEN


def _after(piece: Piece, below: list[Piece], state: _State) -> str:
    """Whose the next details would be after a piece that is neither a detail nor says who the patient is."""
    now = state.now
    if piece.label == labels.KIN or (not piece.label and _RELATIVE.search(piece.text)):
        return _SOMEBODY
    if now == _SOMEBODY or piece.label == labels.SIGNED:
        return now  # whoever signs: their lines have their owner
    if piece.label == labels.PATIENT:
        return _BROKEN if _names_a_person(piece.text) else now
    if piece.label in (labels.PRACTICE, labels.PRACTICE_CODE):
        return _ORGANISATION if now != _BROKEN else now
    if piece.label == labels.OTHER:
        if piece.column:
            return now
        return _REGISTERED if now != _BROKEN and _REGISTERED_WITH.search(piece.named) else _BROKEN
    if piece.label == labels.SKIP and labels.meaning(piece.named) == labels.SKIP:
        own = _ABOUT_THE_PATIENT.search(piece.named) or not _names_a_person(piece.text)
        return now if own and not _ANOTHER.search(piece.text) else _BROKEN
    if piece.label:
        return _BROKEN
    if names_professional(piece.text):
        return _SOMEBODY
    if names_organisation(piece.text):
        return _ORGANISATION if now != _BROKEN else now
    return now if _is_the_patients(piece, below, state) else _BROKEN


def _is_the_patients(piece: Piece, below: list[Piece], state: _State) -> bool:
    """True for words without a label that are a value, an address, the patient's name, or only about numbers."""
    if state.awaits and state.awaits.label in (*_IDENTITY, labels.SKIP):
        return _heading(state.awaits) not in _HEADINGS
    the_name = labels.words(state.name) - person_names.TITLES
    if the_name and labels.words(piece.text) - person_names.TITLES == the_name:
        return True
    if _only_about_numbers(piece.text) or _begins_an_address(piece.text):
        return True
    return state.in_address and (
        bool(contact_details.postcodes(piece.text))
        or any(
            other.label == labels.POSTCODE or (not other.label and contact_details.postcodes(other.text))
            for other in below
        )
    )


def _begins_an_address(text: str) -> bool:
    """True for "4 Park Road" and "The Old Barn, Mill Lane", not for "Orchard House": "Susan Hill" looks like that."""
    return bool(_HOUSE.match(text)) and _has_address(text)


def _has_address(text: str) -> bool:
    return bool(contact_details.STREET.search(text) or contact_details.postcodes(text))


def _shares_a_word(text: str, other: str) -> bool:
    return bool((labels.words(text) & labels.words(other)) - person_names.TITLES)


def _names_a_person(text: str) -> bool:
    """True unless every word with a capital is about numbers, a month, or a sex."""
    return any(
        word.lower() not in {*labels.ABOUT_NUMBERS, "male", "female"} and word[:3].lower() not in _MONTHS
        for word in _NAME_LIKE.findall(text)
    )


def _said_below(piece: Piece, below: list[Piece]) -> bool:
    """True if the next line says whose the number is: "this is her daughter's number", with no other number on it."""
    said = below[0] if below else None
    if said is None or said.line == piece.line or _only_about_numbers(said.text):
        return False
    if said.label:
        return said.label in (labels.SECTION, labels.SKIP) and bool(_OF_THE_LAST.search(said.text))
    text = " ".join(other.text for other in below if other.line == said.line)
    if contact_details.phones(text) or contact_details.emails(text):
        return False
    name_alone = (
        len(below) == 1 and _names_a_person(said.text) and not re.search(r"(?<![\w'])[a-z]", said.text)
    )
    return name_alone or bool(_RELATIVE.search(said.text) or _OF_THE_LAST.search(said.text))


def _only_about_numbers(text: str) -> bool:
    return labels.words(contact_details.EMAIL.sub("", text)) <= labels.ABOUT_NUMBERS


def _heading(piece: Piece) -> str:
    return " ".join(piece.named.lower().split())


def _identifies(piece: Piece) -> bool:
    if piece.owner != labels.PATIENT:
        return False
    if piece.label == labels.PATIENT and _heading(piece) in _HEADINGS:
        return False
    return piece.label in _IDENTITY or (not piece.label and identity.nhs([piece]) is not None)


def _two_columns(piece: Piece) -> bool:
    """True for "Patient: Hester Marlowe        Riverbank Surgery": the right-hand column is an organisation's."""
    gap = _SECOND_COLUMN.search(piece.text)
    return (
        gap is not None
        and piece.label in (*_IDENTITY, *REACH, "")
        and bool(ORGANISATION.search(piece.text, gap.end()))
    )


def _note_what_stands_before(found: list[Piece]) -> None:
    """The end of the stretch before: "her daughter's" before "mobile 07700 900123", also where the line breaks between."""
    for earlier, piece in zip(found, found[1:], strict=False):
        same_line = earlier.line == piece.line and earlier.label not in (
            labels.PRACTICE,
            labels.PRACTICE_CODE,
        )
        runs_on = earlier.line == piece.line - 1 and len(earlier.text) > 30 and earlier.text[-1:].isalpha()
        if same_line or (runs_on and piece.first):
            piece.before = re.split(r"[.;](?:\s|$)", earlier.text)[-1] + " "
