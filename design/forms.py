"""The base of every form, and what a page says to a press or a refusal."""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Layout
from django import forms
from django.contrib import messages
from django.http import HttpRequest
from django.utils.functional import cached_property

from core.errors import Refused
from design.layout import Button, ButtonGroup, Link


class Designed:
    """Makes `{% crispy form %}` render the whole form: questions, then one button, in the order of `layout()`.

    The browser's own checks are off (`novalidate`): its messages vanish, cannot be restyled, and stop at the first.
    Labels carry no colon. Nothing that was typed is ever cleared.
    """

    use_required_attribute = False
    submit = "Continue"
    action = ""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)

    def layout(self) -> Layout:
        """Arrange the questions; a form with sections or reveals overrides this."""
        return Layout(*self.fields, Button(self.submit))

    @cached_property
    def helper(self) -> FormHelper:
        helper = FormHelper()
        helper.attrs = {"novalidate": True}
        if self.action:
            helper.attrs["action"] = self.action
        helper.render_hidden_fields = True
        helper.layout = self.layout()
        return helper

    @contextmanager
    def refusals(self, field: str | None = None) -> Iterator[None]:
        """What is refused inside is an error of the form: beside `field`, or the one that the refusal names."""
        try:
            yield
        except Refused as refused:
            about = getattr(refused, "field", field)
            self.add_error(about if about in self.fields else None, str(refused))


class DesignedForm(Designed, forms.Form):
    """A plain form in the house style."""


class WayOutForm(DesignedForm):
    """A form whose button has a link beside it that leaves and sends nothing; `way_out` is where it leads."""

    submit = "Save"
    submit_kind = ""  # of the button (design.layout.Button)
    submit_name = "step"
    submit_step = ""  # what the button says to a page of several steps
    leave = "Cancel"

    def __init__(self, *args: Any, way_out: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.way_out = way_out

    @property
    def step(self) -> str:
        """Which button was pressed, on the form itself or below a last look at what was typed."""
        return self.data.get(self.submit_name, "")

    def kept(self) -> list[tuple[str, str]]:
        """What was typed, for the page of the last look to send once more; a date is typed in three boxes."""
        boxes = tuple(self.fields)
        return [(name, typed) for name, typed in self.data.items() if name.startswith(boxes)]

    def questions(self) -> list:
        """Arrange the questions; a form with reveals overrides this."""
        return list(self.fields)

    def layout(self) -> Layout:
        step = {"name": self.submit_name, "value": self.submit_step} if self.submit_step else {}
        button = Button(self.submit, kind=self.submit_kind, **step)
        return Layout(*self.questions(), ButtonGroup(button, Link(self.leave, self.way_out)))


class NothingPressed(Refused):
    sentence = "Press one of the buttons. Nothing was changed."


def pressed(request: HttpRequest, name: str, buttons: Collection[str]) -> str:
    """Which button of this name was pressed, where each is an answer of its own. Raises NothingPressed."""
    try:
        return forms.ChoiceField(choices=[(each, each) for each in buttons]).clean(request.POST.get(name))
    except forms.ValidationError:
        raise NothingPressed from None


@contextmanager
def refusals_told(request: HttpRequest, words: str = "{}") -> Iterator[None]:
    """What is refused inside is said at the top of the next page."""
    try:
        yield
    except Refused as refused:
        messages.error(request, words.format(refused))
