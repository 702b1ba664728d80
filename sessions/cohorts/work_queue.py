"""The panel of cohorts that have not enough hosts."""

from datetime import datetime

from django.db.models import OuterRef, QuerySet, Subquery
from django.urls import reverse

from core.dates import day
from core.work_queue import Panel, Row
from sessions import statuses
from sessions.cohorts.staffing import SHORT_OF_HOSTS, shortages
from sessions.models import Cohort, Session


def short_of_hosts(now: datetime) -> QuerySet[Cohort]:
    """Cohorts that take people and have a session ahead, the soonest first."""
    ahead = Session.objects.ahead(now).filter(cohort=OuterRef("pk")).order_by("starts_at")
    last = Session.objects.held().filter(cohort=OuterRef("pk")).order_by("-starts_at")
    return (
        Cohort.objects.filter(status__in=statuses.TAKES_PEOPLE)
        .annotate(
            next_at=Subquery(ahead.values("starts_at")[:1]), last_day=Subquery(last.values("local_date")[:1])
        )
        .filter(SHORT_OF_HOSTS, next_at__isnull=False)
        .select_related("programme", "lead", "second_host")
        .order_by("next_at", "pk")
    )


def _short(cohort: Cohort, now: datetime) -> Row:
    return Row(
        f"{cohort}, next session on {day(cohort.next_at)}",
        reverse("admin:cohort_sessions_cohort_hosts", args=[cohort.pk]),
        "; ".join(shortages(cohort, cohort.last_day)),
        "red" if cohort.lead is None else "amber",
    )


PANELS = [
    Panel(
        name="short_of_hosts",
        title="Groups with a staffing problem",
        order=45,
        find=short_of_hosts,
        row=_short,
        empty="Every group has its hosts.",
        group="pk",
        do="Change the hosts",
    ),
]
