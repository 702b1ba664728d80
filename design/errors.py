"""What an error summary and a page title need to know about a form."""

from dataclasses import dataclass

from django import forms
from django.forms.boundfield import BoundField

LISTS = (forms.RadioSelect, forms.CheckboxSelectMultiple)


@dataclass(frozen=True)
class ErrorLink:
    """One line of the error summary; `target` is empty for an error that belongs to the whole form."""

    message: str
    target: str


def error_links(form: forms.BaseForm) -> list[ErrorLink]:
    """List every error of a form in the order of its questions, each with the id of the first thing to mend."""
    links = [ErrorLink(str(message), "") for message in form.non_field_errors()]
    for field in form:
        links += [ErrorLink(str(message), first_wrong_control(field)) for message in field.errors]
    return links


def wrong_parts(field: BoundField) -> set[str]:
    """Name the boxes of a date that need mending; empty when nothing is wrong."""
    if not field.errors:
        return set()
    parts = ((error.params or {}).get("part") for error in field.errors.as_data())
    named = {part for part in parts if part is not None}
    return named or set(getattr(field.field, "PARTS", ()))


def first_wrong_control(field: BoundField) -> str:
    """Find the id that an error summary should lead to."""
    base = field.field.widget.attrs.get("id") or field.auto_id
    if isinstance(field.field.widget, LISTS):
        return f"{base}_0"
    for part in getattr(field.field, "PARTS", ()):
        if part in wrong_parts(field):
            return f"{base}_{part}"
    return base
