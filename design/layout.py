"""What a form's layout is made of, besides field names."""

from collections.abc import Mapping, Sequence
from typing import Any

from crispy_forms.layout import LayoutObject
from crispy_forms.utils import TEMPLATE_PACK, render_field
from django.forms import BaseForm
from django.template import Context
from django.template.loader import render_to_string
from django.utils.html import format_html_join
from django.utils.text import slugify


class _Drawn(LayoutObject):
    """A layout object drawn by one template, with its contents already rendered as `fields`."""

    template = ""

    def __init__(self, *fields: Any, **look: Any) -> None:
        self.fields = list(fields)
        self.look = look

    def render(
        self, form: BaseForm, context: Context, template_pack: str = TEMPLATE_PACK, **kwargs: Any
    ) -> str:
        inner = self.get_rendered_fields(form, context, template_pack, **kwargs)
        return render_to_string(
            f"{template_pack}/{self.template}", {"fields": inner, "form": form, **self.look}
        )


class Question(LayoutObject):
    """One field with a look of its own.

    size: "s", "m", "l" or "xl" label. heading: the label is the page's only h1. inline: radios side by side.
    width: characters that fit in the box (2, 3, 4, 5, 10, 20, 30). hints: a hint per answer. reveals: field names
    (or layout objects) that belong to an answer; they show when it is chosen or one of their boxes is ticked, and
    always where there is no JavaScript.
    divider: the answer before which an "or" stands. exclusive: the checkbox that clears the others, such as "none"
    (the form must check it too). items: words that the question is about,
    as a list above the answers (with JavaScript: until the answer that repeats them is chosen). prefix, suffix: units
    beside the box. caption: small text above a heading.
    """

    def __init__(
        self,
        name: str,
        *,
        size: str = "",
        heading: bool = False,
        inline: bool = False,
        width: int | None = None,
        hints: Mapping[str, str] | None = None,
        reveals: Mapping[str, Sequence] | None = None,
        divider: str = "",
        exclusive: str = "",
        items: Sequence[str] = (),
        prefix: str = "",
        suffix: str = "",
        caption: str = "",
    ):
        self.name = name
        self.fields = [name, *(inner for group in (reveals or {}).values() for inner in group)]
        self.reveals = reveals or {}
        self.look = {
            "size": size or ("l" if heading else ""),
            "heading": heading,
            "inline": inline,
            "width": width,
            "hints": dict(hints or {}),
            "divider": divider,
            "exclusive": exclusive,
            "items": items,
            "prefix": prefix,
            "suffix": suffix,
            "caption": caption,
        }

    def render(
        self, form: BaseForm, context: Context, template_pack: str = TEMPLATE_PACK, **kwargs: Any
    ) -> str:
        revealed = {
            str(answer): format_html_join(
                "",
                "{}",
                ((render_field(inner, form, context, template_pack=template_pack),) for inner in inners),
            )
            for answer, inners in self.reveals.items()
        }
        look = {**self.look, "reveals": revealed}
        return render_field(
            self.name, form, context, template_pack=template_pack, extra_context={"look": look}, **kwargs
        )


class Fieldset(_Drawn):
    """Questions that belong together under one legend. size: "s", "m", "l", "xl". heading: the legend is the h1."""

    template = "layout/fieldset.html"

    def __init__(self, legend: str, *fields: Any, size: str = "m", heading: bool = False, hint: str = ""):
        hint_id = f"{slugify(legend)}_hint" if hint else ""
        super().__init__(*fields, legend=legend, size=size, heading=heading, hint=hint, hint_id=hint_id)


class Button(_Drawn):
    """A button that sends the form. kind: "" (the one main action), "secondary", "warning"."""

    template = "layout/button.html"

    def __init__(self, label: str, *, name: str = "", value: str = "", kind: str = ""):
        super().__init__(label=label, name=name, value=value, kind=kind)


class ButtonGroup(_Drawn):
    """Buttons and links side by side, stacked on a phone."""

    template = "layout/button_group.html"


class Link(_Drawn):
    """A link among the buttons: the way out that sends nothing."""

    template = "layout/link.html"

    def __init__(self, label: str, href: str):
        super().__init__(label=label, href=href)


class Unseen(_Drawn):
    """A box that people neither see nor reach by Tab: whoever fills it in is a program. Its label says to leave it."""

    template = "layout/unseen.html"


class Hint(_Drawn):
    """Quiet text between questions."""

    template = "layout/hint.html"

    def __init__(self, text: str):
        super().__init__(text=text)


class Inset(_Drawn):
    """Text set apart, for what people must not miss."""

    template = "layout/inset.html"

    def __init__(self, text: str):
        super().__init__(text=text)
