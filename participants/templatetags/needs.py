"""Access needs wherever one person is named."""

from django import template

from participants.models import Participant
from participants.needs import services as needs

register = template.Library()


@register.inclusion_tag("participants/needs/need_flags.html")
def need_flags(person: Participant) -> dict[str, list[str]]:
    """The person's needs in short words. One query, none where `needs` was prefetched."""
    return {"flags": needs.flags(need for need in person.needs.all() if need.ended_at is None)}
