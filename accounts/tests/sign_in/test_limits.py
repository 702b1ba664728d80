"""What is limited at the sign-in, and what never is (docs/adr/0008): nobody is shut out by a neighbour."""

import json
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client

from accounts.sign_in.middleware import OneCodeAtATimeMiddleware
from accounts.tests import factories
from accounts.tests.sign_in import keyring
from accounts.tests.sign_in.keyring import Passkey
from accounts.tests.sign_in.steps import ask_for_code, enter_code, is_signed_in, newest_code
from messaging.models import Message

pytestmark = pytest.mark.django_db
WRONG = "ZZZZ-ZZZZ"
TRIES, CODES = 3, 10  # of one code; to one address from one place in ten minutes
MANY = 40  # more than any limit below


@pytest.fixture
def sam(db):
    return factories.referrer(email="sam@riverbank.example")


def refused(answer) -> bool:
    return answer.status_code == 200 and "many codes in a short time" in answer.content.decode()


def hostile_network(known: str) -> None:
    """Everybody at one internet address: strangers' addresses, wrong codes for them, wrong passkeys."""
    for number in range(MANY):
        visitor = Client()
        ask_for_code(visitor, f"stranger-{number}@nowhere.example")
        for _ in range(TRIES):
            enter_code(visitor, WRONG)
        visitor.post("/sign-in/passkey/", {"credential": json.dumps({"id": "x"})})
    for _ in range(CODES):
        ask_for_code(Client(), known)


def test_per_code_three_tries_and_the_next_code_is_new(client, sam):
    for _ in range(2):
        ask_for_code(client, sam.email)
        code = newest_code(sam)
        assert [enter_code(client, WRONG).status_code for _ in range(TRIES)] == [200, 200, 302]
        enter_code(client, code)
        assert not is_signed_in(client)


def test_per_browser_and_email_ten_codes_whether_or_not_the_address_is_known(sam):
    for email in (sam.email, "nobody@riverbank.example"):
        answers = [refused(ask_for_code(Client(), email)) for _ in range(CODES + 1)]
        assert answers == [*[False] * CODES, True]
    assert Message.objects.count() == CODES


def test_a_hostile_network_refuses_nobody_elses_code(sam):
    neighbour = factories.referrer()
    waiting = Client()
    ask_for_code(waiting, neighbour.email)
    hostile_network(sam.email)
    enter_code(waiting, newest_code(neighbour))
    assert is_signed_in(waiting), "a right code, asked for before"
    late = Client()
    colleague = factories.referrer()
    assert ask_for_code(late, colleague.email).status_code == 302
    enter_code(late, newest_code(colleague))
    assert is_signed_in(late), "and one asked for afterwards"


def test_a_hostile_network_refuses_no_known_browser(sam):
    own = Client()
    ask_for_code(own, sam.email)
    enter_code(own, newest_code(sam))
    own.post("/sign-out/")
    hostile_network(sam.email)
    assert refused(ask_for_code(Client(), sam.email))
    assert ask_for_code(own, sam.email).status_code == 302
    enter_code(own, newest_code(sam))
    assert is_signed_in(own)


def test_a_hostile_network_refuses_no_passkey(sam):
    passkey = Passkey()
    keyring.add(factories.sign_in(Client(), sam), passkey)
    hostile_network(sam.email)
    client = Client()
    keyring.sign_in(client, passkey)
    assert is_signed_in(client)


def test_codes_are_asked_for_one_at_a_time_and_nothing_else_waits(rf):
    inside, leave, came = [], threading.Event(), threading.Semaphore(0)

    def page(request):
        inside.append((request.method, request.path))
        came.release()
        if request.method == "POST" and request.path == "/sign-in/":
            leave.wait(60)
        return HttpResponse()

    guarded = OneCodeAtATimeMiddleware(page)
    with ThreadPoolExecutor(5) as pool:
        asking = [pool.submit(guarded, rf.post("/sign-in/")) for _ in range(3)]
        came.acquire(timeout=60)
        others = [
            rf.get("/sign-in/"),
            rf.post("/sign-in/code/"),
            rf.post("/sign-in/passkey/"),
            rf.get("/livez"),
        ]
        for other in others:
            assert pool.submit(guarded, other).result(timeout=60).status_code == 200
        assert inside.count(("POST", "/sign-in/")) == 1
        leave.set()
        assert [each.result(timeout=60).status_code for each in asking] == [200, 200, 200], "none is refused"
    assert inside.count(("POST", "/sign-in/")) == 3


def test_more_requests_for_a_code_than_threads_leave_threads_for_everything_else(rf, settings):
    settings.WEB_THREADS = 6
    leave = threading.Event()

    def page(request):
        if request.method == "POST":
            leave.wait(60)
        return HttpResponse()

    guarded = OneCodeAtATimeMiddleware(page)
    with ThreadPoolExecutor(settings.WEB_THREADS) as threads:
        try:
            asking = [threads.submit(guarded, rf.post("/sign-in/")) for _ in range(20)]
            assert threads.submit(guarded, rf.get("/s/link/")).result(timeout=20).status_code == 200
        finally:
            leave.set()
        answers = [each.result(timeout=60) for each in asking]
    assert sorted(each.status_code for each in answers) == [200] * 3 + [503] * 17
    refused = answers[-1]
    assert refused["Retry-After"] == "10"
    assert "go back" in refused.content.decode()


def test_a_crowd_does_not_fill_the_log(client, settings, caplog, monkeypatch):
    settings.CODE_TURN_SECONDS = 0
    monkeypatch.setattr("accounts.sign_in.middleware.Lock", lambda: taken)
    taken = threading.Lock()
    with taken:
        assert client.post("/sign-in/").status_code == 503
    assert caplog.records == []


def test_whoever_waits_behind_one_that_hangs_is_asked_to_come_back(rf, settings):
    settings.CODE_TURN_SECONDS = 0.1
    inside, leave = threading.Event(), threading.Event()

    def page(request):
        inside.set()
        leave.wait(60)
        return HttpResponse()

    guarded = OneCodeAtATimeMiddleware(page)
    with ThreadPoolExecutor(2) as threads:
        try:
            hangs = threads.submit(guarded, rf.post("/sign-in/"))
            assert inside.wait(60)
            assert threads.submit(guarded, rf.post("/sign-in/")).result(timeout=20).status_code == 503
        finally:
            leave.set()
        assert hangs.result(timeout=60).status_code == 200
        assert guarded(rf.post("/sign-in/")).status_code == 200, "the turn is free again"


def test_a_database_whose_machine_is_gone_is_given_up(settings):
    line = connection.connection.get_dsn_parameters()
    assert (line["tcp_user_timeout"], line["keepalives_idle"]) == ("20000", "10")
