"""What an officer writes down after a call."""

from typing import Any

from design.fields import RadioField
from design.forms import WayOutForm
from messaging.calls.services import Outcome


class CallForm(WayOutForm):
    """How a call went."""

    outcome = RadioField(label="What happened?", noun="what happened", choices=[])

    def __init__(self, *args: Any, may_leave_message: bool, by_hand: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["outcome"].choices = [
            choice
            for choice in Outcome.choices
            if (may_leave_message or choice[0] != Outcome.LEFT_MESSAGE)
            and (by_hand or choice[0] != Outcome.WRITTEN)
        ]
