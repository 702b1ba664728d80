"""What an officer writes down after speaking with somebody about a place."""

from design.fields import LongTextField
from design.forms import WayOutForm


class SpokenForm(WayOutForm):
    """What an officer notes after the call."""

    submit = "We have spoken: offer them places again"

    words = LongTextField(
        label="Note of the call (optional)",
        noun="the note",
        help_text="This goes in the contact log.",
        rows=5,
        required=False,
    )
