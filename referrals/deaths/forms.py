"""What is asked when a person has died, when that was recorded by mistake, and when a practice knows so."""

from design.fields import LineField, LongTextField, RadioField
from design.forms import WayOutForm
from participants.models import RecordedDeath
from referrals.decision_form import DecisionForm


class DiedForm(DecisionForm):
    """We were told that the person has died. The page after this one asks for a second press."""

    told_as = RadioField(
        label="Who told us?",
        choices=[
            (each.value, each.label) for each in RecordedDeath.ToldAs if each != RecordedDeath.ToldAs.UNKNOWN
        ],
        missing="Select who told us",
    )
    told_by = LineField(
        label="Their name",
        noun="the name of the person who told us",
        help_text="For example, the name of the receptionist or the relative.",
        max_length=150,
    )


class NotDiedForm(DecisionForm):
    """The person was recorded as having died by mistake."""

    submit = "Undo: this person has not died"
    submit_kind = "warning"

    because = LongTextField(
        label="Why was it recorded by mistake?",
        noun="why it was recorded by mistake",
        missing="Enter why it was recorded by mistake",
        max_length=500,
    )
    confirmed_by = LineField(
        label="Who confirmed that it is a mistake?",
        noun="who confirmed it",
        missing="Enter who confirmed that it is a mistake",
        help_text="Their name, and where they work or how they know the person.",
        max_length=150,
    )


class CorrectedForm(WayOutForm):
    """The organisation has been told that their patient has not died."""

    submit = "Record that they know"

    note = LongTextField(
        label="Who did you speak to, and when?",
        noun="who you spoke to",
        missing="Enter who you spoke to and when",
        max_length=500,
    )
