"""A referral's story in plain words: each step with when, who and why; and what comes next."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from django.conf import settings

from referrals.hold_display import periods
from referrals.models import Confirmation, SafetyHold, StatusChange
from referrals.statuses import BACK_FROM_DIED, Reason, Status

HAPPENED = {
    Status.SUBMITTED: "Referral received",
    Status.INFO_REQUESTED: "We asked for more information",
    Status.ACCEPTED: "Accepted",
    Status.CONTACTING: "Contact started",
    Status.UNREACHABLE: "Could not be reached",
    Status.WAITING: "Put on the waiting list",
    Status.OFFERED: "Offered a place in a group",
    Status.ENROLLED: "Given a place in a group",
    Status.ACTIVE: "Attended first session",
    Status.COMPLETED: "Completed the programme",
    Status.FINISHED_BELOW_TARGET: "Finished the programme, attended {attended} of {out_of} sessions",
    Status.LEFT_EARLY: "Left before the end",
    Status.NOT_PARTICIPATING: "Did not start",
    Status.DECLINED: "Not accepted",
    Status.REDIRECTED: "Passed to another service",
    Status.WITHDRAWN: "Referral withdrawn",
    Status.CLOSED: "Closed",
    Status.ENTERED_IN_ERROR: "Marked as entered in error",
    Status.DIED: "Reported as having died",
}
NEXT = {
    Status.SUBMITTED: "A project officer will review the referral, usually within 2 working days.",
    Status.INFO_REQUESTED: "A project officer has asked you something. Reply below so we can continue.",
    Status.ACCEPTED: "We will contact the patient and ask if they would like to take part.",
    Status.CONTACTING: "We are trying to reach the patient. If you know another number, tell us.",
    Status.UNREACHABLE: "If you have another number or address, tell us. We can try again for "
    f"{settings.REOPEN_DAYS} days.",
    Status.WAITING: "We will offer the patient a place in a group when there is one. You do not need to do anything.",
    Status.OFFERED: "We are keeping a place for the patient while they decide.",
    Status.ENROLLED: "The patient has a place in a group. We will send them their dates, and a message "
    "before each session.",
    Status.ACTIVE: "When the 10 sessions are over, we will tell you how many the patient attended.",
    Status.COMPLETED: "The patient has completed the programme. You do not need to do anything.",
    Status.FINISHED_BELOW_TARGET: "The 10 sessions are over. You do not need to do anything.",
    Status.LEFT_EARLY: "The patient left before the end. If they change their mind, send a new referral.",
    Status.NOT_PARTICIPATING: "The patient did not start. If they change their mind, send a new referral.",
    Status.DECLINED: "We did not accept this referral. The reason is under “What has happened”.",
    Status.REDIRECTED: "We passed the patient to another service. The reason is under “What has happened”.",
    Status.WITHDRAWN: "This referral was withdrawn. If the patient changes their mind, send a new referral.",
    Status.ENTERED_IN_ERROR: "This referral was a mistake. We do not contact the patient about it.",
}
BADGES = {
    Status.INFO_REQUESTED: "amber",
    Status.ACCEPTED: "teal",
    Status.CONTACTING: "teal",
    Status.UNREACHABLE: "amber",
    Status.WAITING: "teal",
    Status.OFFERED: "teal",
    Status.ENROLLED: "teal",
    Status.ACTIVE: "teal",
    Status.COMPLETED: "green",
    Status.FINISHED_BELOW_TARGET: "green",
}
BACK: dict[tuple[str, str], str] = {
    (Status.INFO_REQUESTED, Status.SUBMITTED): "Question answered",
    (Status.UNREACHABLE, Status.CONTACTING): "Trying to make contact again",
    (Status.OFFERED, Status.WAITING): "Back on the waiting list",
    (Status.ENROLLED, Status.WAITING): "Back on the waiting list",
    (Status.ACTIVE, Status.WAITING): "Back on the waiting list",
    **{(Status.DIED, back): "Correction: death recorded by mistake" for back in BACK_FROM_DIED.values()},
}


@dataclass(frozen=True)
class TimelineStep:
    """One thing that happened. `who` is empty when the system did it by itself; words with a reason are somebody's own."""

    title: str
    at: datetime
    who: str
    reason: str
    words: str
    person_words: str


def for_practice(
    changes: Iterable[StatusChange],
    holds: Iterable[SafetyHold],
    confirmations: Iterable[Confirmation] = (),
    *,
    no_place: bool,
) -> list[TimelineStep]:
    """The story with its holds, but not why, and the clinicians who were asked for safety answers and gave them.

    `no_place`: no place is offered now, so no old offer says until when.
    """
    told = [
        replace(step, words="") if no_place and step.title == HAPPENED[Status.OFFERED] else step
        for step in steps(changes)
    ]
    for since, until in periods(holds):
        told.append(_step("Put on hold", since))
        if until:
            told.append(_step("No longer on hold", until))
    for asked in confirmations:
        told.append(_step(f"Safety questions left to {asked.name}", asked.asked_at))
        if asked.confirmed_at and asked.confirmed_by:
            told.append(_step("Safety questions answered", asked.confirmed_at, asked.confirmed_by.name))
    return sorted(told, key=lambda step: step.at)


def _step(title: str, at: datetime, who: str = "") -> TimelineStep:
    return TimelineStep(title=title, at=at, who=who, reason="", words="", person_words="")


def steps(changes: Iterable[StatusChange]) -> list[TimelineStep]:
    """The story in the order in which it happened."""
    return [
        TimelineStep(
            title=BACK.get((change.from_status, change.to_status))
            or HAPPENED[Status(change.to_status)].format(attended=change.attended, out_of=change.out_of),
            at=change.at,
            who=change.by.name if change.by else "",
            reason=change.get_reason_display() if change.reason not in ("", Reason.DIED) else "",
            words=change.words,
            person_words=change.person_words,
        )
        for change in changes
    ]
