"""What an officer writes down after speaking with somebody about a place."""

from design.fields import LongTextField
from design.forms import WayOutForm


class SpokenForm(WayOutForm):
    """What an officer notes after the call."""

    submit = "Save and offer places again"

    words = LongTextField(
        label="Note of the call (optional)",
        noun="the note",
        help_text="We save this as a contact note.",
        rows=5,
        required=False,
    )
