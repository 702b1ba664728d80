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
        help_text="Others can see it on a locked phone. Do not mention health.",
        max_length=200,
    )
    text = LongTextField(
        label="Message",
        noun="the message",
        missing="Enter the message",
        help_text="We add the greeting with their name, our phone number and the signature.",
        max_length=5_000,
        rows=10,
    )
    key = forms.UUIDField(widget=forms.HiddenInput)  # of this page: it is sent once
