"""Writing down a contact; and who hears for a person."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from django import forms

from core.dates import LONDON, moment
from design.fields import (
    ClockField,
    ConfirmField,
    EmailField,
    LineField,
    LongTextField,
    NameField,
    PartsDateField,
    RadioField,
)
from design.forms import WayOutForm
from design.layout import Question
from participants.models import ContactNote, ProxyContact


class ContactNoteForm(WayOutForm):
    """One contact. Without a day it was just now."""

    submit = "Save note"

    channel = RadioField(
        label="How did you speak or write?",
        noun="how you spoke or wrote",
        choices=ContactNote.Channel.choices,
    )
    who = RadioField(
        label="Who made contact?",
        noun="who made contact",
        choices=[("us", "We did"), ("them", "The person did")],
    )
    words = LongTextField(
        label="What was said?",
        noun="what was said",
        missing="Enter what was said",
        help_text="Keep it short. The person can ask to read this.",
        rows=4,
    )
    on = PartsDateField(
        label="Which day was it?",
        noun="the day",
        help_text="Leave the day and the time empty if it was just now.",
        required=False,
    )
    clock = ClockField(label="What time, roughly? (UK time)", noun="the time", max_length=8, required=False)
    corrects = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=1, max_value=2**62)

    def questions(self) -> list:
        return ["channel", "who", "words", "on", Question("clock", width=10), "corrects"]

    def clean(self) -> dict:
        super().clean()
        on, clock = self.cleaned_data.get("on"), self.cleaned_data.get("clock")
        self.cleaned_data["at"] = None
        if on and clock is not None and clock != "":
            self.cleaned_data["at"] = datetime.combine(on, clock, tzinfo=LONDON).astimezone(UTC)
        elif on and "clock" not in self.errors:
            self.add_error("clock", "Enter roughly what time it was")
        elif clock not in (None, "") and "on" not in self.errors:
            self.add_error("on", "Enter which day it was")
        return self.cleaned_data


class NoAnswerForm(WayOutForm):
    """We called and nobody answered."""

    submit = "Save and keep on Today"

    again = RadioField(label="When will you try again?", noun="when you will try again", choices=[])
    words = LongTextField(
        label="Anything to note?", noun="anything to note", required=False, rows=2, max_length=500
    )

    def __init__(self, *args: Any, times: Mapping[str, datetime], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.times = times
        self.fields["again"].choices = [(name, moment(at)) for name, at in times.items()]

    def facts(self) -> dict[str, Any]:
        return {"again_at": self.times[self.cleaned_data["again"]], "words": self.cleaned_data["words"]}


class ProxyForm(WayOutForm):
    """Who hears for a person, how, and that the person wants it."""

    name = NameField(label="Their name", noun="their name", missing="Enter their name", max_length=100)
    relation = RadioField(
        label="Relationship to the person",
        noun="their relationship to the person",
        choices=ProxyContact.Relation.choices,
    )
    email = EmailField(label="Their email address", noun="their email address")
    manner = RadioField(label="What do they get?", noun="what they get", choices=ProxyContact.Manner.choices)
    consent = RadioField(
        label="How do we know that the person wants this?",
        noun="how we know",
        choices=ProxyContact.Consent.choices,
    )
    told = ConfirmField(
        label="The person knows that messages say when their sessions are, and that they can stop this at any time.",
        missing="Tell the person first, then tick this box",
    )

    def facts(self) -> dict[str, str]:
        return {name: self.cleaned_data[name] for name in ("name", "relation", "email", "manner", "consent")}


class EndProxyForm(WayOutForm):
    submit, submit_kind = "Remove contact person", "warning"

    why = LineField(
        label="Why are you ending this?",
        noun="why you are ending this",
        missing="Enter why you are ending this",
        max_length=200,
    )
