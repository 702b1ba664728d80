"""How long the way to a first session is now, and how many wait: what a referrer can tell a person before referring."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Aggregate, Count, DurationField, Exists, ExpressionWrapper, F, OuterRef

from referrals.models import Referral, StatusChange
from referrals.statuses import Status

PERIOD = timedelta(days=90)
ENOUGH = 10  # people who started: with fewer the middle one says little
SHOWN_FROM = 5  # a smaller number of people is shown as "fewer than 5"


class Median(Aggregate):
    """The middle value, worked out by PostgreSQL; of an even number of rows half-way between the middle two."""

    function = "PERCENTILE_CONT"
    template = "%(function)s(0.5) WITHIN GROUP (ORDER BY %(expressions)s)"


@dataclass(frozen=True)
class Capacity:
    """`days` is the median from saying yes to the first session, in whole days; None while too few have started."""

    since: datetime
    until: datetime
    started: int
    days: int | None
    waiting: int

    @property
    def waiting_in_words(self) -> str:
        return str(self.waiting) if self.waiting >= SHOWN_FROM else f"fewer than {SHOWN_FROM}"


def count(*, now: datetime) -> Capacity:
    """The wait of everybody who first started in the 90 days before `now`, and how many are on the waiting list.

    Two queries, each over an index of its own. "First session" is the moment at which the register of the first
    session that the person attended was saved: their referral then moves to "taking part". Somebody who went back to
    the waiting list and started again counts once, with the first start; what was entered in error does not count.
    """
    since = now - PERIOD
    before = StatusChange.objects.filter(
        referral=OuterRef("referral"), to_status=Status.ACTIVE, at__lt=OuterRef("at")
    )
    started = StatusChange.objects.filter(~Exists(before), to_status=Status.ACTIVE, at__gt=since, at__lte=now)
    waits = ExpressionWrapper(F("at") - F("referral__opted_in_at"), output_field=DurationField())
    found = started.exclude(referral__status=Status.ENTERED_IN_ERROR).aggregate(
        people=Count("referral__opted_in_at"), median=Median(waits)
    )
    days = round(found["median"] / timedelta(days=1)) if found["people"] >= ENOUGH else None
    return Capacity(
        since=since,
        until=now,
        started=found["people"],
        days=days,
        waiting=Referral.objects.waiting().count(),
    )
