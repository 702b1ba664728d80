"""Who ought to hear something soon: whoever has a place and a session ahead (messaging.forecast.registry)."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, QuerySet

from messaging.forecast.registry import Foreseen
from participants.models import Participant
from sessions.message_groups import message_group
from sessions.models import Attendance, Place, Session
from sessions.places import offer_expiry
from sessions.reminders.programme_timing import timetables_of

WHY = "They have a session in these days"
REMINDED_BY = timedelta(hours=2)  # before a session: by then its reminders have gone


def listeners(now: datetime, until: datetime) -> QuerySet[Participant]:
    """People with a place and a session that is not so near that its reminders have gone."""
    ahead = Attendance.objects.filter(
        participant=OuterRef("pk"),
        expected=True,
        place__state=Place.State.TAKEN,
        starts_at__gt=now + REMINDED_BY,
        starts_at__lt=until,
    ).exclude(session__status=Session.Status.CANCELLED_BY_US)
    return Participant.objects.filter(Exists(ahead))


def nudges(now: datetime, until: datetime) -> Iterable[Foreseen]:
    """Reminders of offers that are open: each is written down when it is due, if nobody has answered by then."""
    held = list(Place.objects.filter(state=Place.State.HELD, held_until__gt=now).select_related("cohort"))
    timetables = timetables_of({place.cohort.programme_id for place in held})
    for place in held:
        for due in offer_expiry.nudges_of(place, timetables[place.cohort.programme_id]):
            if now <= due < until:
                yield Foreseen("offer_nudge", due, 1, message_group(place.cohort_id))
