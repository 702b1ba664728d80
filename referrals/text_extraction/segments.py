"""Text from anywhere as plain lines, and each line as pieces of "label: value" that belong to somebody."""

import csv
import re
import unicodedata
from dataclasses import dataclass, field

from referrals.text_extraction import hl7, labels

MOST_CHARACTERS = 200_000  # a long record; more is not a summary
MOST_LINES, LONGEST_LINE = 4_000, 2_000
_INVISIBLE = dict.fromkeys(
    [*range(0x00, 0x09), *range(0x0B, 0x20), 0x7F, 0xAD, *range(0x200B, 0x2010), *range(0x202A, 0x202F),
     *range(0x2060, 0x206A), 0xFEFF]
)  # fmt: skip
_SPACES = re.compile(r"[\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]")
_DASHES = re.compile(r"[\u2010\u2011\u2012\u2043\u2212]")
NEXT_ROW = "\x1e"  # the gap between two rows of a table: no pasted text keeps this mark, and as space it is a gap as any other
BULLET = re.compile(r"^[ \t]*(?:[>•·▪●◦‣*+]+|[-–—](?=[ \t])|\(?[0-9]{1,2}[.)](?=[ \t]))[ \t]*")


class NotReadable(ValueError):
    """What was pasted is not text of a size that can be read; the sentence says so."""


LISTS, MOST_BELOW = (labels.PROBLEMS, labels.MEDICATION, labels.SECTION), 60
# First on their line, these speak of the patient again.
BACK_TO_PATIENT = (labels.PATIENT, labels.SECTION, labels.PROBLEMS, labels.MEDICATION, labels.NHS, labels.BORN,
                   labels.GIVEN, labels.FAMILY, labels.SEX)  # fmt: skip
OF_ANYBODY = (labels.NAME, labels.GIVEN, labels.FAMILY, labels.BORN, labels.SEX)  # a relative has these, too


@dataclass
class Piece:
    """A stretch of one line: what label stands before it, and whose it is."""

    label: str  # a field of labels, or "" for words without a label
    text: str
    line: int
    owner: str  # labels.PATIENT or labels.OTHER
    named: str = ""  # the label as it was written
    first: bool = True  # begins its line
    column: bool = False  # another person's, in a later column: the next row is the patient's again
    follows: list[str] = field(default_factory=list)  # the lines below, up to the next label or gap
    # What owners.settle finds out:
    before: str = ""  # the end of the stretch before it
    among: bool = False  # on the patient's own lines, with nobody else in them
    somebodys: bool = False  # behind words about another person, or that are not known
    mixed: bool = False  # lines whose second column is an organisation's


def plain_lines(pasted: str) -> list[str]:
    """The lines of what was pasted, with one kind of space, dash and quote, and no hidden marks. Raises NotReadable."""
    if len(pasted) > MOST_CHARACTERS:
        raise NotReadable("Paste the summary or letter only. This text is too long to read.")
    text = unicodedata.normalize("NFC", pasted.replace("\r\n", "\n").replace("\r", "\n"))
    text = _SPACES.sub(" ", text.replace("\x0b", "\n").replace("\x0c", "\n"))
    text = _DASHES.sub("-", text.translate(_INVISIBLE))
    text = text.replace("’", "'").replace("‘", "'").replace("“", '"').replace("”", '"').replace("：", ":")
    lines = [line[:LONGEST_LINE].rstrip() for line in text.split("\n")[:MOST_LINES]]
    return _without_tables(hl7.plain(lines))


def _without_tables(lines: list[str]) -> list[str]:
    """A row of labels above rows of values becomes one "label: value" line for each value; a gap parts the rows."""
    plain: list[str] = []
    heads: list[str] = []  # of the table that the next line may belong to
    rows = 0
    for line in lines:
        # The head of a table of problems or drugs is no row of labels: its rows belong to the heading above.
        listed = bool(plain) and labels.TABLE_HEAD.fullmatch(plain[-1].strip())
        if not rows:
            heads = [] if listed or not plain else _heads(plain[-1])
        values = _columns(line)
        if len(values) != len(heads):
            values = _cells_of_csv(line) if heads else []
        is_table = len(heads) > 1 and len(heads) == len(values)
        # A family may be called Street; a row of two labels and more is another head.
        if is_table and sum(len(value) > 2 and value.lower() in labels.MEANING for value in values) < min(
            2, len(values) - 1
        ):
            cells = list(zip(heads, values, strict=True))
            # "Relationship" says whose the whole row is, in whichever column it stands; a relative's own come last.
            cells.sort(key=lambda cell: _place_in_row(cell[0]))
            shown = [f"{head}: {value}" for head, value in cells if value]
            if rows:
                plain += [NEXT_ROW, *shown]
            else:
                plain[-1:] = shown
            rows += 1
        else:
            rows = 0
            plain.append(line)
    return plain


def _heads(line: str) -> list[str]:
    """The labels of a table's columns, where the line holds nothing else."""
    for cells in (_columns(line), _cells_of_csv(line)):
        if len(cells) > 1 and all(cell.lower() in labels.MEANING for cell in cells):
            return cells
    return []


def _place_in_row(head: str) -> int:
    meant = labels.MEANING[head.lower()]
    if meant == labels.KIN:
        return 0 if head.lower() == "relationship" else 2
    return 2 if meant in (labels.OTHER, labels.SIGNED) else 1


def _columns(line: str) -> list[str]:
    if len(line) > 300 or ":" in line:
        return []
    bare = BULLET.sub("", line).strip(" \t|")
    return [cell.strip() for cell in re.split(r"\t+|[ \t]*\|[ \t]*|[ ]{2,}", bare)]


def _cells_of_csv(line: str) -> list[str]:
    """The cells of a line of a comma- or semicolon-separated file, where it has four and more."""
    bare = BULLET.sub("", line)
    if len(bare) > 600:
        return []
    mark = ";" if bare.count(";") > bare.count(",") else ","
    if bare.count(mark) < 3:
        return []
    try:
        cells = next(csv.reader([bare], delimiter=mark, skipinitialspace=True), [])
    except csv.Error:
        return []
    return [cell.strip() for cell in cells]


def pieces(lines: list[str]) -> list[Piece]:
    """Every stretch of text with the label before it, in order, and whose it is.

    A relative's or colleague's own lines end at the next gap; what follows a signature is never the patient's. After
    "Usual GP: Dr Smith" a telephone may be his or the patient's: that is labels.DOUBT.
    """
    found: list[Piece] = []
    owner = labels.PATIENT
    seen: set[str] = set()
    for number, line in enumerate(lines):
        bare = BULLET.sub("", line)
        if not bare.strip():
            owner = labels.SIGNED if owner == labels.SIGNED else labels.PATIENT
            found.append(Piece("", "", number, owner))
            continue
        whose = after = owner
        headed = next((p for p in reversed(found) if p.text or p.label), None)
        table = "" if headed and headed.label in LISTS and not headed.text else _table_of(bare)
        cells = [(table, bare.strip(), "")] if table else _cells(bare)
        for start, (label, named, text) in enumerate(cells):
            column = label == labels.OTHER and bool(text.strip()) and _in_a_later_column(bare, start, named)
            if label in (labels.KIN, labels.OTHER, labels.SIGNED):
                whose = labels.OTHER
                after = after if column else _after(label, text, owner)
            elif (
                owner == labels.OTHER
                and label in OF_ANYBODY
                and seen & {labels.PATIENT, labels.NHS, *OF_ANYBODY}
            ):
                pass  # below "Next of kin" or "Referrer", of a patient who is named already
            elif start == 0 and label in BACK_TO_PATIENT and label not in seen:
                whose = after = labels.PATIENT
            elif label in (labels.PRACTICE, labels.PRACTICE_CODE) and whose == labels.PATIENT:
                after = labels.DOUBT
            if whose == labels.PATIENT:
                seen.add(label)
            found.append(
                Piece(label, text.strip(" \t,;|"), number, whose, named, first=start == 0, column=column)
            )
        owner = after
    _add_what_follows(found)
    return found


def _table_of(line: str) -> str:
    """What a table lists whose head is this line and that has no heading of its own: problems, medication, or ""."""
    if len(line.split()) < 2 or not labels.TABLE_HEAD.fullmatch(line.strip()):
        return ""
    heads = set(re.findall(r"[a-z]+", line.lower()))
    if heads & {"drug", "medication", "medicine"}:
        return labels.MEDICATION
    return labels.PROBLEMS if heads & {"problem", "condition"} else ""


def _in_a_later_column(line: str, number: int, named: str) -> bool:
    """True for "NHS number  999 000 0018     Usual GP  Dr Ward": the next row of such a table is the patient's again."""
    return number > 0 and bool(re.search(rf"\S(?:\t| {{3,}})[ \t]*{re.escape(named)}\b", line))


def _after(label: str, text: str, owner: str) -> str:
    """Whose the next lines are."""
    if label == labels.SIGNED or owner == labels.SIGNED:
        return labels.SIGNED
    if label == labels.KIN or not text.strip() or owner == labels.OTHER:
        return labels.OTHER
    return labels.DOUBT


def _cells(line: str) -> list[tuple[str, str, str]]:
    """(field, label as written, text) for each stretch of a line; field "" before the first label."""
    if len(line.split()) > 1 and labels.TABLE_HEAD.fullmatch(line.strip()):
        return [("", "", line)]
    alone = line.strip(" \t-=_*#[]|")
    heading = labels.HEADING.fullmatch(alone) or labels.HEADING.fullmatch(alone.rstrip(",.!"))
    if heading and (alone[-1] not in ",.!" or labels.meaning(heading["label"]) == labels.SIGNED):
        return [(labels.meaning(heading["label"]), heading["label"], "")]
    if labels.SIGNS.fullmatch(alone):
        return [(labels.SIGNED, alone, "")]
    marks: list[re.Match[str]] = []
    for match in sorted(
        [*labels.MARKED.finditer(line), *labels.BARE.finditer(line)],
        key=lambda m: (m.start("label"), -m.end()),
    ):
        if marks and match.start("label") < marks[-1].end():
            continue
        if not _stands(line, match):
            continue
        marks.append(match)
    if not marks:
        tabbed = re.match(r"^([^\t]{1,40}?)(?:\t+| {2,})(.+)$", line)
        if tabbed and tabbed[1].strip().rstrip(":").lower() in labels.MEANING:
            return [(labels.meaning(tabbed[1].strip().rstrip(":")), tabbed[1], tabbed[2])]
        return [("", "", line)]
    cells = []
    if line[: marks[0].start("label")].strip(" \t([|,;"):
        cells.append(("", "", line[: marks[0].start("label")]))
    for match, following in zip(marks, [*marks[1:], None], strict=True):
        end = following.start("label") if following else len(line)
        # "Tel (daughter): ..."
        meant, aside = labels.meaning(match["label"]), match["aside"] or ""
        named = meant in (labels.PHONE, labels.EMAIL) and not labels.words(aside) <= labels.ABOUT_NUMBERS
        if named or labels.SOMEBODY.search(aside):
            meant = labels.SKIP
        cells.append((meant, match["label"], line[match.end() : end].strip(" \t([")))
    return cells


# What must stand behind a label that has no colon, or only a dash.
_VALUE = {
    labels.NHS: re.compile(r"[0-9]"),
    labels.BORN: re.compile(r"(?:on )?[0-9]{1,2}|[A-Z][a-z]{2,8} [0-9]"),
    labels.PHONE: re.compile(r"[+(0]"),
    labels.EMAIL: re.compile(r"\S+@"),
    labels.SEX: re.compile(r"(?:m|f|male|female)\b", re.IGNORECASE),
    labels.POSTCODE: re.compile(r"[A-Z]{1,2}[0-9]"),
    labels.PRACTICE: re.compile(r"(?:the )?[A-Z]"),
    labels.PRACTICE_CODE: re.compile(r"[A-Z][0-9]{5}"),
    labels.SKIP: re.compile(r"\S*[0-9]"),
}


def _stands(line: str, match: re.Match) -> bool:
    """A word is a label only where labels stand: with a colon, or before the sort of value that it names."""
    before, mark = line[: match.start("label")], match["mark"].strip()
    meant = labels.meaning(match["label"])
    at_start, after_gap = not before.strip(" \t-*•|"), bool(re.search(r"(  |\t|[;|,(] ?)$", before))
    if mark == "|" and not line[match.end() :].strip(" |"):
        return False  # the end of a table's row
    if mark not in (":", "=", "|", ":-", ":–"):
        shape = _VALUE.get(meant)
        if shape and not shape.match(line[match.end() :].lstrip(" \t:.-–(")):
            return False
        if not mark:
            return True
    if meant == labels.KIN and ":" in mark:
        return True  # "Mobile: 07700 900222 Next of kin: ..."
    if meant in (
        labels.SECTION,
        labels.PROBLEMS,
        labels.MEDICATION,
        labels.PATIENT,
        labels.KIN,
        labels.OTHER,
    ):
        return at_start or (":" in mark and (after_gap or before.rstrip().endswith(".")))
    if len(match["label"]) <= 2:
        return at_start or after_gap
    return at_start or after_gap or bool(mark)


def _add_what_follows(found: list[Piece]) -> None:
    """Give each label the unlabelled lines directly below it: a value may stand under its label, or run on."""
    by_line: dict[int, list[Piece]] = {}
    for piece in found:
        by_line.setdefault(piece.line, []).append(piece)
    for on_line in by_line.values():
        last = on_line[-1]
        if not last.label:
            continue
        number = last.line + 1
        if not last.text and last.label in LISTS and not by_line.get(number, [last])[0].text:
            number += 1  # a gap between a heading and its list
        while number in by_line and len(last.follows) < MOST_BELOW:
            below = by_line[number]
            if len(below) != 1 or below[0].label or not below[0].text:
                break
            last.follows.append(below[0].text)
            number += 1
