"""When a planned cohort begins to take people."""

from datetime import datetime

from accounts.models import User
from core.errors import Refused, refusing
from sessions import statuses
from sessions.cohorts import joining, locking, status_changes
from sessions.models import Cohort


class NotPlanned(Refused):
    sentence = "Nothing changed: this group is no longer marked as planned. Check its status."


def start_recruiting(*, cohort: Cohort, by: User, now: datetime, words: str = "") -> Cohort:
    """From now on people can be offered places in this planned cohort; `words` are for its history.

    Nobody is placed or told by this. Raises NotPlanned, or giving.TooLateToJoin when its second session has begun.
    """
    with refusing():
        cohort = locking.lock_cohort(cohort.pk)
        if cohort.status != statuses.CohortStatus.PLANNED:
            raise NotPlanned
        status_changes.change_status(cohort, to=statuses.CohortStatus.RECRUITING, by=by, now=now, words=words)
        joining.sessions_from(cohort, now)
    return cohort
