"""What officers are asked about calls and messages."""

from crispy_forms.layout import Layout
from django import forms

from design.fields import LineField, LongTextField, RadioField
from design.forms import DesignedForm
from design.layout import Button, ButtonGroup, Link
from messaging.calls import Outcome
from messaging.wordings import Words


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


class WordsForm(DesignedForm):
    """An officer's words for a kind of message. Whether they may be sent is looked over by `fitness`."""

    subject = LineField(label="Subject", noun="the subject", missing="Enter the subject", max_length=200)
    text = LongTextField(
        label="Message", noun="the message", missing="Enter the message", max_length=8_000, rows=24
    )
    seen = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=1_000_000)
    key = forms.UUIDField(widget=forms.HiddenInput)  # of this page: its test is sent once

    def __init__(self, *args, way_out: str, **kwargs):
        super().__init__(*args, **kwargs)
        self.way_out = way_out

    def layout(self) -> Layout:
        return Layout(
            "subject",
            "text",
            "seen",
            "key",
            ButtonGroup(
                Button("Look at it", name="step", value="look"), Link("Leave it as it is", self.way_out)
            ),
        )

    def words(self, language: str, variant: str) -> Words:
        """What was typed, once it is valid."""
        typed = self.cleaned_data
        return Words(typed["subject"], typed["text"], typed["seen"] + 1, language, variant)

    def again(self, seen: int) -> "WordsForm":
        """The same words, begun again from a newer version."""
        return WordsForm({**self.data.dict(), "seen": seen}, way_out=self.way_out)


class AdHocForm(DesignedForm):
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

    def __init__(self, *args, way_out: str, **kwargs):
        super().__init__(*args, **kwargs)
        self.way_out = way_out

    def layout(self) -> Layout:
        return Layout(
            "subject",
            "text",
            "key",
            ButtonGroup(Button("Look at it", name="step", value="look"), Link("Cancel", self.way_out)),
        )
