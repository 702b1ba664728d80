"""What happened to a person's details: who changed something, when, and what kind of thing; never the values."""

from dataclasses import dataclass

from django.db import models

from accounts.models import User
from design.dates import moment
from participants.models import Participant

# The event table leaves identity out, so a change that shows in none of its columns was one of identity.
IDENTITY = "Name, date of birth, NHS number, postcode or contact details"

KEPT = {
    "preferred_contact": "Preferred contact",
    "message_safe": "Safe to leave a message",
    "practice_id": "Registered practice",
}


@dataclass(frozen=True)
class Change:
    at: str
    by: str
    what: str


def changes(person: Participant) -> list[Change]:
    """Every change of a person's row, newest first."""
    events = list(person.events.select_related("pgh_context").order_by("pgh_id"))
    actors = [event.pgh_context.metadata.get("user") if event.pgh_context else None for event in events]
    names = dict(User.objects.filter(pk__in=[actor for actor in actors if actor]).values_list("pk", "name"))
    told = []
    for number, (event, actor) in enumerate(zip(events, actors, strict=True)):
        what = "Added" if number == 0 else _what(events[number - 1], event)
        told.append(Change(at=moment(event.pgh_created_at), by=names.get(actor, "The system"), what=what))
    return told[::-1]


def _what(before: models.Model, after: models.Model) -> str:
    changed = [label for name, label in KEPT.items() if getattr(before, name) != getattr(after, name)]
    return ", ".join(changed) or IDENTITY
