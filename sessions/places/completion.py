"""After the last session: who has completed, and whom an officer must ask about (docs/domain.md 5.7)."""

from datetime import datetime

from core.errors import Refused, refusing
from core.nonces import key_of
from messaging.restores import services as restores
from referrals.statuses import Status
from sessions.cohorts import status_changes
from sessions.models import Cohort, Place
from sessions.places import common, placement


def complete_due_places(*, now: datetime) -> int:
    """Complete each person whose registers are all saved and who came to enough sessions; how many.

    "Enough" is the programme's percentage of the sessions delivered while enrolled, rounded up. The others stay for
    an officer to end: nobody is discharged by the system. Cohorts whose sessions are over finish here too. May run
    twice or beside itself without harm.
    """
    completed = 0
    for place in Place.objects.completed_enough().select_related("cohort").order_by("pk"):
        completed += _complete(place, now)
    if Cohort.objects.spent(now).exists():
        with refusing():
            status_changes.finish_spent(now)
    return completed


def _complete(place: Place, now: datetime) -> bool:
    try:
        with refusing():
            place = placement.locked_place(place)
            enough = Place.objects.completed_enough().filter(pk=place.pk).first()
            if enough is None:
                return False  # a register was corrected since we looked
            words = f"Attended {enough.attended} of {enough.delivered} sessions."
            placement.close(
                place, state=Place.State.COMPLETED, to=Status.COMPLETED, by=None, now=now, words=words
            )
            said = common.queue_place_message(
                "completion", place, now=now, expires_at=now + placement.NOTE_WAITS
            )
            over = placement.over_at([place.referral_id])[place.referral_id]
            restores.doubt_what_is_written_late({key_of("completion", place): over}, now=now)
            return said
    except Refused:
        return False  # somebody holds it; the next run finds it again
