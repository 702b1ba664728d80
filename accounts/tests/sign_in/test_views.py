"""Coming in with an e-mailed code: who may, how often, and what strangers learn."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import time_machine
from allauth.account.models import EmailAddress
from allauth.core.context import request_context
from django.core import mail
from django.db import connection
from django.test import Client
from django.urls import NoReverseMatch, reverse
from django.utils import timezone

from accounts import services
from accounts.tests import factories
from accounts.tests.sign_in.steps import ask_for_code, enter_code, is_signed_in, newest_code, plain
from core.nonces import name_of
from itsyourmove.allauth_adapter import AccountAdapter
from messaging.models import Message

pytestmark = pytest.mark.django_db

WRONG = "ZZZZ-ZZZZ"


@pytest.fixture
def sam(db):
    return factories.referrer(name="Sam O’Brien", email="sam.o'brien@riverbank.example")


def test_a_person_signs_in_with_the_code_from_the_mail(client, sam):
    asked = ask_for_code(client, sam.email)
    assert asked.status_code == 302
    assert asked.url == "/sign-in/code/"
    answer = enter_code(client, newest_code(sam))
    assert (answer.status_code, answer.url) == (302, "/")
    assert is_signed_in(client)


def test_the_code_is_promised_in_the_outbox_and_the_request_sends_nothing(client, sam):
    before = timezone.now()
    ask_for_code(client, sam.email)
    message = Message.objects.get()
    assert (message.kind, message.user, message.urgent, message.state) == (
        "sign_in_code",
        sam,
        True,
        "pending",
    )
    assert message.key.startswith(f"sign_in_code:{name_of(sam)}:")
    assert before + timedelta(minutes=15) <= message.expires_at <= timezone.now() + timedelta(minutes=15)
    assert newest_code(sam).encode() not in bytes(message.secret)
    assert mail.outbox == []


def test_no_other_mail_of_allauth_goes_around_the_outbox(rf, sam):
    with request_context(rf.get("/")), pytest.raises(ValueError, match="No kind of message"):
        AccountAdapter().send_mail("account/email/password_reset_key", sam.email, {})


@pytest.mark.parametrize("typed", ["SAM.O'Brien@Riverbank.EXAMPLE", "  sam.o'brien@riverbank.example "])
def test_capitals_and_spaces_in_an_address_do_not_matter(client, sam, typed):
    ask_for_code(client, typed)
    enter_code(client, newest_code(sam))
    assert is_signed_in(client)


@pytest.mark.parametrize("change", [str.lower, lambda code: code.replace("-", " "), lambda code: f" {code} "])
def test_a_code_may_be_typed_in_any_way(client, sam, change):
    ask_for_code(client, sam.email)
    enter_code(client, change(newest_code(sam)))
    assert is_signed_in(client)


def test_nobody_lands_on_a_page_that_asks_to_confirm_the_address(sam):
    address = EmailAddress.objects.get(user=sam)
    assert (address.email, address.verified, address.primary) == (sam.email, True, True)


def test_known_closed_and_unknown_addresses_get_the_same_answer(client, sam):
    closed = factories.referrer(email="gone.o'brien@riverbank.example")
    closed.is_active = False
    closed.save()
    pages = {}
    for email in (sam.email, closed.email, "who.o'brien@riverbank.example"):
        visitor = Client()
        asked = ask_for_code(visitor, email)
        shown = visitor.get(asked.url)
        wrong = enter_code(visitor, WRONG)
        again = enter_code(visitor, WRONG)
        last = enter_code(visitor, WRONG)
        told = [
            asked.status_code,
            asked.url,
            shown.status_code,
            wrong.status_code,
            last.status_code,
            last.url,
        ]
        names = [sorted(answer.cookies) for answer in (asked, shown, wrong, again, last)]
        words = [
            plain(answer.content).replace(email.replace("'", "&#x27;"), "ADDRESS")
            for answer in (shown, wrong, again)
        ]
        pages[email] = (told, names, words)
    first, *others = pages.values()
    assert all(other == first for other in others)
    assert Message.objects.count() == 1


def test_three_wrong_tries_end_a_code_and_a_new_one_works_at_once(client, sam):
    ask_for_code(client, sam.email)
    code = newest_code(sam)
    assert enter_code(client, WRONG).status_code == 200
    assert enter_code(client, WRONG).status_code == 200
    assert enter_code(client, WRONG).url == "/sign-in/"
    assert "too many wrong codes" in client.get("/sign-in/").content.decode()
    enter_code(client, code)
    assert not is_signed_in(client)
    ask_for_code(client, sam.email)
    enter_code(client, newest_code(sam))
    assert is_signed_in(client)


def test_the_third_try_may_be_the_right_one(client, sam):
    ask_for_code(client, sam.email)
    enter_code(client, WRONG)
    enter_code(client, WRONG)
    enter_code(client, newest_code(sam))
    assert is_signed_in(client)


@pytest.mark.parametrize("nothing", ["", "   ", "\u202e123", "x" * 200])
def test_a_blank_or_unreadable_code_is_told_so_and_costs_no_try(client, sam, nothing):
    ask_for_code(client, sam.email)
    for _ in range(4):
        assert enter_code(client, nothing).status_code == 200
    enter_code(client, newest_code(sam))
    assert is_signed_in(client)


@pytest.mark.django_db(transaction=True)
def test_tries_sent_at_the_same_moment_are_counted_one_by_one(sam):
    browser = Client()
    ask_for_code(browser, sam.email)
    code = newest_code(sam)
    cookie = browser.cookies["sessionid"].value

    def try_once(typed: str) -> bool:
        thread = Client()
        thread.cookies["sessionid"] = cookie
        try:
            return enter_code(thread, typed).status_code == 302 and is_signed_in(thread)
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        assert not any(pool.map(try_once, [WRONG] * 8))
    assert not try_once(code)  # each thread saw "no try yet" in the session; the shared count did not


def test_a_code_does_not_work_in_another_browser(client, sam):
    ask_for_code(client, sam.email)
    other = Client()
    ask_for_code(other, "somebody@else.example")
    enter_code(other, newest_code(sam))
    assert not is_signed_in(other)


def test_a_code_is_good_for_fifteen_minutes(client, sam):
    with time_machine.travel(timezone.now(), tick=False) as clock:
        ask_for_code(client, sam.email)
        clock.shift(timedelta(minutes=15, seconds=1))
        late = enter_code(client, newest_code(sam), onward="/referrals/")
        assert late.url == "/sign-in/?again=1&next=%2Freferrals%2F"
        assert "Ask for a new code" in client.get(late.url).content.decode()
    assert not is_signed_in(client)


def test_a_new_code_replaces_the_old_one(client, sam):
    ask_for_code(client, sam.email)
    old = newest_code(sam)
    ask_for_code(client, sam.email)
    enter_code(client, old)
    assert not is_signed_in(client)
    enter_code(client, newest_code(sam))
    assert is_signed_in(client)


def test_asking_often_is_slowed_for_that_address_from_that_place_only(client, sam):
    for _ in range(10):
        assert ask_for_code(client, sam.email).status_code == 302
    refused = ask_for_code(client, sam.email)
    assert "wait 10 minutes" in refused.content.decode()
    enter_code(client, newest_code(sam))
    assert is_signed_in(client), "the newest code works all the same"
    colleague = factories.referrer()
    assert ask_for_code(Client(), colleague.email).status_code == 302, "the practice is not shut out"


def test_nobody_can_use_up_the_tries_of_a_browser_that_signed_in_before(sam):
    own = Client()
    ask_for_code(own, sam.email)
    enter_code(own, newest_code(sam))
    own.post("/sign-out/")
    spiteful = Client()  # in the same building, so with the same internet address
    for _ in range(11):
        last = ask_for_code(spiteful, sam.email)
    assert last.status_code == 200
    assert ask_for_code(own, sam.email).status_code == 302


def test_limits_outlive_a_flood_of_other_addresses(settings):
    from django.core.cache import cache

    cache.set("a-limit", [1], 600)
    cache.set_many({f"flood-{n}": n for n in range(700)}, 600)
    assert cache.get("a-limit") == [1]


def test_the_session_changes_its_key_at_sign_in(client, sam):
    client.get("/sign-in/")
    ask_for_code(client, sam.email)
    planted = client.session.session_key
    enter_code(client, newest_code(sam))
    assert client.session.session_key != planted
    thief = Client()
    thief.cookies["sessionid"] = planted
    assert not is_signed_in(thief)


@pytest.mark.parametrize(
    "elsewhere",
    [
        "https://evil.example/",
        "//evil.example",
        "/\\evil.example",
        "https:evil.example",
        "javascript:alert(1)",
        "https://testserver.evil.example/",
        "http://localhost:8000/",
    ],
)
def test_sign_in_never_leads_to_another_site(client, sam, elsewhere):
    from urllib.parse import quote

    asked = ask_for_code(client, sam.email, onward=quote(elsewhere))
    assert asked.url == "/sign-in/code/"
    assert enter_code(client, newest_code(sam), onward=quote(elsewhere)).url == "/"
    assert client.get(f"/sign-in/?next={quote(elsewhere)}").url == "/"


def test_sign_in_leads_on_to_the_page_that_was_asked_for(client, sam):
    onward = "/referrals/?page=2"
    asked = ask_for_code(client, sam.email, onward="/referrals/%3Fpage%3D2")
    assert asked.url == "/sign-in/code/?next=%2Freferrals%2F%3Fpage%3D2"
    assert client.post(asked.url, {"code": newest_code(sam)}).url == onward


def test_an_account_closed_between_code_and_entry_stays_closed(client, sam):
    ask_for_code(client, sam.email)
    sam.is_active = False
    sam.save()
    assert enter_code(client, newest_code(sam)).url.startswith("/sign-in/")
    assert not is_signed_in(client)
    assert "has been closed" in client.get("/sign-in/").content.decode()


def test_closing_an_account_ends_its_open_session(client, sam):
    factories.sign_in(client, sam)
    assert client.get("/sign-out/").status_code == 200
    services.change_account(
        user=sam, email=sam.email, name=sam.name, staff_role="", is_active=False, now=timezone.now(), by=sam
    )
    assert client.get("/sign-out/").url == "/signed-out/"


def test_an_old_address_opens_nothing_any_more(client, sam):
    old = sam.email
    services.change_account(
        user=sam,
        email="new@riverbank.example",
        name=sam.name,
        staff_role="",
        is_active=True,
        now=timezone.now(),
        by=sam,
    )
    ask_for_code(client, old)
    assert not Message.objects.exists()
    ask_for_code(client, "new@riverbank.example")
    assert Message.objects.get().user == sam


def test_sign_out_is_a_button_and_a_link_only_asks(client, sam):
    factories.sign_in(client, sam)
    asked = client.get("/sign-out/")
    assert b"<button" in asked.content
    assert is_signed_in(client)
    assert client.post("/sign-out/").url == "/signed-out/"
    assert not is_signed_in(client)
    assert client.get("/signed-out/").status_code == 200


def test_the_begin_page_lets_a_person_begin_again_with_another_address(client, sam):
    ask_for_code(client, "mistyped@riverbank.example")
    assert client.get("/sign-in/").status_code == 200
    ask_for_code(client, sam.email)
    enter_code(client, newest_code(sam))
    assert is_signed_in(client)


@pytest.mark.parametrize(
    "path", ["/accounts/login/", "/accounts/signup/", "/accounts/password/reset/", "/accounts/"]
)
def test_no_password_and_no_sign_up_page_exists(client, path):
    assert client.get(path).status_code == 404


@pytest.mark.parametrize(
    "name", ["account_signup", "account_reset_password", "account_set_password", "account_email"]
)
def test_steps_of_allauth_that_we_do_not_use_have_no_address(name):
    with pytest.raises(NoReverseMatch):
        reverse(name)


def test_whoever_has_no_account_is_shown_the_page_to_ask_for_one(client):
    main = client.get("/sign-in/").content.decode().split("<main")[1].split("</main>")[0]
    assert 'href="/join/"' in main


def test_a_code_asked_for_twice_in_a_row_makes_two_messages(client, sam):
    ask_for_code(client, sam.email)
    ask_for_code(client, sam.email)
    assert Message.objects.filter(user=sam).count() == 2


@pytest.mark.parametrize(
    "typed", ["", "nonsense", "a@b", "a@b.example,c@d.example", "x" * 300 + "@b.example", "a\r\nb@c.example"]
)
def test_a_wrong_address_gets_the_page_back_with_what_to_do(client, typed):
    answer = ask_for_code(client, typed)
    assert answer.status_code == 200
    page = answer.content.decode()
    assert "There is a problem" in page
    assert page.index("<title>Error: ") > 0
