"""Steps of the safety screen that an officer takes with words: on what grounds."""

from design.fields import LongTextField
from referrals.decisions import DecisionForm


class GroundsForm(DecisionForm):
    """Words that say on what grounds a step of the safety screen is taken."""

    words = LongTextField(label="On what grounds?", noun="the grounds", max_length=1000, rows=4)


class HoldForm(GroundsForm):
    submit = "Put on hold"
    kind = "warning"


class LiftForm(GroundsForm):
    submit = "Lift the hold"


class ClearForm(GroundsForm):
    submit = "Record that they may take part"
