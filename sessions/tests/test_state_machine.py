"""The whole life of cohorts, offers and places in any order: every promise holds after every step.

Hypothesis chooses the steps. Whatever a service refuses with a sentence is fine; anything else that comes out is not.
"""

import os
from collections import Counter
from datetime import datetime, timedelta
from itertools import product

import pytest
from django.conf import settings as ours
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from accounts.tests.factories import OfficerFactory
from core.dates import LONDON
from core.errors import Refused
from core.tests.constraints import check_deferred
from participants.models import Availability, Level, Readiness
from participants.tests.factories import TOLD
from referrals.models import Referral
from referrals.screening import eligibility
from referrals.screening import services as screening
from referrals.statuses import IN_PROGRAMME, Status
from referrals.triage import closures
from sessions import statuses
from sessions.attendance import register
from sessions.lifecycle import services as lifecycle
from sessions.lifecycle import transfers
from sessions.models import Attendance, Cohort, Place, Session
from sessions.places import completion, offer_expiry, offers, placement
from sessions.schedule_changes import preview
from sessions.schedule_changes import services as schedule_changes
from sessions.tests import factories as make
from sessions.tests.race import audit

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
ANY = st.integers(0, 11)  # which of those there are; taken round and round
CLOCKS = (offer_expiry.expire_due, lifecycle.confirm_due, completion.complete_due_places)
GIVING = (offers.offer, placement.place, offers.accept)
HELD, TAKEN = Place.State.HELD, Place.State.TAKEN


class Life(RuleBasedStateMachine):
    """One example; the database forgets it afterwards."""

    done: Counter[str] = Counter()  # how often each service did something, over all examples

    def __init__(self):
        super().__init__()
        self.transaction = transaction.atomic()
        self.transaction.__enter__()
        self.now = make.NOW
        self.dates: dict[int, datetime] = {}
        self.attended: dict[int, int] = {}

    def teardown(self):
        transaction.set_rollback(True)
        self.transaction.__exit__(None, None, None)

    @initialize()
    def begin(self):
        self.officer = OfficerFactory()
        self.programme = make.programme(minimum_to_start=2)
        self.open_cohort(capacity=2, weeks=1, hour=18)
        self.open_cohort(capacity=3, weeks=2, hour=19)
        for days in (3, 2, 1):
            self.wait(days=days, priority=0, suits=True)

    # Of what there is

    def _one(self, rows, which):
        rows = rows.order_by("pk")
        there = rows.count()
        return rows[which % there] if there else None

    def _place(self, which, *in_states):
        return self._one(Place.objects.filter(state__in=in_states), which)

    def _cohort(self, which):
        return self._one(Cohort.objects.exclude(status__in=("cancelled", "finished")), which)

    def _try(self, service, **given):
        """Whether the step was taken; nothing, where there is nobody to take it with."""
        if any(value is None for value in given.values()):
            return False
        barred = self._barred()
        try:
            service(now=self.now, **given)
        except Refused:
            return False
        self.done[service.__name__] += 1
        if service in GIVING:
            referral = given["referral"] if "referral" in given else given["place"].referral
            assert referral.pk not in barred
        return True

    def _barred(self):
        return set(Referral.objects.filter(eligibility.barred()).values_list("pk", flat=True))

    # The one order, worked out once more without the database

    def _queue(self, cohort):
        barred = self._barred()
        ring = set(Place.objects.to_ring().values_list("referral", flat=True))
        had = set(Place.objects.filter(cohort=cohort).values_list("referral", flat=True))
        waiting = [
            each
            for each in Referral.objects.filter(status=Status.WAITING, participant__readiness__isnull=False)
            if each.pk not in ring | had | barred
        ]

        def rank(referral):
            days = (self.now - referral.opted_in_at).days
            score = days + 70 * referral.priority
            return days < ours.LONG_WAIT_DAYS, -score, referral.opted_in_at, referral.pk

        return [each.pk for each in sorted(waiting, key=rank)]

    def _frees(self, service, *, place, **given):
        """A step that frees a place: it goes to the first in the order, and to nobody else."""
        if place is None:
            return
        cohort, before = place.cohort, place.state
        queue = self._queue(cohort)
        last = Place.objects.latest("pk").pk
        if not self._try(service, place=place, **given) or before not in Place.OPEN:
            return
        passed_on = Place.objects.filter(pk__gt=last).values_list("referral", "cohort", "placed_by")
        cohort.refresh_from_db()
        first = cohort.sessions.ahead(self.now).order_by("number").first()
        in_time = first and first.number <= 2 and first.starts_at - DAY > self.now
        takes = cohort.status in statuses.TAKES_PEOPLE
        expected = [(queue[0], cohort.pk, None)] if queue and in_time and takes else []
        assert list(passed_on) == expected

    # The steps

    @rule(capacity=st.integers(1, 3), weeks=st.integers(1, 3), hour=st.sampled_from([18, 19]))
    def open_cohort(self, capacity, weeks, hour):
        day = self.now.astimezone(LONDON).date()
        tuesday = day + timedelta(days=(1 - day.weekday()) % 7, weeks=weeks)
        make.cohort(
            now=self.now,
            programme=self.programme,
            by=self.officer,
            capacity=capacity,
            starts_on=tuesday,
            start_time=make.SIX_PM.replace(hour=hour),
        )

    @rule(days=st.integers(0, 130), priority=st.integers(0, 3), suits=st.booleans())
    def wait(self, days, priority, suits):
        referral = make.waiting(
            opted_in_at=self.now - days * DAY,
            priority=priority,
            priority_reason="They said why." if priority else "",
        )
        self.dates[referral.pk] = referral.opted_in_at
        if suits:  # at any time
            person = referral.participant
            asked = {"asked_at": self.now, "asked_by": self.officer}
            Readiness.objects.create(
                participant=person, level=Level.SEATED, language="en", preferences=[], **asked
            )
            told = {"participant": person, "told_at": self.now, "told_to": self.officer}
            Availability.objects.bulk_create(
                Availability(weekday=weekday, part=part, **told)
                for weekday, part in product(range(7), ours.PARTS_OF_DAY)
            )

    def _waiting(self, which):
        return self._one(Referral.objects.filter(status=Status.WAITING), which)

    @rule(who=ANY, where=ANY)
    def offer(self, who, where):
        self._try(offers.offer, referral=self._waiting(who), cohort=self._cohort(where), by=self.officer)

    @rule(who=ANY, where=ANY)
    def place_by_hand(self, who, where):
        self._try(placement.place, referral=self._waiting(who), cohort=self._cohort(where), by=self.officer)

    @rule(which=ANY)
    def accept(self, which):
        self._try(offers.accept, place=self._place(which, HELD))

    @rule(which=ANY)
    def answer_again(self, which):
        place = self._place(which, Place.State.DECLINED, Place.State.EXPIRED, Place.State.RETURNED, TAKEN)
        if place and place.held_until:
            for answer in (offers.accept, offers.decline, offers.leave_list):
                self._try(answer, place=place)

    @rule(which=ANY, other=st.booleans())
    def decline(self, which, other):
        self._frees(offers.decline, place=self._place(which, HELD), other_time=other)

    @rule(which=ANY)
    def leave_list(self, which):
        self._frees(offers.leave_list, place=self._place(which, HELD))

    @rule(which=ANY)
    def take_back(self, which):
        self._try(offers.take_back, place=self._place(which, HELD), by=self.officer)

    @rule(which=ANY)
    def follow_up(self, which):
        place = self._one(Place.objects.to_ring(), which)
        self._try(offers.follow_up, referral=place and place.referral, by=self.officer)

    @rule(which=ANY)
    def withdraw(self, which):
        self._frees(
            placement.withdraw, place=self._place(which, TAKEN, HELD), by=self.officer, reason="better"
        )

    @rule(
        which=ANY,
        to=st.sampled_from([Status.LEFT_EARLY, Status.FINISHED_BELOW_TARGET, Status.NOT_PARTICIPATING]),
    )
    def end(self, which, to):
        self._frees(
            placement.end_place, place=self._place(which, TAKEN), to=to, by=self.officer, reason="better"
        )

    def _in_programme(self, which):
        return self._one(Referral.objects.filter(status__in=IN_PROGRAMME), which)

    @rule(who=ANY, what=st.sampled_from(["points", "hold", "settled", "settled"]))
    def safety(self, who, what):
        """Something comes up that bars a place, or an officer settles it."""
        referral = self._in_programme(who)
        if what == "points":
            self._try(screening.ask_for_clearance, referral=referral, because="Ticked: points to discuss")
            return
        said = {"referral": referral, "by": self.officer, "words": "Spoke with them"}
        for service in (screening.hold,) if what == "hold" else (screening.lift, screening.clear):
            self._try(service, **said)

    @rule(which=ANY)
    def die(self, which):
        place = self._place(which, TAKEN, HELD)
        self._try(closures.died, **TOLD, referral=place and place.referral, by=self.officer)

    @rule(which=ANY, where=ANY)
    def move(self, which, where):
        place, to = self._place(which, TAKEN, HELD), self._cohort(where)
        if to is not None:
            self._frees(transfers.move_person, place=place, to=to, by=self.officer)

    @rule(which=ANY, where=ANY)
    def merge(self, which, where):
        self._try(
            lifecycle.merge_cohorts, cohort=self._cohort(which), into=self._cohort(where), by=self.officer
        )

    @rule(which=ANY)
    def cancel_cohort(self, which):
        self._try(lifecycle.cancel_cohort, cohort=self._cohort(which), by=self.officer, words="Too few.")

    @rule(which=ANY)
    def run_anyway(self, which):
        self._try(lifecycle.run_anyway, cohort=self._cohort(which), by=self.officer, words="They want to.")

    def _ahead(self, which):
        return self._one(Session.objects.ahead(self.now), which)

    @rule(which=st.integers(0, 40))
    def cancel_session(self, which):
        self._try(schedule_changes.cancel_session, session=self._ahead(which), by=self.officer)

    @rule(
        which=st.integers(0, 40),
        scope=st.sampled_from(preview.Scope.values),
        days=st.integers(-3, 9),
        hour=st.sampled_from([10, 18, 19]),
    )
    def reschedule(self, which, scope, days, hour):
        session = self._ahead(which)
        self._try(
            schedule_changes.reschedule,
            session=session,
            scope=scope,
            local_date=session and session.local_date + days * DAY,
            local_time=make.SIX_PM.replace(hour=hour),
            by=self.officer,
        )

    @rule(hours=st.sampled_from([1, 25, 49, 73, 24 * 8]))
    def time_passes(self, hours):
        self.now += hours * HOUR

    @rule(everybody=st.booleans(), twice=st.booleans())
    def hold_sessions(self, everybody, twice):
        """The next sessions are held, and their registers saved."""
        upcoming = Session.objects.filter(status__in=statuses.AHEAD, attendances__expected=True)
        for session in list(upcoming.order_by("starts_at", "pk").distinct()[: 3 if twice else 1]):
            self.now = max(self.now, session.ends_at)
            codes = {
                each.pk: (Attendance.Code.ON_TIME if everybody or n % 2 else "3", False)
                for n, each in enumerate(session.attendances.filter(expected=True).order_by("pk"))
            }
            self._try(register.save_register, session=session, codes=codes, by=self.officer)

    # Hypothesis leaves whole rules out of an example: these lead far enough in whatever it leaves out.

    @rule(which=ANY, where=ANY, answer=st.sampled_from(["yes", "no", "leave"]))
    def an_offer_is_answered(self, which, where, answer):
        self.offer(which, where)
        if answer == "yes":
            self.accept(which)
        elif answer == "no":
            self.decline(which, other=False)
        else:
            self.leave_list(which)

    @rule(which=ANY, where=ANY)
    def an_offer_runs_out(self, which, where):
        self.offer(which, where)
        held = self._place(which, HELD)
        if held is not None:
            self.now = max(self.now, held.answer_by)
            self.the_clocks()

    @rule(which=ANY, where=ANY)
    def somebody_moves(self, which, where):
        self.place_by_hand(which, where)
        self.move(which, where + 1)

    @rule(where=ANY, weeks=st.integers(1, 3))
    def a_cohort_fills_and_is_confirmed(self, where, weeks):
        self.open_cohort(capacity=3, weeks=weeks, hour=18)
        newest = Cohort.objects.latest("pk")
        for n in range(2):
            self.wait(days=n, priority=0, suits=True)
            self._try(placement.place, referral=Referral.objects.latest("pk"), cohort=newest, by=self.officer)
        self.now = max(self.now, newest.sessions.get(number=1).starts_at - 7 * DAY)
        self.the_clocks()

    @rule(everybody=st.booleans())
    def all_is_held(self, everybody):
        """Every session that is left of the cohorts with people in them, to the end."""
        for _ in range(10):
            self.hold_sessions(everybody=everybody, twice=True)
        self.the_clocks()

    @rule()
    def the_clocks(self):
        """What runs by itself, twice: the second time there is nothing left to do."""
        for clock in CLOCKS:
            self.done[clock.__name__] += clock(now=self.now)
            assert clock(now=self.now) == 0
        assert not Place.objects.due_to_expire(self.now).exists()

    # What is true after every step

    @invariant()
    def nothing_is_broken(self):
        check_deferred()
        assert audit() == set()

    @invariant()
    def nobody_loses_their_date(self):
        assert dict(Referral.objects.values_list("pk", "opted_in_at")) == self.dates

    @invariant()
    def nobody_loses_what_they_attended(self):
        now = dict(Place.objects.with_attendance().order_by("pk").values_list("pk", "attended"))
        assert all(now[pk] >= before for pk, before in self.attended.items())
        self.attended = now


def live(*, examples, steps, **more):
    """How often each service did something."""
    Life.done.clear()
    run_state_machine_as_test(
        Life,
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            **more,
        ),
    )
    return Life.done


OFTEN = {"offer", "place", "accept", "decline", "leave_list", "withdraw", "cancel_cohort", "cancel_session"}
ALL = OFTEN | {
    *(
        "expire_due",
        "take_back",
        "follow_up",
        "end_place",
        "died",
        "move_person",
        "merge_cohorts",
        "run_anyway",
    ),
    *("hold", "lift", "clear", "ask_for_clearance"),
    *("reschedule", "save_register", "confirm_due", "complete_due_places"),
}


@pytest.mark.django_db
def test_any_order_of_steps_keeps_every_promise():
    done = live(examples=45, steps=30, derandomize=True, database=None)
    assert set(done) >= OFTEN


@pytest.mark.soak
@pytest.mark.django_db
def test_any_order_of_many_steps_keeps_every_promise(record_testsuite_property):
    done = live(examples=int(os.environ.get("EXAMPLES", "500")), steps=50)
    record_testsuite_property("done", dict(done))
    assert {name for name, times in done.items() if times} >= ALL
