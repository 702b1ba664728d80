"""Where the patient lives, how they are reached, and their practice."""

import re

from referrals.text_extraction import contact_details, labels, ownership
from referrals.text_extraction.identity import nhs, read_start
from referrals.text_extraction.results import Answer, agreed
from referrals.text_extraction.segments import Piece

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
_PREFERS = re.compile(r"\bprefer\w*\b[^.\n]{0,40}?\b(?P<kind>mobile|home|landline|work)\b", re.IGNORECASE)
_BEFORE = re.compile(r"\b(?:moved|previous\w*|old|former\w*|used to|until)\b", re.IGNORECASE)
_NAME_LAST = re.compile(r"\b(?!(?:She|He|They|Patient|Pt|And|Who)\b)[A-Z][a-z'-]+ $")  # "Susan lives at"
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
    """The patient's telephone numbers: the one that the text prefers first, then mobiles, home, and work last."""
    sure: dict[str, tuple[int, str]] = {}  # number: its rank, the words
    unsure: dict[str, str] = {}
    prefers = _preferred_kind(found)
    for piece in found:
        if piece.owner == labels.OTHER or piece.label in (labels.SKIP, labels.KIN, labels.OTHER):
            continue
        text, end = _phone_text(piece), 0
        clause = re.split(r"[0-9]", piece.before)[-1]
        for number, written in contact_details.phones(text):
            at = text.find(written, end)
            between, end = text[end:at], at + len(written)
            before = re.split(r"(?<!\bSt)[.;]|[0-9]", text[:at])[-1]  # this clause
            after = re.split(r"[0-9,.;\n]| and |  ", text[end : end + 30])[0]
            if any(labels.SOMEBODY.search(words) for words in (clause, before, after)):
                continue
            labelled = piece.label == labels.PHONE and piece.owner == labels.PATIENT
            named = not labels.words(f"{before} {after}") <= labels.ABOUT_NUMBERS  # "07700 900123 Susan"
            apart = at != len(between) and re.search(r"\t| {2}", between) and not re.match(r" ?\(", after)
            mine = labelled and not named and not apart
            if mine or (piece.among and not piece.label and number.startswith("+447")):
                kind = _kind(f"{piece.named} {before} {after}", number)
                preferred = kind == prefers or "prefer" in f"{piece.named} {after}".lower()
                rank = -1 if preferred else ("mobile", "home", "work").index(kind)
                words = f"{piece.named} {written}".strip()
                sure[number] = min(sure.get(number, (rank, words)), (rank, words))
            elif piece.label not in (labels.NHS, labels.PRACTICE, labels.PRACTICE_CODE):
                unsure.setdefault(number, written)
    if sure:
        numbers = sorted(sure, key=lambda number: sure[number][0])
        return Answer(numbers, True, "; ".join(dict.fromkeys(sure[number][1] for number in numbers)))
    return Answer(list(unsure), False, "; ".join(dict.fromkeys(unsure.values()))) if unsure else None


def _phone_text(piece: Piece) -> str:
    """Where a piece may hold numbers: below a label that stands alone, or that ends in a comma or stroke, too."""
    if piece.label != labels.PHONE or not piece.follows:
        return piece.text
    return f"{piece.text} {piece.follows[0]}" if not piece.text or piece.text[-1] in "/,&" else piece.text


def _kind(words: str, number: str) -> str:
    if re.search(r"\bwork\b", words, re.IGNORECASE):
        return "work"
    return "mobile" if number.startswith("+447") else "home"


def _preferred_kind(found: list[Piece]) -> str:
    """ "mobile", "home" or "work" where the text says which number they prefer, else ""."""
    for piece in found:
        said = _PREFERS.search(f"{piece.named} {piece.text}") if piece.owner != labels.OTHER else None
        if said:
            return "home" if said["kind"].lower() == "landline" else said["kind"].lower()
    return ""


def email(found: list[Piece]) -> Answer | None:
    """The patient's email address; one of the health service, a council or a desk is somebody's at work."""
    sure: list[Answer] = []
    unsure: list[Answer] = []
    for piece in found:
        if piece.owner == labels.OTHER or piece.label in (labels.SKIP, labels.KIN, labels.OTHER):
            continue
        text = piece.text or next(iter(piece.follows), "") if piece.label == labels.EMAIL else piece.text
        for written in contact_details.emails(text):
            before = re.split(r"[;,]", text[: text.find(written)])[-1]
            if contact_details.is_staffs(written) or labels.SOMEBODY.search(f"{piece.before}{before}"):
                continue
            after = re.split(r"[,.;]|  ", text[text.find(written) + len(written) :])[0]
            named = piece.label == labels.EMAIL and not labels.words(after) <= labels.ABOUT_NUMBERS
            mine = not named and (
                piece.among or (piece.label == labels.EMAIL and piece.owner == labels.PATIENT)
            )
            (sure if mine else unsure).append(Answer(written, True, text[:120]))
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
        if not (piece.text and contact_details.postcodes(piece.text)):
            for line in piece.follows[:MOST_LINES]:
                if (
                    contact_details.phones(line)
                    or contact_details.emails(line)
                    or ownership.names_professional(line)
                ):
                    break
                texts.append(line)
                if contact_details.postcodes(line):
                    break
        more = [p.text for p in found if p.label == labels.MORE_ADDRESS and p.owner == piece.owner and p.text]
        lines, code = contact_details.address_lines(texts + more)
        foreign = any(":" in text or ownership.ORGANISATION.search(text) for text in texts + more)
        sure = piece.owner == labels.PATIENT and not foreign
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
        if not starts or piece.owner != labels.PATIENT or piece.mixed:
            continue
        rest = [part.strip() for part in piece.text.split(",")]
        street = next((i for i, part in enumerate(rest) if i and _begins_an_address(part)), None)
        texts = [", ".join(rest[street:])] if street else []
        below = [p for p in found[number + 1 : number + 12] if p.line > piece.line]
        for other in below:
            if texts and contact_details.postcodes(" ".join(texts)):
                break
            if not (other.text or other.label) or other.owner == labels.OTHER:
                break
            if not other.label and (
                other.owner != labels.PATIENT or ownership.ORGANISATION.search(other.text)
            ):
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
        lines, code = contact_details.address_lines(texts[:MOST_LINES])
        if lines and code:
            sure = not street or lines[0][:1].isdigit() or lines[0].lower().startswith("flat")
            return Answer(lines, sure, ", ".join(texts)[:240]), Answer(code, True, texts[-1][:120])
    return None


def _begins_an_address(text: str) -> bool:
    return bool(
        re.match(r"(?:(?:flat|apartment|unit|no\.?) ?)?[0-9]{1,4}[A-Za-z]?[ ,]", text, re.IGNORECASE)
    ) or bool(
        re.match(r"[A-Z]", text)
        and contact_details.STREET.search(text)
        and len(text.split()) <= 11
        and not re.search(r"[.?!]", text)
    )


def _in_prose(found: list[Piece]) -> tuple[Answer | None, Answer | None] | None:
    for piece in found:
        if piece.owner != labels.PATIENT or piece.label in (labels.KIN, labels.OTHER):
            continue
        text = " ".join([piece.text, *piece.follows[:1]])
        for match in _LIVES.finditer(text):
            clause = re.split(r"[.;]", piece.before + text[: match.start()])[-1]
            if labels.SOMEBODY.search(clause) or _NAME_LAST.search(clause):
                continue
            lines, code = contact_details.address_lines([text[match.end() : match.end() + 200]])
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
            for code, start, end in contact_details.postcodes(piece.text or next(iter(piece.follows), ""))[
                :1
            ]:
                words = (piece.text or next(iter(piece.follows), ""))[start:end]
                said.append(Answer(code, piece.owner == labels.PATIENT, f"{piece.named} {words}"))
    return agreed(said) if said else None


def _only_postcode(found: list[Piece]) -> Answer | None:
    seen = {
        code: piece.text[:120]
        for piece in found
        if piece.owner == labels.PATIENT
        and piece.label in ("", labels.PATIENT, labels.NAME, labels.BORN, labels.NHS)
        and not _BEFORE.search(piece.text)
        for code, _, _ in contact_details.postcodes(piece.text)
    }
    return (
        Answer(*next(iter((code, False, words) for code, words in seen.items()))) if len(seen) == 1 else None
    )
