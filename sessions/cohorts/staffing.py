"""Who leads a cohort and who is the second host on its calls: somebody must watch the screens (docs/domain.md 5.3)."""

from collections.abc import Sequence
from datetime import date, datetime

from django.db.models import F, Max, Q

from accounts.models import User
from core.dates import day, moment
from core.errors import Refused, refusing
from sessions import statuses
from sessions.cohorts import locking
from sessions.models import Cohort, Instructor, Programme, Session

Meeting = tuple[datetime, datetime]  # when a session starts and ends


class HostRefused(Refused):
    """This person cannot host this cohort; `field` is the question that the sentence answers."""

    def __init__(self, sentence: str = "", *, field: str = "second") -> None:
        super().__init__(sentence)
        self.field = field


class SamePersonTwice(HostRefused):
    sentence = "Choose a second host who is not the lead."


class NobodyLeads(HostRefused):
    sentence = "Choose a lead before a second host."


class NotActive(HostRefused):
    """The instructor is given no more cohorts."""


class NotQualified(HostRefused):
    """The qualification ends before the cohort does."""


class BookedElsewhere(HostRefused):
    """The instructor has a session of another cohort at the same time."""


class TooManyPlaces(HostRefused):
    """More places than this number of hosts may look after."""


class CohortOver(Refused):
    sentence = "Nothing changed. This group has finished or was cancelled, so it needs no hosts."


def staff(
    *, cohort: Cohort, lead: Instructor | None, second: Instructor | None, by: User, now: datetime
) -> Cohort:
    """Say who leads this cohort and who is the second host; None for nobody yet. History keeps who said so.

    Raises CohortOver or a HostRefused.
    """
    with refusing():
        cohort = locking.lock_cohort(cohort.pk)
        if cohort.status not in statuses.OPEN:
            raise CohortOver
        assign(cohort, lead=lead, second=second, now=now)
    return cohort


def assign(cohort: Cohort, *, lead: Instructor | None, second: Instructor | None, now: datetime) -> None:
    """Give a locked cohort its hosts, whose rows are locked too: two cohorts cannot both have them at one time."""
    pks = [host.pk for host in (lead, second) if host]
    locked = {
        host.pk: host
        for host in Instructor.objects.select_for_update(no_key=True).filter(pk__in=pks).order_by("pk")
    }
    lead, second = lead and locked[lead.pk], second and locked[second.pk]
    held = cohort.sessions.held()
    check(
        programme=cohort.programme,
        capacity=cohort.capacity,
        meetings=list(held.filter(ends_at__gt=now).values_list("starts_at", "ends_at")),
        last_day=held.aggregate(last=Max("local_date"))["last"],
        lead=lead,
        second=second,
        cohort=cohort,
    )
    cohort.lead, cohort.second_host = lead, second
    cohort.save(update_fields=["lead", "second_host"])


def check(
    *,
    programme: Programme,
    capacity: int,
    meetings: Sequence[Meeting],
    last_day: date,
    lead: Instructor | None,
    second: Instructor | None,
    cohort: Cohort | None = None,
) -> None:
    """Whether these two may host a cohort with these sessions; `cohort` itself, once it is there, does not count.

    Raises a HostRefused. It only holds where the instructors are locked.
    """
    if second and not lead:
        raise NobodyLeads(field="lead")
    if lead and second and lead.pk == second.pk:
        raise SamePersonTwice
    for field, host in (("lead", lead), ("second", second)):
        if host is None:
            continue
        if not host.active:
            raise NotActive(f"{host} cannot take more groups. Choose someone else.", field=field)
        if host.qualified_until and host.qualified_until < last_day:
            raise NotQualified(
                f"{host}’s qualification ends on {day(host.qualified_until)}, before the last session on "
                f"{day(last_day)}. Choose someone else, or renew it first.",
                field=field,
            )
        if clash := clash_of(host, meetings, leaving_out=cohort):
            raise BookedElsewhere(
                f"{host} already has a session of {clash.cohort} on {moment(clash.starts_at)}. Choose someone else.",
                field=field,
            )
    most = programme.people_per_host * ((lead is not None) + (second is not None))
    if lead and capacity > most:
        hosts = "one host" if second is None else "two hosts"
        raise TooManyPlaces(
            f"{capacity} places is too many for {hosts}: the most is {most}. Add another host, or give the "
            "group fewer places."
        )


def clash_of(
    host: Instructor, meetings: Sequence[Meeting], *, leaving_out: Cohort | None = None
) -> Session | None:
    """The first session of another cohort that this instructor has at one of these times."""
    if not meetings:
        return None
    at_once = Q()
    for starts_at, ends_at in meetings:
        at_once |= Q(starts_at__lt=ends_at, ends_at__gt=starts_at)
    theirs = Session.objects.held().filter(
        Q(cohort__lead=host) | Q(cohort__second_host=host), at_once, cohort__status__in=statuses.OPEN
    )
    if leaving_out is not None:
        theirs = theirs.exclude(cohort=leaving_out)
    return theirs.select_related("cohort").order_by("starts_at").first()


def clashes(cohort: Cohort, meetings: Sequence[Meeting]) -> list[str]:
    """Which host of this cohort has another session at one of these times, in sentences."""
    said = []
    for host in (cohort.lead, cohort.second_host):
        if host is not None and (other := clash_of(host, meetings, leaving_out=cohort)):
            said.append(f"{host} has {other} on {moment(other.starts_at)}: someone else must stand in.")
    return said


def shortages(cohort: Cohort, last_day: date | None) -> list[str]:
    """What is wrong with who hosts this cohort as it stands, in words; nothing where it is as it should be."""
    said = []
    if cohort.lead is None:
        said.append("No lead")
    if cohort.second_host is None:
        said.append("No second host")
    hosts = [host for host in (cohort.lead, cohort.second_host) if host]
    most = cohort.programme.people_per_host * len(hosts)
    if hosts and cohort.capacity > most:
        number = "one host" if len(hosts) == 1 else "two hosts"
        said.append(f"{cohort.capacity} places is too many for {number}: the most is {most}")
    for host in hosts:
        if not host.active:
            said.append(f"{host} cannot take more groups")
        if host.qualified_until and last_day and host.qualified_until < last_day:
            said.append(f"{host}’s qualification ends on {day(host.qualified_until)}")
    return said


SHORT_OF_HOSTS = (
    Q(lead__isnull=True)
    | Q(second_host__isnull=True)
    | Q(lead__active=False)
    | Q(second_host__active=False)
    | Q(lead__qualified_until__lt=F("last_day"))
    | Q(second_host__qualified_until__lt=F("last_day"))
    | Q(capacity__gt=F("programme__people_per_host") * 2)
)  # what `shortages` says, for the database; with one host missing it is short anyway
