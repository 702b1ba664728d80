"""The officers' calendar: which days it shows, what stands beside each session, and what an address may ask."""

from datetime import date, timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.tests.factories import sign_in
from sessions.calendar import periods
from sessions.models import Cohort
from sessions.tests import factories as make
from sessions.tests.pages import text_of, url

pytestmark = pytest.mark.django_db

PAGE = "/admin/calendar/"
FIRST_WEEK = "?week=2026-W10"  # the usual cohort begins on Tuesday 3 March 2026


def test_a_week_shows_each_session_with_its_people_hosts_and_gaps(office):
    cohort = make.cohort(name="Spring, Tuesdays")
    make.placed(cohort)
    text = text_of(office.get(PAGE + FIRST_WEEK))
    assert "Monday 2 March to Sunday 8 March 2026" in text
    assert "6pm to 7pm" in text
    assert "Spring, Tuesdays" in text
    assert "1 person" in text
    for gap in ("No hosts", "Too few people"):
        assert f'app-badge--amber">{gap}<' in text
    assert "1 session.</strong> 1 needs something" in text

    lead, second = make.instructor(name="Jo Lee"), make.instructor(name="Sam Roe")
    Cohort.objects.filter(pk=cohort.pk).update(lead=lead, second_host=second)
    for _ in range(4):
        make.placed(cohort)
    text = text_of(office.get(PAGE + FIRST_WEEK))
    assert "Jo Lee and Sam Roe" in text
    assert "Nothing is missing." in text


def test_a_month_shows_its_own_days_and_leads_on(office):
    make.cohort()
    text = text_of(office.get(f"{PAGE}?month=2026-03"))
    assert "Calendar: March 2026" in text
    assert "5 sessions.</strong>" in text  # the Tuesdays from 3 to 31 March
    assert "?month=2026-02" in text
    assert "?month=2026-04" in text


def test_a_cancelled_session_is_shown_as_such_and_a_cancelled_group_not_at_all(office):
    cohort = make.cohort(name="Going on")
    make.cancelled(cohort, 1)
    gone = make.cohort(name="Called off")
    Cohort.objects.filter(pk=gone.pk).update(status="cancelled")
    text = text_of(office.get(PAGE + FIRST_WEEK))
    assert '<span class="app-badge">Cancelled</span>' in text
    assert "Going on" in text
    assert "Called off" not in text


def test_after_a_session_its_register_is_what_is_missing(client, cast):
    cohort = make.cohort()
    make.placed(cohort)
    session = make.session(cohort, 1)
    with time_machine.travel(session.ends_at + timedelta(hours=1), tick=False):
        office = sign_in(client, cast.officer)
        text = text_of(office.get(PAGE + FIRST_WEEK))
        assert "Register to complete" in text
        assert "No hosts" not in text
        make.register(session, cast.officer, now=session.ends_at)
        assert "Register saved" in text_of(office.get(PAGE + FIRST_WEEK))


@pytest.mark.parametrize("query", [FIRST_WEEK, "?month=2026-03"])
def test_it_asks_as_much_of_the_database_for_many_sessions_as_for_one(office, query):
    def asked():
        with CaptureQueriesContext(connection) as queries:
            assert office.get(PAGE + query).status_code == 200
        return len(queries)

    host = make.instructor()
    make.placed(make.cohort(lead=host))
    few = asked()
    programme = make.programme()
    for hour in range(9, 18):
        cohort = make.cohort(programme=programme, start_time=make.SIX_PM.replace(hour=hour))
        make.placed(cohort)
        make.placed(cohort)
    assert asked() <= few


def test_a_full_day_of_a_month_keeps_what_lacks_something_and_leads_to_its_week(office, monkeypatch):
    monkeypatch.setattr("sessions.calendar.services.OF_A_DAY", 1)
    hosts = {"lead": make.instructor(), "second": make.instructor()}
    quiet = make.cohort(name="Quiet", start_time=make.SIX_PM.replace(hour=9))
    Cohort.objects.filter(pk=quiet.pk).update(lead=hosts["lead"], second_host=hosts["second"])
    for _ in range(5):
        make.placed(quiet)
    make.cohort(name="Without hosts")
    text = text_of(office.get(f"{PAGE}?month=2026-03"))
    assert "Without hosts" in text
    assert "Quiet" not in text
    assert '<a href="?week=2026-W10">1 more' in text


@pytest.mark.parametrize(
    "query",
    [
        "?week=2026-W60",
        "?week=x",
        "?week=2026-W09'--",
        "?month=2026-13",
        "?day=31/2/2026",
        "?day=%D9%A3/1/2026",
        "?day=1999-12-31",
        "?day=soon&view=month",
        "?week=9999-W52",
        "?month=0000-01",
    ],
)
def test_a_date_that_is_none_gets_one_sentence_and_the_days_around_today(office, query):
    response = office.get(PAGE + query)
    assert response.status_code == 200
    text = text_of(response)
    assert "Enter a date between 2000 and 2100" in text
    assert "Monday 23 February to Sunday 1 March 2026" in text


@pytest.mark.parametrize(
    ("query", "title"),
    [
        ({}, "Monday 23 February to Sunday 1 March 2026"),
        ({"day": "2026-12-31"}, "Monday 28 December 2026 to Sunday 3 January 2027"),
        ({"day": "3/12/2026", "view": "month"}, "December 2026"),
        ({"day": "3/12/2026", "view": "year"}, "Monday 30 November to Sunday 6 December 2026"),
        ({"week": "2026-W53"}, "Monday 28 December 2026 to Sunday 3 January 2027"),
        ({"week": "2100-W52"}, "Monday 27 December 2100 to Sunday 2 January 2101"),
    ],
)
def test_an_address_names_a_week_or_a_month(query, title):
    period = periods.asked_for(query, date(2026, 2, 23))
    assert period.title == title
    assert period.after.before == period
    assert periods.asked_for(dict([period.query.split("=")]), date(2026, 2, 23)) == period


def test_it_is_on_the_menu_and_leads_to_the_group_and_the_session(office):
    cohort = make.cohort()
    text = text_of(office.get(PAGE + FIRST_WEEK))
    assert f'<a href="{reverse("admin:calendar")}" aria-current="page">Calendar</a>' in text
    assert url("cohort_change", cohort.pk) in text
    assert url("session_register", make.session(cohort, 1).pk) in text
