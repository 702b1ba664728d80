"""A referral's story in plain words: each step with when, who and why; and what comes next."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from referrals.models import StatusChange
from referrals.statuses import Status

HAPPENED = {
    Status.SUBMITTED: "Referral received",
    Status.ACCEPTED: "Accepted",
    Status.DECLINED: "Not accepted",
    Status.WAITING: "Put on the waiting list",
    Status.ENROLLED: "Given a place in a group",
    Status.ACTIVE: "Came to a first session",
    Status.COMPLETED: "Completed the programme",
    Status.LEFT_EARLY: "Left before the end",
    Status.NOT_PARTICIPATING: "Did not start",
    Status.WITHDRAWN: "Referral withdrawn",
}
NEXT = {
    Status.SUBMITTED: "A project officer will read the referral, usually within 2 working days.",
    Status.ACCEPTED: "We will put the person on the waiting list.",
    Status.WAITING: "We will offer the person a place in a group as soon as there is one. You need do nothing.",
    Status.ENROLLED: "The person knows their ten dates and will hear from us before each session.",
    Status.ACTIVE: "We will tell you how it went when the ten sessions are over.",
}
BADGES = {
    Status.ACCEPTED: "teal",
    Status.WAITING: "teal",
    Status.ENROLLED: "teal",
    Status.ACTIVE: "teal",
    Status.COMPLETED: "green",
}


@dataclass(frozen=True)
class Step:
    """One thing that happened. `who` is empty when the system did it by itself; words with a reason are somebody's own."""

    title: str
    at: datetime
    who: str
    reason: str
    words: str


def steps(changes: Iterable[StatusChange]) -> list[Step]:
    """The story in the order in which it happened."""
    return [
        Step(
            title="Back on the waiting list" if _came_back(change) else HAPPENED[Status(change.to_status)],
            at=change.at,
            who=change.by.name if change.by else "",
            reason=change.get_reason_display() if change.reason else "",
            words=change.words,
        )
        for change in changes
    ]


def _came_back(change: StatusChange) -> bool:
    return change.to_status == Status.WAITING and change.from_status in (Status.ENROLLED, Status.ACTIVE)
