"""What offers and beginnings put on the officers' work queue: whom to ring, what to telephone about, what to decide."""

from datetime import datetime, timedelta

from django.db.models import DateTimeField, ExpressionWrapper, F, OuterRef, QuerySet, Subquery, Value
from django.urls import reverse

from core.dates import LONDON, day, moment
from core.work_queue import Panel, Row
from sessions import lifecycle
from sessions.models import Cohort, Place, Session, WaitingLink

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def to_ring(now: datetime) -> QuerySet[Place]:
    """The last offer of each waiting person whom an officer has to speak with: two ran out, or another time suits."""
    return (
        Place.objects.to_ring().select_related("participant", "referral", "cohort").order_by("ended_at", "pk")
    )


def _ring(place: Place, now: datetime) -> Row:
    why = "another time suits" if place.asked_for_other else f"{place.ran_out} offers ran out"
    if place.times_given:
        why = f"{why}, gave their times"
    due, today = place.call_by if place.asked_for_other else None, now.astimezone(LONDON).date()
    return Row(
        f"{place.participant}, {place.referral.reference}",
        reverse("admin:cohort_sessions_place_follow_up", args=[place.pk]),
        f"{why}; call by {day(due)}" if due else f"{why}, {day(place.ended_at)}",
        urgency="" if due is None or today < due else "amber" if today == due else "red",
        people=(place.participant_id,),
    )


def times_changed(now: datetime) -> QuerySet[WaitingLink]:
    """Waiting people who said that other times suit them now."""
    return WaitingLink.objects.to_ask_about_times(now)


def _ask_times(link: WaitingLink, now: datetime) -> Row:
    return Row(
        f"{link.referral.participant}, {link.referral.reference}",
        reverse("admin:cohort_sessions_place_times_changed", args=[link.pk]),
        f"other times suit them, said on {day(link.times_changed_at)}",
        people=(link.referral.participant_id,),
    )


def free_and_late(now: datetime) -> QuerySet[Cohort]:
    """Cohorts with a free place that can still be taken, but too late to offer it and wait: an officer telephones."""
    first = Session.objects.ahead(now).filter(cohort=OuterRef("pk")).order_by("number")
    too_late = Value(now) + HOUR * F("programme__hold_ends_hours")
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
        f"too late to wait for an answer: it begins on {moment(cohort.begins)}",
    )


def _decide(cohort: Cohort, now: datetime) -> Row:
    people = "1 person has" if cohort.enrolled == 1 else f"{cohort.enrolled} people have"
    return Row(
        f"{cohort}, from {moment(cohort.begins)}",
        reverse("admin:cohort_sessions_cohort_decide", args=[cohort.pk]),
        f"{people} a place; it needs {cohort.programme.minimum_to_start}",
        urgency="red" if cohort.begins <= now + 2 * DAY else "amber",
    )


def below_minimum(now: datetime) -> QuerySet[Cohort]:
    """Cohorts that begin soon with too few people; the first to begin first."""
    return lifecycle.to_decide(now).select_related("programme").order_by("begins", "pk")


PANELS = [
    Panel(
        name="below_minimum",
        title="Cohorts with too few people",
        order=32,
        find=below_minimum,
        row=_decide,
        empty="No cohort that begins soon has too few people.",
    ),
    Panel(
        name="offers_to_ring",
        title="People to call about a place",
        order=34,
        find=to_ring,
        row=_ring,
        names=lambda place: [(place.participant, None)],
        empty="Nobody to call about a place.",
    ),
    Panel(
        name="times_changed",
        title="People whose times have changed",
        order=35,
        find=times_changed,
        row=_ask_times,
        names=lambda link: [(link.referral.participant, None)],
        empty="Nobody who waits has said that their times changed.",
    ),
    Panel(
        name="free_and_late",
        title="Free places to telephone about",
        order=36,
        find=free_and_late,
        row=_free,
        empty="No free place that is too late to offer.",
    ),
]
