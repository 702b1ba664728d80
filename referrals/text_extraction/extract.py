"""The whole reading of one pasted text, field by field."""

import re
from dataclasses import replace
from datetime import date

from referrals.text_extraction import about_them, clinical_lists, identity, labels, ownership, safety_hints
from referrals.text_extraction import practice as place
from referrals.text_extraction.results import Answer
from referrals.text_extraction.segments import BULLET, NEXT_ROW, NotReadable, Piece, pieces, plain_lines

FIELDS = (
    "given_name", "family_name", "preferred_name", "nhs_number", "date_of_birth", "sex", "address", "postcode", "phones", "email",
    "practice_code", "practice_name", "language", "interpreter", "agreed_on", "problems", "medication",
)  # fmt: skip
_MINE = {labels.NHS, labels.BORN, labels.NAME, labels.GIVEN, labels.FAMILY, labels.PATIENT, labels.SEX,
         labels.PROBLEMS, labels.MEDICATION}  # fmt: skip
_HISTORY = {
    "past medical history",
    "pmh",
    "pmhx",
    "medical history",
    "background",
    "significant past history",
}
_FAMILY = re.compile(r"(?:family (?:history|hx)|fhx?)$", re.IGNORECASE)
# "Father had an MI", "caring for her husband with dementia"; not "her daughter has noticed", "her mother died".
_RELATIVES_ILLNESS = re.compile(
    rf"\b(?:(?:{labels.RELATIVES})\b[^.,;]{{0,30}}?\b(?:ha[sd](?! (?:\w+ed|concerns?|seen|said|told|found|been|to|brought|bought|got|given|"
    r"taken|had)\b)|died\b[^.,;]{0,25}?\b(?:of|from)|suffer(?:s|ed)?|diagnosed)|family (?:history|hx)|fhx?|"
    rf"car(?:es?|ing|er) (?:for|of) (?:\w+ )?(?:{labels.RELATIVES}) with)\b[^.,;]*",
    re.IGNORECASE,
)
_PATIENT_SPOKEN_OF = re.compile(r"\b(?:she|he|they|patient|pt)\b(?!')", re.IGNORECASE)
# "She has OA of the hips, fibromyalgia and AF." and "Takes apixaban 5mg bd, paracetamol prn."
_SAID = {
    labels.PROBLEMS: re.compile(
        r"\b(?:(?:she|he|they|patient|pt)(?: also)? (?:has|have|suffers? (?:from|with))|suffering from|diagnosed with|"
        r"(?:past )?history of) (?!(?:been|had|tried|asked|agreed|not|no|to|a (?:daughter|son|wife|husband|carer))\b)"
        r"(?P<items>[^.;:\n]{4,200})",
        re.IGNORECASE,
    ),
    labels.MEDICATION: re.compile(
        r"\b(?:takes|taking|is on|prescribed)[ ]+(?P<items>[^\n]{3,300}?[0-9] ?(?:mg|mcg|micrograms?|g|ml)\b[^\n]{0,200}?)"
        r"(?=[.](?:\s|$)|$)",
        re.IGNORECASE,
    ),
}


def extract_fields(pasted: str, *, today: date) -> dict[str, Answer | None]:
    """What the text says about its patient, for each of FIELDS; None where it says nothing.

    `date_of_birth` is an ISO date, `nhs_number` ten digits, `phones` are E.164, `sex` is "female" or "male", `interpreter` is
    True or False, `agreed_on` an ISO date; `address`, `phones`, `problems` and `medication` are lists. Raises NotReadable.
    """
    lines = plain_lines(pasted)
    found = pieces(lines)
    _give_letterheads_away(found)
    ownership.settle(found)
    given, family = identity.name(found)
    address, postcode = place.address(found)
    code, practice = place.practice(found)
    answers = {
        "given_name": given,
        "family_name": family,
        "preferred_name": about_them.preferred_name(found),
        "nhs_number": identity.nhs(found),
        "date_of_birth": identity.born(found, today=today),
        "sex": identity.sex(found, today=today),
        "address": address,
        "postcode": postcode,
        "phones": place.phones(found),
        "email": place.email(found),
        "practice_code": code,
        "practice_name": practice,
        "language": about_them.language(found),
        "interpreter": about_them.interpreter(found),
        "agreed_on": about_them.agreed_on(lines, today=today),
        "problems": _listed(found, labels.PROBLEMS) or _history(found) or _in_prose(found, labels.PROBLEMS),
        "medication": _listed(found, labels.MEDICATION) or _in_prose(found, labels.MEDICATION),
    }
    if _several_people(found, today=today) or _several_rows(found, lines):
        return {name: replace(answer, sure=False) if answer else None for name, answer in answers.items()}
    return answers


def sentences_about_the_patient(pasted: str) -> list[str]:
    """What may point at a safety list: all but relatives' illnesses, other people's lines and who signs. A sentence with an
    emergency sign, or one that speaks of the patient, is among them whoever's lines it stands in. For NotReadable text
    none."""
    try:
        found = pieces(plain_lines(pasted))
    except NotReadable:
        return []
    _give_letterheads_away(found)
    said, theirs = [], ""
    for piece in found:
        if piece.label or not piece.text:
            theirs = "family" if _FAMILY.match(piece.named) else ""
        others = (
            theirs or piece.owner == labels.OTHER or piece.label in (labels.KIN, labels.OTHER, labels.SIGNED)
        )
        for sentence in re.split(r"[.;](?:\s|$)", piece.text):
            words = BULLET.sub("", sentence).strip()
            if not safety_hints.is_emergency(words):
                if others and not _PATIENT_SPOKEN_OF.search(words):
                    continue
                words = _without_relatives_illness(words)
            said += [words[start : start + 200] for start in range(0, len(words), 160)]
    return said


def _without_relatives_illness(sentence: str) -> str:
    """The sentence without "her father had an MI"; whole where it goes on about the patient."""
    ill = _RELATIVES_ILLNESS.search(sentence)
    if ill and _PATIENT_SPOKEN_OF.search(sentence, ill.start()):
        return sentence
    return _RELATIVES_ILLNESS.sub("", sentence).strip(" ,")


def _give_letterheads_away(found: list[Piece]) -> None:
    """Lines together that name an organisation and not the patient are the organisation's: its telephone, its postcode."""
    block: list[Piece] = []
    for piece in [*found, Piece("", "", -1, labels.PATIENT)]:
        if piece.text or piece.label:
            block.append(piece)
            continue
        unlabelled = [
            p for p in block if not p.label and len(p.text) < 70 and not p.text.endswith((".", "?"))
        ]
        if (
            not {p.label for p in block} & _MINE
            and not _is_banner(block)
            and any(
                ownership.names_organisation(p.text) or ownership.names_professional(p.text)
                for p in unlabelled
            )
        ):
            for one in block:
                one.owner = labels.OTHER
        block = []
    signed = next((p.line for p in found if p.label == labels.SIGNED), None)
    for piece in found:
        if signed is not None and piece.line >= signed and piece.owner == labels.SIGNED:
            piece.owner = labels.OTHER


def _is_banner(block: list[Piece]) -> bool:
    """Written without labels, the patient's number still says whose lines these are."""
    return any(not p.label and identity.nhs([p]) for p in block)


def _listed(found: list[Piece], label: str) -> Answer | None:
    read_list = clinical_lists.problems if label == labels.PROBLEMS else clinical_lists.medication
    items: list[str] = []
    words = []
    for piece in found:
        if piece.label == label and piece.owner != labels.OTHER:
            items += read_list(piece.text, piece.follows)
            words.append(" ".join([piece.named, piece.text, *piece.follows[:3]])[:120])
    items = list(dict.fromkeys(items))
    # "Fibromyalgia and depression" behind commas may be two, "anxiety and depression" is one: not ours to say.
    joined = any(
        piece.label == labels.PROBLEMS == label and "," in piece.text and " and " in piece.text
        for piece in found
    )
    return (
        Answer(items, not joined and all(len(item) < 120 for item in items), " … ".join(words)[:300])
        if items
        else None
    )


def _history(found: list[Piece]) -> Answer | None:
    """Where no list of active problems is given, the history suggests some: never surely."""
    for piece in found:
        if piece.label == labels.SECTION and " ".join(piece.named.lower().split()) in _HISTORY:
            items = clinical_lists.problems(piece.text, piece.follows)
            if items:
                return Answer(items, False, f"{piece.named}: {piece.text or piece.follows[0]}"[:200])
    return None


def _in_prose(found: list[Piece], label: str) -> Answer | None:
    """What a sentence says of problems or drugs, where no list is given: never surely."""
    for piece in found:
        sentence = _SAID[label].search(piece.text) if piece.owner != labels.OTHER else None
        if sentence is None:
            continue
        if label == labels.PROBLEMS:
            items = clinical_lists.problems(re.sub(r" and (?=[^,]*$)", ", ", sentence["items"]), [])
        else:
            items = clinical_lists.medication(sentence["items"], [])
        if items:
            return Answer(items, False, sentence[0][:200])
    return None


def _several_people(found: list[Piece], *, today: date) -> bool:
    """Two valid NHS numbers or two dates of birth, each behind the patient's label: two people in one text."""
    numbers, days = set(), set()
    for piece in found:
        if piece.owner != labels.PATIENT:
            continue
        if piece.label == labels.NHS:
            answer = identity.nhs([piece])
            numbers |= {answer.value} if answer and answer.sure else set()
        elif piece.label == labels.BORN:
            answer = identity.born([piece], today=today)
            days |= {answer.value} if answer and answer.sure else set()
    return max(len(numbers), len(days)) > 1


def _several_rows(found: list[Piece], lines: list[str]) -> bool:
    """Rows of one table with other names: several people, whatever else the rows tell of them."""
    rows: list[dict[str, str]] = [{}]
    names: set[str] = set()
    for piece in found:
        if lines[piece.line] == NEXT_ROW:
            names.add(_words_of(rows[-1]))
            rows.append({})
        elif not piece.text and not piece.label:
            if len(rows) > 1:
                names.add(_words_of(rows[-1]))
                if len(names - {""}) > 1:
                    return True
            rows, names = [{}], set()
        elif (
            piece.label in (labels.NAME, labels.GIVEN, labels.FAMILY, labels.PATIENT)
            and piece.owner != labels.OTHER
        ):
            rows[-1][piece.label] = piece.text  # the last: above the table's first row there may be others
    return len(rows) > 1 and len((names | {_words_of(rows[-1])}) - {""}) > 1


def _words_of(row: dict[str, str]) -> str:
    return " ".join(sorted(" ".join(row.values()).casefold().replace(",", " ").split()))
