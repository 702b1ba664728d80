"""The same person referred twice by one practice: asked about before anything is sent, and never across practices."""

from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.tests.factories import sign_in, sign_in_browser
from referrals.models import Referral
from referrals.statuses import Reason
from referrals.submission import duplicates
from referrals.tests import filling
from referrals.tests.factories import send, submitted, typed
from referrals.triage import services as triage
from tests.plugins.browser import DESK, PHONE

pytestmark = pytest.mark.django_db
NEW = "/referrals/new/"
KNOWN = {"nhs_number": "9990000018", "given_name": "Aoife", "family_name": "O’Neill"}


@pytest.fixture
def client(cast) -> Client:
    return sign_in(Client(), cast.receptionist)


@pytest.fixture
def known(cast) -> Referral:
    return submitted(organisation=cast.riverbank, by=cast.lead, **KNOWN)


def asked(client, **changed):
    response = send(client, typed(**changed))
    return response.status_code == 200 and b"Has this person been referred already?" in response.content


def test_the_same_nhs_number_is_asked_about_and_nothing_is_sent(client, known):
    form = typed()
    page = send(client, form).content.decode()
    assert known.reference in page
    assert Referral.objects.count() == 1
    assert "O’Neill" in client.get(f"{NEW}{form['submission_key']}/check/").content.decode(), "it is kept"


def test_sent_all_the_same_is_recorded(client, known):
    send(client, typed() | {"again": "1"})
    second = Referral.objects.exclude(pk=known.pk).get()
    assert (
        second.status_changes.get().words == f"Sent although {known.reference} looked like the same person."
    )


@pytest.mark.parametrize(
    ("changed", "alike"),
    [
        ({"nhs_number": None}, True),
        ({"nhs_number": None, "given_name": "Eva"}, True),  # three of four
        ({"nhs_number": None, "postcode": "GL9 9ZZ"}, True),
        ({"nhs_number": None, "given_name": "AOIFE", "date_of_birth_year": "1959"}, True),
        ({"nhs_number": None, "given_name": "Eva", "postcode": "GL9 9ZZ"}, False),  # two of four
        ({"nhs_number": "999 000 0026"}, False),  # another number is another person
        (
            {"given_name": "Eva", "family_name": "Bell", "postcode": "GL9 9ZZ"},
            True,
        ),  # the number alone is enough
    ],
)
def test_who_looks_like_the_same_person(client, known, changed, alike):
    assert asked(client, **changed) is alike


def test_an_ended_referral_is_not_in_the_way(client, known, cast):
    triage.withdraw(referral=known, by=cast.lead, now=timezone.now(), reason=Reason.NOT_WANTED)
    assert not asked(client)


def test_a_second_press_of_the_same_form_asks_nothing(client):
    form = typed()
    assert send(client, form).url == send(client, form).url


def test_another_practices_referral_stays_its_own(client, cast):
    submitted(organisation=cast.hilltop, by=cast.neighbour, **KNOWN)
    assert not asked(client)


def test_one_query_however_many_there_are(cast, known):
    def ask() -> int:
        with CaptureQueriesContext(connection) as queries:
            list(
                duplicates.alike(
                    user=cast.receptionist,
                    submission_key=uuid4(),
                    postcode="GL1 2AB",
                    date_of_birth=known.participant.date_of_birth,
                    **KNOWN,
                )
            )
        return len(queries)

    assert ask() == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("size", [PHONE, DESK], ids=["320", "1280"])
def test_the_page_asks_kindly(size, open_page, live_server, cast, known, axe, no_sideways_scroll, screenshot):
    page = open_page(size, javascript=size is DESK)
    sign_in_browser(page, live_server.url, cast.receptionist)
    page.goto(f"{live_server.url}{NEW}")
    filling.to_the_check(page)
    page.get_by_role("button", name="Send referral").click()
    page.get_by_role("heading", name="Has this person been referred already?").wait_for()
    if size is DESK:
        axe(page)
        no_sideways_scroll(page)
    screenshot(page, f"alike-{size['width']}")
    page.get_by_role("button", name="Send this referral all the same").click()
    page.get_by_role("heading", name="Referral sent").wait_for()
