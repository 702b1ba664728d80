"""What will go in the next two weeks, what is held back, and what was not sent lately and why.

Reminders are rows up to fifteen days before they go, so this reads the outbox itself and foretells nothing.
"""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import Count, Min, Q, QuerySet
from django.db.models.functions import TruncDate

from core.dates import LONDON
from core.registry import Registry
from messaging.kinds import registry as kinds
from messaging.models import Heartbeat, Message, Pause

State = Message.State
DAYS = 14
UNSENT = (State.FAILED, State.EXPIRED, State.CANCELLED, State.SUPERSEDED, State.UNCERTAIN)
DEAF_AFTER = timedelta(minutes=3)  # without a heartbeat through a task

Names = Callable[[Collection[int]], dict[int, str]]
_names: Registry[str, Names] = Registry("group")


def register_group(kind: str, names_of: Names) -> None:
    """How groups of messages are called: for "cohort:12" the room that knows cohorts says the name of each."""
    _names.register(kind, names_of)


def names_of(groups: Iterable[str]) -> dict[str, str]:
    """The groups' names for officers, the group itself where nobody knows it; one query for each kind of group."""
    named = {group: group for group in groups}
    numbers: dict[str, dict[int, str]] = {}
    for group in named:
        kind, _, number = group.partition(":")
        if kind in _names and number.isdecimal():
            numbers.setdefault(kind, {})[int(number)] = group
    for kind, theirs in numbers.items():
        named |= {theirs[number]: name for number, name in _names[kind](theirs).items()}
    return named


@dataclass(frozen=True)
class Day:
    """One London day of the plan."""

    day: date
    count: int


def waiting(now: datetime) -> QuerySet[Message]:
    """What is to go in the next fourteen days, late ones among it."""
    return Message.objects.filter(
        state=State.PENDING, next_try_at__lt=_midnight(now, DAYS), expires_at__gt=now
    )


def days(now: datetime, messages: QuerySet[Message]) -> list[Day]:
    """Each of the fourteen days with the number of messages that will go on it; what is late counts for the first."""
    found = dict(
        messages.annotate(day=TruncDate("next_try_at", tzinfo=LONDON))
        .order_by()
        .values_list("day")
        .annotate(count=Count("pk"))
    )
    first = now.astimezone(LONDON).date()
    late = sum(count for day, count in found.items() if day < first)
    plan = [Day(first + timedelta(days=n), found.get(first + timedelta(days=n), 0)) for n in range(DAYS)]
    return [Day(first, plan[0].count + late), *plan[1:]]


def of_day(messages: QuerySet[Message], day: date, now: datetime) -> QuerySet[Message]:
    """A day's messages in the order in which they go."""
    offset = (day - now.astimezone(LONDON).date()).days
    until = messages.filter(next_try_at__lt=_midnight(now, offset + 1))
    theirs = until if offset <= 0 else until.filter(next_try_at__gte=_midnight(now, offset))
    return theirs.select_related("participant", "organisation", "user", "interest").order_by(
        "next_try_at", "pk"
    )


def by_kind(messages: QuerySet[Message], day: date, now: datetime) -> list[tuple[str, int]]:
    """How many of each kind go on a day, the most first."""
    found = of_day(messages, day, now).order_by().values_list("kind").annotate(count=Count("pk"))
    return [(_title(kind) or kind, count) for kind, count in found.order_by("-count", "kind")]


def end(now: datetime) -> datetime:
    """Where the plan ends: the beginning of the fifteenth London day."""
    return _midnight(now, DAYS)


def pauses_on() -> QuerySet[Pause]:
    """What is held back at present."""
    return (
        Pause.objects.filter(ended_at__isnull=True)
        .select_related("by", "message")
        .order_by("-everything", "at")
    )


def unsent(now: datetime) -> list[dict]:
    """What was not sent in the last fourteen days, by kind, state and reason, the most frequent first."""
    rows = (
        Message.objects.filter(state__in=UNSENT, settled_at__gte=now - timedelta(days=DAYS))
        .order_by()
        .values("kind", "state", "reason")
        .annotate(count=Count("pk"))
        .order_by("-count", "kind", "state")[:50]
    )
    return [
        {
            **row,
            "title": title if (title := _title(row["kind"])) else row["kind"],
            "standing": State(row["state"]).label,
        }
        for row in rows
    ]


def counts(now: datetime) -> dict[str, int]:
    """How a send goes at this moment: what is due, in hand, and what became of the last 24 hours'."""
    lately = Q(settled_at__gte=now - timedelta(hours=24))
    officers = Q(channel__in=Message.BY_OFFICERS)
    open_ones = Message.objects.open().aggregate(
        due=Count("pk", filter=Q(state=State.PENDING, next_try_at__lte=now) & ~officers),
        sending=Count("pk", filter=Q(state=State.SENDING)),
    )
    settled = Message.objects.filter(lately).aggregate(
        sent=Count("pk", filter=Q(state=State.SENT)),
        failed=Count("pk", filter=Q(state=State.FAILED)),
        uncertain=Count("pk", filter=Q(state=State.UNCERTAIN)),
        expired=Count("pk", filter=Q(state=State.EXPIRED)),
        cancelled=Count("pk", filter=Q(state=State.CANCELLED)),
        superseded=Count("pk", filter=Q(state=State.SUPERSEDED)),
    )
    return {**open_ones, **settled}


def oldest_due(now: datetime) -> datetime | None:
    """Since when the message that has waited longest could have gone; nothing when all is well."""
    due = Message.objects.due(now).exclude(channel__in=Message.BY_OFFICERS)
    return due.aggregate(oldest=Min("next_try_at"))["oldest"]


def workers_hear(now: datetime) -> bool:
    """Whether a worker has answered in the last three minutes."""
    return Heartbeat.objects.filter(name="worker", seen_at__gte=now - DEAF_AFTER).exists()


def _title(name: str) -> str:
    kind = kinds.find(name)
    return kind.title if kind else ""


def _midnight(now: datetime, days: int) -> datetime:
    """The beginning of a London day, so many days from this one."""
    return datetime.combine(now.astimezone(LONDON).date() + timedelta(days=days), time(), LONDON)
