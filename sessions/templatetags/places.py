"""What an officer sees of a person: their groups, and what matters when a group is chosen for them."""

from django import template
from django.utils import timezone

from participants.models import Participant
from sessions.cohorts.suitability import suitability
from sessions.models import Cohort, Place, Session

register = template.Library()


@register.inclusion_tag("admin/cohort_sessions/places_of_person.html")
def places_of(person: Participant) -> dict[str, object]:
    """Their places and offers, the newest first, and the next session of those that are open. At most two queries."""
    places = Place.objects.filter(referral__participant=person).exclude(
        state__in=(Place.State.DECLINED, Place.State.EXPIRED, Place.State.RETURNED)
    )
    found = list(places.with_attendance().select_related("cohort").order_by("-pk")[:5])
    coming: dict[int, Session] = {}
    if groups := [place.cohort_id for place in found if place.state in Place.OPEN]:
        ahead = Session.objects.ahead(timezone.now()).filter(cohort__in=groups).order_by("-starts_at")
        coming = {session.cohort_id: session for session in ahead}
    return {"places": [(place, coming.get(place.cohort_id)) for place in found]}


@register.inclusion_tag("admin/cohort_sessions/level_and_times.html")
def level_and_times(person: Participant, cohort: Cohort | None = None) -> dict[str, object]:
    """Beside a name, before an officer chooses. No query where the view read `suitability`'s rows."""
    return {"found": suitability(person, cohort)}
