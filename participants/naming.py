"""A person's name in a list of the office, with what they need beside it."""

from django.template.loader import render_to_string
from django.utils.html import format_html

from participants import needs
from participants.models import Participant


def named(person: Participant) -> str:
    """Name and need flags as HTML. One query, none where `needs` was prefetched."""
    flags = needs.flags(need for need in person.needs.all() if need.ended_at is None)
    if not flags:
        return person.full_name
    return format_html(
        "{} {}", person.full_name, render_to_string("participants/need_flags.html", {"flags": flags})
    )
