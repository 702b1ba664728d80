"""What offers and beginnings put on the officers' work queue: whom to ring, what to telephone about, what to decide."""

from datetime import datetime, timedelta

from django.db.models import DateTimeField, ExpressionWrapper, F, OuterRef, QuerySet, Subquery, Value
from django.urls import reverse

from core.dates import LONDON, day, moment
from core.work_queue import Panel, Row
from sessions.models import Cohort, Place, Session

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def to_ring(now: datetime) -> QuerySet[Place]:
    """The last offer of each waiting person whom an officer has to speak with: two ran out, or another time suits."""
    return (
        Place.objects.to_ring().select_related("participant", "referral", "cohort").order_by("ended_at", "pk")
    )


def _ring(place: Place, now: datetime) -> Row:
    why = "asked for another time" if place.asked_for_other else f"{place.ran_out} offers expired"
    if place.times_given:
        why = f"{why} and gave their times"
    due, today = place.call_by if place.asked_for_other else None, now.astimezone(LONDON).date()
    return Row(
        f"{place.participant}, {place.referral.reference}",
        reverse("admin:cohort_sessions_place_follow_up", args=[place.pk]),
        f"{why}; call by {day(due)}" if due else f"{why}, {day(place.ended_at)}",
        urgency="" if due is None or today < due else "amber" if today == due else "red",
    )


def free_and_late(now: datetime) -> QuerySet[Cohort]:
    """Cohorts with a free place that can still be taken, but too late to offer it and wait: an officer telephones."""
    first = Session.objects.ahead(now).filter(cohort=OuterRef("pk")).order_by("number")
    too_late = Value(now) + F("programme__hold_ends_hours") * HOUR
    return (
        Cohort.objects.with_room()
        .open_to_joiners(now)
        .annotate(begins=Subquery(first.values("starts_at")[:1]))
        .filter(begins__lte=ExpressionWrapper(too_late, output_field=DateTimeField()))
        .order_by("begins", "pk")
    )


def _free(cohort: Cohort, now: datetime) -> Row:
    room = cohort.capacity - cohort.taken
    return Row(
        f"{cohort}: {room} free place{'' if room == 1 else 's'}",
        reverse("admin:cohort_sessions_cohort_place", args=[cohort.pk]),
        f"call instead of emailing an offer: starts on {moment(cohort.begins)}",
    )


def to_be_ended(now: datetime) -> QuerySet[Place]:
    """People whose cohort is over and who did not complete: an officer says how it ended."""
    return Place.objects.to_be_ended().select_related("participant", "referral", "cohort").order_by("pk")


def _ending(place: Place, now: datetime) -> Row:
    return Row(
        f"{place.participant}, {place.cohort}",
        reverse("admin:cohort_sessions_place_end", args=[place.pk]),
        f"attended {place.attended} of {place.delivered}",
    )


PANELS = [
    Panel(
        name="offers_to_ring",
        title="People to call about a place",
        order=34,
        find=to_ring,
        row=_ring,
        names=lambda place: [(place.participant, None)],
        empty="No one to call about a place.",
        person="participant",
        do="Record the call",
    ),
    Panel(
        name="free_and_late",
        title="Last-minute free places",
        order=36,
        find=free_and_late,
        row=_free,
        empty="No last-minute free places.",
        group="pk",
        do="Choose who to call",
    ),
    Panel(
        name="to_be_ended",
        title="Finished below attendance target: close",
        order=60,
        find=to_be_ended,
        row=_ending,
        names=lambda place: [(place.participant, place.referral.reference)],
        url="admin:cohort_sessions_place_changelist",
        query="?state=to_be_ended",
        empty="No places to close.",
        person="participant",
        do="Close the place",
    ),
]
