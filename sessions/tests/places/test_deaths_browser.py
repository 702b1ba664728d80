"""The pages about a recorded death, and about one that was a mistake, in a real browser."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from core.dates import LONDON
from participants.tests.factories import PersonFactory
from sessions.places import placement
from sessions.tests import factories as make

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def place(cast):
    now = timezone.now()
    starts = (now + timedelta(days=12)).astimezone(LONDON).date()
    cohort = make.cohort(now=now, starts_on=starts, name="Tuesdays", by=cast.officer)
    referral = make.waiting(
        person=PersonFactory(given_name="Síle", practice=cast.riverbank),
        opted_in_at=now - timedelta(days=30),
        organisation=cast.riverbank,
        submitted_by=cast.receptionist,
    )
    return placement.place(referral=referral, cohort=cohort, by=cast.officer, now=now)


def test_recording_a_death_and_undoing_it(look, cast, place):
    referral, person = place.referral, place.participant
    about = f"/admin/referrals/referral/{referral.pk}/"
    link = reverse("sessions:answer", args=[place.attendances.first().link.token])
    page = look.new(cast.officer)
    look.go(page, f"{about}died/")
    look.at(page, "died")
    page.get_by_role("button", name="Continue").click()
    page.get_by_role("alert").get_by_text("Select who told us").wait_for()
    look.at(page, "died-errors")
    page.get_by_label("Family or a friend").check()
    page.get_by_label("Their name").fill("Their daughter, Nuala")
    page.get_by_role("button", name="Continue").click()
    page.get_by_role("heading", name="Is this the person who has died?").wait_for()
    look.at(page, "died-check")
    page.get_by_role("button", name="Go back").click()
    assert page.get_by_label("Their name").input_value() == "Their daughter, Nuala"
    page.get_by_role("button", name="Continue").click()
    page.get_by_role("button", name="Record that Síle O’Neill has died").click()
    page.get_by_text("is recorded as having died").wait_for()
    look.go(page, f"{about}change/")
    look.at(page, "died-referral")
    look.go(page, f"/admin/participants/participant/{person.pk}/change/")
    look.at(page, "died-person")
    look.go(page, f"/admin/participants/participant/{person.pk}/ready/")
    look.at(page, "died-ready")
    theirs = look.new()
    look.go(theirs, link)
    look.at(theirs, "died-link")
    practice = look.new(cast.receptionist)
    look.go(practice, f"/referrals/{referral.reference}/")
    look.at(practice, "died-practice")

    look.go(page, f"/admin/participants/participant/{person.pk}/change/")
    page.get_by_role("link", name="Recorded by mistake?").click()
    look.at(page, "not-died")
    page.get_by_role("button", name="Undo: this person has not died").click()
    page.get_by_role("alert").get_by_text("Enter why it was recorded by mistake").wait_for()
    look.at(page, "not-died-errors")
    page.get_by_label("Why was it recorded by mistake?").fill("Two people of one name")
    page.get_by_label("Who confirmed that it is a mistake?").fill("Dr Bell, Riverbank")
    page.get_by_role("button", name="Undo: this person has not died").click()
    page.get_by_role("heading", name="Death recorded by mistake: speak to them first").wait_for()
    look.at(page, "not-died-referral")
    look.go(theirs, link)
    look.at(theirs, "not-died-link")
    look.go(practice, f"/referrals/{referral.reference}/")
    look.at(practice, "not-died-practice")
    page.get_by_role("link", name="Tell Riverbank Surgery").click()
    look.at(page, "correction")
    look.go(page, f"/admin/participants/participant/{person.pk}/spoken/")
    look.at(page, "spoken")
    page.get_by_label("The person", exact=True).check()
    page.get_by_label("What was said?").fill("Said sorry")
    page.get_by_role("button", name="Record this and start messages again").click()
    page.get_by_text("We can send messages to").wait_for()
