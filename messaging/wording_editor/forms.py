"""The words of a kind of message, by email and by text."""

from django import forms

from design.fields import LineField, LongTextField
from messaging.content.forms import WrittenForm
from messaging.content.wordings import Words


class WordingForm(WrittenForm):
    """An officer's words for a kind of message."""

    leave = "Cancel"

    subject = LineField(label="Subject", noun="the subject", missing="Enter the subject", max_length=200)
    text = LongTextField(
        label="Message", noun="the message", missing="Enter the message", max_length=8_000, rows=24
    )
    seen = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=1_000_000)
    key = forms.UUIDField(widget=forms.HiddenInput)  # of this page: its test is sent once

    def words(self, language: str, variant: str) -> Words:
        """What was typed, once it is valid."""
        typed = self.cleaned_data
        return Words(typed.get("subject", ""), typed["text"], typed["seen"] + 1, language, variant)

    def again(self, seen: int) -> "WordingForm":
        """The same words, begun again from a newer version."""
        return type(self)({**self.data.dict(), "seen": seen}, way_out=self.way_out)


class TextWordingForm(WordingForm):
    """An officer's words for a text message, which has no subject."""

    subject = None  # type: ignore[assignment]  # how Django leaves a field out
    text = LongTextField(
        label="Text message",
        noun="the message",
        missing="Enter the message",
        help_text="One paragraph. Others might read the phone. Do not include names or mention health.",
        rows=6,
    )
