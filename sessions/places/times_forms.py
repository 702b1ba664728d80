"""Which times suit: what a person answers by their own link. Times that we know are never shown there."""

from typing import Any

from design.fields import ConfirmField
from design.forms import WayOutForm
from design.layout import Question
from participants.models import PartOfDay
from participants.readiness import questions as asking
from participants.readiness.services import Slot


class OwnTimesForm(WayOutForm):
    """The weekdays and parts of the day that suit, or the wish to talk about them."""

    submit_name = "answer"

    morning = asking.days_field(PartOfDay.MORNING)
    afternoon = asking.days_field(PartOfDay.AFTERNOON)
    evening = asking.days_field(PartOfDay.EVENING)
    call = ConfirmField(label="I prefer to talk about times on the phone", required=False)

    def questions(self) -> list:
        return [*(Question(part, inline=True) for part in PartOfDay.values), "call"]

    def clean(self) -> dict[str, Any]:
        super().clean()
        if not self.errors and not self.slots() and not self.cleaned_data["call"]:
            self.add_error(
                PartOfDay.MORNING,
                "Tick at least one time that suits you, or tick that you prefer to talk on the phone",
            )
        return self.cleaned_data

    def slots(self) -> set[Slot]:
        """The times that are ticked."""
        return asking.slots({part: self.cleaned_data.get(part) or [] for part in PartOfDay.values})


class GiveBackForm(OwnTimesForm):
    submit, submit_step = "Give this place back and send my times", "other"
    leave = "Keep this offer"


class WaitingTimesForm(OwnTimesForm):
    submit, submit_step = "Send my times", "times"
    leave = "Go back without saving"
