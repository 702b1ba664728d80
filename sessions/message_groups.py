"""The messages about one cohort are a group: officers can hold them back together (messaging/outbox/pauses.py)."""

from collections.abc import Collection

from django.db.models import CharField, Exists, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Cast, Concat
from django.urls import reverse

from messaging.broadcasts.audiences import Audience
from participants.models import Participant
from sessions.models import Cohort, Place

KIND = "cohort"


def message_group(cohort: int) -> str:
    """The group of the messages about this cohort, by its number in the database."""
    return f"{KIND}:{cohort}"


def names_of(cohorts: Collection[int]) -> dict[int, str]:
    """The names of these cohorts, for officers."""
    return dict(Cohort.objects.filter(pk__in=cohorts).values_list("pk", "name"))


def _people(cohort: int) -> QuerySet[Participant]:
    """Everybody who has a place in it."""
    places = Place.objects.filter(cohort=cohort, participant=OuterRef("pk"), state=Place.State.TAKEN)
    return Participant.objects.filter(Exists(places))


def _still() -> Q:
    """The message's receiver has a place in the message's cohort."""
    group = Concat(Value(f"{KIND}:"), Cast("cohort_id", CharField()))
    places = Place.objects.filter(participant=OuterRef("participant"), state=Place.State.TAKEN)
    return Q(Exists(places.annotate(message_group=group).filter(message_group=OuterRef("group"))))


def _page(cohort: int) -> str:
    return reverse("admin:cohort_sessions_cohort_change", args=[cohort])


AUDIENCE = Audience(
    name=KIND,
    people=_people,
    title=lambda cohort: names_of([cohort]).get(cohort),
    page=_page,
    still=_still,
)
