"""Every version of the questions after a session: what each sentence was before the version that follows.

On the left the sentence of the later version, on the right the earlier one's.
"""

from dataclasses import replace

from accounts.clinical_sign_off.health_texts import HealthText, as_before, written_out
from outcomes.feedback.questions import CURRENT, KEY

_VERSION_2 = {
    CURRENT.effort: "How was the effort, for you?",
    CURRENT.still_worse: (
        "If you told us that your pain is worse and still worse, a project officer will read it on the next "
        "working day and may ring you. You can ring us sooner, or speak to your GP practice or NHS 111."
    ),
    CURRENT.emergency: (
        "Ring 999 or go to A&E now if you have chest pain, new trouble controlling your bladder or bowel, new "
        "numbness between your legs, or new weakness in your legs."
    ),
}
# Instructors had no pages from then on, so the last question no longer said that they read the answer.
_VERSION_1 = {
    CURRENT.for_instructor: "Is there anything you would like to tell your instructor?",
    CURRENT.for_instructor_hint: "Your instructor and the project team can read this.",
}
_two = replace(as_before(CURRENT, _VERSION_2), version=2)
_one = replace(as_before(_two, _VERSION_1), version=1)

WORDINGS = {each.version: each for each in (_one, _two, CURRENT)}
_texts = [
    HealthText(KEY, each.version, "Questions after a session", written_out(each))
    for each in WORDINGS.values()
]
TEXT = replace(_texts[-1], earlier=tuple(reversed(_texts[:-1])))
