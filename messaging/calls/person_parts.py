"""What a person's page tells of the calls to make to them and of what will be sent (participants.person_page)."""

from datetime import datetime
from typing import Any

from messaging.calls import services as calls
from messaging.message_labels import title_of
from messaging.models import Message
from participants.models import Participant
from participants.person_page import Part

SHOWN = 20


def to_come(person: Participant, now: datetime) -> dict[str, Any]:
    """Calls that are due, and what is to be sent next. Two or three queries."""
    due = list(calls.to_make(now).filter(participant=person).prefetch_related(None)[:SHOWN])
    later = Message.objects.open().filter(participant=person).exclude(pk__in=[call.pk for call in due])
    rows = later.defer("secret", "rendered_text").order_by("not_before", "pk")[:SHOWN]
    return {
        "calls": [(call, title_of(call)) for call in due],
        "coming": [(message, title_of(message)) for message in rows],
    }


PARTS = [
    Part("message_links", "overview", 20, "admin/messaging/message/links_of_person.html", lambda *_: {}),
    Part("messages_to_come", "messages", 10, "admin/messaging/message/of_person.html", to_come),
]
