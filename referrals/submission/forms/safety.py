"""Page 3: why, and whether it is safe."""

from django.core.exceptions import ValidationError

from design.fields import RadioField, SelectField
from design.layout import Question
from referrals import referrer_details
from referrals.screening.forms import PREFIX, SafetyQuestions
from referrals.submission.forms.base import YES_OR_NO, Page

NAMED = f"{PREFIX}clinician"  # the box that names a colleague for the lists; page 4 begins with the same


class SafetyPage(SafetyQuestions, Page):
    """`stops()` says which safety lists stop the referral, whatever else is still to be mended."""

    name = "safety"
    title = "Reason and safety"
    field_order = ("pain_three_months",)

    pain_three_months = RadioField(
        label="Have they had pain for 3 months or more?",
        choices=YES_OR_NO,
        missing="Select yes if they have had pain for 3 months or more",
    )

    safety_clinician = SelectField(
        label="Which clinician will answer?",
        noun="the clinician",
        help_text="Only if you are not the clinician. We’ll email them, and they answer after signing in.",
        required=False,
    )

    def arrange(self) -> None:
        self.sender_email = self.user.email.lower()
        self.clinicians = referrer_details.colleagues(
            referrer_details.place_of(self.user, self.typed), user=self.user
        )
        if not self.clinicians:
            del self.fields[NAMED]
            return
        self.fields[NAMED].choices = referrer_details.listed(self.clinicians)
        self.fields["clinician_name"].label = "Or the name of another clinician"
        self.fields["clinician_name"].help_text = "Only if they are not listed."

    def questions(self) -> list:
        asked = self.safety_questions()
        if NAMED in self.fields:
            asked.insert(asked.index("clinician_name"), NAMED)
        return [Question("pain_three_months", inline=True), *asked]

    def clean(self) -> dict:
        chosen = self.clinicians.get(self.cleaned_data.get(NAMED) or "")
        if chosen and (self.cleaned_data.get("clinician_name") or self.cleaned_data.get("clinician_email")):
            self.add_error(NAMED, "Choose a clinician from the list or enter a name, not both")
        elif chosen:
            self.cleaned_data |= {"clinician_name": chosen.name, "clinician_email": chosen.user.email.lower()}
        return super().clean()

    def clean_pain_three_months(self) -> bool:
        if self.cleaned_data["pain_three_months"] != "yes":
            raise ValidationError(
                "You cannot refer them yet. The programme is for people who have had pain for 3 months or more",
                code="too_soon",
            )
        return True

    def facts(self) -> dict[str, object]:
        return {
            "answers": self.answers(),
            "assessed": self.assessed(),
            "clinician_name": self.cleaned_data["clinician_name"],
            "clinician_email": self.cleaned_data["clinician_email"],
        }
