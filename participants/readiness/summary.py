"""Ready to join at a glance: what is known about a person and what nobody has asked yet, as officers read it."""

from dataclasses import dataclass, field

from core.dates import day, moment
from participants.contact_details import spoken_phone
from participants.models import (
    EmergencyContact,
    Equality,
    EthnicCategory,
    Goal,
    Participant,
    Preference,
    Readiness,
    TechCheck,
)
from participants.readiness import questions
from participants.readiness.services import Missing, missing

NOT_KNOWN = "Not asked yet"


@dataclass(frozen=True)
class Section:
    """One form's answers. `name` is its page; a row is a label and its words, empty where nobody knows."""

    name: str
    title: str
    rows: list[tuple[str, str]] = field(default_factory=list)
    told: str = ""  # when and to whom

    @property
    def unknown(self) -> int:
        return sum(not words for _, words in self.rows)


def gaps(person: Participant) -> list[Missing]:
    """What a matching cannot do without and nobody has asked. Two queries."""
    return missing(
        times=person.availability.count(), readiness=Readiness.objects.filter(participant=person).first()
    )


def sections(person: Participant) -> list[Section]:
    """Everything that is asked before somebody joins, in the order in which officers ask it."""
    return [
        readiness_section(person),
        times_section(person),
        goal_section(person),
        _emergency(person),
        _equality(person),
    ]


def readiness_section(person: Participant) -> Section:
    row = Readiness.objects.filter(participant=person).select_related("asked_by").first()
    known = row or Readiness()
    language = known.language_words or known.get_language_display()
    if known.interpreter_needed:
        language = f"{language or 'Language not known'}, interpreter needed"
    preferences = known.preferences
    return Section(
        name="readiness",
        title="What they join with, and how",
        rows=[
            ("Device", known.get_device_display()),
            ("Camera", _yes_no(known.camera)),
            ("Reads email", known.get_email_use_display()),
            ("Needs help with the call", _yes_no(known.help_needed, known.help_words)),
            ("Someone else at home", _yes_no(known.somebody_home)),
            ("Safe space to move", _yes_no(known.safe_space)),
            ("Activity level", known.get_level_display()),
            ("Language", language),
            (
                "Group preference",
                ""
                if preferences is None
                else ", ".join(Preference(each).label for each in preferences) or "No preference",
            ),
        ],
        told=f"Last changed on {day(row.asked_at)}, by {row.asked_by.name}." if row else "",
    )


def times_section(person: Participant) -> Section:
    rows = list(person.availability.all())
    own = [row.told_at for row in rows if row.told_to_id is None]
    return Section(
        name="times",
        title="When they can join",
        rows=[("Times", questions.in_words((row.weekday, row.part) for row in rows))],
        told=f"Given by the person on {day(max(own))}, by their own link." if own else "",
    )


def goal_section(person: Participant) -> Section:
    goal = Goal.objects.current().filter(participant=person).first()
    rated = person.goal_ratings.order_by("-at", "-pk").first() if goal else None
    return Section(
        name="goal",
        title="What matters to them",
        rows=[
            ("The thing that matters most", f"“{goal.words}”" if goal else ""),
            ("Mostly about", goal.get_domain_display() if goal else ""),
            ("How close they are now", f"{rated.score} of 10, on {day(rated.at)}" if rated else ""),
        ],
    )


def _emergency(person: Participant) -> Section:
    row = EmergencyContact.objects.filter(participant=person).first()
    words = ""
    if row:
        who = f"{row.name} ({row.relation})" if row.relation else row.name
        words = f"{who}, {spoken_phone(row.phone)}"
    agreed = _yes_no(row.consent) if row else ""
    return Section(
        name="emergency",
        title="Emergency contact",
        rows=[("Name", words), ("The person agreed", agreed)],
    )


def _equality(person: Participant) -> Section:
    """How many were answered: the answers themselves are nobody's business in passing."""
    row = Equality.objects.filter(participant=person).first()
    asked: list[bool] = []
    if row:
        asked = [row.ethnic_category != EthnicCategory.NOT_KNOWN, bool(row.sex), bool(row.gender_same)]
        asked += [bool(row.long_condition)]
    told = f"{sum(asked)} of {len(asked)} questions, {day(row.recorded_at)}" if row else ""
    return Section(name="equality", title="Equality", rows=[("Asked", told)])


def call_in_words(check: TechCheck) -> str:
    """Booked for Tuesday 3 March 2026, 6pm UK time, with Olu; or what came of it."""
    if check.done_at is None or check.done_by is None:
        return f"Booked for {moment(check.at)}, {check.officer.name} makes the call"
    words = f"{day(check.done_at)}, {check.done_by.name}: {check.get_outcome_display()}"
    return f"{words}. “{check.words}”" if check.words else words


def _yes_no(value: bool | None, more: str = "") -> str:
    said = {True: "Yes", False: "No", None: ""}[value]
    return f"{said}: {more}" if said and more else said or more
