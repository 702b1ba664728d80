"""A date of birth as it is written in the United Kingdom: day, month, year."""

import re
from dataclasses import dataclass
from datetime import date

OLDEST = 115  # years
MONTHS = {
    name: number
    for number, names in enumerate(
        ("jan january", "feb february", "mar march", "apr april", "may", "jun june", "jul july", "aug august",
         "sep sept september", "oct october", "nov november", "dec december"), 1,
    )
    for name in names.split()
}  # fmt: skip
_MONTH = "|".join(sorted(MONTHS, key=len, reverse=True))
_SEP = r"[ \t]*[-./, ][ \t]*"
DATE = re.compile(
    rf"(?<![0-9/.-])(?:(?P<iso>(?:18|19|20)[0-9]{{2}})[-./](?P<im>[0-9]{{1,2}})[-./](?P<id>[0-9]{{1,2}})"
    rf"|(?P<d>[0-9]{{1,2}})(?:st|nd|rd|th)?(?:[ \t]+of)?{_SEP}(?P<m>[0-9]{{1,2}}|{_MONTH})\.?{_SEP}"
    rf"'?(?P<y>(?:18|19|20)[0-9]{{2}}|[0-9]{{2}})"
    rf"|(?P<d2>[0-9]{{1,2}})(?P<m2>{_MONTH})(?P<y2>(?:19|20)[0-9]{{2}}|[0-9]{{2}})"
    rf"|(?P<um>{_MONTH})\.?[ \t]+(?P<ud>[0-9]{{1,2}})(?:st|nd|rd|th)?,?[ \t]+(?P<uy>(?:19|20)[0-9]{{2}}))"
    r"(?![0-9])",
    re.IGNORECASE,
)
AGE = re.compile(
    r"^[ \t,;]*[([]?[ \t]*(?:age[d]?[: ]*)?(?P<age>[0-9]{1,3})[ \t]*"
    r"(?:y(?:ea)?rs?(?:[ \t]*old)?|y/o|yo|y\b|[)\]]|$)",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Found:
    day: date
    sure: bool
    words: str
    start: int
    end: int
    aged: bool = False  # an age that fits stands behind it


def find(text: str, *, today: date) -> list[Found]:
    """Every date in the text. Unsure: two digits of a year that fit two centuries, or a month that is none."""
    found = []
    for match in DATE.finditer(text):
        read = _read(match, today)
        if read is None:
            continue
        day, sure = read
        age = AGE.match(text[match.end() : match.end() + 24])
        aged = age is not None and abs(_years(day, today) - int(age["age"])) <= 1
        if age is not None and not aged and _explicit_age(age[0]):
            sure = False  # the age beside it says another year
        found.append(Found(day, sure, match[0], match.start(), match.end(), aged))
    return found


def _read(match: re.Match, today: date) -> tuple[date, bool] | None:
    part = match.groupdict()
    sure = True
    year_words = part["iso"] or part["y"] or part["y2"] or part["uy"]
    day = int(part["id"] or part["d"] or part["d2"] or part["ud"])
    month_words = part["im"] or part["m"] or part["m2"] or part["um"]
    month = MONTHS.get(month_words.lower().rstrip(".")) or int(month_words)
    if not part["iso"] and month_words.isdigit() and month > 12 >= day:
        day, month, sure = month, day, False  # written the American way, or a slip
    if len(year_words) == 2:
        years = [century + int(year_words) for century in (1900, 2000)]
        years = [year for year in years if 0 <= today.year - year <= OLDEST]
        if not years:
            return None
        year, sure = years[0], sure and len(years) == 1
    else:
        year = int(year_words)
    try:
        return date(year, month, day), sure
    except ValueError:
        return None


def _years(born: date, today: date) -> int:
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day))


def _explicit_age(words: str) -> bool:
    return bool(re.search(r"[a-z]", words, re.IGNORECASE)) or bool(re.search(r"[(\[]", words))
