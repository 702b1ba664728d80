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
        label="Activity levels",
        noun="at least one level",
        choices=Level.choices,
        help_text="The programme has not confirmed these levels yet.",
    )
    provides = ChecksField(
        label="Support it provides",
        noun="what it provides",
        choices=Provided.choices,
        help_text="We only suggest people who need one of these for a group that provides it.",
        required=False,
    )
    language = SelectField(
        label="Language",
        noun="the language",
        choices=[("", "Any, or with an interpreter"), *LANGUAGES],
        required=False,
    )

    @classmethod
    def about(cls, cohort: Cohort, *, way_out: str) -> "SuitsForm":
        return cls.of({name: getattr(cohort, name) for name in SUITING}, way_out=way_out)

    def questions(self) -> list:
        return ["levels", "provides", Question("language")]
