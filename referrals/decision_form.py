"""The base of what officers decide about a referral."""

from datetime import datetime
from typing import Any

from crispy_forms.layout import Layout

from design.forms import DesignedForm
from design.layout import Button, ButtonGroup, Link
from referrals.models import Referral


class DecisionForm(DesignedForm):
    """A form about one referral, with a way out that changes nothing."""

    kind = ""

    def __init__(self, *args: Any, referral: Referral, now: datetime, way_out: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.referral, self.now, self.way_out = referral, now, way_out

    def layout(self) -> Layout:
        buttons = ButtonGroup(Button(self.submit, kind=self.kind), Link("Cancel", self.way_out))
        return Layout(*self.questions(), buttons)

    def questions(self) -> list:
        return list(self.fields)

    def facts(self) -> dict[str, object]:
        """What the service wants to know, once the form is valid."""
        return self.cleaned_data
