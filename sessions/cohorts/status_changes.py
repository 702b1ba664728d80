"""The one way a cohort's state changes: along the table of `sessions.statuses`, and written down."""

from datetime import datetime

from accounts.models import User
from core.errors import Refused
from sessions import statuses
from sessions.models import Cohort, CohortStatusChange

AT_ONCE = 200  # cohorts in one transaction


class StatusChangeNotAllowed(Refused):
    """The cohort is in a state from which this is not possible; the sentence says in which."""


def change_status(
    cohort: Cohort, *, to: str, by: User | None, now: datetime, words: str = ""
) -> CohortStatusChange:
    """Move a locked cohort to another state; `by` is None when the system itself does. Raises StatusChangeNotAllowed."""
    came_from = cohort.status
    if to not in statuses.COHORT_MOVES.get(came_from, ()):
        label = statuses.CohortStatus(came_from).label.lower()
        raise StatusChangeNotAllowed(
            f"{cohort} is {label}, so it cannot become {statuses.CohortStatus(to).label.lower()}."
        )
    cohort.status = to
    cohort.save(update_fields=["status"])
    return CohortStatusChange.objects.create(
        cohort=cohort, from_status=came_from, to_status=to, at=now, by=by, words=words
    )


def finish_spent(now: datetime) -> None:
    """Finish each cohort whose sessions are over, AT_ONCE of them; the next run goes on."""
    spent = Cohort.objects.spent(now).select_for_update(of=("self",), no_key=True, skip_locked=True)
    for each in spent.order_by("pk")[:AT_ONCE]:
        change_status(each, to=statuses.CohortStatus.FINISHED, by=None, now=now)
