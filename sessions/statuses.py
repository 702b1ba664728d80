"""The states of cohorts and of sessions, and every move between them (docs/domain.md 5.2).

They live apart from the models so that the services, the triggers that refuse any other move and the tests read one
table.
"""

from django.db import models


class CohortStatus(models.TextChoices):
    PLANNED = "planned", "Planned"
    RECRUITING = "recruiting", "Taking people"
    CONFIRMED = "confirmed", "Confirmed"  # enough people a week before, or an officer decided that it runs
    RUNNING = "running", "Running"
    FINISHED = "finished", "Finished"
    CANCELLED = "cancelled", "Cancelled"


class SessionStatus(models.TextChoices):
    SCHEDULED = "scheduled", "Scheduled"
    RESCHEDULED = "rescheduled", "Moved to another time"
    DELIVERED = "delivered", "Delivered"
    CANCELLED_BY_US = "cancelled_by_us", "Cancelled by us"


C, S = CohortStatus, SessionStatus

COHORT_MOVES: dict[str, tuple[str, ...]] = {
    C.PLANNED: (C.RECRUITING, C.CANCELLED),
    C.RECRUITING: (C.CONFIRMED, C.RUNNING, C.FINISHED, C.CANCELLED),
    # Back to recruiting when it is postponed.
    C.CONFIRMED: (C.RECRUITING, C.RUNNING, C.FINISHED, C.CANCELLED),
    C.RUNNING: (C.FINISHED, C.CANCELLED),
}

SESSION_MOVES: dict[str, tuple[str, ...]] = {
    S.SCHEDULED: (S.RESCHEDULED, S.DELIVERED, S.CANCELLED_BY_US),
    S.RESCHEDULED: (S.DELIVERED, S.CANCELLED_BY_US),
}

TAKES_PEOPLE = (C.RECRUITING, C.CONFIRMED, C.RUNNING)
OPEN = (C.PLANNED, *TAKES_PEOPLE)

AHEAD = (S.SCHEDULED, S.RESCHEDULED)  # to be held, or held and not yet marked
