"""What matters about a person when a group is chosen for them."""

from django import template

from participants.models import Participant
from sessions.cohorts.suitability import suitability
from sessions.models import Cohort

register = template.Library()


@register.inclusion_tag("admin/cohort_sessions/level_and_times.html")
def level_and_times(person: Participant, cohort: Cohort | None = None) -> dict[str, object]:
    """Beside a name, before an officer chooses. No query where the view read `suitability`'s rows."""
    return {"found": suitability(person, cohort)}
