"""What is typed into a search box for people stays out of addresses and of the database's log-in sessions."""

import pytest
from django.test import Client

from accounts.login_sessions.store import SessionStore
from accounts.tests.factories import sign_in
from tests.plugins.cast import Cast

pytestmark = pytest.mark.django_db
PEOPLE, REFERRALS, OWN = (
    "/admin/participants/participant/",
    "/admin/referrals/referral/",
    "/referrals/",
)
LISTS = [(PEOPLE, "officer"), (REFERRALS, "officer"), (OWN, "receptionist")]


@pytest.mark.parametrize(("page", "role"), LISTS)
def test_a_search_is_in_no_session_row_and_no_address_and_still_there_on_the_next_page(
    cast: Cast, page, role
):
    client = sign_in(Client(), getattr(cast, role))
    answer = client.post(page, {"search": "Aoife"})
    client.get(answer.url)
    for row in SessionStore.get_model_class().objects.all():
        assert "Aoife" not in str(row.get_decoded())
    assert "Aoife" not in answer.url
    assert "Aoife" not in str(client.cookies)
    assert 'value="Aoife"' in client.get(answer.url).content.decode()
    assert 'value="Aoife"' in client.get(page).content.decode()


@pytest.mark.parametrize(("page", "role"), LISTS)
def test_the_next_person_at_this_computer_does_not_see_it(cast: Cast, page, role):
    client = sign_in(Client(), getattr(cast, role))
    client.post(page, {"search": "Aoife"})
    sign_in(client, getattr(cast, role))
    assert "Aoife" not in client.get(page).content.decode()


def test_a_cookie_that_somebody_made_up_finds_nothing(cast: Cast):
    client = sign_in(Client(), cast.receptionist)
    for made_up in ("x", "é", "gAAAAA", "a" * 4000):
        client.cookies["search"] = made_up
        assert client.get(OWN).status_code == 200
