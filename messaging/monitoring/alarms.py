"""What is wrong with the sending of messages at this moment, read in one query."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.db.models import DurationField, ExpressionWrapper, F, QuerySet, Value
from django.db.models.functions import Concat, Now

from messaging.models import ChannelStanding, DatabaseIdentity, Heartbeat, Message
from messaging.outbox.pauses import paused
from messaging.restores.database_identity import RUN_RESTORED

COUNTED = 100  # uncertain messages are counted up to this
Fact = tuple[str, str, timedelta]  # what, which, and for how long by the database's clock


@dataclass(frozen=True)
class Alarm:
    """One thing that is wrong. It holds no name, no address and no words of any message."""

    code: str  # the same for as long as the same thing is wrong
    text: str


def facts() -> QuerySet:
    """Rows of `Fact` for `judge`, one statement. Messages that officers carry out or have paused are left out."""
    late = Message.objects.due(Now()).exclude(channel__in=Message.BY_OFFICERS).exclude(paused())
    unsure = Message.objects.unhandled().filter(state=Message.State.UNCERTAIN)
    stopped = ChannelStanding.objects.filter(stopped_at__isnull=False)
    return Heartbeat.objects.values_list(*fact("ran", F("name"), "seen_at")).union(
        late.order_by("next_try_at").values_list(*fact("late", Value(""), "next_try_at"))[:1],
        unsure.order_by("settled_at").values_list(*fact("unsure", Value(""), "settled_at"))[:COUNTED],
        stopped.values_list(*fact("stopped", Concat("channel", Value(" "), "stopped_why"), "stopped_at")),
        DatabaseIdentity.objects.here().values_list(Value("here"), Value(""), Value(timedelta(0))),
        all=True,
    )


def fact(what: str, which: object, since: str) -> tuple:
    """The columns of one kind of `Fact`."""
    return Value(what), which, ExpressionWrapper(Now() - F(since), DurationField())


def judge(found: Collection[Fact], *, up: timedelta) -> list[Alarm]:
    """The alarms that these facts raise. `up`: how long this process runs, for which nobody can have been late."""
    ran = {which: age for what, which, age in found if what == "ran"}
    late = [age for what, _, age in found if what == "late"]
    unsure = sum(what == "unsure" for what, _, _ in found)
    alarms = []
    if not any(what == "here" for what, _, _ in found):
        alarms.append(Alarm("restored", RUN_RESTORED))
    if min(ran.get("drain", timedelta.max), up).total_seconds() > settings.ALERT_NO_DRAIN_SECONDS:
        last = f"last ran {_minutes(ran['drain'])} ago" if "drain" in ran else "has never run"
        alarms.append(Alarm("no_drain", f"The worker that sends messages {last}."))
    if late and min(*late, up).total_seconds() > settings.ALERT_OLDEST_DUE_SECONDS:
        alarms.append(Alarm("late", f"A message has been waiting to be sent for {_minutes(late[0])}."))
    for what, which, _ in sorted(found):
        if what == "stopped":
            channel, _, why = which.partition(" ")
            alarms.append(
                Alarm(f"stopped:{channel}", f"Not sending: {Message.Channel(channel).label} ({why}).")
            )
    if unsure >= settings.ALERT_UNCERTAIN:
        some = f"{unsure} messages" if unsure > 1 else "1 message"
        more = " or more" if unsure == COUNTED else ""
        alarms.append(Alarm("uncertain", f"{some}{more} may not have been sent: look at Today."))
    return alarms


def _minutes(age: timedelta) -> str:
    minutes = max(1, int(age.total_seconds() // 60))
    size, name = next(each for each in ((1440, "day"), (60, "hour"), (1, "minute")) if minutes >= each[0])
    return f"{minutes // size} {name}{'s' if minutes // size > 1 else ''}"
