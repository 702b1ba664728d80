"""The person's own questions as a form: for themselves, and for an officer who writes down what they say."""

from typing import Any

from crispy_forms.layout import Layout
from django import forms

from design.fields import LongTextField, RadioField
from design.forms import DesignedForm
from design.layout import Button, ButtonGroup, Link, Question
from referrals import safety
from referrals.safety import self_assessment_questions


class MostWorrying(forms.RadioSelect):
    """Where two answers to one question arrive, "yes" or "not sure" counts: a worrying answer is never overwritten."""

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        sent = data.getlist(name) if hasattr(data, "getlist") else [data.get(name)]
        worrying = (
            reply
            for reply in (self_assessment_questions.YES, self_assessment_questions.UNSURE)
            if reply in sent
        )
        return next(worrying, super().value_from_datadict(data, files, name))


class OwnAnswersForm(DesignedForm):
    """Yes, no or not sure to each question, and a box for anything else.

    `is_emergency()` says whether to stop at once, whatever else is still to be answered.
    """

    submit = "Send my answers"

    def __init__(self, *args: Any, way_out: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.way_out = way_out
        for asked in safety.OWN.questions:
            self.fields[asked.code] = RadioField(
                label=asked.words,
                choices=self_assessment_questions.REPLIES,
                widget=MostWorrying,
                missing=f"Answer yes, no or not sure: {asked.short}",
                noun="yes, no or not sure",
            )
        self.fields[self_assessment_questions.WORDS] = LongTextField(
            label=safety.OWN.anything_else.words,
            noun="what you write",
            rows=4,
            required=False,
        )

    def layout(self) -> Layout:
        questions = [Question(asked.code, size="s") for asked in safety.OWN.questions]
        send = Button(self.submit)
        buttons = ButtonGroup(send, Link("Cancel", self.way_out)) if self.way_out else send
        return Layout(*questions, Question(self_assessment_questions.WORDS, size="s"), buttons)

    def is_emergency(self) -> bool:
        self.is_valid()
        return safety.route_own(self.replies()).is_emergency

    def replies(self) -> dict[str, str]:
        """The answers that are usable, by question."""
        given = self.cleaned_data
        return {asked.code: given[asked.code] for asked in safety.OWN.questions if given.get(asked.code)}

    def words(self) -> str:
        return self.cleaned_data.get(self_assessment_questions.WORDS) or ""


class TelephoneAnswersForm(OwnAnswersForm):
    """The same questions, written down by an officer."""

    submit = "Save answers"
