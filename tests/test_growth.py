"""A partnership in fast motion: what every table holds afterwards, against the limit that `tests.growth` states."""

import sys
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
import time_machine
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.urls import reverse

from accounts.models import User
from accounts.tests import factories
from accounts.tests.sign_in.steps import ask_for_code, enter_code, newest_code
from devtools.demo.rehearsal.run import rehearse
from itsyourmove.retention import services as retention
from messaging.delivery import worker
from participants.models import Participant
from referrals.submission import drafts
from tests import growth

pytestmark = pytest.mark.django_db
BEGINS = datetime(2024, 8, 1, 10, tzinfo=UTC)  # when the rehearsal's last referral is 200 days old
# In one transaction PostgreSQL cannot use the room of deleted rows again: three weeks have enough, a year has not.
COMMITTED = pytest.mark.django_db(transaction=True)
SIZES = [
    pytest.param((8, 21, 2), id="short"),
    pytest.param((96, 365, 10), id="a year", marks=[pytest.mark.soak, COMMITTED]),
]


def a_day(people: list[User], officer: User, day: datetime) -> None:
    """Colleagues sign in and look, leave a referral half done; strangers look and ask; the worker turns; the night comes."""
    with time_machine.travel(day, tick=True):
        for person in people:
            browser = Client()
            ask_for_code(browser, person.email)
            enter_code(browser, newest_code(person))
            assert browser.get("/referrals/").status_code == 200
            drafts.save(key=uuid4(), user=person, now=day, keep_days=14, typed={"given_name": ["Ada"]})
        stranger = Client()
        for page in ("/", "/sign-in/", "/referrals/talk/", "/s/unknown/"):
            stranger.get(page)
        ask_for_code(stranger, f"{uuid4().hex}@example.org")
        office = factories.sign_in(Client(), officer)
        for person in Participant.objects.order_by("pk")[:2]:
            page = reverse("admin:participants_participant_change", args=[person.pk])
            assert office.get(page).status_code == 200
        worker.drain(now=day)
        worker.drain(now=day + timedelta(hours=1))
    retention.keep_to_time(now=day + timedelta(hours=17))  # three in the morning
    if not connection.in_atomic_block:
        with connection.cursor() as cursor:
            cursor.execute("VACUUM django_session, django_cache")  # as autovacuum does, which takes its time


@pytest.mark.parametrize("size", SIZES)
def test_after_a_year_every_table_is_within_its_limit(size, capsys):
    referrals, days, colleagues = size
    cache.clear()
    before = growth.measure()
    rehearse(people=referrals, seed=1)
    practice = factories.practice()
    people = [factories.referrer(practice) for _ in range(colleagues)]
    officer = factories.officer()
    for number in range(days):
        a_day(people, officer, BEGINS + timedelta(days=number))
    units = growth.Units(
        referral=referrals,
        session=10 * -(-referrals // 8),
        user_day=(colleagues + 2) * days,
        user_of_a_day=colleagues + 2,
        user=User.objects.count(),
        organisation=2,
        recent_referral=0,
    )
    found = growth.measure()
    grown = {name: (found[name][0] - before[name][0], found[name][1] - before[name][1]) for name in found}
    with capsys.disabled():
        rows = sum(rows for rows, _ in grown.values())
        size = sum(size for _, size in grown.values()) / 2**20
        sys.stdout.write(f"\n  {referrals} referrals, {days} days: {rows:,} rows, {size:.1f} MB more\n")
    assert growth.beyond(grown, units) == {}


def test_without_the_nights_the_limits_are_broken():
    """As above, for three weeks; the table is no good if nobody notices that nothing is deleted."""
    cache.clear()
    before = growth.measure()
    rehearse(people=8, seed=1)
    person, officer = factories.referrer(), factories.officer()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(retention, "keep_to_time", lambda *, now: None)
        for number in range(21):
            a_day([person], officer, BEGINS + timedelta(days=number))
    grown = {
        name: tuple(now - then for now, then in zip(size, before[name], strict=True))
        for name, size in growth.measure().items()
    }
    units = growth.Units(
        referral=8, session=10, user_day=3 * 21, user_of_a_day=3, user=User.objects.count(), organisation=2
    )
    assert set(growth.beyond(grown, units)) == {"django_session", "django_cache", growth.TOKENS}


def test_every_table_has_a_limit():
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = current_schema()")
        tables = {name for (name,) in cursor.fetchall()}
    assert tables == set(growth.LIMITS) - {growth.TOKENS}


def test_a_table_beyond_its_limit_is_named_by_rows_and_by_bytes():
    units = growth.Units(referral=1, user_of_a_day=1)
    assert growth.beyond({"django_session": (3, 0)}, units) == {}
    assert set(growth.beyond({"django_session": (500, 0)}, units)) == {"django_session"}
    assert set(growth.beyond({"django_session": (1, 10 * 2**20)}, units)) == {"django_session"}
