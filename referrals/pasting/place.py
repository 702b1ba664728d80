"""Where the patient lives, how they are reached, and their practice."""

import re

from referrals.pasting import labels, reach
from referrals.pasting.answers import Answer, agreed
from referrals.pasting.lines import Piece
from referrals.pasting.person import nhs, read_start

MOST_LINES = 6  # of an address
CODE = re.compile(r"(?<![A-Z0-9])[A-Z][0-9]{5}(?:[0-9]{3})?(?![0-9A-Z])")
# No word of a name is longer than 40 letters: without an end to it, one line of capitals is read for seconds.
_NAME = r"(?:The |St\.? )?[A-Z][\w'’&.-]{0,40}(?: (?:[A-Z&][\w'’&.-]{0,40}|of|the|and|upon|on)){0,5}?"
PRACTICE = re.compile(
    rf"{_NAME} (?i:Surgery|Medical (?:Centre|Practice|Group|Center)|Health Cent(?:re|er)|Family Practice|Group Practice|"
    r"Practice|Surgeries|Health Practice|Doctors|Medical Partnership|Partnership)\b"
)
_NOT_GP = re.compile(
    r"dental|physio|veterinary|private|osteopath|chiropract|pain (?:clinic|service)|optician", re.IGNORECASE
)
SOMEBODY = re.compile(
    r"\b(?:wife|husband|daughter|son|carer|neighbour|mother|father|partner|nok|next of kin|friend|sister|brother|"
    r"surgery|practice|gp|hospital|reception)(?:\x27s)?\b",
    re.IGNORECASE,
)
_LIVES = re.compile(
    r"\b(?:lives?(?: at| in)?|living at|resid(?:es|ent|ing) at|(?:the|her|his|their|home) address is|of)[ :]+(?=[0-9]|flat|the|[A-Z])",
    re.IGNORECASE,
)


def address(found: list[Piece]) -> tuple[Answer | None, Answer | None]:
    """(lines of the address, postcode) of the patient."""
    labelled = _labelled_address(found)
    if labelled is None:
        labelled = _in_prose(found) or _below_the_name(found)
    lines, code = labelled or (None, None)
    stated = _stated_postcode(found)
    if stated and code and stated.value != code.value:
        return lines, Answer(stated.value, False, stated.words)
    return lines, stated or code or _only_postcode(found)


def phones(found: list[Piece]) -> Answer | None:
    """The patient's telephone numbers: all that stand behind their labels."""
    sure: list[str] = []
    words: list[str] = []
    unsure: list[tuple[str, str]] = []
    for piece in found:
        if piece.owner == labels.OTHER or piece.label in (labels.SKIP, labels.KIN, labels.OTHER):
            continue
        text = piece.text or next(iter(piece.follows), "") if piece.label == labels.PHONE else piece.text
        if piece.label == labels.PHONE and piece.follows and piece.text and reach.phones(piece.follows[0]):
            text = f"{piece.text} / {piece.follows[0]}"
        for number, written in reach.phones(text):
            at = text.find(written)
            before = re.split(r"[.;0-9]|, ", text[:at])[-1]  # this clause
            after = re.split(r"[0-9,.;\n]| and |  ", text[at + len(written) :][:30])[0]
            if SOMEBODY.search(_clause_before(found, piece)):
                continue
            if SOMEBODY.search(after) or SOMEBODY.search(before):
                continue
            mine = piece.label == labels.PHONE and piece.owner == labels.PATIENT
            if mine or (
                piece.owner == labels.PATIENT
                and _in_patients_block(found, piece)
                and number.startswith("+447")
            ):
                sure.append(number)
                words.append(f"{piece.named} {written}".strip())
            elif piece.label not in (labels.NHS, labels.PRACTICE, labels.PRACTICE_CODE):
                unsure.append((number, written))
    if sure:
        return Answer(list(dict.fromkeys(sure)), True, "; ".join(dict.fromkeys(words)))
    if unsure:
        return Answer(
            list(dict.fromkeys(n for n, _ in unsure)), False, "; ".join(dict.fromkeys(w for _, w in unsure))
        )
    return None


def _clause_before(found: list[Piece], piece: Piece) -> str:
    """The end of the stretch before on the same line: "her daughter's" before "mobile 07700 900123"."""
    at = next(number for number, other in enumerate(found) if other is piece)
    earlier = found[at - 1] if at else None
    if earlier is None or earlier.line != piece.line:
        return ""
    return re.split(r"[.;0-9]|, ", earlier.text)[-1] + " "


def email(found: list[Piece]) -> Answer | None:
    """The patient's e-mail address; one of the health service or a council is somebody's at work."""
    sure: list[Answer] = []
    unsure: list[Answer] = []
    for piece in found:
        if piece.owner == labels.OTHER or piece.label in (labels.SKIP, labels.KIN, labels.OTHER):
            continue
        text = piece.text or next(iter(piece.follows), "") if piece.label == labels.EMAIL else piece.text
        for written in reach.emails(text):
            if reach.is_staffs(written):
                continue
            mine = piece.label == labels.EMAIL or _in_patients_block(found, piece)
            (sure if mine and piece.owner == labels.PATIENT else unsure).append(
                Answer(written, True, text[:120])
            )
    if sure:
        return agreed(sure)
    return Answer(unsure[0].value, False, unsure[0].words) if unsure else None


def practice(found: list[Piece]) -> tuple[Answer | None, Answer | None]:
    """(ODS code, name) of the practice where the patient is registered."""
    named, coded = [], []
    for piece in found:
        text = piece.text or next(iter(piece.follows), "")
        if piece.label == labels.PRACTICE:
            coded += [Answer(code, True, text[:120]) for code in CODE.findall(text)]
            name = re.split(r"[,;\t(\[]|  | - (?=[A-Z0-9])", CODE.sub("", text))[0].strip(" -:.")
            # "Rosebank Health" might be a doctor's name, but not with the practice's code beside it.
            place = CODE.search(text) or not read_start(name + ", x")
            if len(name) > 2 and place and re.search(r"[A-Za-z]{3}", name):
                named.append(Answer(name, not _NOT_GP.search(name), text[:120]))
        elif piece.label == labels.PRACTICE_CODE:
            coded += [Answer(code, True, f"{piece.named} {code}") for code in CODE.findall(text.upper())]
    if not named:
        seen = [
            Answer(match[0].strip(), True, piece.text[:120])
            for piece in found
            for match in PRACTICE.finditer(piece.text)
            if not _NOT_GP.search(match[0])
        ]
        named = seen
    if not coded:
        named_on = {p.line for p in found if p.label == labels.PRACTICE or PRACTICE.search(p.text)}
        for piece in found:
            for code in CODE.findall(piece.text):
                beside = bool(named_on & {piece.line - 1, piece.line, piece.line + 1})
                coded.append(Answer(code, beside, piece.text[:120]))
    return agreed(coded) if coded else None, agreed(named) if named else None


def _labelled_address(found: list[Piece]) -> tuple[Answer | None, Answer | None] | None:
    mine = [p for p in found if p.label == labels.ADDRESS and p.owner != labels.OTHER]
    mine = [p for p in mine if p.owner == labels.PATIENT] or mine
    said, codes = [], []
    for piece in mine[:4]:
        texts = [piece.text] if piece.text else []
        if not (piece.text and reach.postcodes(piece.text)):
            for line in piece.follows[:MOST_LINES]:
                if reach.phones(line) or reach.emails(line):
                    break
                texts.append(line)
                if reach.postcodes(line):
                    break
        more = [p.text for p in found if p.label == labels.MORE_ADDRESS and p.owner == piece.owner and p.text]
        lines, code = reach.address_lines(texts + more)
        sure = piece.owner == labels.PATIENT
        if lines:
            said.append(Answer(lines, sure and len(lines) <= 7, ", ".join(texts + more)[:240]))
        if code:
            codes.append(Answer(code, sure, texts[-1][:120] if texts else code))
    if not said and not codes:
        return None
    return agreed(said) if said else None, agreed(codes) if codes else None


def _below_the_name(found: list[Piece]) -> tuple[Answer | None, Answer | None] | None:
    """The lines between the patient's name and a postcode, or the rest of a line that began with the name."""
    for number, piece in enumerate(found):
        starts = piece.label in (labels.NAME, labels.PATIENT, labels.NHS, labels.BORN) or (
            not piece.label and nhs([piece])
        )
        if not starts or piece.owner != labels.PATIENT:
            continue
        rest = [part.strip() for part in piece.text.split(",")]
        street = next((i for i, part in enumerate(rest) if i and _begins_an_address(part)), None)
        texts = [", ".join(rest[street:])] if street else []
        below = [p for p in found[number + 1 : number + 12] if p.line > piece.line]
        for other in below:
            if texts and reach.postcodes(" ".join(texts)):
                break
            if other.label == labels.BORN or other.label in (labels.NHS, labels.SEX, labels.SKIP):
                if other.label and not texts:
                    continue
                break
            if other.label or not other.text or (not texts and not _begins_an_address(other.text)):
                if texts or other.label in (labels.SECTION, labels.PROBLEMS, labels.MEDICATION):
                    break
                continue
            texts.append(other.text)
        lines, code = reach.address_lines(texts[:MOST_LINES])
        if lines and code:
            sure = not street or lines[0][:1].isdigit() or lines[0].lower().startswith("flat")
            return Answer(lines, sure, ", ".join(texts)[:240]), Answer(code, True, texts[-1][:120])
    return None


def _begins_an_address(text: str) -> bool:
    return bool(
        re.match(r"(?:(?:flat|apartment|unit|no\.?) ?)?[0-9]{1,4}[A-Za-z]?[ ,]", text, re.IGNORECASE)
    ) or bool(
        re.match(r"[A-Z]", text)
        and reach.STREET.search(text)
        and len(text.split()) <= 11
        and not re.search(r"[.?!]", text)
    )


def _in_prose(found: list[Piece]) -> tuple[Answer | None, Answer | None] | None:
    for piece in found:
        if piece.owner != labels.PATIENT or piece.label in (labels.KIN, labels.OTHER):
            continue
        text = " ".join([piece.text, *piece.follows[:1]])
        for match in _LIVES.finditer(text):
            lines, code = reach.address_lines([text[match.end() : match.end() + 200]])
            numbered = bool(lines) and bool(re.match(r"(?:flat )?[0-9]", lines[0], re.IGNORECASE))
            said = numbered or "address" in match[0].lower() or "live" in match[0].lower()
            if lines and code and len(lines) <= 6 and said and len(" ".join(lines).split()) <= 14:
                words = text[match.start() : match.end() + 90]
                return Answer(lines, True, words), Answer(code, True, words)
    return None


def _stated_postcode(found: list[Piece]) -> Answer | None:
    said = []
    for piece in found:
        if piece.label == labels.POSTCODE and piece.owner in (labels.PATIENT, labels.DOUBT):
            for code, start, end in reach.postcodes(piece.text or next(iter(piece.follows), ""))[:1]:
                words = (piece.text or next(iter(piece.follows), ""))[start:end]
                said.append(Answer(code, piece.owner == labels.PATIENT, f"{piece.named} {words}"))
    return agreed(said) if said else None


def _only_postcode(found: list[Piece]) -> Answer | None:
    seen = {
        code: piece.text[:120]
        for piece in found
        if piece.owner == labels.PATIENT
        and piece.label in ("", labels.PATIENT, labels.NAME, labels.BORN, labels.NHS)
        for code, _, _ in reach.postcodes(piece.text)
    }
    return (
        Answer(*next(iter((code, False, words) for code, words in seen.items()))) if len(seen) == 1 else None
    )


def _in_patients_block(found: list[Piece], piece: Piece) -> bool:
    """The lines around it, up to the next gaps, name the patient and nobody else."""
    at = next(number for number, other in enumerate(found) if other is piece)
    start, end = at, at
    while start > 0 and found[start - 1].text:
        start -= 1
    while end + 1 < len(found) and found[end + 1].text:
        end += 1
    block = {p.label for p in found[start : end + 1]}
    return bool(block & {labels.NHS, labels.BORN, labels.NAME, labels.PATIENT, labels.FAMILY}) and not (
        block & {labels.OTHER, labels.KIN, labels.SIGNED, labels.PRACTICE}
    )
