"""Who may not be placed, on the officers' pages in a real browser."""

from datetime import timedelta

import pytest
from django.utils import timezone

from core.dates import LONDON
from referrals.screening import services as screening
from sessions.models import Place
from sessions.tests import factories as make

pytestmark = pytest.mark.django_db(transaction=True)


def test_placing_with_somebody_to_speak_to_first_and_a_hold_that_comes_meanwhile(look, cast):
    now = timezone.now()
    start = (now + timedelta(days=12)).astimezone(LONDON).date()
    cohort = make.cohort(now=now, starts_on=start, name="Evenings")
    free, later, speak, held = (make.waiting(opted_in_at=now - timedelta(days=days)) for days in (9, 8, 7, 6))
    screening.ask_for_clearance(referral=speak, because="Ticked: points to talk about", now=now)
    screening.hold(referral=held, by=cast.officer, now=now, words="Chest pain")
    page = look.new(cast.officer)
    look.go(page, f"/admin/cohort_sessions/cohort/{cohort.pk}/place/")
    assert page.get_by_role("checkbox").count() == 2
    assert page.get_by_role("link", name=f"Open the referral {speak.reference}").is_visible()
    look.at(page, "may-be-placed")
    for box in page.get_by_role("checkbox").all():
        box.check()
    page.get_by_role("button", name="Continue").click()
    look.at(page, "may-be-placed-confirm")
    screening.hold(referral=later, by=cast.officer, now=now, words="Fell yesterday")
    page.get_by_role("button", name="Place 2 people").click()
    page.get_by_role("heading", name="There is a problem").wait_for()
    page.get_by_role("link", name=f"({later.reference}) cannot be placed").wait_for()
    assert not Place.objects.exists()
    look.at(page, "may-be-placed-refused")
    page.get_by_role("button", name="Place 1 person").click()
    page.get_by_text("1 person was placed").wait_for()
    assert Place.objects.get().referral == free
