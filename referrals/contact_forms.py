"""What is asked when the office tries to reach a person, and when it and an organisation write to each other."""

from datetime import date, timedelta

from crispy_forms.layout import Layout

from core.dates import LONDON
from design.fields import ConfirmField, EmailField, LineField, LongTextField, PartsDateField, RadioField
from design.forms import DesignedForm
from design.layout import Button, Question
from referrals.decisions import DecisionForm
from referrals.fields import PhoneField
from referrals.models import ContactAttempt, SafetyLink


class AttemptForm(DecisionForm):
    """One try to reach the person."""

    submit = "Save this try"

    channel = RadioField(
        label="How did you try?",
        choices=ContactAttempt.Channel.choices,
        missing="Select how you tried to reach them",
    )
    outcome = RadioField(
        label="How did it go?", choices=ContactAttempt.Outcome.choices, missing="Select how it went"
    )
    words = LineField(label="What was said (optional)", noun="what was said", max_length=500, required=False)
    again_on = PartsDateField(
        label="Try again on (optional)", noun="the day to try again", earliest=2020, required=False
    )

    def clean_again_on(self) -> date | None:
        again = self.cleaned_data["again_on"]
        today = self.now.astimezone(LONDON).date()
        if again and not today < again <= today + timedelta(days=366):
            self.add_error("again_on", "The day to try again must be after this day, and within a year")
        return again


class CalledForm(DecisionForm):
    """The person was called while our records are checked after a restore."""

    submit = "Record this call"

    confirmed = ConfirmField(
        label="I have called this person today, and their details are correct",
        missing="Confirm that you have called this person",
    )


class WordsForm(DecisionForm):
    """Words that are optional: why a step is taken."""

    words = LongTextField(
        label="Words for the organisation (optional)",
        noun="the words for the organisation",
        max_length=1000,
        rows=3,
        required=False,
    )


class GiveUpForm(WordsForm):
    submit = "They could not be reached"


class ReopenForm(WordsForm):
    submit = "Try to reach them again"


class AskForm(DecisionForm):
    """A question to the organisation; the referral waits for its answer."""

    submit = "Send the question"

    words = LongTextField(
        label="What do you need to know?",
        noun="what you need to know",
        help_text="Their mail says only that there is a question; they read it here after signing in.",
        max_length=2000,
        rows=5,
    )


class AskPersonForm(DecisionForm):
    """Why a person is asked once more about their safety."""

    submit = "Ask the person again"

    because = RadioField(
        label="Why do you ask again?",
        choices=[
            (SafetyLink.Because.CHANGED.value, SafetyLink.Because.CHANGED.label),
            (SafetyLink.Because.AGAIN.value, "They have not answered, or their link does not open"),
        ],
        help_text="When their health has changed, an earlier safety clearance counts no more.",
        missing="Select why you ask again",
    )


class NoteForm(AskForm):
    """A note to the organisation that asks for nothing."""

    submit = "Send the note"

    words = LongTextField(
        label="What do you want to say?",
        noun="what you want to say",
        help_text="Their mail says only that there is a note; they read it here after signing in.",
        max_length=2000,
        rows=5,
    )


class AnswerForm(DesignedForm):
    """What the organisation writes: an answer, or something that the office should know."""

    submit = "Send to the project officers"

    words = LongTextField(
        label="Write to the project officers",
        noun="what you want to say",
        help_text="For example a new telephone number, or the answer to their question.",
        max_length=2000,
        rows=4,
    )


class BetterContactForm(DesignedForm):
    """Another telephone number or email address of a person who could not be reached."""

    submit = "Send these details"

    phone = PhoneField(label="Another telephone number", noun="telephone number", required=False)
    email = EmailField(label="Another email address", noun="email address", required=False)

    def layout(self) -> Layout:
        return Layout(Question("phone", width=20), "email", Button(self.submit))

    def clean(self) -> dict:
        typed = any(self.cleaned_data.get(name) or self.has_error(name) for name in self.fields)
        if not typed:
            self.add_error("phone", "Enter a telephone number or an email address")
        return self.cleaned_data
