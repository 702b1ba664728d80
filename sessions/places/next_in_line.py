"""Who is next: the first in order whom a cohort suits and nobody else is serving (docs/domain.md 4.1, 4.2)."""

from collections.abc import Iterator
from datetime import datetime
from itertools import islice

from django.conf import settings
from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet

from participants.models import Availability, Need
from referrals.models import Referral
from referrals.screening import eligibility
from sessions.cohorts import meeting_times
from sessions.cohorts.requirements import needed
from sessions.models import Cohort, Place, WaitingLink

BATCH, MOST = 50, 500  # looked at, one batch after the other; whoever stands further back is for an officer


def next_for(cohort: Cohort, *, now: datetime) -> Referral | None:
    """The next referral, locked, whom this cohort suits; None if there is nobody.

    Left out are those who may not be offered a place (`eligibility.barred`), those an officer has to speak to
    first, unless they have given us their times, those who declined or did not answer an offer of this cohort, and
    whoever another transaction is dealing with: that one offers them something of its own.
    """
    for pk in islice(_in_order(cohort, now), MOST):
        locked = Referral.objects.select_for_update(of=("self",), no_key=True, skip_locked=True)
        referral = locked.select_related("participant").waiting().filter(pk=pk).first()
        # Asked again, of the row that is locked now: a hold may have come since the list was read.
        if referral is not None and not eligibility.blockers(referral):
            return referral
    return None


def _in_order(cohort: Cohort, now: datetime) -> Iterator[int]:
    """Numbers of the referrals that this cohort suits, in the one order."""
    provided = frozenset(cohort.provides)
    fitting = _fitting(cohort, now)
    for start in range(0, MOST, BATCH):
        batch = list(fitting[start : start + BATCH])
        for referral in batch:
            codes = [need.code for need in referral.participant.needs.all()]
            if needed(codes, referral.participant.readiness.preferences) <= provided:
                yield referral.pk
        if len(batch) < BATCH:
            return


def _fitting(cohort: Cohort, now: datetime) -> QuerySet[Referral]:
    """Waiting people who can make every time at which it meets, at one of its levels, in its language."""
    fitting = (
        Referral.objects.waiting()
        .filter(~eligibility.barred(), participant__readiness__level__in=cohort.levels)
        .exclude(Exists(Place.objects.filter(referral=OuterRef("pk"), cohort=cohort)))
        .exclude(Exists(Place.objects.to_ring().filter(referral=OuterRef("pk"), times_given=False)))
        .exclude(Exists(WaitingLink.objects.to_ask_about_times(now).filter(referral=OuterRef("pk"))))
    )
    for weekday, part in meeting_times.read_times(meeting_times.times_of(cohort.sessions.held())):
        free = Availability.objects.filter(participant=OuterRef("participant"), weekday=weekday, part=part)
        fitting = fitting.filter(Exists(free))
    if cohort.language:
        readiness = "participant__readiness__"
        fitting = fitting.filter(
            Q(**{f"{readiness}language": cohort.language})
            | Q(**{f"{readiness}language": ""})
            | Q(**{f"{readiness}interpreter_needed": True})
        )
    return (
        fitting.in_waiting_order(now, long_wait_days=settings.LONG_WAIT_DAYS)
        .select_related("participant__readiness")
        .prefetch_related(Prefetch("participant__needs", queryset=Need.objects.open()))
    )
