"""A register in a real browser: eight people on one screen, and filled by keyboard without scripts."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.tests.factories import sign_in_browser
from core.dates import LONDON
from participants.tests.factories import PersonFactory
from sessions.models import Attendance, Session
from sessions.tests import factories as make
from tests.plugins.browser import DESK

pytestmark = pytest.mark.django_db(transaction=True)


def test_eight_people_stand_on_one_screen_and_are_marked_by_keyboard(open_page, live_server, cast):
    now = timezone.now()
    cohort = make.cohort(now=now, starts_on=(now + timedelta(days=2)).astimezone(LONDON).date())
    for number in range(8):
        make.placed(cohort, person=PersonFactory(given_name=f"Gwendolyn {'abcdefgh'[number]}"), now=now)
    session = make.session(cohort, 1)
    begun = now - timedelta(hours=2)
    Session.objects.filter(pk=session.pk).update(starts_at=begun, ends_at=begun + timedelta(hours=1))
    page = open_page(DESK, javascript=False)
    sign_in_browser(page, live_server.url, cast.officer)
    page.goto(f"{live_server.url}/admin/cohort_sessions/session/{session.pk}/register/")
    save = page.get_by_role("button", name="Save register")
    box = save.bounding_box()
    assert box["y"] + box["height"] <= DESK["height"]

    rows = page.get_by_role("group")
    assert rows.count() == 8
    for number in range(8):
        rows.nth(number).get_by_label("On time").focus()
        page.keyboard.press("Space")
    rows.nth(0).get_by_label("Adapted").focus()
    page.keyboard.press("Space")
    save.focus()
    page.keyboard.press("Enter")
    page.get_by_text("Register saved").wait_for()
    marks = Attendance.objects.filter(session=session).values_list("code", "adapted")
    assert sorted(marks) == [("5", False)] * 7 + [("5", True)]
