"""Problems and medication: the lines below their heading, or a list on one line."""

import re

from referrals.text_extraction import contact_details
from referrals.text_extraction.birth_dates import DATE
from referrals.text_extraction.labels import TABLE_HEAD
from referrals.text_extraction.segments import BULLET

MOST_ITEMS, LONGEST_ITEM = 60, 200
_NOTHING = re.compile(
    r"^(?:none|nil|n/?a|no(?:t)? (?:known|current|active|repeat|regular|recorded|significant|relevant|acute)\b.*|nkda|"
    r"nka|nothing\b.*|no (?:medication|problems|drugs|repeats|medicines|entries|data|items|acutes?)\b.*|-+|"
    r"no known .*|there (?:are|is) no .*|not on any.*|empty)[.]?$",
    re.IGNORECASE,
)
_CODES = re.compile(
    r"[ \t]*[\[({](?:(?:SNOMED(?:[ -]?CT)?|SCTID|Read|CTV3|ICD-?10|code|concept(?: ?id)?)[: ]*)?"
    r"(?:[0-9]{6,18}|[A-Za-z0-9]{4,5}\.{1,2}|X[A-Za-z0-9]{4}|[A-Z0-9]{4}\.|[A-Z][0-9]{2}(?:\.[0-9]{1,2})?|[A-Z][0-9a-zA-Z]{4})[\])}]",
    re.IGNORECASE,
)
_TAIL_CODE = re.compile(
    r"[ \t]+(?:-[ \t]*)?(?:(?:SNOMED(?:[ -]?CT)?|Read(?: code)?|CTV3|ICD-?10)[: ]+)?(?:[0-9]{7,18}|[A-Z][A-Za-z0-9]{2,3}\.{1,2}|X[A-Ea-e0-9][A-Za-z0-9]{3})$"
)
_MONTH_YEAR = r"(?:(?:jan|feb|mar|apr|may|jun|jul|aug|sept?|oct|nov|dec)[a-z]*\.?[ \t-]+)?(?:19|20)[0-9]{2}|[0-9]{1,2}/(?:19|20)[0-9]{2}"
_LEAD = re.compile(
    rf"^(?:(?:since|from|onset|dx|diagnosed)[: ]+)?(?:{_MONTH_YEAR})[ \t]*[-–:|,]?[ \t]+(?=[^\W\d_])",
    re.IGNORECASE,
)
_SINCE = re.compile(
    rf"[ \t]*[-–,;|]?[ \t]*[(\[]?(?:(?:since|from|onset|onset date|started|start|dx|diagnosed|diag|noted|recorded|last issued?|issued|"
    rf"last|review(?:ed)?|date|in)[: ]*)?(?:on[ \t]+)?(?:{_MONTH_YEAR})[)\]]?[.]?$",
    re.IGNORECASE,
)
_DATED = re.compile(r"[ \t]*[-–,;|]?[ \t]*[(\[]?[ \t]*(?:(?:since|from|onset(?: date)?|started|start(?: date)?|dx|diagnosed|"
                    r"noted|recorded|last issued?|issued|last|review(?:ed)?(?: date)?|date|on)[: ]*)?@[ \t]*[)\]]?[.]?$", re.IGNORECASE)  # fmt: skip
_STATUS = re.compile(
    r"[ \t]*[-–,|(\[]?[ \t]*\b(?:active|ongoing|significant|minor|major|current|chronic problem)\b[)\]]?$",
    re.IGNORECASE,
)
_DOSE = re.compile(r"[0-9][ \t]*(?:mg|mcg|microgram|g\b|ml|%|units?|iu|tab|cap|puff|patch|/)", re.IGNORECASE)


# A sentence that follows a list without a gap: "Her husband will help."
_PROSE = re.compile(
    r"^(?:he|she|they|her|his|their|i|we|thank|thanks|please|kindly|this|the patient|mr|mrs|ms|miss|dr)\b(?:[ ]\S+){3,}",
    re.IGNORECASE,
)


def _without_prose(below: list[str]) -> list[str]:
    """The lines of a list, up to the first that is a sentence or holds a telephone number or an address."""
    for number, line in enumerate(below):
        words = BULLET.sub("", line).strip()
        if (
            (_PROSE.match(words) and not _DOSE.search(words))
            or contact_details.phones(words)
            or contact_details.emails(words)
        ):
            return below[:number]
    return below


def problems(inline: str, below: list[str]) -> list[str]:
    """The problems, one each, without bullets, dates and codes."""
    items = _items(inline, below, with_commas=True)
    cleaned = [_problem(item) for item in items]
    return _kept(cleaned)


def medication(inline: str, below: list[str]) -> list[str]:
    """The medication lines as they stand, without bullets and the dates of issue."""
    cleaned = []
    for item in _items(inline, below, with_commas=False):
        item = re.sub(r"[ \t]*[-,;|(]?[ \t]*\blast issued?\b.*$", "", item, flags=re.IGNORECASE)
        item = _trailing_date(_leading_date(item))
        cleaned.append(re.sub(r"[ \t]*(?:\t|\|)[ \t]*|[ \t]{2,}", " ", item).strip(" \t,;.|-"))
    return _kept(cleaned)


def _items(inline: str, below: list[str], *, with_commas: bool) -> list[str]:
    raw: list[str] = []
    if inline:
        parts = re.split(r"[ \t]*;[ \t]*|[ \t]*[•·▪|][ \t]*|(?:^|[ \t])[0-9]{1,2}[.)][ \t]+", inline)
        if len([part for part in parts if part.strip()]) == 1:
            commas = [part.strip() for part in re.split(r",(?![0-9])", inline)]
            many_drugs = sum(bool(_DOSE.search(part)) for part in commas) > 1 and all(
                _DOSE.search(part) or len(part.split()) < 4 for part in commas
            )
            if (
                with_commas
                or many_drugs
                or (len(commas) > 1 and not any(_DOSE.search(part) for part in commas))
            ):
                parts = commas
                if not with_commas and many_drugs:
                    parts = _drugs(commas)
        elif with_commas:
            parts = [piece for part in parts for piece in re.split(r",[ \t]+(?=[A-Z])", part)]
        raw += parts
    for line in _without_prose(below):
        line = BULLET.sub("", line).strip()
        if ";" in line and not with_commas:
            raw += line.split(";")
        else:
            raw += re.split(r"[ \t]*;[ \t]*", line) if with_commas else [line]
    return [part.strip() for part in raw if part.strip()]


def _drugs(parts: list[str]) -> list[str]:
    """ "Amlodipine 5mg, once daily" stays one line: only a part with a dose begins a new one."""
    drugs: list[str] = []
    for part in parts:
        if (
            drugs
            and not _DOSE.search(part)
            and re.match(
                r"(?:one|two|three|once|twice|take|at|as|when|every|od|bd|tds|qds|prn|nocte|mane|on)\b",
                part,
                re.IGNORECASE,
            )
        ):
            drugs[-1] = f"{drugs[-1]}, {part}"
        else:
            drugs.append(part)
    return drugs


def _problem(item: str) -> str:
    cells = [cell for cell in re.split(r"\t|[ \t]{2,}|[ \t]*\|[ \t]*", item) if cell.strip()]
    if len(cells) > 1:
        words = [
            cell
            for cell in cells
            if re.search(r"[^\W\d_]{3}", DATE.sub("", cell))
            and not _STATUS.fullmatch(f" {cell}")
            and not re.fullmatch(_MONTH_YEAR, cell.strip(), re.IGNORECASE)
        ]
        item = words[0] if words else item
    item = _leading_date(item)
    for _ in range(3):
        item = _CODES.sub("", item)
        item = _TAIL_CODE.sub("", item)
        item = _trailing_date(item)
        item = _STATUS.sub("", item) if len(item.split()) > 1 else item
    return item.strip(" \t,;.:|-")


def _leading_date(item: str) -> str:
    match = DATE.match(item)
    if match:
        item = item[match.end() :].lstrip(" \t-–:|,)")
    return _LEAD.sub("", item)


def _trailing_date(item: str) -> str:
    dated = list(DATE.finditer(item))
    last = dated[-1] if dated else None
    if last and not re.search(r"[^\W\d_]{2}", item[last.end() :]) and last.start() > 2:
        marked = f"{item[: last.start()]}@{item[last.end() :]}".rstrip()
        item = _DATED.sub("", marked) if _DATED.search(marked) else item
    return _SINCE.sub("", item) if len(item) > 12 else item


def _kept(items: list[str]) -> list[str]:
    kept = [
        item[:LONGEST_ITEM]
        for item in items
        if re.search(r"[^\W\d_]{2}", item) and not _NOTHING.fullmatch(item) and not TABLE_HEAD.fullmatch(item)
    ]
    return list(dict.fromkeys(kept))[:MOST_ITEMS]
