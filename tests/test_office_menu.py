"""The menu and the search that stand on every page of the office."""

import re
from datetime import date

import pytest
from django.urls import reverse

from participants.tests.factories import PersonFactory
from referrals.tests.factories import ReferralFactory
from tests.test_access import office_addresses, world  # noqa: F401 - a fixture

FIND = "/admin/find/"
PEOPLE, REFERRALS = "/admin/participants/participant/", "/admin/referrals/referral/"


@pytest.fixture
def person(db):
    return PersonFactory(
        given_name="Beatrice", family_name="Wójcik", preferred_name="", date_of_birth=date(1961, 7, 23),
        nhs_number="9990001049", phone="+441632960777", email="Beatrice.W@example.org", postcode="ZZ9 9ZZ",
    )  # fmt: skip


def found(office, typed: str) -> tuple[str, str]:
    answer = office.post(FIND, {"search": typed}, follow=True)
    assert answer.status_code == 200
    return answer.redirect_chain[-1][0], answer.content.decode()


@pytest.mark.parametrize(
    "typed",
    ["beatrice", "Wójcik Beatrice", "999 000 1049", "23/7/1961", "23 July 1961", "1961-07-23", "01632 960 777",
     "+44 1632 960777", " beatrice.w@EXAMPLE.org ", "zz99zz", "ZZ9"],
)  # fmt: skip
def test_a_person_is_found_by_whatever_a_caller_says(office, person, typed):
    other = PersonFactory(family_name="Neighbour", date_of_birth=date(1961, 8, 23), postcode="ZZ1 1ZZ")
    where, page = found(office, typed)
    assert where == f"{PEOPLE}?show=found"
    assert "Wójcik" in page
    assert other.family_name not in page


@pytest.mark.parametrize("part", [slice(None), slice(0, 8)])
def test_a_referral_is_found_by_its_reference_or_how_it_begins(office, part):
    referral = ReferralFactory()
    where, page = found(office, referral.reference[part].lower())
    assert where == f"{REFERRALS}?show=found"
    assert referral.reference in page


@pytest.mark.parametrize(
    "typed",
    ["", " ", "\0", "%", "'", "@", "x" * 9000, "IYM", "99/99/9999", "31/2/2000", "1/1/0001", "😀", "0" * 11],
)
def test_a_search_for_anything_never_fails(office, person, typed):
    _, page = found(office, typed)
    assert "Find a person or a referral" in page


def test_what_was_typed_stands_in_no_address(office, person):
    answer = office.post(FIND, {"search": "Beatrice"})
    assert "eatrice" not in answer["Location"]
    assert office.get(FIND).status_code == 405


def test_every_page_of_the_office_has_the_menu_and_marks_where_it_belongs(world):  # noqa: F811
    client, without = world.client("administrator"), []
    for address in office_addresses(world):
        page = client.get(address).content.decode()
        whole = (
            "<body" in page and "#content-start" in page
        )  # not a part that is shown anew, or an error's page
        if whole and (page.count('aria-label="Office"') != 1 or page.count('id="find"') != 1):
            without.append(address)
    assert without == []


@pytest.mark.parametrize(
    ("address", "entry"),
    [("index", "Today"), ("participants_participant_changelist", "People"), ("settings", "Settings"),
     ("referrals_referral_changelist", "Referrals"), ("cohort_sessions_cohort_changelist", "Groups")],
)  # fmt: skip
def test_the_menu_says_where_one_is(office, address, entry):
    page = office.get(reverse(f"admin:{address}")).content.decode()
    assert re.findall(r'aria-current="page">([^<]*)</a></li>', page.split("</nav>")[0]) == [entry]


def test_the_waiting_list_is_an_entry_of_its_own(office):
    page = office.get(f"{REFERRALS}?show=waiting").content.decode()
    assert re.findall(r'aria-current="page">([^<]*)</a></li>', page.split("</nav>")[0]) == ["Waiting list"]


@pytest.mark.parametrize("page", ["participants_participant", "referrals_referral"])
def test_a_persons_page_and_a_referrals_lead_to_the_group(world, page):  # noqa: F811
    client = world.client("officer")
    pk = world.pks["participants.participant" if page.startswith("part") else "referrals.referral"]
    shown = client.get(reverse(f"admin:{page}_change", args=[pk])).content.decode()
    cohort, place = world.pks["cohort_sessions.cohort"], world.pks["cohort_sessions.place"]
    assert f'href="/admin/cohort_sessions/cohort/{cohort}/change/"' in shown
    assert "has the place. Next: <a" in shown
    assert f"/admin/cohort_sessions/place/{place}/end/" in shown
