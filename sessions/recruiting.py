"""When a planned cohort begins to take people."""

from datetime import datetime

from accounts.models import User
from sessions import giving, states, steps
from sessions.models import Cohort
from sessions.refusals import Refused, refusing


class NotPlanned(Refused):
    sentence = "This cohort is not planned any more, so nothing was changed. Look at what it is now."


def start_recruiting(*, cohort: Cohort, by: User, now: datetime, words: str = "") -> Cohort:
    """From now on people can be offered places in this planned cohort; `words` are for its history.

    Nobody is placed or told by this. Raises NotPlanned, or giving.TooLateToJoin when its second session has begun.
    """
    with refusing():
        cohort = giving.lock(cohort)
        if cohort.status != states.CohortStatus.PLANNED:
            raise NotPlanned
        steps.step(cohort, to=states.CohortStatus.RECRUITING, by=by, now=now, words=words)
        giving.sessions_from(cohort, now)
    return cohort
