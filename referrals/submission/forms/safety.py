"""Page 3, for a clinician and for who has a clinician's answers: whether it is safe."""

from design.fields import SelectField
from referrals import referrer_details
from referrals.screening.forms import PREFIX, SafetyQuestions
from referrals.submission.forms.base import Page

NAMED = f"{PREFIX}clinician"  # the box that names a colleague for the lists


class SafetyPage(SafetyQuestions, Page):
    """`stops()` says which safety lists stop the referral, whatever else is still to be mended."""

    name = "safety"
    title = "Safety questions"

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
        # Whoever refers is, as a rule, the clinician who answers.
        self.initial.setdefault(NAMED, self._referring())
        self.fields["clinician_name"].label = "Or the name of another clinician"
        self.fields["clinician_name"].help_text = "Only if they are not listed."

    def _referring(self) -> str:
        """Who was chosen as the referring clinician on the page before; empty for a name that was typed."""
        return next(iter(self.typed.get("recommended_by", [])), "")

    def questions(self) -> list:
        asked = self.safety_questions()
        if NAMED in self.fields:
            asked.insert(asked.index("clinician_name"), NAMED)
        return asked

    def clean(self) -> dict:
        code = self.cleaned_data.get(NAMED) or ""
        chosen = self.clinicians.get(code)
        typed = self.cleaned_data.get("clinician_name") or self.cleaned_data.get("clinician_email")
        if typed and code == self._referring():
            chosen = None  # the list was chosen beforehand, by us: who types a name means that name
        if chosen and typed:
            self.add_error(NAMED, "Choose a clinician from the list or enter a name, not both")
        elif chosen:
            self.cleaned_data |= {"clinician_name": chosen.name, "clinician_email": chosen.user.email.lower()}
        return super().clean()

    def facts(self) -> dict[str, object]:
        return {
            "answers": self.answers(),
            "assessed": self.assessed(),
            "clinician_name": self.cleaned_data["clinician_name"],
            "clinician_email": self.cleaned_data["clinician_email"],
        }
