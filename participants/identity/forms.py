"""The person's details as an officer mends them."""

from datetime import date
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils import timezone

from accounts.models import Organisation
from core.dates import LONDON
from design.fields import ChecksField, EmailField, LineField, LongTextField, NameField
from participants import contact_details, nhs_number
from participants.models import IDENTITY, Participant
from participants.needs import services as needs
from participants.record_form import RecordForm, said


class NeedsForm(RecordForm):
    """All needs of a person at once, by group; nothing ticked means that they need none of it."""

    submit = "Save needs"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for number, (group, choices) in enumerate(grouped().items()):
            self.fields[f"group_{number}"] = ChecksField(label=group, choices=choices, required=False)

    @classmethod
    def of_person(cls, person: Participant, *, way_out: str) -> "NeedsForm":
        """The form with what is known."""
        codes = [need.code for need in person.needs.open()]
        known = {
            f"group_{number}": [code for code, _ in choices if code in codes]
            for number, choices in enumerate(grouped().values())
        }
        return cls.of(known, way_out=way_out)

    def codes(self) -> list[str]:
        return [code for name in self.questions() for code in self.cleaned_data[name]]

    def shown(self) -> list[str]:
        """What was ticked when the page was opened."""
        return [code for codes in self.held().values() for code in codes]


def grouped() -> dict[str, list[tuple[str, str]]]:
    """The picklist by group, as choices."""
    groups: dict[str, list[tuple[str, str]]] = {}
    for listed in needs.PICKLIST:
        groups.setdefault(listed.group, []).append((listed.code, listed.words))
    return groups


class SeenBefore(forms.BoundField):
    """Django describes the hidden box of what was there before as it does the one that is shown; HTML forbids it."""

    def build_widget_attrs(self, attrs: dict, widget: forms.Widget | None = None) -> dict:
        built = super().build_widget_attrs(attrs, widget)
        if widget and widget.is_hidden:
            built.pop("aria-describedby", None)
        return built


class PersonForm(forms.ModelForm):
    """Everything an officer may change about a person.

    Each box carries what it held when the page was opened: only what this officer changed is written, so two officers
    on one page do not undo each other's work.
    """

    given_name = NameField(label="First name", max_length=100)
    family_name = NameField(label="Last name", max_length=100)
    preferred_name = NameField(label="Preferred name", max_length=100, required=False)
    nhs_number = LineField(
        label="NHS number", noun="NHS number", max_length=20, required=False, help_text="10 digits, if known."
    )
    email = EmailField(label="Email address", required=False)
    phone = LineField(label="Telephone", max_length=40, required=False)
    postcode = LineField(label="Postcode", max_length=12)
    postal_address = LongTextField(
        label="Address for letters",
        noun="the address",
        max_length=200,
        rows=4,
        required=False,
        help_text="Up to 4 lines, without the name and the postcode. Only for people we write to by post.",
    )
    practice_code = LineField(
        label="Registered practice",
        noun="the practice’s ODS code",
        max_length=12,
        help_text="Its ODS code, like L84001.",
    )

    bound_field_class = SeenBefore

    class Meta:
        model = Participant
        fields = [*IDENTITY, "preferred_contact", "message_safe"]
        widgets = {"date_of_birth": forms.DateInput}  # no calendar: nobody pages back sixty years
        help_texts = {"date_of_birth": "For example, 14/3/1958."}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["nhs_number"] = self.instance.spaced_nhs_number
        self.initial["phone"] = contact_details.spoken_phone(self.instance.phone)
        if self.instance.practice_id:
            self.initial["practice_code"] = self.instance.practice.ods_code
            self.fields["practice_code"].help_text = f"Its ODS code. Now: {self.instance.practice.name}."
        for field in self.fields.values():
            field.show_hidden_initial = True

    def clean_nhs_number(self) -> str:
        typed = self.cleaned_data["nhs_number"]
        allowed = not settings.REFUSE_TEST_NHS_NUMBERS
        return said(nhs_number.parse, typed, allow_test_range=allowed) if typed else ""

    def clean_phone(self) -> str:
        typed = self.cleaned_data["phone"]
        return said(contact_details.parse_phone, typed) if typed else ""

    def clean_postcode(self) -> str:
        return said(contact_details.parse_postcode, self.cleaned_data["postcode"])

    def clean_postal_address(self) -> str:
        return said(
            contact_details.parse_postal_address,
            self.cleaned_data["postal_address"],
            postcode=self.cleaned_data.get("postcode", ""),
        )

    def clean_date_of_birth(self) -> date:
        born = self.cleaned_data["date_of_birth"]
        today = timezone.now().astimezone(LONDON).date()
        if not 1900 <= born.year <= today.year or born > today:
            raise ValidationError("Enter a date of birth in the past and after 1900")
        return born

    def clean_practice_code(self) -> str:
        code = self.cleaned_data["practice_code"].upper()
        if code == self.instance.practice.ods_code:
            return code  # their practice may have closed since
        if not Organisation.objects.offered().filter(ods_code=code).exists():
            raise ValidationError("Enter the ODS code of an open GP practice")
        return code

    def clean(self) -> dict:
        super().clean()
        if not self.errors and not self.cleaned_data["email"] and not self.cleaned_data["phone"]:
            self.add_error("email", "Enter an email address or a phone number")
        return self.cleaned_data

    def changes(self) -> dict[str, object]:
        """What this officer changed, by the model's names."""
        changed = {name: self.cleaned_data[name] for name in self.changed_data}
        if "practice_code" in changed:
            changed["practice"] = Organisation.objects.get(ods_code=changed.pop("practice_code"))
        return changed
