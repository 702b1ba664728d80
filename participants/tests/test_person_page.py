"""A person's page: the header on every tab, what comes next, and the same few questions however much there is."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from outcomes.models import Feedback
from participants import person_page
from participants.models import ContactNote
from participants.tests.factories import PersonFactory
from referrals.models import Referral, SafetyHold
from referrals.tests.factories import ReferralFactory
from tests.plugins.cast import Cast
from tests.test_access import world  # noqa: F401 - the fixture

pytestmark = pytest.mark.django_db
# Of the page's own and the header's, with who signed in and who looked.
MOST = {
    "overview": 30,
    "referral": 30,
    "readiness": 30,
    "group": 20,
    "messages": 26,
    "feedback": 20,
    "history": 24,
}


def address(person, tab: str) -> str:
    return reverse(f"admin:participants_participant_{person_page.TABS[tab][1]}", args=[person.pk])


def test_the_header_says_where_they_are_and_what_next(office, cast: Cast):
    now = timezone.now()
    person = PersonFactory(nhs_number="9990000018", phone="+441632960777", date_of_birth=date(1961, 7, 23))
    referral = ReferralFactory(
        participant=person, status="waiting", opted_in_at=now, organisation=cast.riverbank
    )
    for tab in person_page.TABS:
        shown = office.get(address(person, tab)).content.decode()
        for words in ("Born 23 July 1961", "999 000 0018", 'href="tel:', referral.reference, "Find a group"):
            assert words in shown, (tab, words)
        assert "<strong>Next:</strong> Safety questions not answered: Not asked yet" in shown
        assert shown.count('aria-current="page"') == 2  # the menu's People, and the tab
    SafetyHold.objects.create(
        referral=referral, why="officer", words="Dizzy", put_on_at=now, put_on_by=cast.officer
    )
    shown = office.get(address(person, "overview")).content.decode()
    assert "<strong>Next:</strong> Safety holds" in shown
    assert "Also: Safety questions not answered · Waiting: information missing · Waiting for a place" in shown
    assert "Review the hold" in shown


@pytest.mark.parametrize("tab", list(person_page.TABS))
def test_a_tab_asks_the_same_few_questions_however_much_there_is(
    office,
    officer,
    world,  # noqa: F811
    django_assert_max_num_queries,
    tab,
):
    referral = Referral.objects.get(pk=world.pks["referrals.referral"])
    person = referral.participant
    page = address(person, tab)
    office.get(page)
    with django_assert_max_num_queries(MOST[tab]) as few:
        assert office.get(page).status_code == 200
    now = timezone.now()
    ReferralFactory.create_batch(4, participant=person)
    ContactNote.objects.bulk_create(
        ContactNote(participant=person, channel="phone", from_them=True, words="Better", written_by=officer,
                    at=now - timedelta(hours=number), written_at=now)
        for number in range(30)
    )  # fmt: skip
    for attendance in referral.places.first().attendances.all():
        Feedback.objects.get_or_create(
            attendance=attendance, defaults={"form_version": 1, "enjoyed": 5, "given_at": now}
        )
    with django_assert_max_num_queries(len(few)):
        assert office.get(page).status_code == 200


def test_feedback_and_sessions_stand_on_their_tabs(office, world):  # noqa: F811
    place = Referral.objects.get(pk=world.pks["referrals.referral"]).places.first()
    first = place.attendances.order_by("starts_at").first()
    Feedback.objects.create(attendance=first, form_version=1, pain_since="better", given_at=timezone.now())
    assert "Better" in office.get(address(place.participant, "feedback")).content.decode()
    group = office.get(address(place.participant, "group")).content.decode()
    assert group.count("/register/") >= 10
