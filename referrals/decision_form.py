"""The base of what officers decide about a referral."""

from datetime import datetime
from typing import Any

from design.forms import WayOutForm
from referrals.models import Referral


class DecisionForm(WayOutForm):
    """A form about one referral, with a way out that changes nothing."""

    submit = "Continue"

    def __init__(self, *args: Any, referral: Referral, now: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.referral, self.now = referral, now

    def facts(self) -> dict[str, object]:
        """What the service wants to know, once the form is valid."""
        return self.cleaned_data
