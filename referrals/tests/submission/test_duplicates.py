"""The same person referred twice by one practice: asked about before anything is sent, and never across practices."""

from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.tests.factories import sign_in_browser
from referrals.models import Referral
from referrals.statuses import Reason
from referrals.submission import services as submission
from referrals.submission.forms import PAGES
from referrals.tests import filling
from referrals.tests.factories import send, submitted, typed
from referrals.triage import services as triage
from tests.plugins.browser import PHONE

pytestmark = pytest.mark.django_db
NEW = "/referrals/new/"
KNOWN = {"nhs_number": "9990000018", "given_name": "Aoife", "family_name": "O’Neill"}


@pytest.fixture
def known(cast) -> Referral:
    return submitted(organisation=cast.riverbank, by=cast.lead, **KNOWN)


def asked(client, **changed):
    response = send(client, typed(**changed))
    return response.status_code == 200 and b"Has this patient already been referred?" in response.content


def test_the_same_nhs_number_is_asked_about_and_nothing_is_sent(reception, known):
    form = typed()
    page = send(reception, form).content.decode()
    assert known.reference in page
    assert Referral.objects.count() == 1
    assert "O’Neill" in reception.get(f"{NEW}{form['submission_key']}/patient/").content.decode(), (
        "it is kept"
    )


def test_sent_all_the_same_is_recorded(reception, known):
    send(reception, typed() | {"again": "1"})
    second = Referral.objects.exclude(pk=known.pk).get()
    assert (
        second.status_changes.get().words == f"Sent although {known.reference} looked like the same person."
    )


def test_it_is_asked_right_after_the_first_page_and_once_only(reception, known, cast):
    form = typed()
    key = form["submission_key"]
    first = {box: value for box, value in form.items() if PAGES["patient"].asks(box)}
    asked_at = reception.post(f"{NEW}{key}/patient/", first).url
    assert asked_at == f"{NEW}{key}/alike/"
    page = reception.get(asked_at).content.decode()
    assert known.reference in page
    assert "Continue with a new referral" in page
    assert f'href="{NEW}{key}/patient/"' in page
    assert reception.post(asked_at, {"again": "1"}).status_code == 200, "what was not shown was not seen"
    assert reception.post(asked_at, {"seen": known.reference}).url == f"{NEW}{key}/consent/"
    assert reception.get(asked_at).url == f"{NEW}{key}/consent/", "what was seen is not asked again"
    assert reception.post(f"{NEW}{key}/patient/", first).url == f"{NEW}{key}/consent/"
    assert reception.post(f"{NEW}{key}/patient/?check", first).url == f"{NEW}{key}/check/"
    submitted(organisation=cast.riverbank, by=cast.lead, **KNOWN | {"nhs_number": ""})
    assert reception.post(f"{NEW}{key}/patient/?check", first).url == f"{asked_at}?check", (
        "of another one it is"
    )


def test_who_is_put_right_is_asked_about_again(reception, known):
    form = typed()
    key = form["submission_key"]
    first = {box: value for box, value in form.items() if PAGES["patient"].asks(box)}
    reception.post(f"{NEW}{key}/patient/", first | {"date_of_birth_year": "1959"})
    reception.post(f"{NEW}{key}/alike/", {"seen": known.reference})
    assert reception.post(f"{NEW}{key}/patient/?check", first).url == f"{NEW}{key}/alike/?check"


def test_one_that_came_while_the_form_was_filled_in_is_asked_about_before_sending(reception, cast):
    form = typed()
    key = form["submission_key"]
    for name, page in PAGES.items():
        reception.post(f"{NEW}{key}/{name}/", {box: v for box, v in form.items() if page.asks(box)})
    meanwhile = submitted(organisation=cast.riverbank, by=cast.lead, **KNOWN)
    page = reception.post(f"{NEW}{key}/check/").content.decode()
    assert meanwhile.reference in page
    assert "Send this referral anyway" in page
    assert reception.post(f"{NEW}{key}/check/", {"again": "1"}).url.endswith("/sent/")


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
def test_who_looks_like_the_same_person(reception, known, changed, alike):
    assert asked(reception, **changed) is alike


def test_an_ended_referral_is_not_in_the_way(reception, known, cast):
    triage.withdraw(referral=known, by=cast.lead, now=timezone.now(), reason=Reason.NOT_WANTED)
    assert not asked(reception)


def test_a_second_press_of_the_same_form_asks_nothing(reception):
    form = typed()
    assert send(reception, form).url == send(reception, form).url


def test_another_practices_referral_stays_its_own(reception, cast):
    submitted(organisation=cast.hilltop, by=cast.neighbour, **KNOWN)
    assert not asked(reception)


def test_one_query_however_many_there_are(cast, known):
    def ask() -> int:
        with CaptureQueriesContext(connection) as queries:
            list(
                submission.possible_duplicates(
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
@pytest.mark.parametrize("javascript", [True, False], ids=["scripts on", "scripts off"])
def test_the_page_asks_kindly(javascript, open_page, live_server, cast, known, looked_at):
    page = open_page(PHONE, javascript=javascript)
    sign_in_browser(page, live_server.url, cast.receptionist)
    page.goto(f"{live_server.url}{NEW}")
    filling.patient(page)
    page.get_by_role("heading", name="Has this patient already been referred?").wait_for()
    looked_at(page, "alike", scripts=javascript)
    page.get_by_role("button", name="Continue with a new referral").click()
    filling.consent(page)
    filling.screening(page)
    page.get_by_role("button", name="Send referral").click()
    page.get_by_role("heading", name="Referral sent").wait_for()
