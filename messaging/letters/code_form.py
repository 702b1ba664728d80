"""What people are asked who have a letter."""

from crispy_forms.layout import Layout
from django import forms
from django.core.exceptions import ValidationError

from design.fields import LineField
from design.forms import DesignedForm
from design.layout import Button, Question
from messaging.letters import codes


class LetterCodeForm(DesignedForm):
    """The code from a letter. What has not its shape is no try."""

    code = LineField(
        label="The code from your letter",
        noun="the code from your letter",
        help_text="9 letters and numbers, like BCD-FGH-JKM. You can leave out the hyphens.",
        max_length=40,
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}
        ),
    )

    def layout(self) -> Layout:
        return Layout(Question("code", width=20), Button("Continue"))

    def clean_code(self) -> str:
        code = self.cleaned_data["code"]
        if not codes.may_be_a_code(code):
            raise ValidationError("Enter the code of 9 letters and numbers, like BCD-FGH-JKM")
        return code
