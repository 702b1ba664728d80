"""What is asked when somebody decides about a referral."""

from datetime import date
from typing import Any

from core.dates import LONDON, day
from design.fields import LineField, LongTextField, PartsDateField, RadioField, SelectField
from design.layout import Question
from referrals.decision_form import DecisionForm
from referrals.statuses import NOT_TO_DECLINE, UNDECIDED, Reason


class PriorityForm(DecisionForm):
    """From which day a person waits, and whether they go before others."""

    opted_in_on = PartsDateField(
        label="When did the person agree to take part?", noun="the date they agreed", earliest=2020
    )
    priority = RadioField(
        label="Priority (optional)",
        choices=[("0", "0: usual order"), ("1", "1"), ("2", "2"), ("3", "3: as soon as possible")],
        help_text="Each level adds 70 days to their waiting time. "
        "If you choose none, they keep the usual order.",
        required=False,
    )
    priority_reason = LineField(
        label="Reason for a priority above 0",
        noun="the reason for the priority",
        max_length=300,
        required=False,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        asked = self.fields["opted_in_on"]
        asked.latest = self.now.astimezone(LONDON).year
        on = self.referral.agreed_on
        agreed = (
            f"They agreed to be referred on {day(on)}."
            if on
            else "When they agreed to be referred is not recorded."
        )
        asked.help_text = f"{agreed} Their waiting time starts on the date you enter here."

    def clean(self) -> dict:
        said_yes = self.cleaned_data.get("opted_in_on")
        agreed, today = self.referral.agreed_on, self.now.astimezone(LONDON).date()
        if said_yes and not (agreed or date.min) <= said_yes <= today:
            between = f"between {day(agreed)} and {day(self.now)}" if agreed else "today or earlier"
            self.add_error("opted_in_on", f"The date they agreed must be {between}")
        if self.cleaned_data.get("priority") and not self.cleaned_data.get("priority_reason"):
            self.add_error("priority_reason", "Enter the reason for the priority")
        return self.cleaned_data

    def clean_priority(self) -> int:
        return int(self.cleaned_data["priority"] or 0)


class SaidYesForm(PriorityForm):
    """The person was reached and wants to take part."""

    submit = "Put on the waiting list"


class AcceptForm(PriorityForm):
    """Suitable; and whether the person has agreed already, or must be asked first. Nothing is chosen beforehand."""

    submit = "Accept"

    answered = RadioField(
        label="Has the person agreed to take part?",
        choices=[("yes", "Yes"), ("no", "Not yet: we will contact them first")],
        missing="Select whether the person has agreed to take part",
    )

    field_order = ["answered", "opted_in_on", "priority", "priority_reason"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.is_bound and self.data.get("answered") != "yes":
            self.fields["opted_in_on"].required = False

    def questions(self) -> list:
        return [Question("answered", reveals={"yes": ["opted_in_on", "priority", "priority_reason"]})]

    def clean(self) -> dict:
        if self.cleaned_data.pop("answered", "") == "no":
            for name in ("opted_in_on", "priority", "priority_reason"):
                self.errors.pop(name, None)
            return {}
        return super().clean()


def words_for_person() -> LongTextField:
    """The officer's own words that the person is sent."""
    return LongTextField(
        label="Message to the person (optional)",
        noun="the message to the person",
        help_text="Use kind, plain language. We send this unchanged, after “Hello” and before our "
        "number. Leave it empty if you have spoken with them.",
        rows=4,
        required=False,
    )


class DeclineForm(DecisionForm):
    """A reason from the list, and words that the organisation will read."""

    submit = "Decline the referral"
    REASONS = [each for each in Reason if each not in NOT_TO_DECLINE]
    submit_kind = "warning"

    reason = SelectField(
        label="Reason",
        noun="a reason",
        choices=[("", "Choose a reason"), *((each.value, each.label) for each in REASONS)],
        missing="Select a reason",
    )
    words = LongTextField(
        label="Message to the organisation",
        noun="a message to the organisation",
        help_text="Say why, and what they could do instead. The practice will see this exactly as written.",
        rows=4,
    )
    person_words = words_for_person()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.referral.status not in UNDECIDED:
            # Once accepted, safety is the only reason for a no; perhaps a colleague accepted it meanwhile.
            asked, only = (
                self.fields["reason"],
                "This referral has been accepted, and can now be declined for safety only",
            )
            asked.choices = [("", "Choose a reason"), (Reason.SAFETY.value, Reason.SAFETY.label)]
            asked.help_text = f"{only}. For anything else, cancel and use another button."
            asked.error_messages["invalid_choice"] = only


class RedirectForm(DecisionForm):
    """Another service suits the person better: which, and words for both."""

    submit = "Redirect the referral"

    service = LineField(
        label="Which service?",
        noun="the name of the service",
        help_text="Its name, and how the organisation can contact it.",
        max_length=200,
    )
    words = LongTextField(
        label="Anything else to tell the organisation (optional)",
        noun="the message to the organisation",
        max_length=700,
        required=False,
    )
    person_words = words_for_person()


class ReasonForm(DecisionForm):
    """A reason from a list, where "another reason" is explained."""

    def clean(self) -> dict:
        if self.cleaned_data.get("reason") == Reason.OTHER and not self.cleaned_data.get("words"):
            self.add_error("words", "Enter the other reason")
        return self.cleaned_data


class NotWantedForm(ReasonForm):
    """The person was reached and does not want to take part."""

    submit = "They do not want to take part"
    REASONS = (
        Reason.NOT_WANTED,
        Reason.HEALTH_WORSE,
        Reason.BETTER,
        Reason.WORK_OR_CARING,
        Reason.TECHNOLOGY,
        Reason.TIME_UNSUITABLE,
        Reason.MOVED,
        Reason.OTHER,
    )

    reason = RadioField(
        label="What did they say?",
        choices=[(reason.value, reason.label) for reason in REASONS],
        missing="Select what they said",
    )
    words = LongTextField(
        label="Message to the organisation (optional)",
        noun="the message to the organisation",
        required=False,
    )


class ErrorForm(DecisionForm):
    """The referral should never have been sent."""

    submit = "Mark as entered in error"
    submit_kind = "warning"

    words = LongTextField(
        label="What was wrong with it?",
        noun="what was wrong with it",
        help_text="For example: sent twice, or about the wrong person. The organisation can read this.",
    )


class WithdrawForm(ReasonForm):
    """Taking a referral back, by the organisation that sent it or by an officer."""

    submit = "Withdraw the referral"
    submit_kind = "warning"
    REASONS = (
        Reason.NOT_WANTED,
        Reason.HEALTH_WORSE,
        Reason.BETTER,
        Reason.OTHER_SERVICE,
        Reason.WORK_OR_CARING,
        Reason.MOVED,
        Reason.OTHER,
    )

    reason = RadioField(
        label="Why are you withdrawing it?",
        choices=[(reason.value, reason.label) for reason in REASONS],
        missing="Select why you are withdrawing it",
    )
    words = LongTextField(label="Anything to add (optional)", noun="the explanation", required=False)

    def questions(self) -> list:
        return [Question("reason"), "words"]
