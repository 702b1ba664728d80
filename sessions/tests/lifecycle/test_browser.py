"""The pages about whole cohorts in a real browser."""

from datetime import timedelta

import pytest
from django.utils import timezone

from core.dates import LONDON
from participants.needs import services as needs
from sessions.tests import factories as make

pytestmark = pytest.mark.django_db(transaction=True)


def test_deciding_merging_moving_and_cancelling(look, cast):
    now = timezone.now()
    start = (now + timedelta(days=5)).astimezone(LONDON)
    cohort = make.cohort(now=now, starts_on=start.date(), name="Tuesdays")
    into = make.cohort(now=now, starts_on=start.date() + timedelta(days=2), name="Thursdays")
    place = make.placed(cohort, now=now)
    needs.add_if_unknown(person=place.participant, by=cast.officer, now=now, codes=["bsl"])
    make.offered(cohort, now=now)
    page = look.new(cast.officer)
    look.go(page, f"/admin/cohort_sessions/cohort/{cohort.pk}/")
    look.at(page, "life-cohort")
    page.get_by_role("link", name="Decide what to do").click()
    page.get_by_role("heading", name="Decide what to do: Tuesdays").wait_for()
    look.at(page, "life-decide")
    page.get_by_role("link", name="Run it").click()
    page.get_by_role("button", name="Run this group").click()
    page.get_by_role("heading", name="There is a problem").wait_for()
    look.at(page, "life-run-error")
    look.go(page, f"/admin/cohort_sessions/cohort/{cohort.pk}/cancel/")
    look.at(page, "life-cancel")
    look.go(page, f"/admin/cohort_sessions/place/{place.pk}/move/")
    page.get_by_label("Thursdays").check()
    look.at(page, "life-move-choose")
    page.get_by_role("button", name="Preview changes").click()
    page.get_by_role("button", name="Move person").wait_for()
    look.at(page, "life-move")
    look.go(page, f"/admin/cohort_sessions/cohort/{cohort.pk}/merge/")
    page.get_by_role("button", name="Preview changes").click()
    page.get_by_role("heading", name="There is a problem").wait_for()
    look.at(page, "life-merge-error")
    page.get_by_label("Thursdays").check()
    page.get_by_role("button", name="Preview changes").click()
    page.get_by_role("button", name="Merge the groups").wait_for()
    look.at(page, "life-merge")
    page.get_by_role("button", name="Merge the groups").click()
    page.get_by_text("is merged into Thursdays").wait_for()
    look.at(page, "life-merged")
    into.refresh_from_db()
    assert into.taken == 2
