"""Page 4: that the person agreed, and who recommends the programme."""

from design.dates import day
from design.fields import LineField, PartsDateField, RadioField
from design.layout import Question
from referrals.forms.page import Page
from referrals.models import Referral

OLDEST_AGREEMENT_DAYS = 366


class AgreementPage(Page):
    name = "agreement"
    title = "Agreement"

    agreed = RadioField(
        label="Has the person agreed to be referred?",
        choices=[("today", "Yes, today"), ("earlier", "Yes, on another day"), ("no", "No, not yet")],
        missing="Select whether the person has agreed to be referred",
    )
    agreed_on = PartsDateField(
        label="Which day did they agree?", noun="the day they agreed", earliest=2020, required=False
    )
    referrer_name = LineField(
        label="Who recommends the programme?",
        noun="the name of the professional",
        help_text="The name of the health professional. It may be you.",
        max_length=150,
    )
    referrer_role = RadioField(
        label="What is their role?",
        choices=Referral.ReferrerRole.choices,
        missing="Select the professional’s role",
    )

    def arrange(self) -> None:
        self.fields["agreed_on"].latest = self.today.year

    def questions(self) -> list:
        return [Question("agreed", reveals={"earlier": ["agreed_on"]}), "referrer_name", "referrer_role"]

    def clean(self) -> dict:
        agreed, on = self.cleaned_data.get("agreed"), self.cleaned_data.get("agreed_on")
        if agreed == "no":
            self.add_error("agreed", "Ask the person first. You can refer them when they have agreed")
        elif agreed == "today":
            self.cleaned_data["agreed_on"] = self.today
        elif agreed == "earlier" and not self.has_error("agreed_on"):
            if on is None:
                self.add_error("agreed_on", "Enter the day they agreed")
            elif on > self.today:
                self.add_error("agreed_on", "The day they agreed must not be in the future")
            elif (self.today - on).days > OLDEST_AGREEMENT_DAYS:
                self.add_error("agreed_on", f"They agreed more than a year ago, on {day(on)}. Ask them again")
        return self.cleaned_data

    def facts(self) -> dict[str, object]:
        return {name: value for name, value in self.cleaned_data.items() if name != "agreed"}
