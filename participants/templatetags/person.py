"""The header, the tabs and the parts of a person's page (participants.person_page)."""

from django import template
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html_join

from participants import person_page
from participants.models import Participant

register = template.Library()


@register.inclusion_tag("admin/participants/participant/header.html", takes_context=True)
def person_header(context: template.Context, person: Participant, here: str) -> dict[str, object]:
    """Who it is, where they are and what next, with the tabs; `here` is the one that is open."""
    reasons = person_page.reasons(person, timezone.now())
    first = reasons[0].row if reasons else None
    where = (first.act or first.url) if first else ""
    return {
        "person": person,
        "reasons": reasons,
        "where": "" if where == context["request"].path else where,
        "tabs": [
            (title, reverse(f"admin:participants_participant_{page}", args=[person.pk]), name == here)
            for name, (title, page) in person_page.TABS.items()
        ],
    }


@register.simple_tag
def person_parts(person: Participant, tab: str) -> str:
    """What the rooms show of this person on a tab, or in the header."""
    now = timezone.now()
    drawn = (
        [render_to_string(part.template, {"person": person, **part.shown(person, now)})]
        for part in person_page.parts_of(tab)
    )
    return format_html_join("", "{}", drawn)
