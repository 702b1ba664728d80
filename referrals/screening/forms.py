"""The safety lists as questions of a form, for whoever refers and for the clinician who confirms."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.core.exceptions import ValidationError

from design.fields import ConfirmField, EmailField, NameField, contradiction
from design.forms import DesignedForm
from design.layout import Question
from referrals import safety
from referrals.screening.fields import SafetyChoiceField, SafetyItemsField

PREFIX = "safety_"


def suggested(typed: Mapping[str, Sequence[str]]) -> list[str]:
    """The items that a pasted text pointed at, to look at when the lists are answered; never a tick."""
    return safety.hinted(typed.get("suggested", []))


class SafetyQuestions(DesignedForm):
    """Each list as one question. `stops()` says which stop the referral, whatever else is still to be mended.

    `lists` names the lists that are asked; `clinician` is true for a form that only a clinician answers.
    """

    lists: Sequence[safety.QuestionSet] = safety.QUESTION_SETS
    clinician = False
    sender_email = ""  # of whoever fills the form in: they cannot name themselves

    safety_cauda_equina = SafetyChoiceField(safety.EMERGENCY)
    safety_cauda_equina_which = SafetyItemsField(safety.EMERGENCY)
    safety_contraindications = SafetyChoiceField(safety.ABSOLUTE)
    safety_contraindications_which = SafetyItemsField(safety.ABSOLUTE)
    safety_red_flags = SafetyChoiceField(safety.RED_FLAGS)
    safety_red_flags_which = SafetyItemsField(safety.RED_FLAGS)
    safety_assessed = ConfirmField(
        label="A clinician has assessed the red flags that are ticked",
        help_text="Only if you ticked one.",
        required=False,
    )
    safety_conversation = SafetyChoiceField(safety.CONVERSATION)
    safety_conversation_which = SafetyItemsField(safety.CONVERSATION)
    clinician_name = NameField(
        label="Name of the clinician",
        noun="the name of the clinician",
        help_text="Only if you are not the clinician.",
        max_length=150,
        required=False,
    )
    clinician_email = EmailField(
        label="Work email address of the clinician",
        noun="the clinician’s email address",
        help_text="We email them the reference only. If the address is not at your organisation or nhs.net, "
        "we call you first to check it.",
        required=False,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for asked in safety.QUESTION_SETS:
            if asked not in self.lists:
                del self.fields[f"{PREFIX}{asked.code}"], self.fields[f"{PREFIX}{asked.code}_which"]
            elif self.clinician:
                self.fields[f"{PREFIX}{asked.code}"].without(safety.NOT_CLINICIAN)
                if asked is safety.ABSOLUTE:  # its hint tells of the answer that is left out
                    self.fields[f"{PREFIX}{asked.code}"].help_text = ""
        if self.clinician:
            del self.fields["clinician_name"], self.fields["clinician_email"]
            if safety.RED_FLAGS not in self.lists:
                del self.fields["safety_assessed"]

    def clean_clinician_email(self) -> str:
        email = self.cleaned_data["clinician_email"].lower()
        if email and email == self.sender_email:
            raise ValidationError(
                "Enter the clinician’s address, not your own. If you are the clinician, answer the questions",
                code="own",
            )
        return email

    def safety_questions(self) -> list:
        """The lists in the order in which they are asked, each followed by what depends on it."""
        questions: list = []
        for asked in self.lists:
            name = f"{PREFIX}{asked.code}"
            which = [f"{name}_which"]
            if asked.effect == safety.Effect.ASSESSED:
                which.append("safety_assessed")
            words = [item.words for item in asked.items]
            questions.append(Question(name, items=words, reveals={safety.SOME: which}))
        return questions if self.clinician else [*questions, "clinician_name", "clinician_email"]

    def clean(self) -> dict:
        super().clean()
        for asked in self.lists:
            self._clean_list(asked)
        led = self._route()
        if led.not_assessed and not led.stops:
            self.add_error(
                "safety_assessed",
                "Confirm that a clinician has assessed the red flags. If no one has, ask them first",
            )
        if led.to_confirm:
            for name, words in (
                ("clinician_name", "Enter the name of the clinician who will answer"),
                ("clinician_email", "Enter the work email address of the clinician who will answer"),
            ):
                if not self.cleaned_data.get(name) and not self.has_error(name):
                    self.add_error(name, words)
        return self.cleaned_data

    def stops(self) -> list[safety.Stop]:
        """The safety lists that stop this referral, even while other answers are missing."""
        self.is_valid()
        return list(self._route().stops)

    def _clean_list(self, asked: safety.QuestionSet) -> None:
        name = f"{PREFIX}{asked.code}"
        said, ticked = self.cleaned_data.get(name), self._ticked(asked)
        if said == safety.SOME and not ticked and not self.has_error(f"{name}_which"):
            self.add_error(f"{name}_which", f"Tick the {asked.noun} that apply")
        elif said in (safety.NONE, safety.NOT_CLINICIAN) and ticked and not asked.is_emergency:
            answers = dict(asked.answers)
            words = asked.words_of(ticked)
            self.add_error(
                name, contradiction(said=answers[said], ticked=words, instead=answers[safety.SOME])
            )

    def _ticked(self, asked: safety.QuestionSet) -> list[str]:
        """The items that are ticked, also beside a code that the list does not have (a page from before a release)."""
        sent = self[f"{PREFIX}{asked.code}_which"].data or []
        return [item.code for item in asked.items if item.code in sent]

    def answers(self) -> dict[str, list[str]]:
        """The codes that apply, by list; a list whose answer is not usable yet is left out.

        Ticks count where nothing is chosen above them; beside "none" the form is not valid, except on the emergency list,
        where a tick counts whatever else is chosen.
        """
        answers = {}
        for asked in self.lists:
            name = f"{PREFIX}{asked.code}"
            said, ticked = self.cleaned_data.get(name), self._ticked(asked)
            if self.has_error(name, "contradiction"):
                continue
            if ticked:
                answers[asked.code] = ticked
            elif said == safety.NONE:
                answers[asked.code] = []
            elif said == safety.NOT_CLINICIAN:
                answers[asked.code] = [safety.NOT_CLINICIAN]
        return answers

    def assessed(self) -> bool:
        return bool(self.cleaned_data.get("safety_assessed"))

    def _route(self) -> safety.Route:
        return safety.route(self.answers(), assessed=self.assessed())
