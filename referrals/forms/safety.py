"""Page 3: why, and whether it is safe."""

from django.core.exceptions import ValidationError

from design.fields import RadioField
from design.layout import Hint, Question
from referrals import safety
from referrals.forms.page import YES_OR_NO, Page
from referrals.forms.screening import PREFIX, SafetyQuestions


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

    def arrange(self) -> None:
        self.sender_email = self.user.email.lower()

    def questions(self) -> list:
        return [
            Question("pain_three_months", inline=True),
            *self.safety_questions(),
            Hint(safety.sign_off()),
        ]

    def clean_pain_three_months(self) -> bool:
        if self.cleaned_data["pain_three_months"] != "yes":
            raise ValidationError(
                "The programme is for people who have had pain for 3 months or more. They cannot be referred yet",
                code="too_soon",
            )
        return True

    def facts(self) -> dict[str, object]:
        kept = {name for name in self.cleaned_data if not name.startswith(PREFIX)} - {"pain_three_months"}
        facts = {name: self.cleaned_data[name] for name in kept}
        return facts | {"answers": self.answers(), "assessed": self.assessed()}
