"""What an officer asks a practice, what it answers, and better contact details."""

from crispy_forms.layout import Layout

from design.fields import EmailField, LongTextField
from design.forms import DesignedForm, WayOutForm
from design.layout import Button, Question
from referrals.correspondence.better_contact import CORRECTED
from referrals.decision_form import DecisionForm
from referrals.fields import PhoneField, PostcodeField


class ReasonInWordsForm(DecisionForm):
    """Words that are optional: why a step is taken."""

    words = LongTextField(
        label="Message to the organisation (optional)",
        noun="the message to the organisation",
        required=False,
    )


class AskForm(DecisionForm):
    """A question to the organisation; the referral waits for its answer."""

    submit = "Send question"

    words = LongTextField(
        label="What do you need to know?",
        noun="what you need to know",
        help_text="Our email says only that you have a question. They sign in to read it.",
        max_length=2000,
        rows=5,
    )


class NoteForm(AskForm):
    """A note to the organisation that asks for nothing."""

    submit = "Send note"

    words = LongTextField(
        label="What do you want to say?",
        noun="what you want to say",
        help_text="Our email says only that there is a note. They sign in to read it.",
        max_length=2000,
        rows=5,
    )


class AnswerForm(DesignedForm):
    """What the organisation writes: an answer, or something that the office should know."""

    submit = "Send to the project officers"

    words = LongTextField(
        label="Write to the project officers",
        noun="what you want to say",
        help_text="For example, a new phone number, or the answer to their question.",
        max_length=2000,
        rows=4,
    )


class BetterContactForm(DesignedForm):
    """Another phone number or email address of a person who could not be reached."""

    submit = "Send these details"

    phone = PhoneField(label="Another phone number", noun="phone number", required=False)
    email = EmailField(label="Another email address", noun="email address", required=False)

    def layout(self) -> Layout:
        return Layout(Question("phone", width=20), "email", Button(self.submit))

    def clean(self) -> dict:
        typed = any(self.cleaned_data.get(name) or self.has_error(name) for name in self.fields)
        if not typed:
            self.add_error("phone", "Enter a phone number or an email address")
        return self.cleaned_data


class CorrectForm(WayOutForm):
    """How the patient is reached, as the organisation sent it: what is wrong is typed over."""

    submit = "Send corrections"

    phone = PhoneField(label="Phone number", noun="phone number", required=False)
    email = EmailField(label="Email address", noun="email address", required=False)
    postcode = PostcodeField(label="Postcode", noun="their postcode, or “no fixed abode”")

    def questions(self) -> list:
        return [Question("phone", width=20), "email", Question("postcode", width=10)]

    def clean(self) -> dict:
        """A detail that was sent is corrected here, and not taken away: nobody can be reached by an empty box."""
        for name in self.fields:
            if (
                name != "postcode"
                and self.initial.get(name)
                and not self.cleaned_data.get(name)
                and not self.has_error(name)
            ):
                noun = CORRECTED[name]
                self.add_error(name, f"Enter the correct {noun}. If there is none, tell us in a note")
        return self.cleaned_data
