"""Letters as one PDF: large print, tagged, set by Typst (adr/0017). Words are data here, never markup."""

import json
import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache, lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import typst
from django.conf import settings

from core.dates import day
from participants.languages import ENGLISH

SOURCE = Path(__file__).with_name("letter.typ")
TYPEFACE = "fontpkg_atkinson_hyperlegible"
ESCAPED = re.compile(r"\\u\{([0-9a-f]{1,6})\}")
MISSING = re.compile(r'the text `"(.+?)"` could not be displayed', re.DOTALL)
# Symbols and what surrounds them: a letter loses nothing without a picture. A character of a name is another thing.
PICTURES = ("So", "Sk", "Me")
POINT = re.compile(r"- |[A-Z][^:.]{0,20}: ")  # as in the mails' layout: "- ..." and "Session 3: ..."
MOST_MISSING = 200


@dataclass(frozen=True)
class Sheet:
    """One letter: to whom and what it says. `text` is the mail's, with the address of the page of codes in it."""

    number: int
    address: tuple[str, ...]
    day: datetime
    subject: str
    text: str
    code: str  # empty where there is nothing to answer
    size: int  # points
    language: str = ENGLISH  # of subject and text; the date is English


def made(sheets: Sequence[Sheet]) -> tuple[bytes, dict[int, str]]:
    """The PDF of these letters, and those that cannot be set, by their numbers, with why. No letters: no bytes."""
    letters = {sheet.number: _letter(sheet) for sheet in sheets}
    refused: dict[int, str] = {}
    for _ in range(MOST_MISSING):
        if not letters:
            break
        try:
            return _compiled(list(letters.values())), refused
        except typst.TypstError as fault:
            missing = MISSING.search(str(fault))
            if missing is None:
                raise
            text = ESCAPED.sub(lambda found: chr(int(found[1], 16)), missing[1])
            if not _without(text, letters, refused):
                raise  # it is none of the letters' own words
    return b"", refused | dict.fromkeys(letters, "Too many of its characters cannot be printed.")


def pictures(sheets: Sequence[Sheet], *, ppi: float = 60) -> list[bytes]:
    """The same pages as PNG, to look at."""
    found: Any = _compiler().compile(
        input=SOURCE.read_bytes(), format="png", ppi=ppi, sys_inputs=_inputs([_letter(s) for s in sheets])
    )
    return found if isinstance(found, list) else [found]


def _compiled(letters: list[dict]) -> bytes:
    made: Any = _compiler().compile(
        input=SOURCE.read_bytes(), format="pdf", pdf_standards=["ua-1"], sys_inputs=_inputs(letters)
    )
    return made


def _inputs(letters: list[dict]) -> dict[str, str]:
    left, top = settings.LETTER_WINDOW
    about = {
        "title": "Letter" if len(letters) == 1 else f"{len(letters)} letters",
        "service": settings.SERVICE_NAME,
        "organisation": settings.ORG_NAME,
        "phone": settings.SERVICE_PHONE,
        "left": left,
        "top": top,
        "letters": letters,
    }
    return {"data": json.dumps(about)}


def _letter(sheet: Sheet) -> dict:
    told = {
        "address": list(sheet.address),
        "day": day(sheet.day),
        "subject": sheet.subject,
        "blocks": [*_blocks(sheet.text, sheet.code)],
        "size": sheet.size,
        "language": sheet.language,
    }
    return _words(told, _is_hidden)


def _blocks(text: str, code: str) -> list[dict]:
    """Paragraphs, lists (lines that begin with a dash) and the line with the code, from a mail's plain text."""
    blocks = []
    for part in re.split(r"\n\s*\n", text.strip()):
        lines = [line.strip() for line in part.splitlines()]
        if code and any(code in line for line in lines):
            before, _, after = " ".join(lines).partition(code)
            blocks.append({"kind": "code", "lines": [before.strip(), after.strip(" .")], "code": code})
        elif all(map(POINT.match, lines)):
            blocks.append({"kind": "list", "lines": [line.removeprefix("- ") for line in lines], "code": ""})
        else:
            blocks.append({"kind": "text", "lines": lines, "code": ""})
    return blocks


def _without(text: str, letters: dict[int, dict], refused: dict[int, str]) -> bool:
    """Go on without what the typeface does not have; False where no letter holds it.

    Pictures leave the text, all that it lacks at once: Typst names one at a time, and sets every letter to find the next.
    A letter that holds another script is left out.
    """
    holding = [number for number, letter in letters.items() if _holds(letter, text)]
    pictures = set(filter(_is_picture, text))  # perhaps joined to a letter, which then stays
    if pictures:
        others = set(filter(_is_picture, json.dumps([*letters.values()], ensure_ascii=False))) - pictures
        lacking = pictures | {each for each in others if _lacks(each)}
        letters |= {number: _words(letter, lacking.__contains__) for number, letter in letters.items()}
    else:
        for number in holding:
            del letters[number]
            refused[number] = f"We cannot print “{text}”. Write by hand, or call them."
    return bool(holding)


def _is_picture(character: str) -> bool:
    return unicodedata.category(character) in PICTURES


@lru_cache(maxsize=2000)
def _lacks(picture: str) -> bool:
    """Whether the typeface has no shape for this one, found out on a page of its own."""
    try:
        _compiled(
            [{"address": [], "day": picture, "subject": "-", "blocks": [], "size": 16, "language": ENGLISH}]
        )
    except typst.TypstError:
        return True
    return False


def _holds(value: Any, text: str) -> bool:
    if isinstance(value, dict):
        return any(_holds(each, text) for each in value.values())
    if isinstance(value, list):
        return any(_holds(each, text) for each in value)
    return isinstance(value, str) and text in value


def _words(value: Any, refuse: Callable[[str], bool]) -> Any:
    """A letter without the characters that are refused."""
    if isinstance(value, dict):
        return {name: _words(each, refuse) for name, each in value.items()}
    if isinstance(value, list):
        return [_words(each, refuse) for each in value]
    return "".join(each for each in value if not refuse(each)) if isinstance(value, str) else value


def _is_hidden(character: str) -> bool:
    """Joiners, skin tones, variations and what no text should hold: they have no shape of their own."""
    invisible = unicodedata.category(character) in ("Cc", "Cf", "Cn", "Co", "Cs")
    return invisible or "\ufe00" <= character <= "\ufe0f" or "\U0001f3fb" <= character <= "\U0001f3ff"


def _compiler() -> typst.Compiler:
    # One for each PDF: it holds the words that it was given last, and requests run side by side.
    return typst.Compiler(font_paths=_fonts())


@cache
def _fonts() -> typst.Fonts:
    found = find_spec(TYPEFACE)  # only its files: none of the package's code is run
    places = (found.submodule_search_locations if found else None) or []
    return typst.Fonts(
        include_system_fonts=False, font_paths=[str(Path(place) / "files") for place in places]
    )
