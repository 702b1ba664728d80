"""Page 4: that the person agreed, and who recommends the programme."""

from core.dates import day
from design.fields import NameField, PartsDateField, RadioField, SelectField
from design.layout import Question
from referrals import referrer_details
from referrals.models import Referral
from referrals.submission.forms.base import Page
from referrals.submission.forms.safety import NAMED

OLDEST_AGREEMENT_DAYS = 366


class AgreementPage(Page):
    name = "agreement"
    title = "Agreement"

    agreed = RadioField(
        label="Has the patient agreed to be referred?",
        choices=[("today", "Yes, today"), ("earlier", "Yes, on another day"), ("no", "No, not yet")],
        missing="Select if the patient has agreed to be referred",
    )
    agreed_on = PartsDateField(
        label="When did they agree?", noun="the day they agreed", earliest=2020, required=False
    )
    recommended_by = SelectField(
        label="Who is the referring clinician?",
        noun="the clinician",
        help_text="If they are not listed, leave this and enter their name below.",
        required=False,
    )
    referrer_name = NameField(
        label="Who is referring the patient?",
        noun="the name of the health professional",
        help_text="Name of the health professional. This can be you.",
        max_length=150,
    )
    referrer_role = RadioField(
        label="What is their role?",
        choices=Referral.ReferrerRole.choices,
        missing="Select their role",
    )

    def arrange(self) -> None:
        self.fields["agreed_on"].latest = self.today.year
        place = referrer_details.place_of(self.user, self.typed)
        own = referrer_details.own_name(place)
        self.initial = {**own, **self.initial}
        self.clinicians = {} if own else referrer_details.colleagues(place, user=self.user)
        if not self.clinicians:
            del self.fields["recommended_by"]
            return
        self.fields["recommended_by"].choices = referrer_details.listed(self.clinicians)
        # Whoever was named for the safety lists is, as a rule, the clinician who recommends.
        self.initial.setdefault("recommended_by", next(iter(self.typed.get(NAMED, [])), ""))
        for name in ("referrer_name", "referrer_role"):
            self.fields[name].required = False
        self.fields["referrer_name"].label = "Or another clinician’s name"
        self.fields["referrer_role"].label = "Their role, if you entered a name"
        self.fields["referrer_name"].help_text = "Enter the name if they are not listed."

    def questions(self) -> list:
        asked = [name for name in ("recommended_by", "referrer_name", "referrer_role") if name in self.fields]
        return [Question("agreed", reveals={"earlier": ["agreed_on"]}), *asked]

    def clean(self) -> dict:
        self._clean_clinician()
        agreed, on = self.cleaned_data.get("agreed"), self.cleaned_data.get("agreed_on")
        if agreed == "no":
            self.add_error("agreed", "You can only send this once the patient has agreed")
        elif agreed == "today":
            self.errors.pop("agreed_on", None)  # of a day begun before and hidden now: nobody could mend it
            self.cleaned_data["agreed_on"] = self.today
        elif agreed == "earlier" and not self.has_error("agreed_on"):
            if on is None:
                self.add_error("agreed_on", "Enter the day they agreed")
            elif on > self.today:
                self.add_error("agreed_on", "Enter a day that is not in the future")
            elif (self.today - on).days > OLDEST_AGREEMENT_DAYS:
                self.add_error("agreed_on", f"Ask them again. They agreed more than a year ago, on {day(on)}")
        return self.cleaned_data

    def _clean_clinician(self) -> None:
        """The chosen colleague's own name and profession, or both as they were typed."""
        if not self.clinicians or self.has_error("recommended_by"):
            return
        chosen = self.clinicians.get(self.cleaned_data.get("recommended_by") or "")
        if chosen and self.cleaned_data.get("referrer_name"):
            self.add_error("recommended_by", "Choose a clinician from the list or enter a name, not both")
        elif chosen:
            self.cleaned_data["referrer_name"] = chosen.name
            self.cleaned_data["referrer_role"] = chosen.profession
        else:
            if not self.cleaned_data.get("referrer_name") and not self.has_error("referrer_name"):
                self.add_error("recommended_by", "Choose the referring clinician, or enter their name")
            elif not self.cleaned_data.get("referrer_role") and not self.has_error("referrer_role"):
                self.add_error("referrer_role", "Select their role")

    def facts(self) -> dict[str, object]:
        own = ("agreed", "recommended_by")
        return {name: value for name, value in self.cleaned_data.items() if name not in own}
