"""People who have only a telephone: each message to them is a call for an officer, with the same key and states."""

from datetime import datetime, timedelta

from django.db import models, transaction

from accounts.models import User
from core.errors import Refused
from messaging.content import faults, rendering
from messaging.kinds import registry as kinds
from messaging.models import Call, Message
from messaging.outbox import pauses

TRY_AGAIN_AFTER = timedelta(hours=2)
CLOSED = "This call is closed: {}. You do not need to do anything."


class Outcome(models.TextChoices):
    """How a call went."""

    SPOKEN = "spoken", "I spoke to them"
    LEFT_MESSAGE = "left_message", "I left a message"
    WRITTEN = "written", "I sent it in the form they need"
    TRY_LATER = "try_later", "No answer. Keep it on the list and try later"
    NOT_REACHED = "not_reached", "They cannot be reached. Take it off the list"


class CallClosed(Refused):
    """The call was made, called off or came too late in the meantime."""


class NotSafeToLeaveMessage(Refused):
    """This person asked that no message is left."""

    sentence = "It is not safe to leave a message for this person. Choose another outcome."


def to_make(now: datetime) -> models.QuerySet[Call]:
    """The calls that are due, not held back and still right to make, the one that ends soonest first."""
    calls = Call.objects.calls_to_make(now).exclude(pauses.paused())
    due = calls.filter(kinds.still_due(calls, now))
    return (
        due.select_related("participant").prefetch_related("participant__needs").order_by("expires_at", "pk")
    )


def call_script(message: Message, now: datetime) -> str:
    """What to say, in the words of the message, without links; empty when they cannot be written."""
    with faults.logged("a call's words could not be written", message):
        return rendering.script(message, now)
    return ""


@transaction.atomic
def record_call(*, message: Message, outcome: str, by: User, now: datetime) -> Message:
    """Book how a call went; `outcome` is one of Outcome.

    Spoken, left-message and written count as sent, with what was said; "try later" brings it back in two hours, while it is
    still of use. Raises CallClosed, NotSafeToLeaveMessage.
    """
    call = Message.objects.select_for_update(of=("self",)).select_related("participant").get(pk=message.pk)
    if call.channel != Message.Channel.PHONE or call.state != Message.State.PENDING:
        raise CallClosed(CLOSED.format(call.get_state_display().lower()))
    if outcome == Outcome.LEFT_MESSAGE and not (call.participant and call.participant.message_safe):
        raise NotSafeToLeaveMessage
    call.attempts += 1
    if outcome == Outcome.TRY_LATER:
        call.next_try_at = min(now + TRY_AGAIN_AFTER, now + (call.expires_at - now) / 2)
    else:
        call.settled_at, call.settled_by = now, by
        if outcome == Outcome.NOT_REACHED:
            call.state, call.reason = (
                Message.State.FAILED,
                "An officer called and could not reach the person.",
            )
        else:
            call.state, call.sent_at = Message.State.SENT, now
            call.rendered_text = f"{Outcome(outcome).label}.\n\n{call_script(call, now)}"
    call.save()
    return call
