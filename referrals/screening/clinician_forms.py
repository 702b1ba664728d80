"""The forms around a clinician's confirmation."""

from collections.abc import Sequence
from typing import Any

from crispy_forms.layout import Layout
from django.core.exceptions import ValidationError

from accounts.models import User
from design.fields import EmailField, NameField, RadioField
from design.forms import DesignedForm
from design.layout import Button
from referrals import safety
from referrals.models import Referral
from referrals.screening.forms import SafetyQuestions


class ConfirmForm(SafetyQuestions):
    """The lists that were left to a clinician, and in which role they answer."""

    submit = "Confirm these answers"
    clinician = True

    answered_as = RadioField(
        label="What is your role?",
        choices=Referral.ReferrerRole.choices,
        missing="Select your role",
    )

    def __init__(self, *args: Any, left: Sequence[str], **kwargs: Any) -> None:
        self.lists = [safety.BY_CODE[code] for code in left]
        super().__init__(*args, **kwargs)

    def layout(self) -> Layout:
        return Layout(*self.safety_questions(), "answered_as", Button(self.submit))


class ClinicianForm(DesignedForm):
    """Who answers the safety lists."""

    submit = "Name this clinician"

    name = NameField(label="Name of the clinician", noun="the name of the clinician", max_length=150)
    email = EmailField(
        label="Work email address of the clinician",
        noun="the clinician’s email address",
        help_text="We email them the reference only. If the address is not at your organisation or nhs.net, "
        "we call you first to check it.",
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user

    def clean_email(self) -> str:
        email = self.cleaned_data["email"].lower()
        if email == self.user.email.lower():
            raise ValidationError("Enter the clinician’s address, not your own", code="own")
        return email
