"""The statuses of a referral and every move between them (docs/domain.md 2.2).

Statuses and moves live apart from the model so that a diagram, a test and the database constraint read one table.
"""

from django.db import models


class Status(models.TextChoices):
    SUBMITTED = "submitted", "Received"
    INFO_REQUESTED = "info_requested", "Needs information"
    ACCEPTED = "accepted", "Accepted"
    CONTACTING = "contacting", "Being contacted"
    UNREACHABLE = "unreachable", "Could not be reached"
    WAITING = "waiting", "On the waiting list"
    OFFERED = "offered", "Offered a place"
    ENROLLED = "enrolled", "Has a place"
    ACTIVE = "active", "Taking part"
    COMPLETED = "completed", "Completed"
    FINISHED_BELOW_TARGET = "finished_below", "Finished, attended fewer than the target"
    LEFT_EARLY = "left_early", "Left early"
    NOT_PARTICIPATING = "not_participating", "Did not start"
    DECLINED = "declined", "Not accepted"
    REDIRECTED = "redirected", "Passed to another service"
    WITHDRAWN = "withdrawn", "Withdrawn"
    CLOSED = "closed", "Closed"
    ENTERED_IN_ERROR = "entered_in_error", "Entered in error"
    DIED = "died", "Has died"


S = Status

# Set together with a place, by the services that give and end places: nothing else may end these.
HAS_PLACE = (S.OFFERED, S.ENROLLED, S.ACTIVE)

# A person is in the programme at most once: one referral in these at a time (docs/domain.md 2.2). Not before `waiting`:
# refusing there would tell one organisation about another's referral.
IN_PROGRAMME = (S.WAITING, *HAS_PLACE)

# An officer has still to decide; and the office has still to hear whether the person wants it.
UNDECIDED = (S.SUBMITTED, S.INFO_REQUESTED)
TO_REACH = (S.ACCEPTED, S.CONTACTING)

# How it ended; the system closes these once the organisation has its letter.
ENDINGS = (
    S.DECLINED,
    S.REDIRECTED,
    S.WITHDRAWN,
    S.UNREACHABLE,
    S.NOT_PARTICIPATING,
    S.LEFT_EARLY,
    S.FINISHED_BELOW_TARGET,
    S.COMPLETED,
)
ENDED = (*ENDINGS, S.CLOSED, S.ENTERED_IN_ERROR, S.DIED)
# Ended before the programme was over, on somebody's word: not to be forgotten with a backup that is older.
STOPPED = (S.DECLINED, S.REDIRECTED, S.WITHDRAWN, S.NOT_PARTICIPATING, S.LEFT_EARLY, S.ENTERED_IN_ERROR)

MOVES: dict[str, tuple[str, ...]] = {
    S.SUBMITTED: (S.INFO_REQUESTED, S.ACCEPTED, S.DECLINED, S.REDIRECTED),
    S.INFO_REQUESTED: (S.SUBMITTED, S.ACCEPTED, S.DECLINED, S.REDIRECTED),
    S.ACCEPTED: (S.CONTACTING, S.WAITING, S.DECLINED, S.REDIRECTED),
    S.CONTACTING: (S.WAITING, S.UNREACHABLE, S.NOT_PARTICIPATING, S.DECLINED, S.REDIRECTED),
    S.UNREACHABLE: (S.CONTACTING,),
    S.WAITING: (S.OFFERED, S.ENROLLED, S.DECLINED, S.REDIRECTED),
    S.OFFERED: (S.ENROLLED, S.WAITING, S.DECLINED, S.REDIRECTED),
    S.ENROLLED: (S.ACTIVE, S.WAITING, S.NOT_PARTICIPATING),
    S.ACTIVE: (S.COMPLETED, S.FINISHED_BELOW_TARGET, S.LEFT_EARLY, S.WAITING),
}
BEFORE_ACTIVE = (*UNDECIDED, *TO_REACH, S.UNREACHABLE, S.WAITING, S.OFFERED, S.ENROLLED)


def _moves_from(status: str) -> frozenset[str]:
    moves = set(MOVES.get(status, ()))
    if status in BEFORE_ACTIVE:
        moves.add(S.WITHDRAWN)
    if status in ENDINGS:
        moves.add(S.CLOSED)
    if status != S.ENTERED_IN_ERROR:
        moves |= {S.ENTERED_IN_ERROR, S.DIED} - {status}
    return frozenset(moves)


# Where a referral goes back to, by where it stood, when a death was recorded by mistake. A place is not given back.
BACK_FROM_DIED: dict[str, str] = {
    **{status: status for status in (*UNDECIDED, *TO_REACH, S.WAITING)},
    **dict.fromkeys(HAS_PLACE, S.WAITING),
}

# Every move but those of BACK_FROM_DIED, which one service alone makes (`referrals.deaths.services.not_died`).
TRANSITIONS: dict[str, frozenset[str]] = {status: moves for status in S if (moves := _moves_from(status))}


class Reason(models.TextChoices):
    """Why a referral was declined or ended: our own list, unconfirmed (docs/domain.md 2.2)."""

    OUTSIDE_AREA = "outside_area", "Outside the area"
    AGE = "age", "Age"
    PAIN_UNDER_3_MONTHS = "pain_under_3_months", "Pain for less than 3 months"
    SAFETY = "safety", "Safety"
    OTHER_SERVICE = "other_service", "Needs another service"
    NOT_WANTED = "not_wanted", "No longer wanted"
    HEALTH_WORSE = "health_worse", "Health is worse"
    BETTER = "better", "Feels better"
    WORK_OR_CARING = "work_or_caring", "Work or caring"
    TECHNOLOGY = "technology", "Technology"
    TIME_UNSUITABLE = "time_unsuitable", "The times do not suit"
    DID_NOT_LIKE_GROUP = "did_not_like_group", "Did not like the group"
    NO_CONTACT = "no_contact", "No contact"
    MOVED = "moved", "Moved away"
    DIED = "died", "Has died"
    OTHER = "other", "Another reason"


# These have a step of their own, with its rules (tries over two ways; every message silenced), so nobody declines for them.
NOT_TO_DECLINE = (Reason.NO_CONTACT, Reason.DIED)
