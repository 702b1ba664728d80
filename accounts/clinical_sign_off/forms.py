"""What an administrator writes down: who signed a health text, or who accepts its use before that."""

from django import forms

from design.fields import LineField, LongTextField, NameField, PartsDateField
from design.forms import WayOutForm


class ClinicianForm(WayOutForm):
    """Who answers for it, and since when."""

    name = NameField(label="Name", noun="the clinician’s name", max_length=150)
    role = LineField(
        label="Role", noun="the role", help_text="For example, clinical safety officer", max_length=150
    )
    registration_body = LineField(
        label="Registered with",
        noun="the body that the clinician is registered with",
        help_text="For example, GMC, NMC or HCPC",
        max_length=50,
    )
    registration_number = LineField(
        label="Registration number", noun="the registration number", max_length=30
    )
    signed_on = PartsDateField(
        label="Date of the signature",
        noun="the date of the signature",
        help_text="For example, 27 3 2026",
        earliest=2020,
    )


class SignOffForm(ClinicianForm):
    submit = "Record sign-off"

    shown = forms.CharField(widget=forms.HiddenInput, required=False)  # the hash of what was on the page

    def questions(self) -> list:
        return [name for name in self.fields if name != "shown"]


class AcceptanceForm(ClinicianForm):
    submit, submit_kind = "Record acceptance", "warning"

    ends_on = PartsDateField(
        label="Last day", noun="the last day", help_text="At most 92 days after the signature", earliest=2020
    )
    reason = LongTextField(
        label="Why can the texts be used before they are signed off?",
        noun="why the texts can be used before they are signed off",
    )
