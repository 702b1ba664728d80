"""What the outbox alone cannot tell of the days to come: messages that are not written down yet, and silence.

Rooms register what they know: when they will ask for more messages, and who ought to hear something.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Exists, OuterRef, QuerySet

from core.dates import LONDON
from core.registry import Registry
from messaging.models import Message
from messaging.outbox import pauses
from messaging.quiet_hours import quiet_until
from participants.display import tell_apart
from participants.models import Participant, silenced

State = Message.State
SHOWN = 50  # silent people on the page


@dataclass(frozen=True)
class Foreseen:
    """Messages of one kind that will be promised later: when they would go, how many at most, to which group."""

    kind: str
    at: datetime
    most: int
    group: str = ""


# From now until then: what is foreseen.
Seer = Callable[[datetime, datetime], Iterable[Foreseen]]
_seers: Registry[str, Seer] = Registry("forecast")

# People who ought to hear something between now and then; in officers' words, why.
Listeners = Callable[[datetime, datetime], QuerySet[Participant]]
_listeners: Registry[str, Listeners] = Registry("reason to hear something")


def register_foreseen(name: str, seer: Seer) -> None:
    _seers.register(name, seer)


def register_listeners(why: str, listeners: Listeners) -> None:
    _listeners.register(why, listeners)


def foreseen(day: date, now: datetime, *, group: str = "", kind: str = "") -> list[Foreseen]:
    """What will be promised for one London day and is no row yet, after quiet hours where they apply."""
    begins = datetime.combine(day, datetime.min.time(), LONDON)
    ends = begins + timedelta(days=1)
    early = begins - timedelta(hours=12)  # what falls into the night before goes in the morning
    found = []
    for seer in _seers.values():
        for each in seer(max(now, early), ends):
            at = quiet_until(each.at) or each.at
            if begins <= at < ends and (not group or each.group == group) and (not kind or each.kind == kind):
                found.append(Foreseen(each.kind, at, each.most, each.group))
    return sorted(found, key=lambda each: (each.at, each.kind, each.group))


@dataclass(frozen=True)
class Silent:
    """Somebody who ought to hear something in the next days, and will not."""

    person: Participant
    ought: str
    last: str  # what became of the last message that did not go, where there is one


def silent(now: datetime, until: datetime) -> tuple[list[Silent], int]:
    """Who ought to hear something until then and has no message on its way, and how many they are in all."""
    on_its_way = Message.objects.filter(
        participant=OuterRef("pk"),
        state__in=[State.PENDING, State.SENDING],
        next_try_at__lt=until,
        expires_at__gt=now,
    ).exclude(pauses.paused())
    people: dict[int, Participant] = {}
    why: dict[int, str] = {}
    count = 0
    for ought, listeners in _listeners.items():
        theirs = listeners(now, until).filter(~Exists(on_its_way)).exclude(silenced())
        count += theirs.count()
        for person in theirs.prefetch_related("needs").order_by("family_name", "pk")[:SHOWN]:
            people[person.pk] = person
            why.setdefault(person.pk, ought)
    lately = Message.objects.filter(participant__in=people, queued_at__gte=now - timedelta(days=30))
    held = set(lately.filter(pauses.paused(), state=State.PENDING).values_list("participant", flat=True))
    unsent = lately.exclude(reason="").order_by("settled_at", "pk").values_list("participant", "reason")
    reasons = dict(unsent)
    tell_apart((person, "") for person in people.values())
    return [
        Silent(person, why[pk], "It is paused." if pk in held else reasons.get(pk, ""))
        for pk, person in list(people.items())[:SHOWN]
    ], count
