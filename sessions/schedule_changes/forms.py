"""What officers are asked when sessions of an open cohort change: which, when instead, and why."""

from datetime import datetime
from typing import Any

from core.dates import clock
from core.errors import Refused
from design.fields import ClockField, LineField, PartsDateField, RadioField
from design.forms import WayOutForm
from design.layout import Question
from sessions.models import Session
from sessions.schedule_changes import preview
from sessions.session_dates import ImpossibleTime

WHY = "For officers only. People in the group do not see this."


class ChangeForm(WayOutForm):
    """Another date and time for a session; nothing is changed before it has been looked at.

    Each kind has `as_it_is(session)`, what the page is filled with when it opens; `facts()`, what the service wants to
    know besides the session; and `worked_out()`, the plan. The last two raise ImpossibleTime.
    """

    date: PartsDateField
    submit, leave = "Preview changes", "Keep it as it is"

    def __init__(self, *args: Any, session: Session, now: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.session, self.now = session, now
        self.fields["date"].earliest, self.fields["date"].latest = now.year, now.year + 2

    def plan(self) -> preview.Plan | None:
        """What a valid form asks for; None, with the reason beside its question, where that cannot be."""
        try:
            return self.worked_out()
        except (ImpossibleTime, Refused) as refused:
            self.refuse(refused)
        return None

    def refuse(self, refused: ImpossibleTime | Refused) -> None:
        """Say what cannot be beside the question that it is about."""
        about_time = isinstance(refused, ImpossibleTime)
        field = "time" if about_time else "date" if isinstance(refused, preview.OTHER_DATE) else None
        self.add_error(field, str(refused))


def _at(label: str) -> ClockField:
    return ClockField(
        label=label,
        noun="the start time",
        max_length=8,
        help_text="For example, 18:00 or 6:30pm. It stays the same when the clocks change.",
    )


class MoveForm(ChangeForm):
    """Which sessions, and when this one is instead."""

    scope = RadioField(label="Which sessions do you want to move?", missing="Select which sessions to move")
    date = PartsDateField(label="New date of this session", help_text="For example, 19 3 2026")
    time = _at("Start time (UK time)")
    why = LineField(label="Reason", noun="the reason", max_length=200, help_text=WHY)

    HINTS = {
        preview.Scope.FOLLOWING: "Each moves by the same number of days.",
        preview.Scope.ALL: "Each moves by the same number of days. Past sessions do not move.",
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["scope"].choices = preview.Scope.choices

    @staticmethod
    def as_it_is(session: Session) -> dict[str, object]:
        # The least that a move can be; the preview says what it would do before anything is done.
        return {"scope": preview.Scope.ONE, "date": session.local_date, "time": clock(session.starts_at)}

    def questions(self) -> list:
        scope = Question("scope", hints={str(value): hint for value, hint in self.HINTS.items()})
        return [scope, "date", Question("time", width=10), "why"]

    def worked_out(self) -> preview.Moving:
        return preview.moving(cohort=self.session.cohort, session=self.session, now=self.now, **self.facts())

    def facts(self) -> dict[str, Any]:
        told = self.cleaned_data
        return {"scope": told["scope"], "local_date": told["date"], "local_time": told["time"]}


class CancelForm(ChangeForm):
    """Why, and when the session is that comes at the end for it."""

    why = LineField(label="Reason", noun="the reason", max_length=200, help_text=WHY)
    date = PartsDateField(
        label="Date of the session added at the end",
        help_text="For example, 12 5 2026. It must come after the last session.",
    )
    time = _at("Start time of that session (UK time)")

    @staticmethod
    def as_it_is(session: Session) -> dict[str, object]:
        try:
            slot = preview.next_tenth(list(session.cohort.sessions.held().order_by("number")))
        except ImpossibleTime:
            return {}
        return {"date": slot.local_date, "time": clock(slot.starts_at)}

    def questions(self) -> list:
        return ["why", "date", Question("time", width=10)]

    def worked_out(self) -> preview.Cancelling:
        return preview.cancelling(
            cohort=self.session.cohort, session=self.session, now=self.now, **self.facts()
        )

    def facts(self) -> dict[str, Any]:
        told = self.cleaned_data
        return {"in_its_place": preview.tenth_at(self.session, told["date"], told["time"])}
