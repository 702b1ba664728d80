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
from outcomes.feedback.questions import CURRENT, QuestionWording

ZERO_TO_TEN = [(str(number), str(number)) for number in range(11)]


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

    def __init__(self, *args: Any, wording: QuestionWording = CURRENT, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        an_answer = "an answer"
        self.fields |= {
            "enjoyed": RadioField(
                label=wording.enjoyed,
                help_text=wording.enjoyed_hint,
                choices=ZERO_TO_TEN,
                noun="a number from 0 to 10",
                required=False,
            ),
            "effort": RadioField(
                label=wording.effort,
                choices=list(wording.effort_answers.items()),
                noun=an_answer,
                required=False,
            ),
            "pain_since": RadioField(
                label=wording.pain_since,
                choices=list(wording.pain_answers.items()),
                noun=an_answer,
                required=False,
            ),
            "part_of_group": RadioField(
                label=wording.part_of_group,
                help_text=wording.part_of_group_hint,
                choices=ZERO_TO_TEN,
                noun="a number from 0 to 10",
                required=False,
            ),
            "for_instructor": LongTextField(
                label=wording.for_instructor,
                help_text=wording.for_instructor_hint,
                noun="what you tell us",
                rows=4,
                required=False,
            ),
        }

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
