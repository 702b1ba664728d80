"""A page about one person that several officers may have open at once."""

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Self

from crispy_forms.layout import Layout
from django import forms
from django.core.exceptions import ValidationError

from core.errors import Refused
from design.forms import WayOutForm

Held = str | list[str]


class RecordForm(WayOutForm):
    """Remembers what each question held when the page was opened: only what this officer changed is written, so
    that two officers on one page do not undo each other's work."""

    submit = "Save"

    opened_with = forms.Field(required=False, widget=forms.HiddenInput)

    @classmethod
    def of(cls, known: Mapping[str, Held], *, way_out: str, **about: Any) -> Self:
        """The page with what is known, each answer as its question would post it; `about` is what the form takes."""
        return cls(initial={**known, "opened_with": json.dumps(known)}, way_out=way_out, **about)

    def questions(self) -> list:
        return [name for name in self.fields if name != "opened_with"]

    def layout(self) -> Layout:
        return Layout("opened_with", *super().layout())

    def held(self) -> dict[str, Held]:
        """What each question held when the page was opened; nothing where that is lost."""
        try:
            told = json.loads(self.data.get(self.add_prefix("opened_with")) or "{}")
        except (ValueError, RecursionError):
            return {}
        if not isinstance(told, dict):
            return {}
        return {
            name: value
            for name, value in told.items()
            if isinstance(value, str) or (isinstance(value, list) and all(isinstance(v, str) for v in value))
        }

    def changed(self) -> set[str]:
        """The names of the questions whose answer this officer changed."""
        held = self.held()
        names = set(self.fields) - {"opened_with"}
        return {name for name in names if _plain(self._posted(name)) != _plain(held.get(name))}

    def _posted(self, name: str) -> Any:
        return self.fields[name].widget.value_from_datadict(self.data, self.files, self.add_prefix(name))


def _plain(value: str | Sequence[str] | None) -> str | list[str]:
    if isinstance(value, list):
        return sorted(map(str, value))
    return str(value or "").replace("\r\n", "\n").strip()


def said(parse: Callable[..., str], typed: str, **options: object) -> str:
    """A parser's refusal as an error of the form."""
    try:
        return parse(typed, **options)
    except (ValueError, Refused) as refusal:
        raise ValidationError(str(refusal)) from None
