"""What happened to a person's details: who changed something, when, and what kind of thing; never the values."""

from dataclasses import dataclass

from django.db import models

from accounts.models import User
from core.dates import moment
from participants.identity import labels as details
from participants.merging import services as merging
from participants.models import Participant, RecordAccess

# The event table leaves identity out, so a change that shows in none of its columns was one of identity.
IDENTITY = "Name, date of birth, NHS number, postcode or contact details"

KEPT = {
    "preferred_contact": "Preferred contact",
    "message_safe": "Safe to leave a message",
    "practice_id": "Registered practice",
    "needs_asked_at": "Needs asked",
    "needs_review_on": "When needs are asked again",
    "died_at": "Told that they have died",
    "messages_paused_at": "Messages paused after a mistake",
    "merged_into_id": "Merged into another row of the same person",
}


@dataclass(frozen=True)
class FieldChange:
    at: str
    by: str
    what: str


def changes(person: Participant) -> list[FieldChange]:
    """Every change of a person's row, newest first."""
    events = list(person.events.select_related("pgh_context").order_by("pgh_id"))
    actors = [event.pgh_context.metadata.get("user") if event.pgh_context else None for event in events]
    names = dict(User.objects.filter(pk__in=[actor for actor in actors if actor]).values_list("pk", "name"))
    told = []
    for number, (event, actor) in enumerate(zip(events, actors, strict=True)):
        what = "Added" if number == 0 else _what(events[number - 1], event)
        told.append(
            FieldChange(at=moment(event.pgh_created_at), by=names.get(actor, "The system"), what=what)
        )
    return told[::-1]


LOOKS = 200


def looks(person: Participant) -> list[FieldChange]:
    """Who opened or printed this person's record, or one that was merged into it; the latest LOOKS, newest first."""
    rows, more = [person.pk], [person.pk]
    while more:
        more = list(Participant.objects.filter(merged_into__in=more).values_list("pk", flat=True))
        rows += more
    found = RecordAccess.objects.filter(participant_id__in=rows).select_related("by").order_by("-at", "-pk")
    return [
        FieldChange(
            at=moment(look.at),
            by=look.by.name,
            what=look.get_action_display() + (": a referral" if look.referral_id else ""),
        )
        for look in found[:LOOKS]
    ]


@dataclass(frozen=True)
class Merged:
    """A row that went into this person's, as it was told, with what happened to it before."""

    name: str
    details: list[tuple[str, str]]
    changes: list[FieldChange]


def merged_into(person: Participant) -> list[Merged]:
    """Every row that was merged into this one, and into those; the oldest first."""
    found = []
    for row in person.merged.select_related("practice").order_by("pk"):
        told = [
            (details.field_label(name), details.format_field(row, name))
            for name in (*merging.ASKED, "nhs_number")
        ]
        found.append(Merged(str(row), [(label, value) for label, value in told if value], changes(row)))
        found += merged_into(row)
    return found


def decided(person: Participant) -> list[dict[str, object]]:
    """Details that were told differently and that an officer decided about, also by merging; the latest first."""
    settled = person.differences.filter(settled_at__isnull=False).select_related("organisation")
    return [
        {
            "label": details.field_label(each.field),
            "value": each.value,
            "by": str(each.organisation),
            "taken": each.taken,
            "at": moment(each.settled_at) if each.settled_at else "",
        }
        for each in settled.order_by("-settled_at", "-pk")
    ]


def _what(before: models.Model, after: models.Model) -> str:
    changed = [label for name, label in KEPT.items() if getattr(before, name) != getattr(after, name)]
    return ", ".join(changed) or IDENTITY
