"""The pages of proposals in a real browser."""

from datetime import timedelta

import pytest
from django.utils import timezone

from core.dates import LONDON
from participants.needs import services as needs
from sessions.proposals import approval
from sessions.proposals import services as proposals
from sessions.tests import factories as make

pytestmark = pytest.mark.django_db(transaction=True)


def test_asking_reading_moving_and_approving(look, cast):
    now = timezone.now()
    programme = make.programme(minimum_to_start=2)
    start = (now + timedelta(days=12)).astimezone(LONDON).date()
    cohort = make.cohort(now=now, starts_on=start, name="Seated, evenings", programme=programme, capacity=3)
    make.cohort(now=now, starts_on=start + timedelta(days=1), name="Mornings", programme=programme)
    people = [make.suited(cohort, opted_in_at=now - timedelta(days=days)) for days in (140, 50, 40, 30, 20)]
    needs.add_if_unknown(person=people[0].participant, by=cast.officer, now=now, codes=["hearing_aid"])
    page = look.new(cast.officer)
    look.go(page, "/admin/cohort_sessions/cohort/proposals/")
    look.at(page, "proposals-ask")
    page.get_by_label("Minimum weeks waiting").fill("many")
    page.get_by_role("button", name="Make a proposal").click()
    page.get_by_role("heading", name="There is a problem").wait_for()
    look.at(page, "proposals-error")
    page.get_by_label("Minimum weeks waiting").fill("2")
    page.get_by_role("button", name="Make a proposal").click()
    page.get_by_role("heading", name="Making a proposal").wait_for()
    look.at(page, "proposal-waiting")
    proposals.make_asked(now=now)
    page.get_by_role("link", name="Refresh").click()
    page.get_by_role("heading", name="A proposal", exact=True).wait_for()
    look.at(page, "proposal")
    page.get_by_role("link", name="Change group").last.click()
    page.get_by_label("None").check()
    page.get_by_role("button", name="Preview change").click()
    page.get_by_role("heading", name="Effect of this change").wait_for()
    look.at(page, "proposal-move")
    page.get_by_role("button", name="Save change").click()
    page.get_by_role("heading", name="There is a problem").wait_for()
    look.at(page, "proposal-move-error")
    page.get_by_label("Reason").fill("On holiday in the first weeks")
    page.get_by_role("button", name="Save change").click()
    page.get_by_text("is moved.").wait_for()
    page.get_by_role("link", name="Review and approve").click()
    look.at(page, "proposal-approve")
    page.get_by_role("button", name="Approve proposal").click()
    page.get_by_text("We are doing this now").first.wait_for()
    approval.carry_out_approved(now=timezone.now())
    page.reload()
    look.at(page, "proposal-done")
    look.go(page, "/admin/cohort_sessions/cohort/proposals/")
    look.at(page, "proposals-list")
