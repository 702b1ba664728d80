"""What a clinician without an account is asked: the code, two facts of the record, the questions and who they are."""

import re
from datetime import datetime
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Layout
from django import forms
from django.core.exceptions import ValidationError
from django.utils.functional import cached_property

from core.dates import LONDON
from design.fields import LineField, NameField, PartsDateField, RadioField
from design.forms import DesignedForm
from design.layout import Button, Fieldset, Question
from referrals.models import Register
from referrals.screening.clinician_forms import ClinicianForm, ConfirmForm

CODE, MATCH, ANSWERS, ANOTHER = "code", "match", "answers", "another"  # which form was sent


class InsideForm(DesignedForm):
    """The template's form also carries what was about to be sent."""

    @cached_property
    def helper(self) -> FormHelper:
        helper = FormHelper()
        helper.form_tag = False
        helper.layout = self.layout()
        return helper


class CodeForm(InsideForm):
    submit = "Continue"

    code = LineField(
        label="Code",
        noun="the code from the email",
        help_text="8 letters, like BCDF-GHJK. You can leave out the hyphen and use small letters.",
        max_length=40,
        widget=forms.TextInput(
            attrs={"autocomplete": "one-time-code", "autocapitalize": "characters", "spellcheck": "false"}
        ),
    )

    def layout(self) -> Layout:
        return Layout(Question("code", width=10), Button(self.submit, name="step", value=CODE))


class MatchForm(InsideForm):
    """Two facts of the record that the clinician has open; the browser is asked to keep neither."""

    submit = "Continue"

    last_name = NameField(
        label="Patient’s last name",
        noun="the patient’s last name",
        max_length=100,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    date_of_birth = PartsDateField(
        label="Patient’s date of birth",
        noun="the patient’s date of birth",
        help_text="For example, 27 3 1958",
    )

    def __init__(self, *args: Any, now: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["date_of_birth"].latest = now.astimezone(LONDON).year
        for box in self.fields["date_of_birth"].widget.widgets:
            box.attrs["autocomplete"] = "off"

    def layout(self) -> Layout:
        return Layout("last_name", "date_of_birth", Button(self.submit, name="step", value=MATCH))


class AnotherClinicianForm(ClinicianForm):
    """An officer names somebody else, on a page with other buttons."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields[
            "email"
        ].help_text = (
            "If it is not at the organisation or nhs.net, you need to check it by phone before we email it."
        )

    def layout(self) -> Layout:
        return Layout("name", "email", Button(self.submit, kind="secondary", name="step", value=ANOTHER))


class ClinicianAnswersForm(ConfirmForm):
    """The lists that were left to them, and who they are, as a register has it."""

    submit = "Send my answers"

    name = NameField(label="Your name", noun="your name", max_length=150)
    register = RadioField(
        label="Which register are you on?", choices=Register.choices, missing="Select your register"
    )
    number = LineField(
        label="Your registration number",
        noun="your registration number",
        help_text="We check it with the register once. For example, a GMC number has 7 digits.",
        max_length=20,
    )

    def layout(self) -> Layout:
        about = Fieldset("About you", "name", "answered_as", "register", Question("number", width=10))
        return Layout(*self.safety_questions(), about, Button(self.submit, name="step", value=ANSWERS))

    def clean_number(self) -> str:
        number = re.sub(r"[\s./-]", "", self.cleaned_data["number"]).upper()
        if not re.fullmatch(r"[0-9A-Z]{4,15}", number) or not re.search(r"[0-9]", number):
            raise ValidationError(
                "Enter your registration number as your register shows it, like 1234567", code="invalid"
            )
        return number

    def said(self) -> dict[str, str]:
        data = self.cleaned_data
        return {
            "name": data["name"],
            "profession": data["answered_as"],
            "register": data["register"],
            "number": data["number"],
        }
