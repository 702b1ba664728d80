"""The pages behind a clinician's link, over HTTP: nothing of the patient too early, wrong tries alike, looks change nothing."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.test import Client

from accounts.tests.factories import sign_in
from messaging.models import Message
from referrals.clinician_link import services
from referrals.models import ClinicianLink, Confirmation, SafetyAnswer
from referrals.screening import eligibility
from referrals.screening import services as screening
from referrals.tests.clinician_link.named import (
    ANSWERS,
    FOREIGN,
    NAME,
    RIGHT,
    STOPS,
    address,
    code_in,
    left_to,
    link_of,
    opened,
    with_code,
    words,
)
from referrals.tests.factories import NOW

pytestmark = pytest.mark.django_db
PRIVATE = ("Aoife", "O’Neill", "1958", "27 March", "A.O.", "GL1", "aoife@")
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOW + timedelta(hours=1), tick=False):
        yield


@pytest.fixture
def left(cast):
    return left_to(organisation=cast.riverbank, by=cast.receptionist)


@pytest.fixture
def link(left):
    return link_of(left)


def without_token(page: str) -> str:
    return re.sub(r'name="csrfmiddlewaretoken" value="[^"]*"', "", page)


def kept(link: ClinicianLink) -> tuple:
    rows = Message.objects.count(), SafetyAnswer.objects.count(), Confirmation.objects.values_list().get()
    return ClinicianLink.objects.filter(pk=link.pk).values_list().get(), rows


def test_before_the_code_nothing_of_the_patient_and_then_initials_and_year(link):
    page = Client().get(address(link))
    for private in PRIVATE:
        assert private not in words(page), private
    assert "Email me a code" in words(page)
    assert page["Cache-Control"] == "no-store"
    assert "noindex" in page["X-Robots-Tag"]
    after = words(with_code(link).get(address(link)))
    assert "A.O., born 1958" in after
    for private in ("Aoife", "O’Neill", "27 March", "GL1", "aoife@", 'name="safety_'):
        assert private not in after, private


def test_what_scanners_look_at_changes_nothing(link):
    before = kept(link)
    for client in (Client(), Client(HTTP_USER_AGENT="scanner")):
        for method in ("get", "head", "options"):
            getattr(client, method)(address(link))
        client.get(address(link) + "?step=ask&code=BCDF-GHJK")
    assert kept(link) == before


def test_a_press_without_the_code_or_the_match_reaches_no_question(link, left):
    for step in (RIGHT, ANSWERS):
        answer = Client().post(address(link), step)
        assert "safety_red_flags" not in re.sub(r'<input type="hidden"[^>]*>', "", words(answer))
    answer = with_code(link).post(address(link), ANSWERS)
    assert "Patient’s last name" in words(answer)
    assert screening.unanswered_lists(left)


def test_wrong_pairs_answer_alike_and_the_fifth_closes(link):
    client = with_code(link)
    wrong = [
        RIGHT | {"last_name": "Smith"},
        RIGHT | {"date_of_birth_day": "28"},
        RIGHT | {"date_of_birth_year": "1959"},
    ]
    wrong += [RIGHT | {"last_name": "Aoife"}]
    answers = [client.post(address(link), pair) for pair in wrong]
    assert {answer.status_code for answer in answers} == {200}
    assert len({without_token(words(answer)) for answer in answers}) == 1
    assert "They do not match this referral" in words(answers[0])
    last = client.post(address(link), wrong[0])
    assert last.status_code == 410
    for browser in (client, Client()):
        assert browser.post(address(link), RIGHT).status_code == 410
        assert "This link is not open" in words(browser.get(address(link)))


def test_an_unknown_a_closed_and_an_expired_link_say_the_same(link, left, cast):
    unknown = words(Client().get("/a/" + "x" * 43 + "/"))
    with time_machine.travel(NOW + 22 * DAY):
        assert words(Client().get(address(link))) == unknown
    screening.ask_clinician(referral=left, name="Dr Lee", email=FOREIGN, by=cast.receptionist, now=NOW)
    replaced = Client().get(address(link))
    assert (replaced.status_code, words(replaced)) == (410, unknown)


def test_a_referral_that_has_ended_opens_nothing_even_when_it_was_open(link, left):
    client = opened(link)
    type(left).objects.filter(pk=left.pk).update(status="withdrawn")
    assert client.post(address(link), ANSWERS).status_code == 410
    assert not SafetyAnswer.objects.filter(said_in__isnull=False).exists()


def test_three_wrong_codes_end_it_and_the_sixth_in_an_hour_is_refused(link):
    client = Client()
    client.post(address(link), {"step": "ask"})
    code = code_in(link)
    tries = [client.post(address(link), {"step": "code", "code": "BCDF-GHJK"}) for _ in range(3)]
    assert len({without_token(words(answer)) for answer in tries}) == 1
    assert client.post(address(link), {"step": "code", "code": code}).status_code == 200
    for _ in range(4):
        client.post(address(link), {"step": "ask"})
    refused = client.post(address(link), {"step": "ask"})
    assert "We have not sent another code" in words(refused)
    assert Message.objects.filter(kind="clinician_code").count() == 5


def test_another_browser_has_to_prove_it_again(link):
    opened(link)
    assert "Email me" in words(Client().get(address(link)))


def test_bad_input_is_said_and_what_was_typed_stays(link):
    client = opened(link)
    answer = words(client.post(address(link), ANSWERS | {"number": "none", "name": "Dr X", "register": ""}))
    assert "Enter your registration number as your register shows it" in answer
    assert "Select your register" in answer
    assert 'value="Dr X"' in answer
    for bad in ({}, {"step": "match"}, {"step": "answers", "name": "\x00"}, {"step": "zzz"}):
        assert client.post(address(link), bad).status_code == 200


def test_answers_of_an_hour_ago_are_kept_while_it_is_opened_again(link, left):
    client = opened(link)
    with time_machine.travel(NOW + timedelta(hours=3), tick=False):
        page = client.post(address(link), ANSWERS)
        assert "Your answers are safe" in words(page)
        client.post(address(link), {"step": "ask"})
        old = {name: value for name, value in ANSWERS.items() if name != "step"}
        page = client.post(address(link), old | {"step": "code", "code": code_in(link)})
        assert "Patient’s last name" in words(page)
        page = client.post(address(link), old | RIGHT)
    assert "Thank you" in words(page)
    assert screening.unanswered_lists(left) == []


def test_a_list_that_stops_shows_the_advice_and_holds(link, left):
    answer = words(opened(link).post(address(link), STOPS))
    assert "The referral is on hold" in answer
    assert "The same working day" in answer or "the same working day" in answer
    assert screening.has_hold(left)


# --- What the practice and officers see ----------------------------------------------------------------------


def test_the_officer_checks_an_address_by_phone_and_confirms_the_clinician(cast):
    referral = left_to(organisation=cast.riverbank, by=cast.receptionist, email=FOREIGN)
    office = sign_in(Client(), cast.officer)
    page = f"/admin/referrals/referral/{referral.pk}/clinician/"
    assert "Address checked by phone" in words(office.get(page))
    change = words(office.get(f"/admin/referrals/referral/{referral.pk}/change/"))
    assert "Check the clinician’s email address by phone." in change
    assert "The clinician’s email goes now" in words(office.post(page, {"step": "checked"}, follow=True))
    assert "A colleague might have done this" in words(office.post(page, {"step": "checked"}, follow=True))
    link = link_of(referral)
    assert "Thank you" in words(opened(link).post(address(link), ANSWERS))
    shown = words(office.get(page))
    assert "number 1234567" in shown
    assert f"Answered by {NAME} as GP" in words(
        office.get(f"/admin/referrals/referral/{referral.pk}/change/")
    )
    assert eligibility.blockers(referral)
    office.post(page, {"step": "confirmed"})
    assert eligibility.blockers(referral) == []
    assert "An officer has found this clinician" in words(office.get(page))
    assert "Press one of the buttons" in words(office.post(page, {"step": "zzz"}, follow=True))


def test_the_officer_opens_a_closed_link_or_names_another_clinician(link, left, cast):
    for _ in range(5):
        services.is_match(link=link, date_of_birth=NOW.date(), last_name="x", now=NOW)
    office = sign_in(Client(), cast.officer)
    page = f"/admin/referrals/referral/{left.pk}/clinician/"
    assert "The link is closed" in words(office.get(page))
    assert "The link is open again" in words(office.post(page, {"step": "opened"}, follow=True))
    assert Client().get(address(link)).status_code == 200
    another = {"step": "another", "name": "Dr Lee", "email": "dr.lee@nhs.net"}
    assert "You have named another clinician" in words(office.post(page, another, follow=True))
    assert Client().get(address(link)).status_code == 410
    own = another | {"email": cast.officer.email}
    assert "not your own" in words(office.post(page, own))


def test_a_referral_without_such_a_clinician_has_an_empty_page(cast):
    from referrals.tests.factories import submitted

    referral = submitted(organisation=cast.riverbank, by=cast.receptionist)
    office = sign_in(Client(), cast.officer)
    page = f"/admin/referrals/referral/{referral.pk}/clinician/"
    assert "No clinician without an account" in words(office.get(page))
    for step in ("checked", "opened", "confirmed"):
        assert office.post(page, {"step": step}).status_code == 302
