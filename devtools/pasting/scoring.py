"""How well texts are read: each field of each text is one of five marks."""

import random
from collections import Counter
from collections.abc import Iterable
from enum import StrEnum

from devtools.pasting.people import TODAY, Pasted, Scene
from devtools.pasting.truth import FIELDS, Layout
from referrals import text_extraction


class Mark(StrEnum):
    """RIGHT is the right value and sure, or nothing where there is nothing."""

    RIGHT = "right"
    RIGHT_UNSURE = "right, unsure"
    BLANK = "blank though there"
    UNSURE = "wrong and unsure"
    WRONG = "WRONG AND SURE"


def texts(name: str, layout: Layout, number: int, *, seed: str = "0") -> Iterable[Pasted]:
    """The first `number` texts of a layout, the same for the same seed."""
    for each in range(number):
        draw = random.Random(f"{seed}:{name}:{each}")  # noqa: S311 - no secret, and the same every time
        yield _copied(layout(Scene(draw)), draw)


def score(made: Iterable[Pasted]) -> tuple[Counter[Mark], list[str]]:
    """The marks of all fields, and a line for each field that is not right."""
    counted: Counter[Mark] = Counter()
    faults = []
    for text in made:
        read = text_extraction.extract_fields(text.text, today=TODAY)
        for name in FIELDS:
            answer, truth = read.get(name), text.truth[name]
            mark = _mark(name, answer, truth, mixed=text.mixed)
            counted[mark] += 1
            if mark != Mark.RIGHT:
                said = (answer.value, answer.sure) if answer else None
                faults.append(f"{mark}: {name}: {said!r}, not {truth!r}")
    return counted, faults


def share_right(counted: Counter[Mark]) -> float:
    return (counted[Mark.RIGHT] + counted[Mark.RIGHT_UNSURE]) / (counted.total() or 1)


def _mark(name: str, answer: text_extraction.Answer | None, truth: object, *, mixed: bool) -> Mark:
    if mixed:  # of two patients: nothing may be sure
        return Mark.WRONG if answer and answer.sure else Mark.RIGHT
    if answer is None:
        return Mark.RIGHT if truth is None else Mark.BLANK
    same = truth is not None and _plain(name, answer.value) == _plain(name, truth)
    if same:
        return Mark.RIGHT if answer.sure else Mark.RIGHT_UNSURE
    if not answer.sure:
        return Mark.UNSURE
    part = name == "phones" and truth is not None and set(answer.value) < set(truth)  # type: ignore[call-overload]
    return Mark.BLANK if part else Mark.WRONG


def _plain(name: str, value: object) -> object:
    if name == "phones":
        return set(value)  # type: ignore[call-overload]
    if isinstance(value, list):
        value = ", ".join(value)
    return str(value).casefold().replace("’", "'")


def _copied(made: Pasted, draw: random.Random) -> Pasted:
    """What copying does to a text: Windows lines, hard spaces, curly quotes, the marks of a quoted mail."""
    changes = {
        0: lambda text: text.replace("\n", "\r\n"),
        1: lambda text: text.replace(" ", "\u00a0"),
        2: lambda text: text.replace("'", "’").replace("-", "\u2010"),
        3: lambda text: "\n".join(f"> {line}" if line else "" for line in text.split("\n")),
    }
    made.text = changes.get(draw.randrange(12), str)(made.text)
    return made
