"""What stands in the calendar: each session with its hosts, its people and what is missing. Two queries."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Count, Q, QuerySet

from core.dates import LONDON, clock
from sessions import statuses
from sessions.calendar.periods import Period
from sessions.cohorts.staffing import shortages
from sessions.models import Attendance, Cohort, Session

MOST = 1_000  # sessions on a page
OF_A_DAY = 6  # in a month; the week shows all


@dataclass(frozen=True)
class Entry:
    """One session as the calendar shows it."""

    session: Session
    when: str
    hosts: str
    people: str
    gaps: list[str]
    note: str  # what became of it, where something did


@dataclass(frozen=True)
class Day:
    day: date
    is_today: bool
    entries: list[Entry]
    more: int  # not shown here, but in the week
    week: str  # the query of that week's page


@dataclass(frozen=True)
class Calendar:
    days: list[Day]
    count: int
    with_gaps: int
    cut: bool  # there are more than MOST


def read(period: Period, *, now: datetime) -> Calendar:
    """Every session of this week or month, of groups that were not cancelled."""
    found = list(_sessions(period)[: MOST + 1])
    by_day: dict[date, list[Entry]] = defaultdict(list)
    for session in found[:MOST]:
        by_day[session.starts_at.astimezone(LONDON).date()].append(_entry(session, now))
    entries = [entry for some in by_day.values() for entry in some]
    most = OF_A_DAY if period.view == "month" else MOST
    return Calendar(
        days=[_day(day, by_day[day], most, now) for day in period.days],
        count=len(entries),
        with_gaps=sum(bool(entry.gaps) for entry in entries),
        cut=len(found) > MOST,
    )


def _sessions(period: Period) -> QuerySet[Session]:
    begins = datetime.combine(period.first, datetime.min.time(), LONDON)
    ends = datetime.combine(period.last + timedelta(days=1), datetime.min.time(), LONDON)
    expected = Q(attendances__expected=True)
    return (
        Session.objects.filter(starts_at__gte=begins, starts_at__lt=ends)
        .exclude(cohort__status=Cohort.Status.CANCELLED)
        .select_related("cohort__programme", "cohort__lead", "cohort__second_host")
        .annotate(
            expected=Count("attendances", filter=expected),
            away=Count("attendances", filter=expected & Q(attendances__answer=Attendance.Answer.NO)),
        )
        .order_by("starts_at", "pk")
    )


def _day(day: date, entries: list[Entry], most: int, now: datetime) -> Day:
    year, week, _ = day.isocalendar()
    # What lacks something is never among those left out.
    shown = entries if len(entries) <= most else sorted(entries, key=lambda entry: not entry.gaps)[:most]
    return Day(
        day=day,
        is_today=day == now.astimezone(LONDON).date(),
        entries=sorted(shown, key=lambda entry: (entry.session.starts_at, entry.session.pk)),
        more=len(entries) - len(shown),
        week=f"week={year}-W{week:02}",
    )


def _entry(session: Session, now: datetime) -> Entry:
    cohort = session.cohort
    hosts = " and ".join(str(host) for host in (cohort.lead, cohort.second_host) if host)
    people = "1 person" if session.expected == 1 else f"{session.expected}\u00a0people"
    if session.away and session.is_ahead(now):
        people += f", {session.away} can’t come"
    return Entry(
        session=session,
        when=f"{clock(session.starts_at)} to {clock(session.ends_at)}",
        hosts=hosts,
        people=people,
        gaps=_gaps(session, now),
        note=_note(session, now),
    )


def _gaps(session: Session, now: datetime) -> list[str]:
    """What somebody has still to see to, before a session or after it."""
    cohort = session.cohort
    if session.is_ahead(now):
        said = shortages(cohort, session.local_date)
        if cohort.lead is None and cohort.second_host is None:
            said = ["No hosts"]
        # A group that is not open yet has nobody in it, and should not.
        if cohort.status in statuses.TAKES_PEOPLE and session.expected < cohort.programme.minimum_to_start:
            said.append("Too few people")
        return said
    over = session.status in statuses.AHEAD and session.ends_at <= now
    return ["Register to complete"] if over and session.expected else []


def _note(session: Session, now: datetime) -> str:
    if session.status == Session.Status.CANCELLED_BY_US:
        return "Cancelled"
    if session.register_saved_at:
        return "Register saved"
    if session.status in statuses.AHEAD and session.starts_at <= now < session.ends_at:
        return "On now"
    if session.cohort.status == Cohort.Status.PLANNED:
        return "Not open for placements yet"
    return "Moved to this time" if session.status == Session.Status.RESCHEDULED else ""
