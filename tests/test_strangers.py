"""Whoever only looks leaves nothing behind: no row in the table of sessions, and no session in their browser."""

from http import HTTPStatus

import pytest
from django.conf import settings
from django.test import Client

from accounts.login_sessions.store import SessionStore
from tests.test_access import TABLE, World, world  # noqa: F401 - the fixture

Session = SessionStore.get_model_class()
pytestmark = pytest.mark.django_db
GONE = {"sessionid": "of-a-session-that-is-gone-long-since"}


@pytest.mark.parametrize("cookies", [{}, GONE], ids=["none", "one that is gone"])
@pytest.mark.parametrize("query", ["", "?next=/referrals/&again=1"], ids=["bare", "with a page to go on to"])
def test_looking_at_any_page_makes_no_session(world: World, cookies: dict, query: str):  # noqa: F811
    left, before = [], Session.objects.count()
    more = ["/admin/", "/nothing/here/", "/c/", *(f"/{door}/no-such-link/" for door in "sqfo")]
    for address in [*(world.address(name) for name in TABLE), *more]:
        for method in ("get", "head"):
            visitor = Client()
            visitor.cookies.load(cookies)
            answer = getattr(visitor, method)(address + query)
            assert answer.status_code < HTTPStatus.INTERNAL_SERVER_ERROR
            given = answer.cookies.get(settings.SESSION_COOKIE_NAME)
            if Session.objects.count() != before or (given is not None and given.value):
                left.append((method, address))
                before = Session.objects.count()
    assert left == []


def test_asking_for_a_code_does(client: Client):
    client.post("/sign-in/", {"email": "nobody@riverbank.example"})
    assert Session.objects.count() == 1
    assert client.cookies[settings.SESSION_COOKIE_NAME].value


def test_a_passkey_that_will_not_do_leaves_nothing_and_says_so(client: Client):
    answer = client.post("/sign-in/passkey/?next=/referrals/", {"credential": "nonsense"}, follow=True)
    assert "That passkey does not match an account here." in answer.content.decode()
    assert answer.redirect_chain[-1][0].startswith("/sign-in/?next=%2Freferrals%2F")
    assert not Session.objects.exists()
    assert "That passkey does not" not in client.get("/sign-in/").content.decode()


def test_asking_with_an_address_that_is_none_does_not(client: Client):
    client.post("/sign-in/", {"email": "nonsense"})
    assert not Session.objects.exists()
