"""The code in a letter leads where the mail's link leads, for as long, and to nobody who guesses."""

import math
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from playwright.sync_api import Page
from time_machine import travel

from accounts.tests.factories import OfficerFactory
from messaging.content import rendering
from messaging.letters import codes
from messaging.letters import services as letters
from messaging.models import Letter, Message
from messaging.tests.letters.test_services import by_post
from participants.personal_links.links import Link
from sessions.models import AnswerLink
from sessions.tests import factories as make
from sessions.tests.factories import NOW
from tests.plugins.browser import DESK, PHONE

pytestmark = pytest.mark.django_db
PAGE = "/c/"


@pytest.fixture(autouse=True)
def no_tries_yet():
    cache.clear()


@pytest.fixture
def letter() -> Message:
    """Ten dates, printed."""
    place = make.placed(make.cohort(), person=by_post())
    message = Message.objects.get(kind="placed", participant=place.referral.participant)
    letters.print_letters(message_ids=[message.pk], by=OfficerFactory(), now=NOW)
    return message


@pytest.fixture
def now() -> Callable:
    with travel(NOW + timedelta(hours=2), tick=False) as clock:
        yield clock


def told(client: Client, code: str, **extra) -> str:
    answer = client.post(PAGE, {"code": code}, **extra)
    assert answer.status_code == 200
    return str(answer.context["form"].errors["code"][0])


def test_it_leads_to_the_page_of_the_mails_link(letter, now, client):
    assert letter.channel == Message.Channel.LETTER
    code = codes.code_of(letter)
    link = AnswerLink.objects.get(attendance__session__number=1)
    for typed in (
        code,
        code.lower(),
        code.replace("-", ""),
        f"  {code.replace('-', ' ')} ",
        code.replace("-", "–"),
    ):
        answer = client.post(PAGE, {"code": typed})
        assert (answer.status_code, answer["Location"]) == (302, f"/s/{link.token}/"), typed
        assert answer["Cache-Control"] == "no-store"
    assert client.get(answer["Location"]).status_code == 200
    before = Message.objects.count()
    letters.print_letters(message_ids=[letter.pk], by=OfficerFactory(), now=NOW)  # once more
    assert client.post(PAGE, {"code": code}).status_code == 302
    assert Message.objects.count() == before


def test_an_offer_is_rung_because_a_letter_would_leave_no_time_to_answer():
    make.offered(make.cohort(), person=by_post())
    assert Message.objects.get(kind="offer").channel == Message.Channel.PHONE


def test_a_code_that_is_over_gets_the_answer_of_one_that_never_was(letter, now, client):
    wrong = told(client, "BCD-FGH-JKM")
    code = codes.code_of(letter)
    AnswerLink.objects.update(revoked_at=NOW)
    assert told(client, code) == wrong
    AnswerLink.objects.update(revoked_at=None)
    assert client.post(PAGE, {"code": code}).status_code == 302
    now.shift(timedelta(days=120))
    assert told(client, code) == wrong


def test_a_link_whose_digest_has_gone_leads_nowhere_and_stops_nothing(letter, now, client):
    """After TOKEN_KEPT_DAYS (retention)."""
    wrong, code = told(client, "BCD-FGH-JKM"), codes.code_of(letter)
    AnswerLink.objects.update(digest=None)
    assert all(link.token for link in AnswerLink.objects.all())
    assert told(client, code) == wrong
    assert "[personal link]" in rendering.render_message(letter, NOW).copy
    assert letters.print_letters(message_ids=[letter.pk], by=OfficerFactory(), now=NOW).pdf


def test_a_code_that_is_over_is_looked_up_in_the_steps_of_one_that_never_was(letter, now, client):
    AnswerLink.objects.update(revoked_at=NOW)
    made = []
    for code in (codes.code_of(letter), "BCD-FGH-JKM"):
        cache.clear()
        with CaptureQueriesContext(connection) as statements:
            told(client, code)
        made.append(
            [each["sql"].partition(" WHERE ")[0] for each in statements if "SAVEPOINT" not in each["sql"]]
        )
    assert made[0] == made[1]


def test_what_the_letter_was_about_may_be_gone(letter, now, client):
    AnswerLink.objects.all().delete()
    assert "does not work" in told(client, codes.code_of(letter))


def test_a_typing_mistake_is_no_try_and_stays_in_the_box(letter, now, client):
    for _ in range(30):
        answer = client.post(PAGE, {"code": "BCD-FGH-JK0"})
        assert "9 letters and numbers" in answer.content.decode()
        assert 'value="BCD-FGH-JK0"' in answer.content.decode()
    assert client.post(PAGE, {"code": codes.code_of(letter)}).status_code == 302


def test_guessing_ends_after_ten_tries_also_with_the_right_code(letter, now, client):
    for _ in range(10):
        assert "does not work" in told(client, "BCD-FGH-JKM")
    assert "Too many tries" in told(client, codes.code_of(letter))
    elsewhere = {"REMOTE_ADDR": "198.51.100.7"}
    assert Client().post(PAGE, {"code": codes.code_of(letter)}, **elsewhere).status_code == 302
    now.shift(timedelta(minutes=11))
    assert client.post(PAGE, {"code": codes.code_of(letter)}).status_code == 302


def test_guessing_from_many_places_ends_too(letter, now, settings):
    settings.ACCOUNT_RATE_LIMITS = {**settings.ACCOUNT_RATE_LIMITS, "letter_code_of_all": "25/1h/key"}
    answers = [told(Client(), "BCD-FGH-JKM", REMOTE_ADDR=f"198.51.100.{n % 20}") for n in range(27)]
    assert ["Too many tries" in answer for answer in answers] == [False] * 25 + [True] * 2
    assert {"letter_code", "letter_code_of_all"} <= set(settings.ACCOUNT_RATE_LIMITS)


def test_a_code_is_long_enough_and_not_to_be_mistaken(letter):
    assert codes.LENGTH * math.log2(len(codes.ALPHABET)) > 40
    assert not set(codes.ALPHABET) & set("AEIOU01L2Z5S")
    many = {codes.code_of(Message(key=f"note:{n}")) for n in range(2000)}
    assert len(many) == 2000
    assert {letter for code in many for letter in code} == {*codes.ALPHABET, "-"}


def test_the_row_tells_nobody_the_code(letter, settings):
    digest = Letter.objects.get().digest
    code = codes.code_of(letter)
    assert digest == codes.digest_of(code)
    settings.LINK_KEY = "another key, which whoever has a copy of the table does not know"
    assert codes.digest_of(code) != digest


def test_every_kind_of_link_is_looked_up():
    assert {table.__name__ for table in Link.__subclasses__()} >= {
        "AnswerLink",
        "OfferLink",
        "FormLink",
        "WaitingLink",
    }


@pytest.mark.parametrize("method", ["get", "head", "options"])
def test_looking_tries_nothing(letter, now, client, method):
    answer = getattr(client, method)(PAGE, {"code": codes.code_of(letter)})
    assert answer.status_code == 200
    assert "Location" not in answer
    assert Client(enforce_csrf_checks=True).post(PAGE, {"code": codes.code_of(letter)}).status_code == 403


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("size", [PHONE, DESK], ids=["320", "1280"])
def test_the_page_is_for_everybody(live_server, open_page, axe, no_sideways_scroll, screenshot, size):
    page: Page = open_page(size, javascript=False) if size == PHONE else open_page(size)
    page.goto(f"{live_server.url}{PAGE}")
    name = f"letter-code-{size['width']}"
    for code, shot in ((None, ""), ("BCD FGH", "-shape"), ("bcd-fgh-jkm", "-wrong")):
        if code:
            page.get_by_label("The code from your letter").fill(code)
            page.get_by_role("button", name="Continue").click()
            assert page.get_by_label("The code from your letter").input_value() == code
        no_sideways_scroll(page)
        screenshot(page, f"{name}{shot}")
        if size != PHONE:
            axe(page)


def test_nothing_is_logged_of_the_newest_letter_that_a_wrong_code_is_compared_with(
    letter, now, client, caplog
):
    AnswerLink.objects.all().delete()
    with caplog.at_level("ERROR", logger="messaging.letters.codes"):
        assert codes.path_of("BCD-FGH-JKM", now) == ""
        assert caplog.records == []
        assert codes.path_of(codes.code_of(letter), now) == ""
    assert len(caplog.records) == 1
