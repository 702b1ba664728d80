"""What officers are asked about calls and messages."""

from crispy_forms.layout import Layout

from design.fields import LineField, RadioField
from design.forms import DesignedForm
from design.layout import Button, ButtonGroup, Link
from messaging.calls import Outcome


class CallForm(DesignedForm):
    """How a call went."""

    outcome = RadioField(label="How did the call go?", noun="how the call went", choices=[])

    def __init__(self, *args, may_leave_message: bool, by_hand: bool, way_out: str, **kwargs):
        super().__init__(*args, **kwargs)
        self.way_out = way_out
        self.fields["outcome"].choices = [
            choice
            for choice in Outcome.choices
            if (may_leave_message or choice[0] != Outcome.LEFT_MESSAGE)
            and (by_hand or choice[0] != Outcome.WRITTEN)
        ]

    def layout(self) -> Layout:
        return Layout("outcome", ButtonGroup(Button("Save"), Link("Cancel", self.way_out)))


class CallBackForm(DesignedForm):
    """Why a message is not to be sent."""

    press = "Do not send it"
    reason = LineField(
        label="Why should it not be sent?",
        noun="the reason",
        missing="Enter the reason",
        help_text="Kept on the record, without names.",
        max_length=200,
    )

    def __init__(self, *args, way_out: str, **kwargs):
        super().__init__(*args, **kwargs)
        self.way_out = way_out

    def layout(self) -> Layout:
        return Layout("reason", ButtonGroup(Button(self.press, kind="warning"), Link("Back", self.way_out)))


class PauseForm(CallBackForm):
    """Why messages are held back."""

    press = "Hold back"

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["reason"].label = "Why are they held back?"
