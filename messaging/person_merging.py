"""What becomes of messages when two rows of one person are merged (participants.merging.services)."""

from datetime import datetime

from core.text import counted
from messaging.models import Message, OptOut
from messaging.outbox import queue as outbox
from participants.merging.services import MergePart
from participants.models import Participant


def shows(person: Participant) -> list[str]:
    number = Message.objects.filter(participant=person).count()
    return [counted(number, "message")] if number else []


def merge_effects(kept: Participant, gone: Participant) -> list[str]:
    messages = Message.objects.filter(participant=gone)
    waiting, settled = messages.open().count(), messages.exclude(pk__in=messages.open()).count()
    said = [f"{counted(waiting, 'message')} still to be sent will go to the details you keep."]
    return [*(said if waiting else []), *([f"{settled} earlier messages stay on record."] if settled else [])]


def moves(kept: Participant, gone: Participant, now: datetime) -> None:
    outbox.readdress(gone=gone, kept=kept)
    if OptOut.objects.standing().filter(participant=kept).exists():
        OptOut.objects.standing().filter(participant=gone).update(ended_at=now)
    OptOut.objects.filter(participant=gone).update(participant=kept)


PART = MergePart(title="Messages", tables=(Message, OptOut), shows=shows, effects=merge_effects, moves=moves)
