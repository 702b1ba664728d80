"""A referral that nobody decides on turns amber, then red, and stays: the system declines and discharges nobody.

docs/domain.md 2.2 and 3.1: amber after 2 working days, red after 5; the system declines and discharges nobody.
"""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.utils import timezone

from accounts.tests.factories import OfficerFactory
from core import work_queue
from core.dates import LONDON
from itsyourmove.celery import app
from messaging.models import Message
from participants.tests.factories import PersonFactory
from referrals.correspondence import services as correspondence
from referrals.models import Clearance, Referral, SafetyHold, StatusChange
from referrals.statuses import ENDINGS, TRANSITIONS, Status
from referrals.tests.factories import ReferralFactory, submitted
from referrals.triage import contact_attempts
from referrals.triage import services as triage
from sessions.attendance import register
from sessions.models import Place
from sessions.tests import factories as cohorts
from tests.test_access import ask_clinician

pytestmark = pytest.mark.django_db

ENDS = {"declined", "withdrawn", "not_participating", "left_early", "finished_below", "unreachable"}
ENDS |= {"redirected", "closed"}
TWO_YEARS = timedelta(days=730)


def at(day: str) -> datetime:
    return datetime.fromisoformat(f"{day}T12:00").replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("received", "today", "colour"),
    [
        ("2026-02-16", "2026-02-17", ""),  # Monday to Tuesday
        ("2026-02-16", "2026-02-18", "amber"),
        ("2026-02-16", "2026-02-20", "amber"),  # Friday: four working days
        ("2026-02-16", "2026-02-22", "amber"),  # no working day since
        ("2026-02-16", "2026-02-23", "red"),
        ("2026-04-01", "2026-04-02", ""),  # before Easter
        ("2026-04-01", "2026-04-06", ""),  # Good Friday, a weekend and Easter Monday do not count
        ("2026-04-01", "2026-04-07", "amber"),
        ("2026-04-01", "2026-04-09", "amber"),
        ("2026-04-01", "2026-04-10", "red"),
        ("2026-12-23", "2026-12-28", ""),  # Boxing Day on a Saturday moves to the Monday
        ("2026-12-23", "2026-12-29", "amber"),
        ("2026-12-23", "2027-01-01", "amber"),  # 24, 29, 30, 31
        ("2026-12-23", "2027-01-04", "red"),
    ],
)
def test_the_queue_and_the_list_show_the_same_clock(received, today, colour, office):
    with time_machine.travel(at(today), tick=False):
        referral = ReferralFactory(submitted_at=at(received))
        ReferralFactory(submitted_at=at(received), status=Status.ACCEPTED)  # decided on: no such clock
        load = {panel.name: panel.load for panel in work_queue.registered()}["referrals_to_triage"]
        count, [row] = load(timezone.now(), 8)
    assert (count, row.urgency) == (1, colour)
    assert referral.reference in row.label
    assert row.detail.startswith({"": ("1", "Came"), "amber": "Due", "red": "Late"}[colour])


@pytest.fixture
def forgotten(cast) -> datetime:
    """Referrals of every status, two years old, with everything that has a clock running."""
    then = timezone.now() - TWO_YEARS
    for status in Status.values:
        ReferralFactory(
            status=status, submitted_at=then, status_at=then, opted_in_at=then, agreed_on=then.date(), organisation=cast.riverbank
        )  # fmt: skip
    sent = {"organisation": cast.riverbank, "by": cast.receptionist, "now": then, "agreed_on": then.date()}
    submitted(**sent)
    asked, untried, held, cleared = (submitted(**sent, postcode=f"GL{n} 2AB") for n in range(1, 5))
    correspondence.ask_practice(referral=asked, by=cast.officer, now=then, words="Which number?")
    triage.accept(referral=untried, by=cast.officer, now=then)
    contact_attempts.record_attempt(
        referral=untried, by=cast.officer, now=then, channel="phone", outcome="no_answer", words=""
    )
    SafetyHold.objects.create(
        referral=held, why="officer", words="Chest pain", put_on_at=then, put_on_by=cast.officer
    )
    triage.accept(referral=cleared, by=cast.officer, now=then, opted_in_on=then.date())
    Clearance.objects.filter(referral=cleared).delete()
    Clearance.objects.create(
        referral=cleared, because="falls", asked_at=then, cleared_at=then, cleared_by=cast.officer, basis="spoke",
        expires_on=(then + timedelta(days=365)).date(),
    )  # fmt: skip
    ask_clinician(cleared, clinician=cast.lead, by=cast.receptionist, now=then + timedelta(hours=1))
    cohort = cohorts.cohort(
        now=then, starts_on=(then + timedelta(days=8)).astimezone(LONDON).date(), capacity=8
    )
    person = PersonFactory(given_name="Never", family_name="Came", practice=cast.riverbank)
    never = cohorts.placed(cohort, person=person, now=then)
    once = cohorts.placed(cohort, person=PersonFactory(), now=then)
    for number in range(1, 11):
        session = cohorts.session(cohort, number)
        codes = {each.pk: ("5" if each.place_id == once.pk and number == 1 else "3", False) for each in session.attendances.filter(expected=True)}  # fmt: skip
        register.save_register(session=session, codes=codes, by=OfficerFactory(), now=session.ends_at)
    assert Place.objects.open().filter(pk__in=[never.pk, once.pk]).count() == 2
    return then


def test_two_years_of_every_task_end_no_referral(forgotten):
    """Who missed every session, answered nothing and was never decided on waits for an officer still."""
    before = dict(Referral.objects.values_list("pk", "status"))
    outcomes = {referral.pk: referral.outcome for referral in Referral.objects.all()}
    changes = StatusChange.objects.count()
    app.loader.import_default_modules()  # as a worker does
    tasks = {entry["task"] for entry in app.conf.beat_schedule.values()}
    assert len(tasks) == len(app.conf.beat_schedule) >= 9
    for _ in range(2):
        for name in sorted(tasks):
            app.tasks[name]()
    after = Referral.objects.in_bulk()
    # What had ended long ago is closed, and keeps how it had ended; nothing else is as much as touched.
    assert {pk: each.outcome for pk, each in after.items()} == outcomes
    closed = {pk for pk in before if after[pk].status != before[pk]}
    assert closed == {pk for pk, status in before.items() if status in ENDINGS}
    assert StatusChange.objects.count() == changes + len(closed)
    assert set(before.values()) == set(Status.values)  # each status had its chance
    assert Message.objects.filter(
        state="expired"
    ).exists()  # and the tasks did run: what was too late is not sent


def test_every_end_that_the_table_knows_is_one_that_somebody_must_press(cast):
    """If the table gains an ending, this list and the test above must know it."""
    endings = {
        status
        for status in Status.values
        if not TRANSITIONS.get(status, frozenset()) - {"closed", "entered_in_error", "died"}
    }
    assert endings - {"completed", "entered_in_error", "died"} == ENDS - {"unreachable"}
