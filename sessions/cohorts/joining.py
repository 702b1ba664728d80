"""Which sessions somebody who joins now can still come to."""

from datetime import datetime

from core.errors import Refused
from sessions import statuses
from sessions.models import Cohort, Session

LAST_FIRST_SESSION = 2  # joining later leaves too little of the programme: docs/domain.md 4.3


class CohortClosed(Refused):
    sentence = "You cannot place people in this group. It is not open yet, has finished or was cancelled."


class TooLateToJoin(Refused):
    sentence = (
        "It is too late to join this group. People can only start at session 1 or 2. Choose another group."
    )


def sessions_from(cohort: Cohort, now: datetime) -> list[Session]:
    """The sessions that a person would have who joined now: the first is number 1 or 2.

    Raises CohortClosed, TooLateToJoin.
    """
    if cohort.status not in statuses.TAKES_PEOPLE:
        raise CohortClosed
    ahead = list(cohort.sessions.ahead(now).order_by("number"))
    if not ahead or ahead[0].number > LAST_FIRST_SESSION:
        raise TooLateToJoin
    return ahead
