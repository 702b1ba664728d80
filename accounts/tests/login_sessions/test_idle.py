"""A screen that was left alone closes by itself; working on keeps it open without a write at each page."""

from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.tests import factories
from accounts.tests.sign_in.steps import is_signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def clock():
    with time_machine.travel(timezone.now(), tick=False) as traveller:
        yield traveller


@pytest.fixture
def sam(client, clock):
    user = factories.referrer()
    factories.sign_in(client, user)
    client.get("/sign-out/")
    return user


def test_thirty_idle_minutes_sign_a_person_out_and_say_why(client, clock, sam):
    clock.shift(timedelta(minutes=30, seconds=1))
    answer = client.get("/referrals/?page=2")
    assert answer.url == "/sign-in/?next=/referrals/%3Fpage%3D2"
    assert not is_signed_in(client)
    page = client.get(answer.url).content.decode()
    assert "after 30 minutes without activity" in page
    assert "minutes without activity" not in client.get(answer.url).content.decode(), "it is said once"


def test_work_keeps_a_session_open(client, clock, sam):
    for _ in range(4):
        clock.shift(timedelta(minutes=29))
        assert client.get("/sign-out/").status_code == 200
    assert is_signed_in(client)


def test_quick_requests_do_not_write_the_session(client, clock, sam):
    clock.shift(timedelta(seconds=59))
    with CaptureQueriesContext(
        connection,
    ) as queries:
        client.get("/sign-out/")
    assert not [q for q in queries if q["sql"].startswith(("UPDATE", "INSERT"))]
    clock.shift(timedelta(seconds=1))
    with CaptureQueriesContext(connection) as queries:
        client.get("/sign-out/")
    assert [q for q in queries if q["sql"].startswith('UPDATE "django_session"')]


def test_a_form_sent_too_late_leads_back_to_the_page_it_was_on(client, clock, sam):
    clock.shift(timedelta(minutes=31))
    answer = client.post("/referrals/", {}, headers={"referer": "http://testserver/referrals/new/?draft=1"})
    assert answer.url == "/sign-in/?next=/referrals/new/%3Fdraft%3D1"


def test_a_form_from_elsewhere_leads_to_the_start(client, clock, sam):
    clock.shift(timedelta(minutes=31))
    answer = client.post("/referrals/", {}, headers={"referer": "https://evil.example/x"})
    assert answer.url == "/sign-in/?next=/"


def test_visitors_are_never_timed_out(client, clock):
    client.get("/sign-in/")
    clock.shift(timedelta(hours=2))
    assert client.get("/sign-in/").status_code == 200
