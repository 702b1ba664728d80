"""What this app puts on the officers' work queue."""

from datetime import datetime, timedelta

from django.db.models import QuerySet
from django.urls import reverse

from core.dates import LONDON, day, moment
from core.work_queue import Panel, Row
from messaging.calls import services as calls
from messaging.message_labels import receiver, title_of
from messaging.models import Call, LetterToPost, Message
from messaging.outbox import pauses
from messaging.routing import post

SOON = timedelta(hours=2)


def calls_to_make(now: datetime) -> QuerySet[Call]:
    """People to ring, the call that ends soonest first."""
    return calls.to_make(now).prefetch_related(None)  # the queue asks for everybody's needs at once


def _call(call: Call, now: datetime) -> Row:
    return Row(
        label=str(call.participant),
        url=reverse("admin:messaging_call_change", args=[call.pk]),
        # With what is said, so that all of it stands on the one line of somebody with several calls.
        detail=f"{title_of(call)}, before {moment(call.expires_at)}",
        urgency="red" if call.expires_at - now < SOON else "",
    )


def letters_to_post(now: datetime) -> QuerySet[LetterToPost]:
    """Letters to print and post, the one that must go soonest first; whether each is still right is asked then."""
    waiting = LetterToPost.objects.due(now).filter(channel=Message.Channel.LETTER).exclude(pauses.paused())
    return waiting.select_related("participant").order_by("expires_at", "pk")


def _letter(letter: LetterToPost, now: datetime) -> Row:
    post_by = post.post_by(letter.expires_at)
    return Row(
        label=f"{letter.participant}: {title_of(letter).lower()}",
        url=reverse("admin:messaging_lettertopost_change", args=[letter.pk]),
        detail=f"Post by {day(post_by)}",
        urgency="red" if post_by <= now.astimezone(LONDON).date() else "",
    )


def unhandled(now: datetime) -> QuerySet[Message]:
    """Messages that failed or perhaps arrived, which no officer has looked at."""
    to_whom = Message.objects.unhandled().select_related("participant", "organisation", "user", "interest")
    return to_whom.order_by("settled_at", "pk")


def _message(message: Message, now: datetime) -> Row:
    return Row(
        label=f"{title_of(message)} to {receiver(message)}",
        url=reverse("admin:messaging_message_change", args=[message.pk]),
        detail=message.get_state_display(),
        urgency="red" if message.state == Message.State.FAILED else "amber",
    )


def came_back(now: datetime) -> QuerySet[Message]:
    """Messages whose address does not work, or whose receiver called them unwanted, the longest known first."""
    to_whom = Message.objects.came_back().select_related("participant", "organisation", "user", "interest")
    return to_whom.order_by("delivery_at", "pk")


def _came_back(message: Message, now: datetime) -> Row:
    return Row(
        label=f"{receiver(message)}: {title_of(message).lower()}",
        url=reverse("admin:messaging_message_change", args=[message.pk]),
        detail=message.get_delivery_display(),
        urgency="amber",
    )


PANELS = [
    Panel(
        name="calls_to_make",
        title="Calls to make",
        order=42,
        find=calls_to_make,
        row=_call,
        names=lambda message: [(message.participant, "")],
        url="admin:messaging_call_changelist",
        empty="No calls to make.",
        person="participant",
        do="Record the call",
    ),
    Panel(
        name="letters_to_post",
        title="Letters to post",
        order=43,
        find=letters_to_post,
        row=_letter,
        names=lambda message: [(message.participant, "")],
        url="admin:messaging_lettertopost_changelist",
        empty="No letters to post.",
        person="participant",
        do="Print the letter",
        ring=False,
    ),
    Panel(
        name="messages_not_sent",
        title="Failed messages",
        order=70,
        find=unhandled,
        row=_message,
        names=lambda message: [(message.participant, "")],
        url="admin:messaging_message_changelist",
        empty="No failed messages.",
        person="participant",
        do="See what failed",
    ),
    Panel(
        name="addresses_that_do_not_work",
        title="Bounced emails",
        order=71,
        find=came_back,
        row=_came_back,
        names=lambda message: [(message.participant, "")],
        url="admin:messaging_message_changelist",
        query="?show=came_back",
        empty="No emails have bounced.",
        person="participant",
        do="See what came back",
    ),
]
