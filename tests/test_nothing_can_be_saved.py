"""The database answers and cannot save: its cache table refuses, its disk is full, or it is read-only (a standby).

PostgreSQL itself refuses here: a trigger on the one table, or `default_transaction_read_only` for the connection.
"""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.contrib import admin
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.tests.factories import sign_in
from accounts.throttle_cache import PROBE
from itsyourmove.monitoring import health
from messaging.models import Message
from tests.test_access import TABLE, World, world  # noqa: F401 - a fixture

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.faults]
DISK_FULL, RAISED, REVOKED = "53100", "P0001", "42501"
SENTENCE = "You cannot sign in now"
NOTHING_SAVED = "We cannot save anything now"


@contextmanager
def refusing(table: str, sqlstate: str) -> Iterator[None]:
    """Every INSERT, UPDATE and DELETE on this table ends with this error of PostgreSQL's."""
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS"
            f" $$ BEGIN RAISE EXCEPTION 'refused' USING ERRCODE = '{sqlstate}'; END $$"
        )
        cursor.execute(
            f"CREATE TRIGGER refuse BEFORE INSERT OR UPDATE OR DELETE ON {table}"
            " FOR EACH STATEMENT EXECUTE FUNCTION refuse()"
        )
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("DROP FUNCTION refuse CASCADE")


@contextmanager
def read_only() -> Iterator[None]:
    with connection.cursor() as cursor:
        cursor.execute("SET default_transaction_read_only = on")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SET default_transaction_read_only = off")


@pytest.fixture(autouse=True)
def probed_anew(monkeypatch) -> None:
    monkeypatch.setattr(health, "PROBED_SECONDS", 0)
    monkeypatch.setattr(health, "_probed", (0.0, True))


@pytest.fixture
def browser() -> Client:
    """A browser that gets a page for a fault, as people do, not the fault."""
    return Client(raise_request_exception=False)


@pytest.mark.parametrize("sqlstate", [DISK_FULL, RAISED, REVOKED])
@pytest.mark.parametrize("known", [True, False], ids=["known", "unknown"])
def test_with_the_cache_table_refusing_sign_in_says_so_and_sends_no_code(sqlstate, known, cast, browser):
    address = cast.receptionist.email if known else "nobody@example.org"
    with refusing("django_cache", sqlstate):
        assert browser.get("/sign-in/").status_code == 200
        answer = browser.post("/sign-in/", {"email": address})
        ready = browser.get("/readyz")
    assert answer.status_code == 503
    assert SENTENCE in answer.content.decode()
    assert not Message.objects.filter(kind="sign_in_code").exists(), "what cannot be limited is not done"
    assert ready.status_code == 503
    assert ready.json() == {"status": "nothing can be saved"}
    assert browser.get("/readyz").status_code == 200
    assert browser.post("/sign-in/", {"email": address}).status_code == 302


def test_a_code_that_cannot_be_counted_is_not_tried(cast, browser):
    browser.post("/sign-in/", {"email": cast.receptionist.email})
    with refusing("django_cache", DISK_FULL):
        answers = [browser.post("/sign-in/code/", {"code": "BBBB-BBBB"}) for _ in range(5)]
    assert {answer.status_code for answer in answers} == {503}
    assert SENTENCE in answers[0].content.decode()


def test_with_the_cache_table_refusing_what_only_remembers_goes_on(cast):
    client = sign_in(Client(raise_request_exception=False), cast.receptionist)
    with refusing("django_cache", RAISED):
        assert client.get(reverse("referrals:list")).status_code == 200


def test_a_lock_of_another_process_is_no_fault(browser):
    cache.add("lock", True, 60)
    assert cache.add("lock", True, 60) is False
    with CaptureQueriesContext(connection) as statements:
        assert cache.add("lock", True, 60) is False
    assert not [each for each in statements if PROBE in each["sql"]], "nothing is written to find that out"
    assert cache.touch("elsewhere", 60) is False


def test_whoever_asks_again_and_again_whether_we_are_ready_writes_little(browser, monkeypatch):
    monkeypatch.setattr(health, "PROBED_SECONDS", 60)
    with CaptureQueriesContext(connection) as statements:
        assert [browser.get("/readyz").status_code for _ in range(5)] == [200] * 5
    assert len([each for each in statements if PROBE in each["sql"]]) == 1


@pytest.mark.parametrize("role", ["nobody", "receptionist", "officer"])
def test_read_only_every_page_shows_or_says_that_nothing_can_be_saved(role, world: World):  # noqa: F811
    client = Client(raise_request_exception=False)
    if role != "nobody":
        sign_in(client, getattr(world.cast, role))
    addresses = [world.address(name) for name in TABLE if name not in ("sign_out", "statusz")]
    addresses += [reverse("admin:index"), reverse("admin:referrals_referral_changelist")]
    kept = {model._meta.label_lower for model in admin.site._registry}
    addresses += [
        reverse(f"admin:{name.replace('.', '_')}_change", args=[pk])
        for name, pk in world.pks.items()
        if name in kept
    ]
    for address in addresses:
        assert client.get(address).status_code < 500
    if role != "nobody":  # another minute: the log-in session would be written again
        session = client.session
        session["seen_at"] -= 120
        session.save()
    with read_only():
        found = {}
        for address in addresses:
            for answer in (
                client.get(address),
                client.post(address, {"answer": "yes", "email": "a@b.example"}),
            ):
                found.setdefault(answer.status_code, []).append(address)
                if answer.status_code == 503 and address != "/readyz":
                    assert NOTHING_SAVED in answer.content.decode() or SENTENCE in answer.content.decode()
        assert client.get("/readyz").status_code == 503
    assert 500 not in found, found[500]
    assert 503 in found
    # A press of no button that is there, and machines' addresses without their keys.
    refusing_as_usual = {
        world.address(name) for name in ("waiting:waiting", "messages:notify", "messages:delivery")
    }
    refused = {400, 404} & set(found)
    assert {address for code in refused for address in found[code]} <= refusing_as_usual
    assert set(found) - refused <= {200, 302, 403, 405, 503}
