"""What officers are asked: a new cohort, a register, how a place ended."""

import re
from collections.abc import Iterator
from datetime import date, datetime, time

from crispy_forms.layout import Layout
from django import forms
from django.core.exceptions import ValidationError

from design.fields import (
    ClockField,
    ConfirmField,
    LineField,
    LongTextField,
    PartsDateField,
    RadioField,
    SelectField,
)
from design.forms import DesignedForm
from design.layout import Button, ButtonGroup, Link, Question
from participants import needs
from referrals.statuses import Reason, Status
from sessions import timetable
from sessions.cohorts import VideoAddressRefused, video_address
from sessions.models import Attendance, Cohort, Place, Programme, Session

DAY = re.compile(r"([0-9]{1,2})[/.-]([0-9]{1,2})[/.-]([0-9]{4})")
MOST_SKIPPED = 30


class OpenCohortForm(DesignedForm):
    """A new cohort; nothing is opened before its ten dates have been looked at."""

    submit = "Show the ten dates"

    programme = SelectField(label="Programme")
    name = LineField(label="Name of the cohort", max_length=100, help_text="People in it never see this.")
    starts_on = PartsDateField(label="Date of the first session", help_text="For example, 3 3 2026")
    start_time = ClockField(
        label="Start time, by the clocks in the UK",
        noun="the start time",
        max_length=8,
        help_text="For example, 18:00 or 6.30 pm. It stays the same when the clocks change.",
    )
    skip_dates = LongTextField(
        label="Dates to leave out (optional)",
        noun="the dates to leave out",
        max_length=400,
        rows=3,
        required=False,
        help_text="One on each line, like 7/4/2026. Bank holidays are not left out by themselves.",
    )
    capacity = LineField(
        label="Places (optional)",
        noun="the number of places",
        max_length=2,
        required=False,
        help_text="1 to 12. Leave it empty for the programme’s usual number.",
    )
    join_url = LineField(
        label="Address of the video room",
        noun="the video address",
        max_length=500,
        help_text="It is never in a mail: each person’s own page shows it, from shortly before a session.",
    )

    def __init__(self, *args, now: datetime, way_out: str = "", **kwargs):
        super().__init__(*args, **kwargs)
        self.now, self.way_out = now, way_out
        programmes = list(Programme.objects.order_by("name").values_list("pk", "name"))
        start = [] if len(programmes) == 1 else [("", "Choose a programme")]
        self.fields["programme"].choices = start + programmes
        self.fields["starts_on"].earliest, self.fields["starts_on"].latest = now.year, now.year + 2

    def layout(self) -> Layout:
        return Layout(
            "programme",
            "name",
            "starts_on",
            Question("start_time", width=10),
            "skip_dates",
            Question("capacity", width=2),
            "join_url",
            ButtonGroup(Button(self.submit), Link("Cancel", self.way_out)),
        )

    def clean_capacity(self) -> int | None:
        typed = self.cleaned_data["capacity"]
        if typed and not (re.fullmatch(r"[0-9]{1,2}", typed) and 1 <= int(typed) <= 12):
            raise ValidationError("The number of places must be between 1 and 12")
        return int(typed) if typed else None

    def clean_name(self) -> str:
        if Cohort.objects.filter(name=self.cleaned_data["name"]).exists():
            raise ValidationError("There is already a cohort with this name. Give this one a name of its own")
        return self.cleaned_data["name"]

    def clean_join_url(self) -> str:
        try:
            return video_address(self.cleaned_data["join_url"])
        except VideoAddressRefused as refused:
            raise ValidationError(str(refused)) from None

    def clean_skip_dates(self) -> list[date]:
        lines = self.cleaned_data["skip_dates"].split()
        if len(lines) > MOST_SKIPPED:
            raise ValidationError(f"There must be {MOST_SKIPPED} dates to leave out or fewer")
        return sorted({self._day(line) for line in lines})

    @staticmethod
    def _day(typed: str) -> date:
        found = DAY.fullmatch(typed.strip(",;"))
        try:
            return date(int(found[3]), int(found[2]), int(found[1]))
        except (TypeError, ValueError):
            raise ValidationError(f"“{typed}” is not a date like 7/4/2026") from None

    def clean(self) -> dict:
        wanted = [self.cleaned_data.get(name) for name in ("programme", "starts_on", "start_time")]
        if all(value is not None for value in wanted) and "skip_dates" in self.cleaned_data:
            self._lay_out(*wanted)
        return self.cleaned_data

    def _lay_out(self, programme: str, starts_on: date, start_time: time) -> None:
        minutes = Programme.objects.get(pk=programme).session_minutes
        skip_dates = self.cleaned_data["skip_dates"]
        try:
            self.slots = timetable.weekly(starts_on, start_time, minutes, skip_dates)
        except timetable.ImpossibleTime as impossible:
            self.add_error("start_time", str(impossible))
            return
        if self.slots[0].starts_at <= self.now:
            self.add_error("starts_on", "The first session must still be to come. Choose a later date")
        self.notes = timetable.notes(starts_on, self.slots, skip_dates)

    def facts(self) -> dict[str, object]:
        """What the service wants to know, once the form is valid."""
        return self.cleaned_data | {"programme": Programme.objects.get(pk=self.cleaned_data["programme"])}


class RegisterForm(DesignedForm):
    """One question for each person on the register, and whether they took part in an adapted way."""

    submit = "Save the register"

    def __init__(self, *args, session: Session, attendances: list[Attendance], **kwargs):
        super().__init__(*args, **kwargs)
        self.attendances = attendances
        self.fields["seen"] = forms.CharField(
            widget=forms.HiddenInput, required=False, initial=version_of(session)
        )
        for attendance in attendances:
            name = attendance.participant.full_name
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
                name = attendance.participant.full_name
                self.add_error(
                    f"adapted_{attendance.pk}", f"{name} did not attend, so leave “adapted” unticked"
                )
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


class EndPlaceForm(DesignedForm):
    """How a place ended, with words for the organisation."""

    submit = "End this place"

    ending = RadioField(label="How did it end?", missing="Select how it ended")
    reason = SelectField(label="Reason", noun="a reason", missing="Select a reason")
    words = LongTextField(
        label="Words for the organisation (optional)",
        noun="the words for the organisation",
        max_length=1000,
        rows=3,
        required=False,
        help_text="They read this as you write it.",
    )

    NOT_OF_ENDINGS = (Reason.OUTSIDE_AREA, Reason.AGE, Reason.PAIN_UNDER_3_MONTHS)

    def __init__(self, *args, place: Place, way_out: str, **kwargs):
        super().__init__(*args, **kwargs)
        self.way_out = way_out
        self.fields["ending"].choices = list(endings(place))
        self.fields["reason"].choices = [("", "Choose a reason")] + [
            choice for choice in Reason.choices if choice[0] not in self.NOT_OF_ENDINGS
        ]
        if len(self.fields["ending"].choices) == 1:
            self.initial.setdefault("ending", self.fields["ending"].choices[0][0])

    def layout(self) -> Layout:
        buttons = ButtonGroup(Button(self.submit, kind="warning"), Link("Cancel", self.way_out))
        return Layout("ending", "reason", "words", buttons)

    def clean(self) -> dict:
        if self.cleaned_data.get("reason") == Reason.OTHER and not self.cleaned_data.get("words"):
            self.add_error("words", "Say in a few words what the other reason is")
        return self.cleaned_data


def endings(place: Place) -> Iterator[tuple[str, str]]:
    """The endings that fit where the person stands (domain.md 4.3)."""
    if place.referral.status == Status.ACTIVE:
        yield Status.LEFT_EARLY, "Left early: came to a session, and does not go on"
    else:
        yield Status.WITHDRAWN, "Withdrawn: no longer wants the place"
        yield Status.NOT_PARTICIPATING, "Did not start: had a place and never came"
