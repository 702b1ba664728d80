"""What is read for many messages at once, moments before they go: one query a table instead of one a message."""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import InterfaceError, OperationalError
from django.db.models import Q, prefetch_related_objects

from core.clock import database_now
from messaging.content.wordings import Book
from messaging.kinds import registry as kinds
from messaging.models import Message
from participants.needs import services as needs

log = logging.getLogger(__name__)


def ticking(clock: Callable[[], datetime]) -> Callable[[], datetime]:
    """The same time, asked once and then counted on by this machine's stopwatch, which no clock change touches."""
    if clock is not database_now:
        return clock
    began, start = clock(), time.monotonic()
    return lambda: began + timedelta(seconds=time.monotonic() - start)


@dataclass(frozen=True)
class Papers:
    """What is read at once for some messages, moments before they go."""

    due: frozenset[int]
    contexts: dict[int, dict]  # of kinds that can tell many at once
    needs: dict[int, set[str]]  # open needs of people, by the person
    book: Book  # what officers have written for these kinds

    @classmethod
    def of(cls, messages: list[Message], now: datetime) -> "Papers":
        for message in messages:
            message._state.fields_cache.clear()  # an address that was read before may have been corrected since
        prefetch_related_objects(messages, "participant", "organisation", "user", "interest", "proxy")
        by_kind: dict[str, list[Message]] = {}
        for message in messages:
            by_kind.setdefault(message.kind, []).append(message)
        due = Q(pk__in=[])
        contexts: dict[int, dict] = {}
        for name, theirs in by_kind.items():
            if kind := kinds.find(name):
                due |= Q(kind=name) & kind.still_due(now)
                contexts |= _contexts(kind, theirs, now)
        rows = Message.objects.filter(due, pk__in=[message.pk for message in messages])
        people = {message.participant_id for message in messages if message.participant_id is not None}
        reworded = [name for name in by_kind if (kind := kinds.find(name)) and kind.placeholders]
        book = Book.of(reworded, people) if reworded else Book()
        return cls(frozenset(rows.values_list("pk", flat=True)), contexts, needs.open_codes(people), book)


def _contexts(kind: kinds.MessageKind, messages: list[Message], now: datetime) -> dict[int, dict]:
    """What can be told for many at once; nothing where that fails, for then each fails, or not, by itself."""
    if kind.contexts is None or len(messages) == 1:
        return {}
    try:
        return kind.contexts(messages, now)
    except (OperationalError, InterfaceError):
        raise
    except Exception:
        log.exception("the words of several messages could not be read together", extra={"kind": kind.name})
        return {}
