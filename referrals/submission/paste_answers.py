"""What was read, line by line: how it is shown, and into which boxes of the form it goes."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from accounts.models import Organisation
from core.dates import birth_date, day
from participants import contact_details, nhs_number
from participants.languages import ANOTHER, LANGUAGES
from referrals.text_extraction import Answer

LABELS = {
    "given_name": "First name",
    "family_name": "Last name",
    "preferred_name": "Preferred name",
    "date_of_birth": "Date of birth",
    "nhs_number": "NHS number",
    "practice": "GP practice",
    "phone": "Phone number",
    "email": "Email address",
    "postcode": "Postcode",
    "language": "Language",
    "interpreter": "Interpreter needed",
    "agreed_on": "Date the patient agreed",
}
# Shown only where the text says something of it.
SELDOM = ("preferred_name", "language", "interpreter", "agreed_on")
# Beside those of the first page.
BOXES_OF_OTHER_PAGES = (
    "suggested",
    "agreed_on_day",
    "agreed_on_month",
    "agreed_on_year",
    "more_language",
    "more_language_words",
    "more_interpreter",
)
_LANGUAGES = {word.casefold(): code for code, words in LANGUAGES for word in words.split(" or ")}

Boxes = list[tuple[str, str]]


@dataclass(frozen=True)
class ExtractedRow:
    """One line of the table: what was read, from which words, and whether it stands in the form.

    What is not sure has `boxes` that a press takes over; without them it can only be typed.
    """

    name: str
    label: str
    value: str
    words: str
    taken: bool
    boxes: Boxes = field(default_factory=list)
    note: str = ""

    @property
    def offered(self) -> bool:
        return bool(self.boxes) and not self.taken


def confirmed(
    answers: dict[str, Answer | None],
    *,
    own: Sequence[Organisation] = (),
    only: Organisation | None = None,
) -> tuple[list[ExtractedRow], Boxes]:
    """The rows to show and the boxes to fill: only what is sure, and only what the form can keep.

    `own` are the practices that the reader of the page refers for; `only` is the one organisation, if they have no other.
    """
    rows: list[ExtractedRow] = []
    boxes: Boxes = []
    for name, label in LABELS.items():
        if name == "practice":
            row = _practice(label, answers["practice_code"], answers["practice_name"], own, only)
        else:
            answer = answers.get("phones" if name == "phone" else name)
            if answer is None and name in SELDOM:
                continue
            shown, filled, note = _read(name, answer) if answer else ("", [], "")
            taken = bool(filled and answer and answer.sure)
            row = ExtractedRow(name, label, shown, answer.words if answer else "", taken, filled, note)
        if row.taken:
            boxes += row.boxes
        rows.append(row)
    if any(row.name == "practice" and not row.taken and row.words for row in rows):
        boxes.append(("practice", ""))  # not the reader's own by default: the text names another
    return rows, boxes


def _read(name: str, answer: Answer) -> tuple[str, Boxes, str]:
    """(how it is shown, the boxes of the form that would hold it, what to add) for one answer."""
    value = answer.value
    if name == "phone":
        return _phones(value, sure=answer.sure)
    if name == "date_of_birth":
        born = date.fromisoformat(value)
        return birth_date(born), _date(name, born), ""
    if name == "agreed_on":
        on = date.fromisoformat(value)
        return (
            day(on),
            _date(name, on),
            "Check with the patient, then choose “Yes, on another day” in the form.",
        )
    if name == "nhs_number":
        spaced = nhs_number.spaced(value)
        return spaced, [(name, spaced)] if _is_valid(value) else [], ""
    if name == "language":
        code = _LANGUAGES.get(value.casefold(), ANOTHER)
        return (
            value,
            [("more_language", code), *([("more_language_words", value)] if code == ANOTHER else [])],
            "",
        )
    if name == "interpreter":
        return "Yes" if value else "No", [("more_interpreter", "yes" if value else "no")], ""
    return value, [(name, value)], ""


def _phones(numbers: Sequence[str], *, sure: bool) -> tuple[str, Boxes, str]:
    """One number is asked: the first that can be called, in the order in which they are read. The rest goes in the note."""
    best = next((number for number in numbers if _rings(number)), None)
    if best is None:
        return "", [], ""
    shown = contact_details.spoken_phone(best)
    others = ", ".join(contact_details.spoken_phone(number) for number in numbers if number != best)
    if not others:
        return shown, [("phone", shown)], ""
    if not sure:
        return shown, [("phone", shown)], f"We also found {others}."
    return (
        shown,
        [("phone", shown), ("note", f"Other phone number: {others}")],
        f"We also found {others} and added it to the note.",
    )


def _date(name: str, value: date) -> Boxes:
    """A date has three boxes."""
    return [(f"{name}_{part}", str(getattr(value, part))) for part in ("day", "month", "year")]


def _is_valid(number: str) -> bool:
    try:
        return bool(nhs_number.parse(number))
    except nhs_number.NotAnNhsNumber:
        return False


def _rings(number: str) -> bool:
    try:
        return bool(contact_details.parse_phone(number))
    except contact_details.NotAPhoneNumber:
        return False


def _practice(
    label: str,
    code: Answer | None,
    name: Answer | None,
    own: Sequence[Organisation],
    only: Organisation | None,
) -> ExtractedRow:
    """The practice by its code and its name: the reader's own, else the only open one of that code or whole name.

    Without a word of a practice it is the reader's only organisation, if that is a practice: who refers for a hospital, too,
    may mean the patient of any.
    """
    said = [answer for answer in (code, name) if answer]
    if not said:
        if only is None or only not in own:
            return ExtractedRow("practice", label, "", "", taken=False)
        place = str(only)
        return ExtractedRow(
            "practice",
            label,
            place,
            "",
            True,
            [("practice", place)],
            "This is your practice. The text does not name one.",
        )
    by_code = _found(code, own, "ods_code") if code else None
    by_name = _found(name, own, "name") if name else None
    found = by_code or by_name
    words = said[0].words
    if found is None:
        return ExtractedRow("practice", label, "", words, taken=False)
    sure = found == by_code and bool(code and code.sure) or found == by_name and bool(name and name.sure)
    # A code that is nowhere is not the code of the practice with the name beside it.
    agree = by_code == by_name or by_name is None or by_code is None and not (code and code.sure)
    mine = {place.pk for place in own}
    note = ""
    if mine and found.pk not in mine:
        note = f"This is not a practice you refer for ({', '.join(place.name for place in own[:3])})."
    taken, boxes = sure and agree, [("practice", str(found))]
    return ExtractedRow("practice", label, str(found), words, taken, boxes, note)


def _found(answer: Answer, own: Sequence[Organisation], by: str) -> Organisation | None:
    """One of the reader's own, or the only open practice with this code or name."""
    wanted = _plain(answer.value)
    mine = [place for place in own if _plain(getattr(place, by)) == wanted]
    if mine:
        return mine[0] if len(mine) == 1 else None
    rows = list(Organisation.objects.offered().filter(**{f"{by}__iexact": answer.value})[:2])
    return rows[0] if len(rows) == 1 else None


def _plain(name: str) -> str:
    """A name as people write it in other ways: "The Riverbank Surgery", "RIVERBANK SURGERY"."""
    words = re.findall(r"[^\W_]+", name.casefold().replace("'", "").replace("’", "").replace("&", " and "))
    return " ".join(words[1:] if words[:1] == ["the"] else words)
