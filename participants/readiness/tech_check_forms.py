"""Booking a test call, and saying what came of it."""

from datetime import UTC, datetime, timedelta
from typing import Any

from accounts.models import User
from core.dates import LONDON
from design.fields import ClockField, LineField, PartsDateField, RadioField, SelectField
from design.forms import WayOutForm
from design.layout import Question
from participants.models import TechCheck

LATEST = timedelta(days=366)


class BookForm(WayOutForm):
    submit = "Book test call"

    on = PartsDateField(label="Which day?", noun="the day of the call", help_text="For example, 3 3 2026")
    clock = ClockField(
        label="What time? (UK time)",
        noun="the time of the call",
        help_text="For example, 14:00 or 2:30pm",
        max_length=8,
    )
    officer = SelectField(label="Who makes the call?", noun="who makes the call")

    def __init__(
        self, *args: Any, now: datetime, by: User, open_check: TechCheck | None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.now = now
        officers = User.objects.officers().order_by("name", "pk")
        self.fields["officer"].choices = [(str(officer.pk), officer.name) for officer in officers]
        today = now.astimezone(LONDON).date()
        self.fields["on"].earliest, self.fields["on"].latest = today.year - 1, today.year + 1
        self.initial.setdefault("officer", str(by.pk))
        if open_check is not None:
            at = open_check.at.astimezone(LONDON)
            self.initial.update(on=at.date(), clock=f"{at:%H:%M}", officer=str(open_check.officer_id))
            self.submit = "Save the new time"

    def questions(self) -> list:
        return ["on", Question("clock", width=10), "officer"]

    def clean(self) -> dict:
        super().clean()
        on, clock = self.cleaned_data.get("on"), self.cleaned_data.get("clock")
        if on and clock:
            at = datetime.combine(on, clock, tzinfo=LONDON).astimezone(UTC)
            self.cleaned_data["at"] = at
            if at > self.now + LATEST:
                self.add_error("on", "The day of the call must be within a year")
        return self.cleaned_data

    def facts(self) -> dict[str, Any]:
        officer = User.objects.get(pk=self.cleaned_data["officer"])
        return {"at": self.cleaned_data["at"], "officer": officer}


class RecordCallForm(WayOutForm):
    submit = "Save test call"

    outcome = RadioField(
        label="What happened?", choices=TechCheck.Outcome.choices, missing="Select what happened"
    )
    words = LineField(
        label="What to know for next time (optional)", noun="the note", max_length=500, required=False
    )
