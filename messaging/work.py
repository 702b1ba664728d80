"""What this app puts on the officers' work queue."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.urls import reverse

from design.dates import moment
from design.panels import Panel, Row
from messaging import calls, kinds
from messaging.models import Message

SOON = timedelta(hours=2)
COUNTED = 1000


def calls_to_make(now: datetime, limit: int) -> tuple[int, Sequence[Row]]:
    """People to ring, the call that ends soonest first."""
    waiting = calls.to_make(now)
    rows = [
        Row(
            label=f"{call.participant}: {title_of(call).lower()}",
            url=reverse("admin:messaging_call_change", args=[call.pk]),
            detail=f"Ring before {moment(call.expires_at)}",
            urgency="red" if call.expires_at - now < SOON else "",
            people=(call.participant_id,),
        )
        for call in waiting[:limit]
    ]
    return waiting.order_by()[:COUNTED].count(), rows


def unhandled(now: datetime, limit: int) -> tuple[int, Sequence[Row]]:
    """Messages that failed or perhaps arrived, which no officer has looked at."""
    waiting = Message.objects.unhandled()
    rows = [
        Row(
            label=f"{title_of(message)} to {receiver(message)}",
            url=reverse("admin:messaging_message_change", args=[message.pk]),
            detail=message.get_state_display(),
            urgency="red" if message.state == Message.State.FAILED else "amber",
            people=(message.participant_id,) if message.participant_id else (),
        )
        for message in waiting.select_related("participant", "organisation", "user", "interest").order_by(
            "settled_at"
        )[:limit]
    ]
    return waiting[:COUNTED].count(), rows


def title_of(message: Message) -> str:
    kind = kinds.find(message.kind)
    return kind.title if kind else message.kind


def receiver(message: Message) -> str:
    return str(message.participant or message.organisation or message.interest or message.user)


PANELS = [
    Panel(
        name="calls_to_make",
        title="Calls to make",
        order=20,
        load=calls_to_make,
        url="admin:messaging_call_changelist",
        empty="Nobody needs ringing now.",
    ),
    Panel(
        name="messages_not_sent",
        title="Messages that did not go",
        order=70,
        load=unhandled,
        url="admin:messaging_message_changelist",
        empty="Every message went, or is on its way.",
    ),
]
