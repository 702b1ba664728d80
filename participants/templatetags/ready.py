"""The way to "Ready to join?" from wherever a person is shown to an officer."""

from django import template
from django.urls import reverse

from participants.contact_details import spoken_phone
from participants.contact_log import proxies
from participants.models import Participant
from participants.readiness import summary

register = template.Library()
register.filter("spoken", spoken_phone)


@register.inclusion_tag("participants/contact_log/proxy_line.html")
def proxy_line(person: Participant) -> dict[str, object]:
    """Who hears for the person, and the way to the page. One query."""
    return {"person": person, "proxy": proxies.standing(person)}


@register.inclusion_tag("participants/readiness/ready_line.html")
def ready_line(person: Participant) -> dict[str, object]:
    """What is missing, and the way to the page. Two queries."""
    return {"person": person, "gaps": summary.gaps(person)}


@register.simple_tag
def ready_page(name: str, pk: int) -> str:
    """The address of the page that asks this."""
    return reverse(f"admin:participants_participant_{name}", args=[pk])
