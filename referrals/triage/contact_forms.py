"""What is asked when the office tries to reach a person, and when it and an organisation write to each other."""

from datetime import date, timedelta

from core.dates import LONDON
from design.fields import ConfirmField, LineField, PartsDateField, RadioField
from referrals.correspondence.forms import ReasonInWordsForm
from referrals.decision_form import DecisionForm
from referrals.models import ContactAttempt, SafetyLink


class AttemptForm(DecisionForm):
    """One try to reach the person."""

    submit = "Save attempt"

    channel = RadioField(
        label="How did you try to contact them?",
        choices=ContactAttempt.Channel.choices,
        missing="Select how you tried to contact them",
    )
    outcome = RadioField(
        label="What happened?", choices=ContactAttempt.Outcome.choices, missing="Select what happened"
    )
    words = LineField(label="What was said (optional)", noun="what was said", max_length=500, required=False)
    again_on = PartsDateField(
        label="Try again on (optional)", noun="the day to try again", earliest=2020, required=False
    )

    def clean_again_on(self) -> date | None:
        again = self.cleaned_data["again_on"]
        today = self.now.astimezone(LONDON).date()
        if again and not today < again <= today + timedelta(days=366):
            self.add_error("again_on", "The day to try again must be after today and within a year")
        return again


class CalledForm(DecisionForm):
    """The person was called while our records are checked after a restore."""

    submit = "Record call"

    confirmed = ConfirmField(
        label="I have called this person today, and their details are correct",
        missing="Confirm that you have called this person",
    )


class GiveUpForm(ReasonInWordsForm):
    submit = "They could not be reached"


class ReopenForm(ReasonInWordsForm):
    submit = "Try to reach them again"


class AskPersonForm(DecisionForm):
    """Why a person is asked once more about their safety."""

    submit = "Ask the person again"

    because = RadioField(
        label="Why are you asking again?",
        choices=[
            (SafetyLink.Because.CHANGED.value, SafetyLink.Because.CHANGED.label),
            (SafetyLink.Because.AGAIN.value, "They have not answered, or their link does not work"),
        ],
        help_text="If their health has changed, any earlier safety clearance ends.",
        missing="Select why you are asking again",
    )
