"""What a practice copies into the patient's record: what is true of the referral now, and the code that fits, or none."""

from dataclasses import dataclass

from django.conf import settings

from core.dates import birth_date
from referrals.models import Referral, StatusChange
from referrals.statuses import Status

S = Status
# docs/domain.md 2.1: no code was found for "attended" or "completed", and none says that a referral ended.
REFERRED = "390893007 Referral to physical activity program"
STANDS = (S.SUBMITTED, S.INFO_REQUESTED, S.ACCEPTED, S.CONTACTING, S.WAITING, S.OFFERED, S.ENROLLED)
# What became of it, by how it stands; {day} is when.
BECAME = {
    S.WAITING: "On the waiting list.",
    S.OFFERED: "On the waiting list.",
    S.ENROLLED: "Has a place in a group.",
    S.ACTIVE: "Started: first session attended by {day}.",
    S.COMPLETED: "Completed the programme, {day}.",
    S.FINISHED_BELOW_TARGET: "Finished the programme, {day}.",
    S.LEFT_EARLY: "Left the programme before the end, {day}.",
    S.NOT_PARTICIPATING: "Did not start, {day}.",
    S.DECLINED: "Referral not accepted, {day}.",
    S.REDIRECTED: "Passed to another service, {day}.",
    S.WITHDRAWN: "Referral withdrawn, {day}.",
    S.UNREACHABLE: "The patient could not be reached, {day}.",
}


@dataclass(frozen=True)
class Record:
    """`code` is empty where none fits. `first` is what to do before copying."""

    first: str
    words: str
    code: str


def for_record(referral: Referral) -> Record:
    """One query: the steps of the referral."""
    changes = {each.to_status: each for each in referral.status_changes.order_by("at", "pk")}
    became, sent = referral.outcome, birth_date(referral.submitted_at)
    code = REFERRED if became in STANDS else ""
    if became == S.ENTERED_IN_ERROR:
        return Record(
            first="Mark what you copied before as entered in error. Then copy this into the patient’s record.",
            words=f"Entered in error, {_day(changes, became, referral)}: the referral to {settings.SERVICE_NAME} sent "
            f"{sent}, reference {referral.reference}.",
            code=code,
        )
    words = [
        f"Referred to {settings.SERVICE_NAME}, 10 supervised activity sessions by video call.",
        f"Referral sent {sent}, reference {referral.reference}.",
    ]
    if S.ACCEPTED in changes and became in (*STANDS, S.ACTIVE) and became != S.SUBMITTED:
        words.append(f"Accepted {_day(changes, S.ACCEPTED, referral)}.")
    if became in BECAME:
        words.append(BECAME[became].format(day=_day(changes, became, referral)))
    words.append(_counted(changes.get(became)))
    first = "Copy this into the patient’s record"
    return Record(
        first=f"{first}, with the SNOMED CT code." if code else f"{first}. No SNOMED CT code fits it.",
        words=" ".join(filter(None, words)),
        code=code,
    )


def _day(changes: dict[str, StatusChange], status: str, referral: Referral) -> str:
    return birth_date(changes[status].at if status in changes else referral.status_at)


def _counted(change: StatusChange | None) -> str:
    """How many sessions were attended; whoever completed has it in the words of that step. Else the reason, if any."""
    if change is None:
        return ""
    if change.to_status == S.FINISHED_BELOW_TARGET:
        return f"Attended {change.attended} of {change.out_of} sessions."
    if change.to_status == S.COMPLETED:
        return change.words
    return f"Reason: {change.get_reason_display()}." if change.reason and change.to_status in BECAME else ""
