"""The page of five questions."""

from typing import Any

from crispy_forms.layout import Layout
from crispy_forms.utils import TEMPLATE_PACK
from django.core.exceptions import ValidationError
from django.forms import BaseForm
from django.template import Context
from django.utils.html import format_html

from design.fields import LongTextField, RadioField
from design.forms import DesignedForm
from design.layout import Button, Question
from outcomes.feedback.questions import CURRENT


def _zero_to_ten(label: str, hint: str) -> RadioField:
    choices = [(str(number), str(number)) for number in range(11)]
    return RadioField(
        label=label, help_text=hint, choices=choices, noun="a number from 0 to 10", required=False
    )


def _one_of(label: str, answers: dict[str, str]) -> RadioField:
    return RadioField(label=label, choices=list(answers.items()), noun="an answer", required=False)


class Scale(Question):
    """0 to 10 side by side, wrapping where the window is narrow."""

    def render(
        self, form: BaseForm, context: Context, template_pack: str = TEMPLATE_PACK, **kwargs: Any
    ) -> str:
        return format_html(
            '<div class="app-scale">{}</div>', super().render(form, context, template_pack, **kwargs)
        )


class FeedbackForm(DesignedForm):
    """Five questions about one session, none of them compulsory; an empty page is asked for at least one answer."""

    submit = "Send my answers"

    enjoyed = _zero_to_ten(CURRENT.enjoyed, CURRENT.enjoyed_hint)
    effort = _one_of(CURRENT.effort, CURRENT.effort_answers)
    pain_since = _one_of(CURRENT.pain_since, CURRENT.pain_answers)
    part_of_group = _zero_to_ten(CURRENT.part_of_group, CURRENT.part_of_group_hint)
    for_instructor = LongTextField(
        label=CURRENT.for_instructor,
        help_text=CURRENT.for_instructor_hint,
        noun="what you tell us",
        max_length=1000,
        rows=4,
        required=False,
    )

    def layout(self) -> Layout:
        return Layout(
            Scale("enjoyed", size="m", inline=True),
            Question("effort", size="m"),
            Question("pain_since", size="m"),
            Scale("part_of_group", size="m", inline=True),
            Question("for_instructor", size="m"),
            Button(self.submit),
        )

    def clean(self) -> dict:
        super().clean()
        answers = self.cleaned_data
        for scale in ("enjoyed", "part_of_group"):
            answers[scale] = int(answers[scale]) if answers.get(scale) else None
        if not self.errors and all(answer in (None, "") for answer in answers.values()):
            raise ValidationError("Answer any one question, or close this page if you would rather not say")
        return answers
