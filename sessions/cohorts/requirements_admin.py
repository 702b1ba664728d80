"""Officers say whom a cohort takes and what it provides."""

from design.fields import ChecksField, SelectField
from design.layout import Question
from participants.languages import LANGUAGES
from participants.models import Level
from participants.record_form import RecordForm
from sessions.cohorts.requirements import SUITING
from sessions.models import Cohort
from sessions.models.cohort import Provided


class SuitsForm(RecordForm):
    levels = ChecksField(
        label="For which activity levels?",
        noun="one level or more",
        choices=Level.choices,
        help_text="The three levels are not confirmed yet.",
    )
    provides = ChecksField(
        label="What does it provide?",
        noun="what it provides",
        choices=Provided.choices,
        help_text="Whoever needs one of these is only proposed for a cohort that provides it.",
        required=False,
    )
    language = SelectField(
        label="Is it held in one language?",
        noun="the language",
        choices=[("", "Any: it does not matter, or there is an interpreter"), *LANGUAGES],
        required=False,
    )

    @classmethod
    def about(cls, cohort: Cohort, *, way_out: str) -> "SuitsForm":
        return cls.of({name: getattr(cohort, name) for name in SUITING}, way_out=way_out)

    def questions(self) -> list:
        return ["levels", "provides", Question("language")]
