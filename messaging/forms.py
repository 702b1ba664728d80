"""What officers are asked about calls and messages."""

from collections.abc import Callable

from django import forms

from design.fields import LineField, LongTextField, RadioField
from design.forms import WayOutForm
from messaging.calls import Outcome
from messaging.fitness import Faults
from messaging.wordings import Words


class CallForm(WayOutForm):
    """How a call went."""

    outcome = RadioField(label="How did the call go?", noun="how the call went", choices=[])

    def __init__(self, *args, may_leave_message: bool, by_hand: bool, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["outcome"].choices = [
            choice
            for choice in Outcome.choices
            if (may_leave_message or choice[0] != Outcome.LEFT_MESSAGE)
            and (by_hand or choice[0] != Outcome.WRITTEN)
        ]


class CallBackForm(WayOutForm):
    """Why a message is not to be sent."""

    submit, submit_kind, leave = "Do not send it", "warning", "Back"

    reason = LineField(
        label="Why should it not be sent?",
        noun="the reason",
        missing="Enter the reason",
        help_text="Kept on the record, without names.",
        max_length=200,
    )


class PauseForm(CallBackForm):
    """Why messages are held back."""

    submit = "Hold back"

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["reason"].label = "Why are they held back?"


class WrittenForm(WayOutForm):
    """A subject and a text that an officer writes, and looks at before anything comes of it."""

    submit, submit_step = "Look at it", "look"

    def fits(self, faults_of: Callable[[str, str], Faults]) -> bool:
        """Whether the words may be sent; what is wrong with them stands on the form."""
        if not self.is_valid():
            return False
        faults = faults_of(self.cleaned_data.get("subject", ""), self.cleaned_data["text"])
        for field, sentences in faults.items():
            for sentence in sentences:
                self.add_error(field, sentence)
        return not faults


class WordsForm(WrittenForm):
    """An officer's words for a kind of message."""

    leave = "Leave it as it is"

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

    def again(self, seen: int) -> "WordsForm":
        """The same words, begun again from a newer version."""
        return type(self)({**self.data.dict(), "seen": seen}, way_out=self.way_out)


class TextWordsForm(WordsForm):
    """An officer's words for a text message, which has no subject."""

    subject = None
    text = LongTextField(
        label="Text message",
        noun="the message",
        missing="Enter the message",
        help_text="One paragraph. Others may read what lies on a telephone: name nobody, and nothing about health.",
        max_length=1_000,
        rows=6,
    )


class AdHocForm(WrittenForm):
    """What an officer writes to people; greeting, telephone number and signature are put around it."""

    subject = LineField(
        label="Subject",
        noun="the subject",
        missing="Enter the subject",
        help_text="Others may see it on a locked telephone: name nothing about health.",
        max_length=200,
    )
    text = LongTextField(
        label="Message",
        noun="the message",
        missing="Enter the message",
        help_text="The greeting with their name, our telephone number and the signature are put around it.",
        max_length=5_000,
        rows=10,
    )
    key = forms.UUIDField(widget=forms.HiddenInput)  # of this page: it is sent once
