"""What page templates and the crispy pack ask of Python."""

from collections.abc import Iterable
from typing import Any

from django import forms, template
from django.conf import settings
from django.forms.boundfield import BoundField

from core import dates
from design import theme
from design.errors import error_links, wrong_parts

register = template.Library()

KINDS = (
    (forms.CheckboxSelectMultiple, "checkboxes"),
    (forms.RadioSelect, "radios"),
    (forms.CheckboxInput, "checkbox"),
    (forms.Select, "select"),
    (forms.MultiWidget, "date"),
    (forms.Textarea, "textarea"),
)
CLASSES = {"select": "nhsuk-select", "textarea": "nhsuk-textarea"}


@register.simple_tag
def service() -> dict:
    """Tell who runs the service, from settings alone, so that an error page can say it with no request at hand."""
    return {
        "organisation": settings.ORG_NAME,
        "name": settings.SERVICE_NAME,
        "phone": settings.SERVICE_PHONE,
        "email": settings.SERVICE_EMAIL,
        "logo": getattr(settings, "ORG_LOGO", ""),
        "demo": settings.DEMO,
        "colours": theme.COLOURS,
    }


@register.filter
def beside(cells: Iterable[str], headers: Iterable[dict]) -> Iterable[tuple[str, dict]]:
    """Each cell of a row of the admin's list, with its column's header."""
    return zip(cells, headers, strict=False)


@register.filter
def dialled(phone: str) -> str:
    """Write a telephone number as a link's address wants it."""
    return "tel:" + "".join(character for character in phone if character in "+0123456789")


register.filter(dates.moment)
register.filter(dates.clock)


@register.filter
def kind(field: BoundField) -> str:
    """Name the component that draws a field: "radios", "date", "input" ..."""
    widget = field.field.widget
    return next((name for widget_class, name in KINDS if isinstance(widget, widget_class)), "input")


@register.simple_tag
def control(field: BoundField, width: int | None = None) -> str:
    """Draw a field's box with the design system's classes beside its own."""
    name = CLASSES.get(kind(field), "nhsuk-input")
    classes = [name, field.field.widget.attrs.get("class", "")]
    if width:
        classes.append(f"nhsuk-input--width-{width}")
    if field.errors:
        classes.append(f"{name}--error")
    return field.as_widget(attrs={"class": " ".join(filter(None, classes))})


@register.simple_tag
def answers(field: BoundField, look: dict[str, Any] | None = None) -> list[dict]:
    """List the answers of radios or checkboxes with their hints and what they reveal."""
    look = look or {}
    listed = []
    for option in field.subwidgets:
        value = str(option.data["value"])
        listed.append(
            {
                "id": option.id_for_label,
                "name": option.data["name"],
                "value": value,
                "label": option.data["label"],
                "checked": option.data["selected"],
                "disabled": option.data["attrs"].get("disabled"),
                "hint": look.get("hints", {}).get(value, ""),
                "reveal": look.get("reveals", {}).get(value, ""),
                # An answer may be "" ("not known"), which is not the divider that was left out.
                "after_divider": value != "" and value in (look.get("divider"), look.get("exclusive")),
                "exclusive": value != "" and look.get("exclusive") == value,
            }
        )
    return listed


@register.simple_tag
def date_parts(field: BoundField) -> list[dict]:
    """List the three boxes of a date with what was typed and which of them need mending."""
    widget = field.field.widget
    drawn = widget.get_context(field.html_name, field.value(), {"disabled": field.field.disabled})
    wrong = wrong_parts(field)
    return [
        {
            "id": f"{field.auto_id}_{part}",
            "name": box["name"],
            "value": box["value"],
            "label": part.capitalize(),
            "width": 4 if part == "year" else 2,
            "autocomplete": box["attrs"].get("autocomplete", ""),
            "disabled": field.field.disabled,
            "wrong": part in wrong,
        }
        for part, box in zip(field.field.PARTS, drawn["widget"]["subwidgets"], strict=True)
    ]


@register.inclusion_tag("nhsuk/error_summary.html")
def error_summary(form: forms.BaseForm | None) -> dict:
    """Draw the error summary of a form; nothing where there is no error."""
    return {"links": error_links(form) if form and form.is_bound else []}
