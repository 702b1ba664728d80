"""What officers are asked about one line of a programme's timetable of messages."""

from typing import Any

from django.core.exceptions import ValidationError

from design.fields import ClockField, LineField, RadioField
from participants.record_form import Held, RecordForm
from sessions.models.message_time import Anchor, Way
from sessions.reminders.timing import TimetableEntry

# As officers read and write them.
WAYS = {
    "email": Way.EMAIL,
    "text": Way.SMS,
    "text message": Way.SMS,
    "telephone": Way.PHONE,
    "phone": Way.PHONE,
}
SAID = {str(way): said for said, way in WAYS.items()}  # the last name of each
SENT = {"yes": True, "no": False}
ASKED = {
    Anchor.SESSION_DAY: ("days", "at"),
    Anchor.SESSION_START: ("minutes",),
    Anchor.SESSION_END: ("minutes",),
    Anchor.ASKED: ("days", "at"),
    Anchor.OFFERED: ("repeats",),
    Anchor.LISTED: ("days", "at", "repeats"),
}


def _number(label: str, noun: str) -> LineField:
    return LineField(label=label, noun=noun, max_length=3)


class MessageTimeForm(RecordForm):
    """Only what fits the line is asked: days and a time of day, minutes, or hours after an offer."""

    submit = "Preview messages"

    active = RadioField(
        label="Send this message?",
        choices=[("yes", "Yes"), ("no", "No, not in this programme")],
        missing="Select whether to send this message",
    )
    days = _number("How many days before?", "how many days")
    at = ClockField(
        label="What time of day?",
        noun="the time of day",
        max_length=8,
        help_text="UK time, from 08:00 to 19:59. For example, 10:00.",
    )
    minutes = _number("How many minutes before the start?", "how many minutes")
    repeats = LineField(label="After how many hours?", noun="the hours", max_length=40)
    ways = LineField(
        label="How should we send it?",
        noun="how to send it",
        max_length=60,
        help_text="Separate with commas, in order: email, text message, phone. A person’s needs and contact preference "
        "come first. We call anyone we cannot reach in these ways.",
    )

    def __init__(self, *args: Any, line: TimetableEntry, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.line = line
        for name in ("days", "at", "minutes", "repeats"):
            if name not in ASKED[Anchor(line.anchor)]:
                del self.fields[name]
        if line.anchor == Anchor.SESSION_END:
            self.fields["minutes"].label = "How many minutes after the end?"
        elif line.anchor == Anchor.ASKED:
            self.fields["days"].label = "How many days after the request?"
        elif line.anchor == Anchor.LISTED:
            self.fields["days"].label = "How many days after joining the list?"
            self.fields["repeats"].label = "Then every how many days?"
            self.fields["repeats"].noun = "how many days"
        elif line.anchor == Anchor.OFFERED:
            hint = "One number for each reminder, separated by commas. For example, 24, 60."
            self.fields["repeats"].help_text = hint

    @classmethod
    def as_it_is(cls, line: TimetableEntry) -> dict[str, Held]:
        """What the page is filled with when it opens."""
        told = {
            "active": "yes" if line.active else "no",
            "days": str(line.days),
            "at": f"{line.at:%H:%M}" if line.at else "",
            "minutes": str(line.minutes),
            "repeats": ", ".join(map(str, line.repeats)),
            "ways": ", ".join(SAID[way] for way in line.ways),
        }
        asked = ("active", *ASKED[Anchor(line.anchor)], "ways")
        return {name: told[name] for name in asked}

    def clean_active(self) -> bool:
        return SENT[self.cleaned_data["active"]]

    def clean_days(self) -> int:
        return self._whole("days", 1, 365 if self.line.anchor == Anchor.LISTED else 28)

    def clean_minutes(self) -> int:
        return self._whole("minutes", 1, 240)

    def clean_at(self) -> object:
        at = self.cleaned_data["at"]
        if not 8 <= at.hour < 20:
            raise ValidationError("Enter a time from 08:00 to 19:59. We send nothing at night")
        return at

    def clean_repeats(self) -> list[int]:
        typed = [part.strip() for part in self.cleaned_data["repeats"].split(",")]
        hours = self.line.anchor == Anchor.OFFERED
        if not all(part.isascii() and part.isdecimal() and 0 < int(part) <= 365 for part in typed):
            raise ValidationError("Enter whole numbers from 1 to 365, separated by commas")
        if not hours and len(typed) > 1:
            raise ValidationError("Enter one number of days")
        if len(typed) > 5:
            raise ValidationError("Enter no more than 5 reminders")
        return [int(part) for part in typed]

    def clean_ways(self) -> list[str]:
        typed = [" ".join(part.lower().split()) for part in self.cleaned_data["ways"].split(",")]
        if strange := [part for part in typed if part not in WAYS]:
            raise ValidationError(f"Use only {', '.join(WAYS)}, not “{strange[0]}”")
        if len(set(typed)) < len(typed):
            raise ValidationError("Enter each way once")
        return [str(WAYS[part]) for part in typed]

    def facts(self) -> dict[str, object]:
        """What this officer changed, as the service wants to know it."""
        return {name: self.cleaned_data[name] for name in self.changed()}

    def _whole(self, name: str, least: int, most: int) -> int:
        typed = self.cleaned_data[name]
        if not (typed.isascii() and typed.isdecimal() and least <= int(typed) <= most):
            raise ValidationError(f"Enter a whole number from {least} to {most}")
        return int(typed)
