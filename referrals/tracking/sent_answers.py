"""The safety answers as an organisation reads them on its own referral.

What was answered before sending is its own, and every member reads it. What a named clinician answered afterwards may
be why a hold is on, and only the patient's clinician reads that (referrals.hold_display); the others read that it was.
The person's own answers are for officers alone.
"""

from dataclasses import dataclass

from accounts.models import User
from core.dates import moment
from referrals import safety
from referrals.hold_display import is_clinician_of
from referrals.models import Referral, SafetyAnswer
from referrals.screening.services import latest_answers


@dataclass(frozen=True)
class Answered:
    """One list: what it was about, what applies, and who said so."""

    title: str
    items: list[str]
    said: str
    by: str


def shown(referral: Referral, *, to: User) -> list[Answered]:
    """The answer that counts to each list, in the order in which they are asked."""
    latest = latest_answers(referral)
    answers = [latest[each.code] for each in safety.QUESTION_SETS if each.code in latest]
    later = any(answer.answered_at > referral.submitted_at for answer in answers)
    reads_all = not later or is_clinician_of(to, referral)
    return [
        _answered(each, open_to=reads_all or each.answered_at <= referral.submitted_at) for each in answers
    ]


def _answered(answer: SafetyAnswer, *, open_to: bool) -> Answered:
    wording, who = answer.wording, answer.answered_by
    by = f"{who.name}, {moment(answer.answered_at)}" if who else moment(answer.answered_at)
    items: list[str] = []
    if answer.unanswered:
        said, by = "Waiting for the clinician", ""
    elif not open_to:
        said = "Answered. Only the patient’s clinician can see the answer."
    else:
        items = [item["words"] for item in wording["items"] if item["code"] in answer.ticked]
        said = "" if items else wording["none"]
        if answer.assessed:
            by += ". A clinician has assessed what applies"
    title = safety.BY_CODE[answer.question_set].noun.capitalize()
    return Answered(title=title, items=items, said=said, by=by)
