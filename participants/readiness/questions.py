"""Questions that officers and referrers ask alike: yes, no or not known, and when a person can join."""

from collections.abc import Iterable, Sequence

from django.conf import settings

from design.fields import ChecksField, RadioField
from participants.models import Availability, PartOfDay, Weekday
from participants.readiness.services import Slot

YES, NO, UNKNOWN = "yes", "no", ""
NOT_KNOWN = (UNKNOWN, "Not asked yet")
YES_OR_NO = ((YES, "Yes"), (NO, "No"), NOT_KNOWN)
DAYS = [(str(day.value), str(day.label)) for day in Weekday]
UNCONFIRMED = "This is our own list. The programme has not confirmed it yet."


def yes_or_no(label: str, help_text: str = "") -> RadioField:
    """A question that may stay open."""
    return RadioField(label=label, help_text=help_text, choices=YES_OR_NO, required=False)


def one_of(label: str, choices: Sequence, help_text: str = "") -> RadioField:
    """One answer of a few, or not known."""
    return RadioField(label=label, help_text=help_text, choices=[*choices, NOT_KNOWN], required=False)


def as_bool(said: str) -> bool | None:
    return {YES: True, NO: False}.get(said)


def from_bool(value: bool | None) -> str:
    return {True: YES, False: NO, None: UNKNOWN}[value]


def hour(number: int) -> str:
    """9am, noon, 5pm."""
    return "noon" if number == 12 else f"{number % 12 or 12}{'am' if number < 12 else 'pm'}"


def hours_of(part: str) -> str:
    """Mornings, 9am to noon: with the hours that this place has set."""
    start, end = settings.PARTS_OF_DAY[part]
    return f"{PartOfDay(part).label}s, {hour(start)} to {hour(end)}"


def days_field(part: str) -> ChecksField:
    """On which days somebody can join in this part of the day."""
    return ChecksField(
        label=hours_of(part),
        noun=f"the days for {PartOfDay(part).label.lower()}s",
        choices=DAYS,
        required=False,
    )


def slots(days: dict[str, Iterable[str]]) -> set[Slot]:
    """The slots that were ticked, by part of the day."""
    return {(int(day), part) for part, ticked in days.items() for day in ticked}


def ticked(known: Iterable[Availability]) -> dict[str, list[str]]:
    """The boxes that these slots tick, by part of the day."""
    days: dict[str, list[str]] = {part: [] for part in PartOfDay.values}
    for row in sorted(known, key=lambda row: row.weekday):
        days[row.part].append(str(row.weekday))
    return days


def in_words(known: Iterable[Slot]) -> str:
    """Mornings: Monday, Thursday; evenings: Friday."""
    found = sorted(known)
    said = []
    for part in PartOfDay:
        days = [Weekday(day).label for day, when in found if when == part]
        if days:
            said.append(f"{part.label}s: {', '.join(map(str, days))}")
    return "; ".join(said)
