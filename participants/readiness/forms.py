"""What an officer asks a person before they can join: one form for each noun, in plain words."""

from typing import Self

from design.fields import ChecksField, LineField, SelectField
from design.forms import DesignedForm
from design.layout import Fieldset, Hint, Question
from participants.languages import ANOTHER, LANGUAGES
from participants.models import Level, Participant, PartOfDay, Preference, Readiness
from participants.readiness import questions as asking
from participants.readiness.questions import as_bool, from_bool
from participants.readiness.services import Slot
from participants.record_form import RecordForm

NO_PREFERENCE = "none"
BOOLEANS = ("camera", "help_needed", "somebody_home", "safe_space", "interpreter_needed")


class ReadinessForm(RecordForm):
    """What they join with, from where, at which level, in which language and with whom."""

    device = asking.one_of("What do they join with?", Readiness.Device.choices)
    camera = asking.yes_or_no("Does it have a camera they would use?")
    email_use = asking.one_of("Do they read email?", Readiness.Email.choices)
    help_needed = asking.yes_or_no("Do they need help to join a video call?")
    help_words = LineField(label="Who helps them, and how?", noun="who helps", max_length=300, required=False)
    somebody_home = asking.yes_or_no("Is someone else at home during a session?")
    safe_space = asking.yes_or_no(
        "Is there a safe space to move?", "A steady chair, and free floor an arm’s length around it."
    )
    level = asking.one_of("Which activity level suits them?", Level.choices, asking.UNCONFIRMED)
    preferences = ChecksField(
        label="Do they prefer a certain group?",
        noun="the preference",
        help_text=f"Tick everything they said. {asking.UNCONFIRMED}",
        choices=[*Preference.choices, (NO_PREFERENCE, "No preference")],
        required=False,
    )
    language = SelectField(
        label="Which language do they want to speak?",
        noun="the language",
        choices=[("", "Not asked yet"), *LANGUAGES],
        required=False,
    )
    language_words = LineField(
        label="Which other language?",
        noun="the other language",
        help_text="Only if it is not in the list.",
        max_length=60,
        required=False,
    )
    interpreter_needed = asking.yes_or_no("Is an interpreter needed?")

    @classmethod
    def about(cls, person: Participant, *, way_out: str) -> Self:
        row = Readiness.objects.filter(participant=person).first()
        if row is None:
            return cls.of({}, way_out=way_out)
        known: dict[str, str | list[str]] = {
            name: getattr(row, name)
            for name in ("device", "email_use", "help_words", "level", "language", "language_words")
        }
        known |= {name: from_bool(getattr(row, name)) for name in BOOLEANS}
        if row.preferences is not None:
            known["preferences"] = row.preferences or [NO_PREFERENCE]
        return cls.of(known, way_out=way_out)

    def questions(self) -> list:
        return [
            Fieldset(
                "What they join with",
                Question("device"),
                Question("camera", inline=True),
                "email_use",
                Question("help_needed", reveals={"yes": ["help_words"]}),
            ),
            Fieldset(
                "Where they join from",
                Question("somebody_home", inline=True),
                Question("safe_space", inline=True),
            ),
            Fieldset("The group", "level", Question("preferences", exclusive=NO_PREFERENCE)),
            Fieldset("Language", "language", "language_words", Question("interpreter_needed", inline=True)),
        ]

    def clean(self) -> dict:
        super().clean()
        liked = self.cleaned_data.get("preferences") or []
        if NO_PREFERENCE in liked and len(liked) > 1:
            self.add_error("preferences", "Tick what they prefer, or “No preference”, not both")
        check_language(self, "language", "language_words")
        return self.cleaned_data

    def facts(self) -> dict[str, object]:
        changes = {name: self.cleaned_data[name] for name in self.changed()}
        for name in BOOLEANS:
            if name in changes:
                changes[name] = as_bool(changes[name])
        if "preferences" in changes:
            liked = changes["preferences"]
            changes["preferences"] = [] if liked == [NO_PREFERENCE] else liked or None
        return {"changes": changes}


def check_language(form: DesignedForm, language: str, words: str) -> None:
    """Another language needs its name, and only another language has words."""
    chosen, named = form.cleaned_data.get(language), form.cleaned_data.get(words)
    if chosen == ANOTHER and not named and not form.has_error(words):
        form.add_error(words, "Enter which language it is")
    elif named and chosen != ANOTHER and not form.has_error(language):
        form.add_error(language, "Choose “Another language”, or delete the language you typed")


class TimesForm(RecordForm):
    """On which weekdays, and in which part of the day, they can join."""

    morning = asking.days_field(PartOfDay.MORNING)
    afternoon = asking.days_field(PartOfDay.AFTERNOON)
    evening = asking.days_field(PartOfDay.EVENING)

    @classmethod
    def about(cls, person: Participant, *, way_out: str) -> Self:
        return cls.of(asking.ticked(person.availability.all()), way_out=way_out)

    def questions(self) -> list:
        return [
            Hint("Tick every time they can make in most weeks. More times usually means a shorter wait."),
            *(Question(part, inline=True) for part in PartOfDay.values),
        ]

    def facts(self) -> dict[str, set[Slot]]:
        held = self.held()
        before = {
            (int(day), part)
            for part in PartOfDay.values
            for day in (held.get(part) or [])
            if day in dict(asking.DAYS)
        }
        now = asking.slots({part: self.cleaned_data[part] for part in PartOfDay.values})
        return {"add": now - before, "remove": before - now}
