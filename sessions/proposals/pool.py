"""The waiting list and the open cohorts, as the problem that `sessions.allocation` solves.

A person whose times or level nobody knows is in no problem: they are told apart, to be asked. People who may not be
offered a place are left out too (`referrals.screening.eligibility`).
"""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db.models import Prefetch

from participants.models import Availability, Need, Readiness
from referrals.models import Referral, ReferralQuerySet
from referrals.screening import eligibility
from referrals.screening.eligibility import Eligibility
from sessions import allocation
from sessions.cohorts.meeting_times import _code, read_times, times_of
from sessions.cohorts.requirements import needed
from sessions.models import Cohort, Place, Proposal

MOST = 2_000  # people in one problem: more than a county has waiting; the first in the one order


@dataclass(frozen=True)
class Pool:
    """Who could be placed where, and who could not be asked about it yet."""

    problem: allocation.Problem
    people: dict[int, Referral]  # by the number of the referral, which is the person's id in the problem
    cohorts: dict[int, Cohort]
    unknown: list[Referral]  # nobody knows when they can join, or at which level
    blocked: list[Referral]  # may not be offered a place
    eligibility: dict[int, Eligibility]  # of everybody who waits, by the number of the referral

    def rules_broken(self, referral: int, cohort: int) -> list[str]:
        """What speaks against this person in this cohort: allowed with a reason, but said. A full cohort is refused."""
        person = next((one for one in self.problem.people if one.id == referral), None)
        group = next((one for one in self.problem.cohorts if one.id == cohort), None)
        if person is None:
            standing = self.eligibility.get(referral)
            if standing and standing.bars:
                return [standing.why]
            return ["This person can no longer be placed."]
        if group is None:
            return ["This group has no free place or is closed for placements."]
        language = bool(person.language and group.language and person.language != group.language)
        rules = [
            (group.slot not in person.slots, "We do not know if they can make its times."),
            (person.level not in group.levels, "It is not at their activity level."),
            (not person.needs <= group.provides, "It does not provide something they need."),
            (language, "It is held in another language."),
            (group.id in person.avoid, "They had a place in it, or an offer, before."),
        ]
        return [words for broken, words in rules if broken]


def load_pool(*, now: datetime, cohorts: Collection[int] | None = None, waited_days: int = 0) -> Pool:
    """Everybody who waits, in the one order (docs/domain.md 4.1), and every cohort with room that takes people.

    Or only those who waited at least so many days, and only these cohorts (by number).

    A bounded number of queries, whatever the number of people.
    """
    taking = {cohort.pk: cohort for cohort in taking_people(now) if cohorts is None or cohort.pk in cohorts}
    times = {pk: times_of(cohort.sessions.all()) for pk, cohort in taking.items()}
    waiting = list(_waiting(now).filter(waiting_days__gte=waited_days)[:MOST])
    standing = eligibility.of(one.pk for one in waiting)
    stopped = {pk for pk, found in standing.items() if found.bars}
    earlier = defaultdict(set)
    for referral, cohort in Place.objects.filter(referral__in=waiting, cohort__in=taking).values_list(
        "referral", "cohort"
    ):
        earlier[referral].add(cohort)
    known = [one for one in waiting if one.pk not in stopped and _is_known(one)]
    problem = allocation.Problem(
        people=[_person(one, set(times.values()), frozenset(earlier[one.pk])) for one in known],
        cohorts=[_cohort(cohort, times[pk]) for pk, cohort in taking.items()],
        long_wait_days=settings.LONG_WAIT_DAYS,
    )
    return Pool(
        problem=problem,
        people={one.pk: one for one in known},
        cohorts=taking,
        unknown=[one for one in waiting if one.pk not in stopped and not _is_known(one)],
        blocked=[one for one in waiting if one.pk in stopped],
        eligibility=standing,
    )


def load_pool_of(proposal: Proposal, now: datetime) -> Pool:
    """The pool of this proposal, as it stands now."""
    return load_pool(now=now, cohorts=proposal.cohorts, waited_days=7 * proposal.waited_weeks)


def taking_people(now: datetime) -> Iterable[Cohort]:
    return (
        Cohort.objects.open_to_joiners(now)
        .with_room()
        .select_related("programme")
        .prefetch_related("sessions")
        .order_by("pk")
    )


def _waiting(now: datetime) -> ReferralQuerySet:
    return (
        Referral.objects.waiting()
        .in_waiting_order(now, long_wait_days=settings.LONG_WAIT_DAYS)
        .select_related("participant__readiness", "participant__equality")
        .prefetch_related(
            Prefetch("participant__needs", queryset=Need.objects.open()),
            Prefetch("participant__availability", queryset=Availability.objects.all()),
        )
    )


def _readiness(referral: Referral) -> Readiness | None:
    return getattr(referral.participant, "readiness", None)


def _is_known(referral: Referral) -> bool:
    readiness = _readiness(referral)
    return bool(readiness and readiness.level and referral.participant.availability.all())


def _person(referral: Referral, times: set[str], avoid: frozenset[int]) -> allocation.Person:
    person, readiness = referral.participant, referral.participant.readiness
    can_make = {(one.weekday, one.part) for one in person.availability.all()}
    # A cohort that meets twice a week is for those who can make both.
    slots = {_code([part]) for part in can_make}
    slots |= {code for code in times if code and set(read_times(code)) <= can_make}
    speaks = "" if readiness.interpreter_needed else readiness.language
    return allocation.Person(
        id=referral.pk,
        waiting_days=max(0, referral.waiting_days),
        priority=referral.priority,
        slots=frozenset(slots),
        level=readiness.level,
        needs=needed((need.code for need in person.needs.all()), readiness.preferences),
        language=speaks or None,
        avoid=avoid,
    )


def _cohort(cohort: Cohort, times: str) -> allocation.Cohort:
    return allocation.Cohort(
        id=cohort.pk,
        slot=times,
        levels=frozenset(cohort.levels),
        provides=frozenset(cohort.provides),
        language=cohort.language or None,
        capacity=cohort.capacity,
        minimum=min(cohort.programme.minimum_to_start, cohort.capacity),
        enrolled=cohort.taken,
    )
