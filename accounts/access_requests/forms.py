"""What a stranger is asked who would like to refer, and what an officer is asked about the answer."""

from typing import Any

from crispy_forms.layout import Layout
from django import forms
from django.core.exceptions import ValidationError

from accounts.models import LISTED_KINDS, PROFESSIONS, Organisation
from design.fields import EmailField, LineField, LongTextField, NameField, SelectField
from design.forms import DesignedForm, WayOutForm
from design.layout import Button, Question, Unseen

GP_PRACTICE = Organisation.Kind.GP_PRACTICE.value
KINDS = [
    (code, label) for code, label in Organisation.Kind.choices if code != Organisation.Kind.OTHER_PRESCRIBER
]
HONEYPOT = "website"  # people do not see it; whoever fills it in is a program


class InterestForm(DesignedForm):
    """The public page."""

    submit = "Send"

    organisation_name = NameField(
        label="Name of your organisation", noun="the name of your organisation", max_length=200
    )
    kind = SelectField(
        label="What kind of organisation is it?",
        choices=[("", "Choose one"), *KINDS],
        missing="Select the kind of organisation",
    )
    ods_code = LineField(
        label="ODS code",
        help_text="Only for a GP practice. For example, L84001.",
        max_length=12,
        required=False,
    )
    name = NameField(label="Your name", noun="your name", max_length=150)
    profession = SelectField(
        label="Your profession",
        choices=[("", "Choose one"), *PROFESSIONS],
        missing="Select your profession",
    )
    email = EmailField(label="Your work email address", noun="your work email address", max_length=254)
    phone = LineField(label="Your work phone number", noun="your work phone number", max_length=30)
    why = LongTextField(
        label="Why would you like to refer patients?",
        noun="why you would like to refer patients",
        help_text="A sentence or two. Do not include any details about a patient.",
        rows=4,
    )
    website = forms.CharField(
        label="Leave this box empty",
        required=False,
        widget=forms.TextInput(attrs={"tabindex": "-1", "autocomplete": "off"}),
    )

    def layout(self) -> Layout:
        return Layout(
            "organisation_name",
            "kind",
            Question("ods_code", width=10),
            "name",
            "profession",
            "email",
            Question("phone", width=20),
            "why",
            Unseen(HONEYPOT),
            Button(self.submit),
        )

    def clean_ods_code(self) -> str:
        return self.cleaned_data["ods_code"].upper()

    def clean(self) -> dict:
        answers = super().clean() or self.cleaned_data
        if answers.get("kind") == GP_PRACTICE and not self.has_error("ods_code"):
            code = answers.get("ods_code", "")
            if not code:
                self.add_error("ods_code", "Enter the ODS code of your practice")
            elif not Organisation.objects.offered().filter(ods_code=code).exists():
                self.add_error("ods_code", "Check the ODS code. No open GP practice has it")
        elif answers.get("kind"):
            answers["ods_code"] = ""
        return answers

    @property
    def by_a_program(self) -> bool:
        return bool(self.data.get(HONEYPOT))

    def facts(self) -> dict[str, Any]:
        return {name: value for name, value in self.cleaned_data.items() if name != HONEYPOT}


class RequestDecisionForm(WayOutForm):
    leave = "Go back"


class ApproveForm(RequestDecisionForm):
    """For which organisation: one that we have, by its code, or a new one."""

    submit = "Approve and invite them"

    code = LineField(
        label="Code of the organisation, if we have it already",
        noun="the code",
        help_text="Its ODS code, or our own code. A GP practice is always there already.",
        max_length=12,
        required=False,
    )
    name = NameField(label="Otherwise: its name", noun="the name", max_length=200, required=False)
    kind = SelectField(
        label="And its kind",
        choices=[("", "Choose one"), *[each for each in KINDS if each[0] not in LISTED_KINDS]],
        required=False,
    )

    def clean_code(self) -> Organisation | None:
        code = self.cleaned_data["code"].upper()
        organisation = Organisation.objects.filter(ods_code=code).first()
        if code and organisation is None:
            raise ValidationError("No organisation has this code. Leave it empty to add a new one")
        return organisation

    def clean(self) -> dict:
        answers = super().clean() or self.cleaned_data
        if not answers.get("code") and not self.has_error("code"):
            for field, sentence in (("name", "Enter its name, or a code above"), ("kind", "Select its kind")):
                if not answers.get(field) and not self.has_error(field):
                    self.add_error(field, sentence)
        return answers


class DeclineRequestForm(RequestDecisionForm):
    submit = "Decline request"

    words = LongTextField(
        label="Message to the person",
        noun="a message to the person",
        help_text="Use kind, plain language. We send it unchanged, after a greeting.",
        rows=6,
    )
