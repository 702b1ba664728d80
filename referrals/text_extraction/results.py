"""One thing that was read: its value, whether it is sure, and the words it was read from."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Answer:
    value: Any
    sure: bool
    words: str


def agreed(said: list[Answer]) -> Answer:
    """The answer of several places that should say the same: sure only when those that are sure agree."""
    sure = [answer for answer in said if answer.sure]
    values = {_plain(answer.value) for answer in sure or said}
    best = (sure or said)[0]
    return best if len(values) == 1 else Answer(best.value, False, best.words)


def _plain(value: Any) -> str:
    return " ".join(str(value).casefold().split())
