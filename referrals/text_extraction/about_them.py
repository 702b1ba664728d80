"""What helps to speak with the patient: the name they like, their language, an interpreter; and the day they agreed."""

import re
from datetime import date, timedelta

from participants.languages import LANGUAGES
from referrals.text_extraction import birth_dates, labels, person_names
from referrals.text_extraction.results import Answer, agreed
from referrals.text_extraction.segments import Piece

_PREFERRED = re.compile(
    r"(?:preferred name|known as|name known by|likes to be called|calling name)$", re.IGNORECASE
)
_CALLED = re.compile(
    r"\((?:known as|likes to be called|prefers(?: to be called)?|pref(?:erred)?(?: name)?)[: ]+(?P<name>[^()]{2,40})\)",
    re.IGNORECASE,
)
_LANGUAGE = re.compile(r"\blanguage\b", re.IGNORECASE)
_INTERPRETER = re.compile(r"\binterpreter\b", re.IGNORECASE)
_KNOWN = {word: word for _, words in LANGUAGES for word in words.split(" or ")} | {"Welsh": "Welsh"}
_SPEAKS = re.compile(
    rf"\bspeaks? (?:only |mainly |mostly )?(?P<first>{'|'.join(_KNOWN)})\b|\b(?P<second>{'|'.join(_KNOWN)})[- ]speak(?:ing|er)\b",
    re.IGNORECASE,
)
_NO_INTERPRETER = re.compile(
    r"\bno interpreter\b|\binterpreter (?:(?:is )?not|isn't) (?:needed|required|necessary)|"
    r"\b(?:not|never|\w+n't|do(?:es)?nt) (?:need|require)(?:s|ed)? (?:(?:an?|any) )?(?:\w+ )?interpreter|"
    r"\bno (?:need|requirement) (?:for|of) (?:(?:an?|any) )?(?:\w+ )?interpreter",
    re.IGNORECASE,
)
_AN_INTERPRETER = re.compile(
    r"\b(?:needs?|requires?|with|via|through) an? (?:\w+ )?interpreter\b|\binterpreter (?:is )?(?:needed|required)\b",
    re.IGNORECASE,
)
_YES = re.compile(r"(?:y|yes|true|needed|required)\b", re.IGNORECASE)
_NO = re.compile(r"(?:n|no|false|none|not (?:needed|required))\b", re.IGNORECASE)

_AGREED = re.compile(
    r"\b(?:consent(?:ed|s)?|agree[ds]?|agreement)\b(?P<between>[^.;\n]{0,70}?)[ :]*$", re.IGNORECASE
)
_TO_REFERRAL = re.compile(r"\brefer|\bprogramme\b", re.IGNORECASE)
# Agreed to something else, or not at all.
_NOT_AGREED = re.compile(
    r"\b(?:not|never|no|declin\w+|refus\w+|withdr\w+|dissent\w*|shar(?:e|ing|ed)|summary care|records?|research|study|procedure|"
    r"operation|surgical|vaccin\w*|immunis\w*|injection|photograph\w*|students?|until|expires?|review)\b",
    re.IGNORECASE,
)
_OLDEST = timedelta(days=366)
_NEAR = 200  # characters of a line around a date: a line of nothing but dates is read as fast as any


def preferred_name(found: list[Piece]) -> Answer | None:
    """Behind its label, or in brackets behind the name."""
    said = []
    for piece in found:
        if piece.owner == labels.OTHER:
            continue
        mine = piece.owner == labels.PATIENT and not piece.somebodys
        if piece.label == labels.SKIP and _PREFERRED.search(piece.named):
            value = person_names.one(_value(piece))
            if value:
                said.append(Answer(value, mine, f"{piece.named}: {value}"))
        elif piece.label in (labels.NAME, labels.PATIENT, labels.GIVEN):
            called = _CALLED.search(piece.text)
            value = person_names.one(called["name"]) if called else ""
            if called and value:
                said.append(Answer(value, mine, called[0]))
    return agreed(said) if said else None


def language(found: list[Piece]) -> Answer | None:
    """Behind its label; what a sentence says of it is never sure."""
    said, suggested = [], []
    for piece in found:
        if piece.owner == labels.OTHER:
            continue
        if piece.label == labels.SKIP and _LANGUAGE.search(piece.named):
            value = re.split(r"[,;(/|\t]|  | - ", _value(piece))[0].strip(" .")
            if re.fullmatch(r"[^\W\d_]{3,20}(?: [^\W\d_]{2,20}){0,2}", value):
                mine = not piece.somebodys and value.title() in _KNOWN
                said.append(Answer(value.title() if value.islower() or value.isupper() else value, mine,
                                   f"{piece.named}: {value}"))  # fmt: skip
            continue
        if piece.label in (labels.KIN, labels.OTHER):
            continue
        for match in _SPEAKS.finditer(piece.text):
            if not labels.SOMEBODY.search(_clause(piece.text, match.start())):
                value = (match["first"] or match["second"]).title()
                suggested.append(Answer(value, False, match[0]))
    return agreed(said or suggested) if said or suggested else None


def interpreter(found: list[Piece]) -> Answer | None:
    """True where one is needed, False where the text says that none is; sure behind the label alone."""
    said, suggested = [], []
    for piece in found:
        if piece.owner == labels.OTHER:
            continue
        if piece.label == labels.SKIP and _INTERPRETER.search(piece.named):
            value = _value(piece)
            mine = not piece.somebodys
            if _YES.match(value) or _NO.match(value):
                said.append(Answer(bool(_YES.match(value)), mine, f"{piece.named}: {value}"[:80]))
        elif piece.label not in (labels.KIN, labels.OTHER):
            needed, not_needed = _AN_INTERPRETER.search(piece.text), _NO_INTERPRETER.search(piece.text)
            match = not_needed or needed
            if match and not labels.SOMEBODY.search(_clause(piece.text, match.start())):
                suggested.append(Answer(not not_needed, False, match[0]))
    return agreed(said or suggested) if said or suggested else None


def agreed_on(lines: list[str], *, today: date) -> Answer | None:
    """The day on which the patient agreed: sure only where the line says to what, and it is not long ago."""
    said = []
    for line in lines:
        for day in birth_dates.find(line, today=today):
            before = re.split(r"[.;](?:\s|$)", line[max(0, day.start - _NEAR) : day.start])[-1]
            consent = _AGREED.search(re.sub(r"[ ,]*\b(?:on|dated|given|obtained)[ :]*$", "", before))
            sentence = f"{before}{re.split(r'[.;]', line[day.end : day.end + _NEAR])[0]}"
            if (
                not consent
                or day.day > today
                or _NOT_AGREED.search(sentence)
                or labels.SOMEBODY.search(sentence)
            ):
                continue
            sure = day.sure and today - day.day < _OLDEST and bool(_TO_REFERRAL.search(sentence))
            said.append(Answer(day.day.isoformat(), sure, line.strip()[:120]))
    return agreed(said) if said else None


def _value(piece: Piece) -> str:
    return (piece.text or next(iter(piece.follows), "")).strip()


def _clause(text: str, end: int) -> str:
    return re.split(r"[.;]", text[:end])[-1]
