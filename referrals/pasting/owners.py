"""Whose numbers, emails and addresses they are, from the lines around them.

A detail is the patient's only where something says so: a label that only a person's detail has ("Home tel"), or a name,
date of birth or NHS number above it in the same lines. What stands nearer a surgery, relative or signature is
theirs; the rest is labels.DOUBT, and the form stays empty.
"""

import re
from dataclasses import dataclass

from referrals.pasting import labels, person
from referrals.pasting.lines import OF_ANYBODY, Piece

REACH = (labels.PHONE, labels.EMAIL, labels.ADDRESS, labels.MORE_ADDRESS, labels.POSTCODE)
_IDENTITY = (labels.NHS, labels.BORN, labels.NAME, labels.GIVEN, labels.FAMILY, labels.PATIENT, labels.SEX)
_LISTS = (labels.PROBLEMS, labels.MEDICATION, labels.SECTION)
_HEADINGS = ("contact details", "details")  # of anybody's
_OTHERS = {labels.OTHER, labels.KIN, labels.SIGNED, labels.PRACTICE}
# Labels that a surgery's or a hospital's details do not have.
_PERSONAL = re.compile(
    r"\b(?:home|mobile|mob|cell|landline|work|patient|patient's|pt|personal|usual|residen\w+)\b",
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
_RELATIVE = re.compile(rf"\b(?:{labels.RELATIVES})\b[^.!?]*$", re.IGNORECASE)
_NAME_ALONE = re.compile(r"(?:(?:Mr|Mrs|Miss|Ms|Mx)\.? )?[A-Z][\w'-]+(?: [A-Z][\w'-]+){1,2},?")
_SECOND_COLUMN = re.compile(r"\S(?:\t| {3,})")
_PATIENT, _ORGANISATION, _SOMEBODY, _LIST, _UNKNOWN = "patient", "organisation", "somebody", "list", ""


def names_organisation(text: str) -> bool:
    """True for a line of a letterhead; a sentence may speak of a surgery without being one."""
    return len(text) < 120 and not re.search(r"[.?!](?:\s|$)", text) and bool(ORGANISATION.search(text))


def names_professional(text: str) -> bool:
    """True for a line such as "Jo Brown, Practice Nurse"."""
    return len(text) < 70 and not text.endswith((".", "?")) and bool(PROFESSIONAL.search(text))


@dataclass
class _State:
    """What is carried over a gap: whose the next details would be, and what is known of the patient."""

    now: str = _UNKNOWN
    known: bool = False
    name: str = ""  # as it is labelled


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
    identified = vouched = stray = reached = False
    now = _UNKNOWN if state.now == _ORGANISATION else state.now
    below_address = False
    for piece, following in zip(block, [*block[1:], None], strict=True):
        piece.mixed = mixed
        ends_line = following is None or following.line != piece.line
        if _identifies(piece):
            name = piece.text or next(iter(piece.follows), "") if piece.label == labels.NAME else ""
            name = name.casefold()
            same = bool(name) and name == state.name
            if now == _SOMEBODY and state.known and piece.label in OF_ANYBODY and not identified and not same:
                piece.owner = labels.OTHER
            elif name and state.name and not same and not identified:
                now = _SOMEBODY  # "Name: Ann Other", of a contact
            else:
                now, identified, stray = _PATIENT, True, False
                state.known, state.name = True, state.name or name
        elif piece.label == labels.KIN or (not piece.label and ends_line and _RELATIVE.search(piece.text)):
            now, vouched = _SOMEBODY, False
        elif piece.label in (labels.PRACTICE, labels.PRACTICE_CODE):
            now, vouched = (now if now == _SOMEBODY else _ORGANISATION), False
        elif piece.label == labels.OTHER and piece.first:
            vouched = False
        elif piece.label in _LISTS:
            now = _LIST
        elif not piece.label and (
            names_professional(piece.text) or (reached and _NAME_ALONE.fullmatch(piece.text))
        ):
            now, vouched = _SOMEBODY, False
        elif not piece.label and names_organisation(piece.text):
            now, vouched = (now if now == _SOMEBODY else _ORGANISATION), False
        elif not piece.label and piece.first and not identified and not below_address and now != _LIST:
            now = now if now == _SOMEBODY else _UNKNOWN
            stray = True  # below a line of nobody that is known, no label says enough
        elif piece.label in REACH and piece.owner in (labels.PATIENT, labels.DOUBT):
            now, vouched = _settle_detail(
                piece, now, identified=identified, mixed=mixed or stray, vouched=vouched
            )
        reached = reached or piece.label in (labels.PHONE, labels.EMAIL)
        below_address = (
            piece.label == labels.ADDRESS
            or (below_address and not piece.label)
            or (piece.label in REACH and not piece.text)
        )
        piece.among = alone and identified and now == _PATIENT
    state.now = now


def _settle_detail(
    piece: Piece, now: str, *, identified: bool, mixed: bool, vouched: bool
) -> tuple[str, bool]:
    """(whose the next details would be, whether a label has vouched for them) after this one, which gets its owner."""
    if now == _SOMEBODY or (now == _ORGANISATION and not identified):
        piece.owner = labels.OTHER
    elif _PERSONAL.search(piece.named) and (identified or not mixed):
        piece.owner = labels.PATIENT
        return _PATIENT, True
    elif mixed or now != _PATIENT or not (piece.owner == labels.PATIENT or vouched):
        piece.owner = labels.DOUBT
    else:
        piece.owner = labels.PATIENT
    return now, vouched


def _identifies(piece: Piece) -> bool:
    if piece.owner != labels.PATIENT:
        return False
    if piece.label == labels.PATIENT and " ".join(piece.named.lower().split()) in _HEADINGS:
        return False
    return piece.label in _IDENTITY or (not piece.label and person.nhs([piece]) is not None)


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
