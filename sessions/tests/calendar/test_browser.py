"""The calendar in a real browser: by keyboard, without scripts, a list by day on a phone and seven columns on a desk."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.tests.factories import sign_in_browser
from core.dates import LONDON
from sessions.tests import factories as make
from tests.plugins.browser import DESK

pytestmark = pytest.mark.django_db(transaction=True)


def test_the_calendar_by_week_and_by_month(look, open_page, live_server, cast):
    now = timezone.now()
    start = (now + timedelta(days=1)).astimezone(LONDON).date()
    cohort = make.cohort(now=now, starts_on=start, name="Riverbank evenings")
    make.placed(cohort, now=now)
    page = look.new(cast.officer, javascript=False)
    look.go(page, f"/admin/calendar/?day={start.isoformat()}")
    days = page.locator(".app-calendar > li")
    assert days.nth(0).bounding_box()["x"] == days.nth(1).bounding_box()["x"]
    page.get_by_role("link", name="Riverbank evenings", exact=True).wait_for()
    page.get_by_role("link", name="Month").focus()
    page.keyboard.press("Enter")
    page.get_by_role("heading", level=1, name=f"Calendar: {start:%B %Y}").wait_for()
    page = look.new(cast.officer)
    look.go(page, f"/admin/calendar/?day={start.isoformat()}")
    look.at(page, "calendar-week")
    look.go(page, f"/admin/calendar/?month={start:%Y-%m}")
    look.at(page, "calendar-month")
    look.go(page, "/admin/calendar/?day=nonsense")
    look.at(page, "calendar-no-such-date")

    desk = open_page(DESK)
    sign_in_browser(desk, live_server.url, cast.officer)
    desk.goto(f"{live_server.url}/admin/calendar/?day={start.isoformat()}")
    days = desk.locator(".app-calendar > li")
    assert days.nth(0).bounding_box()["y"] == days.nth(6).bounding_box()["y"]
