"""The health texts of this release: each whole, as one string, with the hash that a sign-off is about."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass, replace
from difflib import SequenceMatcher
from enum import Enum
from functools import cached_property
from hashlib import sha256
from itertools import zip_longest
from typing import Any, TypeVar

from core.registry import Registry

T = TypeVar("T")


@dataclass(frozen=True)
class HealthText:
    """One text. `earlier` holds its versions of before, where the code still has them: the nearest first."""

    key: str
    version: int
    title: str  # what officers call it
    text: str
    earlier: tuple["HealthText", ...] = ()

    @cached_property
    def sha256(self) -> str:
        return sha256(self.text.encode()).hexdigest()


_texts: Registry[str, HealthText] = Registry("health text")


def register(text: HealthText) -> None:
    _texts.register(text.key, text)


def registered() -> list[HealthText]:
    return list(_texts.values())


def named(key: str) -> HealthText:
    """Raises KeyError for a text that no room has registered."""
    return _texts[key]


def written_out(value: object) -> str:
    """A text's data as lines that a person can read: one for each sentence, with its name.

    A change of this layout changes every hash, and with them every sign-off is lost: `tests/test_health_texts.py`.
    """
    return "\n".join(_lines(value))


def as_before(value: T, was: Mapping[str, str]) -> T:
    """An earlier version, from the one after it: `was` says what each reworded sentence said before.

    Codes, order, effects and every other sentence are the later version's. Raises ValueError for a sentence that the
    later version does not have.
    """
    met: set[str] = set()

    def back(each: Any) -> Any:
        if isinstance(each, str) and not isinstance(each, Enum):
            met.add(each)
            return was.get(each, each)
        if is_dataclass(each) and not isinstance(each, type):
            return replace(each, **{field.name: back(getattr(each, field.name)) for field in fields(each)})
        if isinstance(each, Mapping):
            return {name: back(of) for name, of in each.items()}
        if isinstance(each, (list, tuple)):
            return type(each)(map(back, each))
        return each

    before: T = back(value)
    if unknown := was.keys() - met:
        raise ValueError(f"not in the later version: {sorted(unknown)}")
    return before


def side_by_side(old: str, new: str) -> list[tuple[str, str, bool]]:
    """Both whole, line beside line: (old, new, whether they differ)."""
    before, after = old.split("\n"), new.split("\n")
    rows = []
    for kind, a, b, c, d in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        rows += [(*pair, kind != "equal") for pair in zip_longest(before[a:b], after[c:d], fillvalue="")]
    return rows


def _lines(value: object) -> Iterator[str]:
    if is_dataclass(value):
        yield from _named((each.name, getattr(value, each.name)) for each in fields(value))
    elif isinstance(value, Mapping):
        yield from _named((_word(name), each) for name, each in value.items())
    elif isinstance(value, Sequence) and not isinstance(value, str):
        for each in value:
            first, *rest = _lines(each)
            yield f"- {first}"
            yield from (f"  {line}" for line in rest)
    else:
        yield _word(value)


def _named(pairs: Iterator[tuple[str, object]]) -> Iterator[str]:
    for name, value in pairs:
        if _is_one_word(value):
            yield f"{name}: {_word(value)}"
        else:
            yield f"{name}:"
            yield from (f"  {line}" for line in _lines(value))


def _is_one_word(value: object) -> bool:
    return value is None or isinstance(value, (str, int, Enum))


def _word(value: object) -> str:
    word = str(value.value if isinstance(value, Enum) else value)
    if not _is_one_word(value) or "\n" in word:
        raise ValueError(f"{value!r} cannot be written on one line")
    return word
