"""What officers are asked: a register, how a place ended, what was said on the phone."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django import forms
from django.forms import BoundField

from design.fields import ConfirmField, RadioField
from design.forms import DesignedForm
from sessions.models import Attendance, Session

# The labels of the marks, short enough for eight people to stand on one screen.
IN_A_ROW = {
    Attendance.Code.ON_TIME: "On time",
    Attendance.Code.LATE: "Late",
    Attendance.Code.TOO_LATE: "Too late to join",
    Attendance.Code.CANCELLED_BY_PERSON: "They cancelled",
    Attendance.Code.DID_NOT_ATTEND: "Did not attend",
    Attendance.Code.CANCELLED_BY_US: "We cancelled",
}


class RegisterForm(DesignedForm):
    """One question for each person on the register, and whether they took part in an adapted way."""

    def __init__(self, *args: Any, session: Session, attendances: list[Attendance], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.attendances = attendances
        self.fields["seen"] = forms.CharField(
            widget=forms.HiddenInput, required=False, initial=version_of(session)
        )
        for attendance in attendances:
            name = str(attendance.participant)
            self.fields[f"code_{attendance.pk}"] = RadioField(
                label=name,
                choices=list(IN_A_ROW.items()),
                initial=attendance.code,
                missing=f"Select what happened for {name}",
            )
            self.fields[f"adapted_{attendance.pk}"] = ConfirmField(
                label="Adapted", initial=attendance.adapted, required=False
            )

    def rows(self) -> Iterator[tuple[Attendance, str, BoundField, BoundField]]:
        """Each person with what they answered, the marks and the box: one line of the page each."""
        for attendance in self.attendances:
            code, adapted = self[f"code_{attendance.pk}"], self[f"adapted_{attendance.pk}"]
            yield attendance, said(attendance), code, adapted

    def clean(self) -> dict:
        for attendance in self.attendances:
            code = self.cleaned_data.get(f"code_{attendance.pk}")
            if self.cleaned_data.get(f"adapted_{attendance.pk}") and code and code not in Attendance.ATTENDED:
                name = str(attendance.participant)
                self.add_error(f"adapted_{attendance.pk}", f"{name} did not attend. Untick “adapted”")
        return self.cleaned_data

    def codes(self) -> dict[int, tuple[str, bool]]:
        return {
            attendance.pk: (
                self.cleaned_data[f"code_{attendance.pk}"],
                self.cleaned_data[f"adapted_{attendance.pk}"],
            )
            for attendance in self.attendances
        }

    def seen_at(self) -> datetime | None:
        """The version of the register that this form was drawn from; nonsense counts as "never saved"."""
        try:
            return datetime.fromisoformat(self.cleaned_data["seen"])
        except ValueError:
            return None


def version_of(session: Session) -> str:
    return session.register_saved_at.isoformat() if session.register_saved_at else ""


def said(attendance: Attendance) -> str:
    """What the person told us beforehand, for the officer and the instructor."""
    words = attendance.get_answer_display() if attendance.answer else "No answer"
    if attendance.answered_late:
        words += " (in the last hour)"
    return words + (". Pressed “join”." if attendance.joined_at else ".")
