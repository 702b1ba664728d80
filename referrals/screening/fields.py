"""The answers to a safety question, and the list to tick."""

from design.fields import ChecksField, RadioField
from referrals import safety


class SafetyChoiceField(RadioField):
    """One safety list in one answer: none, one or more, or "I am not the clinician"."""

    def __init__(self, asked: safety.QuestionSet):
        self.asked = asked
        super().__init__(
            label=asked.title,
            help_text=asked.intro,
            choices=asked.answers,
            noun=asked.noun,
            missing=f"Select whether any of the {asked.noun} apply",
        )

    def without(self, code: str) -> None:
        """Leave this answer out."""
        self.choices = [choice for choice in self.asked.answers if choice[0] != code]


class SafetyItemsField(ChecksField):
    """Which items of the list apply."""

    def __init__(self, asked: safety.QuestionSet):
        super().__init__(
            label=f"Which {asked.noun} apply?", choices=asked.choices, noun=asked.noun, required=False
        )
