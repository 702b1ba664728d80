"""What officers are asked: a register, how a place ended, what was said on the phone."""

from datetime import datetime
from typing import Any

from crispy_forms.layout import Layout
from django import forms

from design.fields import ConfirmField, RadioField
from design.forms import DesignedForm
from design.layout import Button, Question
from participants.needs import services as needs
from sessions.models import Attendance, Session


class RegisterForm(DesignedForm):
    """One question for each person on the register, and whether they took part in an adapted way."""

    submit = "Save register"

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
                choices=Attendance.Code.choices,
                initial=attendance.code,
                help_text=said(attendance),
                missing=f"Select what happened for {name}",
            )
            self.fields[f"adapted_{attendance.pk}"] = ConfirmField(
                label=f"{name} took part in an adapted way", initial=attendance.adapted, required=False
            )

    def layout(self) -> Layout:
        rows = [
            item
            for attendance in self.attendances
            for item in (Question(f"code_{attendance.pk}", inline=True), f"adapted_{attendance.pk}")
        ]
        return Layout("seen", *rows, Button(self.submit))

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
    words += ". Pressed “join”." if attendance.joined_at else "."
    flags = needs.flags(need for need in attendance.participant.needs.all() if need.ended_at is None)
    return f"{words} Needs: {', '.join(flags)}." if flags else words
