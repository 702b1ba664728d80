"""The whole life of cohorts, offers and places, in any order that Hypothesis can think of (reliability.md 4).

Every step is a real service on the real database. After each the audit in SQL finds nothing broken, nobody's date on the
list has changed, and nobody has lost a session that they attended.
"""

import sys
from datetime import timedelta

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from accounts.tests.factories import OfficerFactory
from referrals.models import Referral
from referrals.services import MoveRefused
from referrals.statuses import Status
from sessions import plans, services, states
from sessions.models import Attendance, Cohort, Place, Session
from sessions.refusals import Refused
from sessions.tests import factories as make
from sessions.tests.race import audit
from sessions.timetable import ImpossibleTime

pytestmark = pytest.mark.django_db

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
ANSWERS = ["accept", "accept", "decline", "decline", "leave_list", "take_back"]
ANY = st.integers(0, 30)  # the how-manieth of whatever there is
MOST_COHORTS, MOST_PEOPLE = 5, 9


class Life(RuleBasedStateMachine):
    """Steps are refused with a sentence or done whole; `tried` counts both, so that a test of nothing is seen."""

    def __init__(self):
        super().__init__()
        self.savepoint = transaction.savepoint()
        self.now = make.NOW
        self.officer = OfficerFactory()
        self.programme = make.programme(minimum_to_start=2, hold_hours=72)
        self.dates: dict[int, object] = {}
        self.attended: dict[int, int] = {}

    def teardown(self):
        transaction.savepoint_rollback(self.savepoint)

    def step(self, service, **facts):
        try:
            with transaction.atomic():
                done = service(**facts)
        except (Refused, MoveRefused, ImpossibleTime):
            TRIED["refused", service.__name__] = TRIED.get(("refused", service.__name__), 0) + 1
            return None
        TRIED["done", service.__name__] = TRIED.get(("done", service.__name__), 0) + 1
        return done

    def one_of(self, rows, number):
        found = list(rows.order_by("pk"))
        return found[number % len(found)] if found else None

    # What there is

    @initialize()
    def begin(self):
        for capacity, days in ((2, 8), (3, 10)):
            self.open(capacity=capacity, days=days, hour=18)
        for number in range(5):
            self.somebody(number=number, waited=3)
        for who, by_hand in ((0, True), (0, False), (0, False)):
            self.give(who=who, where=who, by_hand=by_hand)
        self.answer(which=1, answer="accept", other=False)

    @rule(capacity=st.integers(1, 3), days=st.integers(1, 20), hour=st.sampled_from([10, 18, 19]))
    def open(self, capacity, days, hour):
        if Cohort.objects.count() < MOST_COHORTS:
            make.cohort(
                programme=self.programme, by=self.officer, now=self.now, capacity=capacity,
                starts_on=(self.now + days * DAY).date(), start_time=make.SIX_PM.replace(hour=hour),
            )  # fmt: skip

    @rule(number=ANY, waited=st.integers(0, 150))
    def somebody(self, number, waited):
        cohort = self.one_of(Cohort.objects.all(), number)
        if cohort and cohort.sessions.held().exists() and Referral.objects.count() < MOST_PEOPLE:
            make.suited(cohort, opted_in_at=self.now - waited * DAY)

    @rule(hours=st.sampled_from([1, 5, 24, 73, 168]))
    def time_passes(self, hours):
        self.now += hours * HOUR

    # Places

    @rule(who=ANY, where=ANY, by_hand=st.booleans())
    def give(self, who, where, by_hand):
        referral = self.one_of(Referral.objects.filter(status=Status.WAITING), who)
        cohort = self.one_of(Cohort.objects.all(), where)
        if referral and cohort:
            give = services.place if by_hand else services.offer
            self.step(give, referral=referral, cohort=cohort, by=self.officer, now=self.now)

    @rule(
        which=ANY,
        answer=st.sampled_from(ANSWERS),
        other=st.booleans(),
    )
    def answer(self, which, answer, other):
        offered = Place.objects.filter(held_until__isnull=False)
        held = offered.filter(state=Place.State.HELD, held_until__gt=self.now)
        if place := self.one_of(held if which % 4 else offered, which):
            more = {"other_time": other} if answer == "decline" else {}
            more |= {"by": self.officer} if answer == "take_back" else {}
            self.step(getattr(services, answer), place=place, now=self.now, **more)

    @rule()
    def beat(self):
        for task in (
            "expire_due",
            "queue_due_nudges",
            "confirm_due",
            "complete_due_places",
            "queue_due_reminders",
        ):
            self.step(getattr(services, task), now=self.now)

    @rule(which=ANY, withdrawn=st.booleans())
    def end(self, which, withdrawn):
        place = self.one_of(Place.objects.all(), which)
        if place and withdrawn:
            self.step(services.withdraw, place=place, by=self.officer, now=self.now, reason="better")
        elif place:
            to = Status.LEFT_EARLY if place.referral.status == Status.ACTIVE else Status.NOT_PARTICIPATING
            self.step(services.end_place, place=place, to=to, by=self.officer, now=self.now, reason="better")

    @rule(which=ANY, where=ANY)
    def move(self, which, where):
        place, cohort = self.one_of(Place.objects.all(), which), self.one_of(Cohort.objects.all(), where)
        if place and cohort:
            self.step(services.move_person, place=place, to=cohort, by=self.officer, now=self.now)

    @rule(who=ANY)
    def ring(self, who):
        if place := self.one_of(Place.objects.to_ring(), who):
            services.follow_up(referral=place.referral, by=self.officer, now=self.now)

    # Sessions and cohorts

    @rule(which=ANY, code=st.sampled_from(["5", "6", "3", "2", "4"]))
    def next_register(self, which, code):
        """The next session that somebody is expected in is held, and its register saved."""
        expected = Attendance.objects.filter(counts=True, code="", session__status__in=states.AHEAD)
        following = expected.order_by("starts_at").first()
        if following:
            self.now = max(self.now, following.ends_at)
            codes = {
                one.pk: (code if (one.pk + which) % 3 == 0 else "5", False)
                for one in following.session.attendances.filter(counts=True)
            }
            self.step(
                services.save_register, session=following.session, codes=codes, by=self.officer, now=self.now
            )

    @rule(which=ANY)
    def cancel_session(self, which):
        if session := self.one_of(Session.objects.ahead(self.now), which):
            self.step(services.cancel_session, session=session, by=self.officer, now=self.now, why="Ill")

    @rule(which=ANY, days=st.integers(-3, 9), scope=st.sampled_from(plans.Scope.values))
    def reschedule(self, which, days, scope):
        if session := self.one_of(Session.objects.ahead(self.now), which):
            self.step(
                services.reschedule, session=session, scope=plans.Scope(scope), by=self.officer, now=self.now, why="Room",
                local_date=session.local_date + days * DAY, local_time=session.local_time,
            )  # fmt: skip

    @rule(which=ANY, into=ANY, what=st.sampled_from(["run_anyway", "merge_cohorts", "cancel_cohort"]))
    def decide(self, which, into, what):
        cohort, other = (self.one_of(Cohort.objects.all(), number) for number in (which, into))
        if cohort and other:
            more = {"into": other} if what == "merge_cohorts" else {}
            self.step(
                getattr(services, what), cohort=cohort, by=self.officer, now=self.now, words="Why", **more
            )

    # What always holds

    @invariant()
    def nothing_is_broken(self):
        connection.check_constraints()
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS attendance_no_overlap IMMEDIATE")
        assert audit() == set()

    @invariant()
    def nobody_loses_their_date(self):
        for pk, date in Referral.objects.values_list("pk", "opted_in_at"):
            assert self.dates.setdefault(pk, date) == date

    @invariant()
    def nobody_loses_a_session_that_they_attended(self):
        for place in Place.objects.with_attendance():
            assert place.attended >= self.attended.get(place.pk, 0)
            self.attended[place.pk] = place.attended

    @invariant()
    def an_offer_ends_before_its_group_begins(self):
        for place in Place.objects.filter(state=Place.State.HELD).select_related("cohort__programme"):
            first = (
                place.cohort.sessions.held().filter(starts_at__gt=place.placed_at).order_by("number").first()
            )
            assert place.held_until <= first.starts_at - place.cohort.programme.hold_ends_hours * HOUR

    @invariant()
    def whoever_is_out_is_expected_nowhere(self):
        out = Attendance.objects.filter(counts=True, starts_at__gt=self.now).exclude(
            place__state=Place.State.TAKEN
        )
        assert not out.exclude(place__state=Place.State.COMPLETED).exists()


TRIED: dict[tuple[str, str], int] = {}
QUIET = {"deadline": None, "suppress_health_check": list(HealthCheck), "database": None}


def live(examples: int, steps: int, **more):
    TRIED.clear()
    run_state_machine_as_test(
        Life, settings=settings(max_examples=examples, stateful_step_count=steps, **QUIET, **more)
    )
    for kind in ("done", "refused"):
        told = {name: count for (how, name), count in sorted(TRIED.items()) if how == kind}
        sys.stdout.write(f"{kind}: {told}\n")
    return {name for how, name in TRIED if how == "done"}


def test_the_life_of_cohorts_and_offers_keeps_every_promise():
    assert live(12, 30, derandomize=True) >= {"offer", "accept", "decline", "reschedule", "move_person"}


@pytest.mark.soak
def test_the_life_of_cohorts_and_offers_five_hundred_times():
    everything = {
        "offer",
        "accept",
        "decline",
        "leave_list",
        "take_back",
        "expire_due",
        "place",
        "withdraw",
        "end_place",
    }
    everything |= {
        "move_person",
        "save_register",
        "cancel_session",
        "reschedule",
        "merge_cohorts",
        "cancel_cohort",
    }
    assert live(500, 50) >= everything
