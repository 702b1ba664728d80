"""The statuses of a referral and every move between them (domain.md 4.3, as far as issue 2 uses it).

Statuses and moves live apart from the model so that a diagram, a test and the database constraint read one table.
"""

from django.db import models


class Status(models.TextChoices):
    SUBMITTED = "submitted", "Received"
    ACCEPTED = "accepted", "Accepted"
    DECLINED = "declined", "Not accepted"
    WAITING = "waiting", "On the waiting list"
    ENROLLED = "enrolled", "Has a place"
    ACTIVE = "active", "Taking part"
    COMPLETED = "completed", "Completed"
    LEFT_EARLY = "left_early", "Left early"
    NOT_PARTICIPATING = "not_participating", "Did not start"
    WITHDRAWN = "withdrawn", "Withdrawn"


TRANSITIONS: dict[str, frozenset[str]] = {
    Status.SUBMITTED: frozenset({Status.ACCEPTED, Status.DECLINED, Status.WITHDRAWN}),
    Status.ACCEPTED: frozenset({Status.WAITING, Status.DECLINED, Status.WITHDRAWN}),
    Status.WAITING: frozenset({Status.ENROLLED, Status.DECLINED, Status.WITHDRAWN}),
    Status.ENROLLED: frozenset({Status.ACTIVE, Status.WAITING, Status.NOT_PARTICIPATING, Status.WITHDRAWN}),
    Status.ACTIVE: frozenset({Status.COMPLETED, Status.LEFT_EARLY, Status.WAITING}),
}

# Set together with a place, by the services that give and end places: nothing else may end these.
HAS_PLACE = (Status.ENROLLED, Status.ACTIVE)

# A person is in the programme at most once: one referral in these at a time (reliability.md 4). Not `submitted` or
# `accepted`: refusing there would tell one organisation about another's referral.
IN_PROGRAMME = (Status.WAITING, *HAS_PLACE)
ENDED = (
    Status.DECLINED,
    Status.COMPLETED,
    Status.LEFT_EARLY,
    Status.NOT_PARTICIPATING,
    Status.WITHDRAWN,
)


class Reason(models.TextChoices):
    """Why a referral was declined or ended: the handbook's list (domain.md 4.3)."""

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
    OTHER = "other", "Another reason"
