"""Steps of the safety screen that an officer takes with words: on what grounds."""

from typing import Any

from design.fields import LongTextField, RadioField
from referrals.decision_form import DecisionForm
from referrals.models import SafetyHold


class GroundsForm(DecisionForm):
    """Words that say on what grounds a step of the safety screen is taken."""

    words = LongTextField(label="Reason", noun="the reason", rows=4)


class HoldForm(GroundsForm):
    submit = "Put on hold"
    submit_kind = "warning"

    why = RadioField(
        label="Why are you putting this referral on hold?",
        choices=[(why.value, why.label) for why in SafetyHold.BY_OFFICERS],
        missing="Select why you are putting this referral on hold",
        help_text="The practice’s page does not show which you choose.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["words"].help_text = (
            "The patient’s clinician can read this on the referral’s page. "
            "For a safeguarding concern, only project officers can read it."
        )

    def questions(self) -> list:
        return ["why", "words"]


class LiftForm(GroundsForm):
    submit = "Lift the hold"


class ClearForm(GroundsForm):
    submit = "Record that they can take part"
