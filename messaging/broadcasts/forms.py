"""A message that an officer writes to many."""

from django import forms

from design.fields import LineField, LongTextField
from messaging.content.forms import WrittenForm


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
