"""The officers' home: today's work first, true numbers, and no more questions for a thousand rows than for one."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from core import work_queue
from devtools.demo import bulk_people
from itsyourmove.admin import OPENED
from participants.tests.factories import PersonFactory
from referrals.models import Referral
from referrals.tests.factories import NOW, ReferralFactory

pytestmark = pytest.mark.django_db
HOME = "/admin/"
MOST = 16  # queries, at one row and at a thousand alike


@pytest.fixture
def busy(monkeypatch):
    """As if every panel had the same referrals to decide on: as much work as there can be."""
    new = next(each for each in work_queue.registered() if each.name == "referrals_to_triage")
    alike = {
        each.name: work_queue.Panel(each.name, each.title, each.order, find=new.find, row=new.row)
        for each in work_queue.registered()
    }
    monkeypatch.setattr(work_queue, "_panels", alike)
    return [each.name for each in work_queue.registered()]


def asked(office) -> int:
    with CaptureQueriesContext(connection) as queries:
        assert office.get(HOME).status_code == 200
    return len(queries)


def cards(office) -> list[dict]:
    """What Today shows of the panels with work, heading by heading."""
    return [card for heading in office.get(HOME).context["headings"] for card in heading["work"]]


@pytest.mark.thorough
def test_it_asks_as_little_for_a_thousand_rows_as_for_one(office, busy):
    person = PersonFactory()
    ReferralFactory(participant=person)
    assert asked(office) <= MOST  # the first visit of a day notes that the officer came
    one = asked(office)
    ReferralFactory.create_batch(999, participant=person)
    assert asked(office) == one <= MOST


@pytest.mark.thorough
def test_it_asks_little_of_a_crowd(office):
    bulk_people.make(referrals=1000, seed=1, now=timezone.now())
    assert asked(office) <= MOST


def test_what_comes_first_shows_its_rows_and_the_rest_its_number_and_the_way_there(office, busy):
    ReferralFactory(reference="IYM-4444-777")
    shown = cards(office)
    assert [bool(each["rows"]) for each in shown] == [place < OPENED for place in range(len(busy))]
    assert {each["count"] for each in shown} == {"1"}
    last = shown[-1]
    assert last["url"] == f"/admin/panel/{busy[-1]}/"
    assert "IYM-4444-777" in office.get(last["url"]).content.decode()


def test_an_empty_panel_takes_no_others_place(office):
    """Rows are shown for the first panels that have work, however many empty ones stand before them."""
    ReferralFactory(status="waiting", opted_in_at=NOW)
    shown = {each["panel"].name: each for each in cards(office)}
    assert len(shown["waiting"]["rows"]) == 1
    page = office.get(HOME).content.decode()
    assert re.search(r"Clear: [^\n]*New referrals to review", page)
    assert re.search(r"Nothing urgent at \d{1,2}(:\d\d)?[ap]m\.", page)


def test_nobody_counts_beyond_a_thousand(office, monkeypatch):
    monkeypatch.setattr(work_queue, "COUNTED", 10)
    ReferralFactory.create_batch(12, participant=PersonFactory())
    assert "See all 10+" in office.get(HOME).content.decode()


def test_each_panel_counts_what_it_finds(office):
    ReferralFactory.create_batch(3)
    ReferralFactory.create_batch(2, status="contacting", status_at=NOW)
    every = work_queue.registered()
    now = NOW + timedelta(days=30)
    found = [each.find(now) for each in every]
    assert work_queue.count(found) == [len(each) for each in found]
    assert sum(work_queue.count(found)) >= 5


def test_a_panel_that_has_no_list_has_a_page(office):
    ReferralFactory.create_batch(101, status="waiting", opted_in_at=NOW)
    queue = office.get(HOME).content.decode()
    assert 'href="/admin/panel/not_ready/"' in queue
    page = office.get("/admin/panel/not_ready/").content.decode()
    assert len(re.findall(r"Missing: when they can join", page)) == 100
    assert "Showing the first 100" in page
    Referral.objects.update(status="submitted")
    assert (
        "We have what we need for everyone on the waiting list."
        in office.get("/admin/panel/not_ready/").content.decode()
    )


def test_a_panel_that_there_is_not_is_not_found(office):
    assert office.get("/admin/panel/no_such_panel/").status_code == 404


def test_a_panels_page_is_for_the_office(client, cast):
    client.force_login(cast.receptionist)
    assert client.get("/admin/panel/not_ready/").status_code == 403
    client.logout()
    assert client.get("/admin/panel/not_ready/").status_code == 302
