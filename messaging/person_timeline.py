"""What the timeline of a person tells of their messages (participants.contact_log.timeline)."""

from collections.abc import Iterable
from datetime import datetime

from django.urls import reverse

from messaging.message_labels import title_of
from messaging.models import Message, OptOut
from participants.contact_log.timeline import Entry
from participants.models import Participant


def messages_of(person: Participant, before: datetime, most: int) -> Iterable[Entry]:
    """Messages that went, or did not and why."""
    rows = Message.objects.filter(participant=person, settled_at__lt=before).select_related("settled_by")
    for row in rows.defer("secret", "rendered_text").order_by("-settled_at", "-pk")[:most]:
        if row.settled_at:
            yield Entry(
                at=row.settled_at,
                what=f"{row.get_channel_display()}, {row.get_state_display().lower()}: {title_of(row)}",
                words=row.reason or row.rendered_subject,
                by=str(row.settled_by) if row.settled_by else "",
                url=reverse("admin:messaging_message_change", args=[row.pk]),
            )


def opt_outs_of(person: Participant, before: datetime, most: int) -> Iterable[Entry]:
    """When they stopped the messages that they may do without, and when they wanted them again."""
    rows = OptOut.objects.filter(participant=person, at__lt=before).select_related("ended_by", "noted_by")
    for row in rows.order_by("-at", "-pk")[:most]:
        yield Entry(
            at=row.at,
            what="They stopped optional messages",
            words=row.get_how_display(),
            by=str(row.noted_by) if row.noted_by else "",
        )
        if row.ended_at and row.ended_at < before:
            yield Entry(
                at=row.ended_at,
                what="They restarted optional messages",
                by=str(row.ended_by) if row.ended_by else "",
            )
