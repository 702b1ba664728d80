"""The box for pasted text."""

from django import forms

from design.fields import LongTextField
from design.forms import DesignedForm
from referrals.text_extraction import MOST_CHARACTERS


class PastedField(LongTextField):
    """Any text: the hidden characters that a copy brings along are the reader's business, not a mistake."""

    def run_validators(self, value: str) -> None:
        forms.CharField.run_validators(self, value.translate({0: None}))

    def to_python(self, value: object) -> str:
        return super().to_python(str(value or "").replace("\x00", ""))


class PasteForm(DesignedForm):
    """One box. Its text is read once and kept nowhere."""

    submit = "Read this text"

    pasted = PastedField(
        label="Text to read",
        noun="the text",
        help_text="A summary from your clinical system, a letter or an email about one patient.",
        max_length=MOST_CHARACTERS,
        rows=12,
    )
