"""What time does to offers: reminders while they are open, and the end of those not answered (docs/domain.md 4.3)."""

from datetime import datetime

from django.db.models import Exists, OuterRef

from core.dates import moment
from core.errors import Busy, refusing
from core.nonces import message_about
from messaging.models import Message
from messaging.outbox import queue as outbox
from participants.restores import call_first
from sessions.cohorts import locking
from sessions.message_groups import message_group
from sessions.models import Cohort, Place
from sessions.places import common, offers
from sessions.reminders.programme_timing import timetables_of
from sessions.reminders.timing import Kind, Timetable, of_offer

MOST_AT_ONCE = 500  # of one run: a county has a few each hour


def expire_due(*, now: datetime) -> int:
    """Free every place whose offer was not answered in time, and offer each on; how many ran out.

    Each in a transaction of its own: one that is being answered at this moment is left for the next run. May run twice
    or beside itself without harm.
    """
    expired = 0
    for pk in list(Place.objects.due_to_expire(now).values_list("pk", flat=True)[:MOST_AT_ONCE]):
        try:
            expired += _expire(pk, now)
        except Busy:
            continue
    return expired


def _expire(pk: int, now: datetime) -> bool:
    with refusing():
        place = common.lock_place(Place.objects.only("cohort_id").get(pk=pk))
        if place.state != Place.State.HELD or place.answer_by > now:
            return False
        words = f"The offer was not answered by {moment(place.answer_by)}."
        offers.back_to_waiting(place, Place.State.EXPIRED, words, by=None, now=now)
        common.queue_place_message("offer_expired", place, now=now, expires_at=now + offers.RECEIPT_WAITS)
        return True


def offer_freed(*, now: datetime) -> int:
    """Offer the places that were freed while a restore was being checked, when an officer has confirmed it; how many.

    Once each, as at the moment when a place is freed. May run twice or beside itself without harm.
    """
    if call_first.under_way():
        return 0
    offered = 0
    for pk in list(Cohort.objects.filter(freed_unoffered__gt=0).values_list("pk", flat=True)):
        try:
            offered += _offer_freed(pk, now)
        except Busy:
            continue
    return offered


def _offer_freed(pk: int, now: datetime) -> int:
    with refusing():
        cohort = locking.lock_cohort(pk)
        freed, cohort.freed_unoffered = cohort.freed_unoffered, 0
        cohort.save(update_fields=["freed_unoffered"])
        return sum(offers.offer_next(cohort, now=now) is not None for _ in range(freed))


def queue_due_nudges(*, now: datetime) -> int:
    """Queue a reminder of each offer that has not been answered after the programme's hours; how many are new.

    Only of one that went out: after an outage the offer itself goes first.
    """
    told = Message.objects.filter(
        kind="offer",
        subject_type="place",
        subject_id=OuterRef("pk"),
        state__in=[Message.State.SENT, Message.State.UNCERTAIN],
    )
    held = list(
        Place.objects.filter(Exists(told), state=Place.State.HELD, held_until__gt=now).select_related(
            "participant", "cohort"
        )
    )
    timetables = timetables_of({place.cohort.programme_id for place in held})
    promises = [
        outbox.Promise(
            **message_about("offer_nudge", place, number),
            participant=place.participant,
            group=message_group(place.cohort_id),
            not_before=due,
            expires_at=place.answer_by,
            order=timetables[place.cohort.programme_id][Kind.OFFER_NUDGE].ways,
        )
        for place in held
        for number, due in enumerate(nudges_of(place, timetables[place.cohort.programme_id]), start=1)
        if due <= now
    ]
    return outbox.queue_many(promises, now=now)


def nudges_of(place: Place, timetable: Timetable) -> list[datetime]:
    """When the person is reminded of this offer, should they not answer."""
    entry = timetable[Kind.OFFER_NUDGE]
    return of_offer(entry, offered_at=place.placed_at, answer_by=place.answer_by)
