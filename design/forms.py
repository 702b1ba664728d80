"""The base of every form that people outside the admin fill in."""

from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Layout
from django import forms
from django.utils.functional import cached_property

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

    def questions(self) -> list:
        """Arrange the questions; a form with reveals overrides this."""
        return list(self.fields)

    def layout(self) -> Layout:
        step = {"name": self.submit_name, "value": self.submit_step} if self.submit_step else {}
        button = Button(self.submit, kind=self.submit_kind, **step)
        return Layout(*self.questions(), ButtonGroup(button, Link(self.leave, self.way_out)))
