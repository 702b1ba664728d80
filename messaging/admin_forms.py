"""What officers are asked about calls and messages."""

from typing import Any

from design.fields import LineField
from design.forms import WayOutForm


class CallBackForm(WayOutForm):
    """Why a message is not to be sent."""

    submit, submit_kind, leave = "Do not send it", "warning", "Back"

    reason = LineField(
        label="Why should we not send it?",
        noun="the reason",
        missing="Enter the reason",
        help_text="We keep this on the record. Do not include names.",
        max_length=200,
    )


class PauseForm(CallBackForm):
    """Why messages are held back."""

    submit = "Pause"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].label = "Why are you pausing this?"
