"""What is asked when somebody decides about a referral: accept, decline, withdraw."""

from datetime import datetime
from typing import Any

from crispy_forms.layout import Layout

from design.dates import LONDON, day
from design.fields import LineField, LongTextField, PartsDateField, RadioField, SelectField
from design.forms import DesignedForm
from design.layout import Button, ButtonGroup, Link, Question
from referrals.models import Referral
from referrals.statuses import Reason


class DecisionForm(DesignedForm):
    """A form about one referral, with a way out that changes nothing."""

    kind = ""

    def __init__(self, *args: Any, referral: Referral, now: datetime, way_out: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.referral, self.now, self.way_out = referral, now, way_out

    def layout(self) -> Layout:
        buttons = ButtonGroup(Button(self.submit, kind=self.kind), Link("Cancel", self.way_out))
        return Layout(*self.questions(), buttons)

    def questions(self) -> list:
        return list(self.fields)

    def facts(self) -> dict[str, object]:
        """What the service wants to know, once the form is valid."""
        return self.cleaned_data


class AcceptForm(DecisionForm):
    """The person said yes: from which day they wait, and whether they go before others."""

    submit = "Accept and put on the waiting list"

    opted_in_on = PartsDateField(
        label="Which day did the person say yes to the programme?",
        noun="the day they said yes",
        earliest=2020,
    )
    priority = RadioField(
        label="Priority",
        choices=[("0", "0: usual order"), ("1", "1"), ("2", "2"), ("3", "3: as soon as possible")],
        help_text="Each step counts like 70 days of waiting.",
        initial="0",
    )
    priority_reason = LineField(
        label="Reason for a priority above 0",
        noun="the reason for the priority",
        max_length=300,
        required=False,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        today = self.now.astimezone(LONDON).date()
        self.initial.setdefault("opted_in_on", today)
        self.fields["opted_in_on"].latest = today.year
        self.fields[
            "opted_in_on"
        ].help_text = f"They agreed to be referred on {day(self.referral.agreed_on)}. Waiting counts from the day you give here."

    def clean(self) -> dict:
        said_yes = self.cleaned_data.get("opted_in_on")
        if said_yes and not self.referral.agreed_on <= said_yes <= self.now.astimezone(LONDON).date():
            self.add_error(
                "opted_in_on",
                f"The day they said yes must be between {day(self.referral.agreed_on)} and {day(self.now)}",
            )
        if self.cleaned_data.get("priority", "0") != "0" and not self.cleaned_data.get("priority_reason"):
            self.add_error("priority_reason", "Enter the reason for the priority")
        return self.cleaned_data

    def facts(self) -> dict[str, object]:
        return self.cleaned_data | {"priority": int(self.cleaned_data["priority"])}


class DeclineForm(DecisionForm):
    """A reason from the list, and words that the practice will read."""

    submit = "Decline the referral"
    kind = "warning"

    reason = SelectField(
        label="Reason",
        noun="a reason",
        choices=[("", "Choose a reason"), *Reason.choices],
        missing="Select a reason",
    )
    words = LongTextField(
        label="Words for the practice",
        noun="words for the practice",
        help_text="Why, and what they could do instead. They read this as you write it.",
        max_length=1000,
        rows=4,
    )


class WithdrawForm(DecisionForm):
    """Taking a referral back, by the organisation that sent it or by an officer."""

    submit = "Withdraw the referral"
    kind = "warning"
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
        label="Why is it withdrawn?",
        choices=[(reason.value, reason.label) for reason in REASONS],
        missing="Select why it is withdrawn",
    )
    words = LongTextField(
        label="Anything to add (optional)", noun="the explanation", max_length=1000, rows=3, required=False
    )

    def questions(self) -> list:
        return [Question("reason"), "words"]

    def clean(self) -> dict:
        if self.cleaned_data.get("reason") == Reason.OTHER and not self.cleaned_data.get("words"):
            self.add_error("words", "Say in a few words what the other reason is")
        return self.cleaned_data
