"""What an officer asks a person about themselves: equality, what matters to them, and whom to ring."""

import json
from typing import Self

from design.fields import LineField, LongTextField, NameField, RadioField, SelectField
from design.layout import Hint, Question
from participants import contact_details
from participants.models import EmergencyContact, Equality, EthnicCategory, Goal, Participant
from participants.readiness import questions as asking
from participants.readiness.questions import as_bool, from_bool
from participants.record_form import RecordForm, said


class EqualityForm(RecordForm):
    """The equality questions, in the national wording where there is one. Nobody has to answer any of them."""

    NOT_ASKED = ("", "Not asked yet")

    ethnic_category = SelectField(
        label="What is their ethnic group?",
        noun="the ethnic group",
        choices=EthnicCategory.choices,
        required=False,
        initial=EthnicCategory.NOT_KNOWN,
    )
    sex = RadioField(label="What is their sex?", choices=[*Equality.Sex.choices, NOT_ASKED], required=False)
    gender_same = RadioField(
        label="Is the gender they identify with the same as their sex registered at birth?",
        noun="the answer about gender",
        choices=[*Equality.YesNo.choices, NOT_ASKED],
        required=False,
    )
    gender_words = LineField(
        label="How do they describe their gender? (optional)",
        noun="the description",
        max_length=100,
        required=False,
    )
    # The two questions of the GSS harmonised standard, word for word (docs/domain.md 1.3).
    long_condition = RadioField(
        label="Do you have any physical or mental health conditions or illnesses lasting or expected to last "
        "12 months or more?",
        noun="the answer about health conditions",
        choices=[*Equality.YesNo.choices, NOT_ASKED],
        required=False,
    )
    limits = RadioField(
        label="Does your condition or illness/do any of your conditions or illnesses reduce your ability to "
        "carry-out day-to-day activities?",
        noun="the answer about day-to-day activities",
        choices=[*Equality.Limits.choices, NOT_ASKED],
        required=False,
    )
    source = RadioField(label="Who answered?", choices=Equality.Source.choices, missing="Select who answered")

    @classmethod
    def about(cls, person: Participant, *, way_out: str) -> Self:
        row = Equality.objects.filter(participant=person).first()
        names = [name for name in cls.base_fields if name != "opened_with"]
        known = {name: getattr(row, name) for name in names} if row else {}
        return cls.of({"ethnic_category": EthnicCategory.NOT_KNOWN.value} | known, way_out=way_out)

    def questions(self) -> list:
        return [
            Hint("All questions are optional. Read the two questions about health as written."),
            "ethnic_category",
            "sex",
            Question("gender_same", reveals={"no": ["gender_words"]}),
            Question("long_condition", reveals={"yes": ["limits"]}),
            "source",
        ]

    def clean_ethnic_category(self) -> str:
        return self.cleaned_data["ethnic_category"] or EthnicCategory.NOT_KNOWN.value

    def clean(self) -> dict:
        super().clean()
        # A follow-up that was answered before the question above it was changed says nothing any more.
        if self.cleaned_data.get("long_condition") != Equality.YesNo.YES:
            self.cleaned_data["limits"] = ""
        if self.cleaned_data.get("gender_same") != Equality.YesNo.NO:
            self.cleaned_data["gender_words"] = ""
        return self.cleaned_data

    def facts(self) -> dict[str, object]:
        follow = {"long_condition": "limits", "gender_same": "gender_words"}
        names = self.changed() - {"source"}
        names |= {follow[name] for name in names if name in follow}
        changes = {name: self.cleaned_data[name] for name in names}
        return {"changes": changes, "source": self.cleaned_data["source"]}


class GoalForm(RecordForm):
    """What matters to the person, and how close they are to it today."""

    words = LongTextField(
        label="“The thing that matters most to me is …”",
        noun="what matters to them",
        help_text="In their own words, as they say it.",
        missing="Enter what matters to them, in their own words",
        max_length=500,
    )
    domain = asking.one_of("What is it mostly about?", Goal.Domain.choices)
    score = RadioField(
        label="How close are they to it now?",
        help_text="0 is not at all, 10 is completely. We keep each answer with its date.",
        choices=[*((str(score), str(score)) for score in range(11)), ("", "Not asked today")],
        required=False,
    )

    @classmethod
    def about(cls, person: Participant, *, way_out: str) -> Self:
        goal = person.goals.current().first()
        return cls.of({"words": goal.words, "domain": goal.domain} if goal else {}, way_out=way_out)

    def questions(self) -> list:
        return ["words", "domain", Question("score", inline=True)]

    def facts(self) -> dict[str, object]:
        """`words` and `domain` only where this officer changed them."""
        told: dict[str, object] = {
            name: self.cleaned_data[name] for name in ("words", "domain") if name in self.changed()
        }
        score = self.cleaned_data["score"]
        return told | ({"score": int(score)} if score else {})


class EmergencyForm(RecordForm):
    """Whom to ring when something happens. Everything empty: nobody is kept.

    One answer here says nothing without the others, so it is saved whole, and not over what somebody saved meanwhile.
    """

    name = NameField(label="Name", noun="their name", max_length=150, required=False)
    relation = LineField(
        label="Relationship (optional)",
        noun="their relationship",
        help_text="For example, daughter, neighbour or carer.",
        max_length=60,
        required=False,
    )
    phone = LineField(label="Phone number", noun="phone number", max_length=40, required=False)
    consent = asking.yes_or_no("Has the person agreed that we can call them in an emergency?")

    @classmethod
    def about(cls, person: Participant, *, way_out: str) -> Self:
        row = EmergencyContact.objects.filter(participant=person).first()
        if row is None:
            return cls.of({}, way_out=way_out)
        known = {"name": row.name, "relation": row.relation, "consent": from_bool(row.consent)}
        return cls.of(
            known | {"phone": contact_details.spoken_phone(row.phone), "saved": row.saved}, way_out=way_out
        )

    def clean_phone(self) -> str:
        typed = self.cleaned_data["phone"]
        return said(contact_details.parse_phone, typed) if typed else ""

    def clean(self) -> dict:
        super().clean()
        if any(self._posted(name) for name in ("name", "relation", "phone")):
            for name, words in (
                ("name", "Enter the name of the emergency contact"),
                ("phone", "Enter their phone number"),
            ):
                if not self.cleaned_data.get(name) and not self.has_error(name):
                    self.add_error(name, words)
        return self.cleaned_data

    def facts(self) -> dict[str, object]:
        told = {name: self.cleaned_data[name] for name in ("name", "relation", "phone")}
        told |= {"consent": as_bool(self.cleaned_data["consent"])}
        return {"told": told if told["name"] else {}, "instead_of": self.held().get("saved", "")}

    def look_again(self, refusal: str, *, saved: str) -> None:
        """Say what stands there now; the next press is after it has been seen."""
        data = self.data.copy()
        data[self.add_prefix("opened_with")] = json.dumps({**self.held(), "saved": saved})
        self.data = data
        self.add_error(None, refusal)
