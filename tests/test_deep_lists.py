"""Long lists of the office: numbered pages as far as anybody counts, and from there on page after page by name."""

import re
from datetime import timedelta
from html import unescape

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core import admin as core_admin
from participants.tests.factories import PersonFactory
from referrals.models import Referral
from referrals.tests.factories import NOW, ReferralFactory

pytestmark = pytest.mark.django_db
LIST = "/admin/referrals/referral/"


@pytest.fixture
def counted(monkeypatch, cast):
    """As if nobody counted further than 100; three of the rows came in the same second."""
    monkeypatch.setattr(core_admin, "COUNTED", 100)
    person = PersonFactory()
    rows = Referral.objects.bulk_create(
        ReferralFactory.build(
            participant=person,
            organisation=cast.riverbank,
            submitted_by=cast.receptionist,
            submitted_at=NOW + timedelta(days=n // 3),
        )
        for n in range(330)
    )
    return [row.pk for row in rows][::-1]


def shown(answer) -> list[int]:
    return [row.pk for row in answer.context["cl"].result_list]


def older(answer) -> str:
    found = re.search(r'<a href="([^"]+)">Older</a>', answer.content.decode())
    return unescape(found[1]) if found else ""


def test_every_row_is_met_once_from_page_to_page(office, counted):
    address, met = "?show=all", []
    while address:
        answer, here = office.get(f"{LIST}{address}"), address
        met += shown(answer)
        address = older(answer)
    met += shown(office.get(f"{LIST}{here}&p=2"))  # the last of them can be counted again
    assert met == counted


def test_what_is_not_counted_is_said_so(office, counted):
    assert "10,000+ referrals" in office.get(f"{LIST}?show=all").content.decode()
    assert "10,000+" not in office.get(f"{LIST}?show=waiting").content.decode()


def test_another_group_begins_at_its_first_page(office, counted):
    page = office.get(f"{LIST}?show=all&after={counted[49]}").content.decode()
    assert "?show=waiting" in page
    assert "show=waiting&amp;after" not in page
    assert "after=" in page  # the numbered pages stay below


@pytest.mark.parametrize("after", ["", "x", "0", "-1", "9" * 30, "1&after=2"])
def test_nonsense_instead_of_a_row_shows_the_first_page(office, counted, after):
    assert shown(office.get(f"{LIST}?show=all&after={after}"))[0] in counted[:1] or after == "1&after=2"


def test_a_list_in_another_order_is_not_cut(office, counted):
    """The queue is oldest first: "older than" would hide work."""
    assert len(shown(office.get(f"{LIST}?after={counted[0]}"))) == 50
    assert not older(office.get(LIST))


def test_a_deep_page_asks_one_question_more(office, counted):
    office.get(f"{LIST}?show=all")
    asked = []
    for address in (f"{LIST}?show=all", f"{LIST}?show=all&after={counted[200]}"):
        with CaptureQueriesContext(connection) as queries:
            office.get(address)
        asked.append(len(queries))
    assert asked[1] <= asked[0] + 1
    assert "OFFSET" not in queries[-2]["sql"]
    assert Referral.objects.count() == 330


def test_people_are_met_once_too(office, monkeypatch):
    monkeypatch.setattr(core_admin, "COUNTED", 60)
    people = [person.pk for person in PersonFactory.create_batch(120)][::-1]
    first = office.get("/admin/participants/participant/")
    second = office.get(f"/admin/participants/participant/{older(first)}")
    assert shown(first) + shown(second) == people[:100]
