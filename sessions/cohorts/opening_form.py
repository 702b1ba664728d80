"""What officers are asked about a new cohort."""

import re
from datetime import date, datetime, time
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from core.working_days import bank_holidays
from design.fields import ClockField, LineField, LongTextField, PartsDateField, RadioField, SelectField
from design.forms import WayOutForm
from design.layout import Question
from participants.models import Weekday
from participants.record_form import said
from sessions import session_dates
from sessions.admin_lists import phases_in_words
from sessions.cohorts import staffing
from sessions.cohorts.opening import settings_of
from sessions.cohorts.staffing_admin import hosts_to_choose
from sessions.cohorts.video_link import video_address
from sessions.models import Cohort, Instructor, Phase, Programme

ISO = re.compile(r"20[0-9]{2}-[0-9]{2}-[0-9]{2}")
DAY = re.compile(r"([0-9]{1,2})[/.-]([0-9]{1,2})[/.-]([0-9]{4})")
MOST_SKIPPED = 30
ONCE, TWICE = "once", "twice"
NOW, LATER = "now", "later"
TOLD = ("name", "starts_on", "start_time", "skip_dates", "capacity", "join_url")


class OpenCohortForm(WayOutForm):
    """A new cohort; nothing is opened before its ten dates have been looked at."""

    submit = "Show the 10 dates"

    programme = SelectField(label="Programme")
    phase = SelectField(label="Pilot or phase (optional)", noun="the pilot or phase", required=False)
    name = LineField(label="Name of the group", max_length=100, help_text="People in it never see this.")
    starts_on = PartsDateField(label="Date of the first session", help_text="For example, 3 3 2026")
    start_time = ClockField(
        label="Start time (UK time)",
        noun="the start time",
        max_length=8,
        help_text="For example, 18:00 or 6:30pm. It stays the same when the clocks change.",
    )
    often = RadioField(
        label="How often does it meet?",
        noun="how often it meets",
        choices=[(ONCE, "Once a week"), (TWICE, "Twice a week")],
        initial=ONCE,
    )
    second_day = SelectField(
        label="Second day",
        noun="the second day",
        choices=[("", "Choose a day"), *Weekday.choices],
        required=False,
    )
    second_time = ClockField(
        label="Start time on the second day",
        noun="the start time on the second day",
        max_length=8,
        required=False,
        help_text="For example, 18:00 or 6:30pm.",
    )
    skip_dates = LongTextField(
        label="Dates to leave out (optional)",
        noun="the dates to leave out",
        max_length=400,
        required=False,
        help_text="One on each line, like 7/4/2026. You can choose about bank holidays on the next page.",
    )
    lead = SelectField(label="Lead (optional)", noun="who leads", required=False)
    second = SelectField(
        label="Second host (optional)",
        noun="the second host",
        required=False,
        help_text="You can add hosts later.",
    )
    takes_people = RadioField(
        label="Open for placements?",
        noun="whether it is open for placements",
        choices=[
            (NOW, "Yes, now"),
            (LATER, "Not yet. I will open it later"),
        ],
        initial=NOW,
    )
    # The cohort it suits the same people as.
    like = LineField(max_length=18, widget=forms.HiddenInput, required=False)
    # Asked on the page of the dates, beside each of them that is a bank holiday; kept here on the way back and forth.
    leave_out = forms.Field(widget=forms.MultipleHiddenInput, required=False)
    capacity = LineField(
        label="Places (optional)",
        noun="the number of places",
        max_length=2,
        required=False,
        help_text="From 1 to 12. Leave it empty for the programme’s usual number.",
    )
    join_url = LineField(
        label="Address of the video room",
        noun="the video address",
        max_length=500,
        help_text="Emails never contain it. Each person’s own page shows the button shortly before a session.",
    )

    def __init__(self, *args: Any, now: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.now = now
        programmes = list(Programme.objects.order_by("name").values_list("pk", "name"))
        start = [] if len(programmes) == 1 else [("", "Choose a programme")]
        self.fields["programme"].choices = start + programmes
        self.fields["lead"].choices = self.fields["second"].choices = hosts_to_choose()
        phases = phases_in_words()
        self.fields["phase"].choices = [("", "None"), *phases]
        if not phases:
            del self.fields["phase"]
        self.fields["starts_on"].earliest, self.fields["starts_on"].latest = now.year, now.year + 2

    def questions(self) -> list:
        return [
            "programme",
            *(["phase"] if "phase" in self.fields else []),
            "name",
            "starts_on",
            Question("start_time", width=10),
            Question("often", reveals={TWICE: ["second_day", Question("second_time", width=10)]}),
            "skip_dates",
            Question("capacity", width=2),
            "join_url",
            "lead",
            "second",
            "takes_people",
        ]

    @classmethod
    def another(cls, cohort: Cohort, *, now: datetime, way_out: str) -> "OpenCohortForm":
        """The page with the settings of a cohort that is there."""
        known = settings_of(cohort)
        day, at = known["second_day"] or ("", None)
        shape = {
            "start_time": f"{known['start_time']:%H:%M}",
            "often": TWICE if at else ONCE,
            "second_day": day,
            "second_time": f"{at:%H:%M}" if at else "",
        }
        return cls(initial={**known, **shape, "like": cohort.pk}, now=now, way_out=way_out)

    def clean_like(self) -> Cohort | None:
        number = self.cleaned_data["like"]
        return Cohort.objects.filter(pk=number).first() if re.fullmatch("[0-9]{1,18}", number) else None

    def clean_phase(self) -> Phase | None:
        chosen = self.cleaned_data["phase"]
        phase = Phase.objects.get(pk=chosen) if chosen else None
        if phase and str(phase.programme_id) != self.cleaned_data.get("programme"):
            raise ValidationError("Select a pilot or phase of this programme")
        return phase

    def clean_capacity(self) -> int | None:
        typed = self.cleaned_data["capacity"]
        if typed and not (re.fullmatch(r"[0-9]{1,2}", typed) and 1 <= int(typed) <= 12):
            raise ValidationError("Enter a number of places from 1 to 12")
        return int(typed) if typed else None

    def clean_name(self) -> str:
        if Cohort.objects.filter(name=self.cleaned_data["name"]).exists():
            raise ValidationError("A group already has this name. Enter a different name")
        return self.cleaned_data["name"]

    def clean_join_url(self) -> str:
        return said(video_address, self.cleaned_data["join_url"])

    def clean_skip_dates(self) -> list[date]:
        lines = self.cleaned_data["skip_dates"].split()
        if len(lines) > MOST_SKIPPED:
            raise ValidationError(f"Enter {MOST_SKIPPED} dates or fewer")
        return sorted({self._day(line) for line in lines})

    def clean_leave_out(self) -> list[date]:
        """What was ticked; whatever is no bank holiday cannot have been."""
        ticked = {each for each in self.cleaned_data["leave_out"] if ISO.fullmatch(each)}
        years = {int(each[:4]) for each in ticked}
        return sorted(day for year in years for day in bank_holidays(year) if day.isoformat() in ticked)

    @staticmethod
    def _day(typed: str) -> date:
        found = DAY.fullmatch(typed.strip(",;"))
        try:
            if found:
                return date(int(found[3]), int(found[2]), int(found[1]))
        except ValueError:
            pass
        raise ValidationError(f"“{typed}” is not a date like 7/4/2026")

    def clean(self) -> dict:
        self._clean_second()
        told = self.cleaned_data
        wanted = [told.get(name) for name in ("programme", "starts_on", "start_time")]
        if all(value is not None for value in wanted) and {"skip_dates", "other"} <= told.keys():
            self._lay_out(told["programme"], told["starts_on"], told["start_time"])
        return told

    def _clean_second(self) -> None:
        """The second day with its time; None for once a week, whatever stands in the boxes then."""
        told = self.cleaned_data
        often, day, at = told.get("often"), told.get("second_day"), told.get("second_time")
        if often == ONCE:
            self.cleaned_data["other"] = None
            return
        if often == TWICE and day == "":
            self.add_error("second_day", "Select the second day")
        if often == TWICE and at == "":
            self.add_error("second_time", "Enter the start time on the second day")
        if often and day and at is not None and at != "":
            self.cleaned_data["other"] = (int(day), at)

    def _lay_out(self, programme: str, starts_on: date, start_time: time) -> None:
        chosen = Programme.objects.get(pk=programme)
        typed, ticked = self.cleaned_data["skip_dates"], self.cleaned_data["leave_out"]
        second = self.cleaned_data["other"]
        try:
            self.slots = session_dates.plan(
                starts_on, start_time, chosen.session_minutes, {*typed, *ticked}, second
            )
            days = session_dates.dates(starts_on, self.slots[-1].local_date, second)
        except session_dates.ImpossibleTime as impossible:
            self.add_error(self._field_of(impossible), str(impossible))
            return
        if self.slots[0].starts_at <= self.now:
            self.add_error("starts_on", "Choose a first session in the future")
        self._check_hosts(chosen)
        # The others belong to dates that were changed since.
        self.left_out = [day for day in ticked if day in days]
        self.cleaned_data["skip_dates"] = sorted({*typed, *self.left_out})
        self.notes = session_dates.notes(starts_on, self.slots, self.cleaned_data["skip_dates"], second)
        self.holidays = [
            (day, bank_holidays(day.year)[day], day in self.left_out)
            for day in days
            if day in bank_holidays(day.year) and day not in typed
        ]

    def _host(self, name: str) -> Instructor | None:
        return Instructor.objects.filter(pk=self.cleaned_data.get(name) or None).first()

    def _check_hosts(self, programme: Programme) -> None:
        """Said before the dates are shown; the service asks once more, with the instructors locked."""
        if not {"lead", "second", "capacity"} <= self.cleaned_data.keys():
            return
        try:
            staffing.check(
                programme=programme,
                capacity=self.cleaned_data["capacity"] or programme.capacity,
                meetings=[(slot.starts_at, slot.ends_at) for slot in self.slots],
                last_day=self.slots[-1].local_date,
                lead=self._host("lead"),
                second=self._host("second"),
            )
        except staffing.HostRefused as refused:
            self.add_error(refused.field, str(refused))

    def _field_of(self, impossible: session_dates.ImpossibleTime) -> str:
        if isinstance(impossible, session_dates.SameDayTwice):
            return "second_day"
        second = self.cleaned_data["other"]
        on_second = second is not None and impossible.local_date.weekday() == second[0]
        return "second_time" if on_second else "start_time"

    @property
    def looked_at(self) -> str:
        """Which bank holidays the dates were laid out without: others would be dates that nobody has looked at."""
        return " ".join(day.isoformat() for day in self.left_out)

    def facts(self) -> dict[str, Any]:
        """What the service wants to know, once the form is valid."""
        told = {name: self.cleaned_data[name] for name in TOLD}
        return told | {
            "programme": Programme.objects.get(pk=self.cleaned_data["programme"]),
            "phase": self.cleaned_data.get("phase"),
            "like": self.cleaned_data["like"],
            "second_day": self.cleaned_data["other"],
            "lead": self._host("lead"),
            "second": self._host("second"),
            "planned": self.cleaned_data["takes_people"] == LATER,
        }
