"""Page 1: who the patient is, and where they are registered."""

import re
from datetime import date

from django.conf import settings
from django.core.exceptions import ValidationError

from accounts.models import Organisation
from design.fields import NameField, PartsDateField, SelectField
from design.layout import Question
from referrals.ages import age_on
from referrals.fields import NhsNumberField, PracticeField
from referrals.submission.forms.base import Page

# Only where another word follows: "Miss" or "Dr" may also be all of a name.
TITLE = r"(?:mr|mrs|miss|ms|mx|dr)\.?"
TITLED = re.compile(rf"{TITLE}\s+(?P<name>.+)|(?P<else>.+?)[\s,]+(?:{TITLE}|\({TITLE}\))", re.IGNORECASE)
# As records print a name: "HUDSON, Brenda (Mrs)".
LAST_NAME_FIRST = re.compile(
    rf"(?P<last>[^,]+),\s*(?P<first>[^,]+?)(?:\s+{TITLE}|\s*\({TITLE}\))?", re.IGNORECASE
)
NO_FIRST_NAME = re.compile(rf"\(?{TITLE}\)?|jr\.?|sr\.?|i{{2,3}}", re.IGNORECASE)


def _one_name(typed: str, noun: str) -> str:
    """The name as it was typed. Refuses one with a title, or both names in one box, and offers what to enter."""
    both = LAST_NAME_FIRST.fullmatch(typed)
    if both and not NO_FIRST_NAME.fullmatch(both["first"]):
        raise ValidationError(
            f"Enter “{_untitled(both['first'])}” as the first name and “{_untitled(both['last'])}” as the last name",
            code="both_names",
        )
    if (plain := _untitled(typed)) != typed:
        raise ValidationError(f"Enter the {noun} without a title: “{plain}”", code="title")
    return typed


def _untitled(name: str) -> str:
    found = TITLED.fullmatch(name.strip())
    return (found["name"] or found["else"]).strip() if found else name.strip()


class PersonQuestions(Page):
    organisation = SelectField(label="Which organisation are you referring for?", noun="your organisation")
    given_name = NameField(label="First name", max_length=100)
    family_name = NameField(label="Last name", max_length=100)
    preferred_name = NameField(
        label="Preferred name (optional)",
        noun="preferred name",
        max_length=100,
        required=False,
    )
    date_of_birth = PartsDateField(
        label="Date of birth",
        noun="date of birth",
        help_text="For example, 27 3 1958",
        missing="Enter their date of birth",
        earliest=1900,
    )
    nhs_number = NhsNumberField(
        label="NHS number (optional)",
        noun="NHS number",
        required=False,
    )
    practice = PracticeField(
        label="GP practice where they are registered",
        noun="the GP practice",
        help_text="Enter the practice’s code or part of its name.",
        max_length=220,
    )

    def arrange(self) -> None:
        super().arrange()
        self.organisations = list(Organisation.objects.for_user(self.user).order_by("name"))
        self.fields["date_of_birth"].latest = self.today.year
        practice = self.fields["practice"]
        if len(self.organisations) > 1:
            listed = [(str(place.pk), str(place)) for place in self.organisations]
            self.fields["organisation"].choices = [("", "Choose one"), *listed]
            practice.required = False
            if any(self._offered(place) for place in self.organisations):
                practice.help_text += " Leave this empty if it is the practice you refer for."
            return
        del self.fields["organisation"]
        if self._offered(self.organisations[0]):
            own = str(self.organisations[0])
            if self.initial.setdefault("practice", own) == own:
                practice.help_text = (
                    "This is your practice. Change it if the patient is registered somewhere else."
                )

    def person_questions(self) -> list:
        asked = [name for name in PersonQuestions.base_fields if name in self.fields]
        return [Question(name, width=20) if name == "nhs_number" else name for name in asked]

    def clean_given_name(self) -> str:
        return _one_name(self.cleaned_data["given_name"], "first name")

    def clean_family_name(self) -> str:
        return _one_name(self.cleaned_data["family_name"], "last name")

    def clean_date_of_birth(self) -> date:
        born = self.cleaned_data["date_of_birth"]
        if born > self.today:
            raise ValidationError("Enter a date of birth in the past", code="future")
        if age_on(born, self.today) < settings.MINIMUM_AGE:
            raise ValidationError(
                f"The programme is for people aged {settings.MINIMUM_AGE} or over. Check the date of birth. "
                "If it is correct, you cannot refer them yet",
                code="too_young",
            )
        return born

    def clean(self) -> dict:
        super().clean()
        places = {str(place.pk): place for place in self.organisations}
        chosen = self.cleaned_data.get("organisation") or ""
        place = places.get(chosen) if "organisation" in self.fields else self.organisations[0]
        self.cleaned_data["organisation"] = place
        if "practice" in self.cleaned_data and self.cleaned_data["practice"] is None:
            if place and self._offered(place):
                self.cleaned_data["practice"] = place
            else:
                self.add_error("practice", "Enter the GP practice where they are registered")
        return self.cleaned_data

    @staticmethod
    def _offered(organisation: Organisation) -> bool:
        return Organisation.objects.offered().filter(pk=organisation.pk).exists()
