"""Two people of one name in a list are told apart."""

from datetime import date

import pytest

from participants.display import display_name, tell_apart
from participants.tests.factories import PersonFactory

pytestmark = pytest.mark.django_db


def sam(**details):
    return PersonFactory(**{"given_name": "Sam", "family_name": "Green", **details})


def shown(people, references=()):
    tell_apart(zip(people, references or [""] * len(people), strict=True))
    return [str(person) for person in people]


def test_people_of_one_name_show_their_dates_of_birth_and_nobody_else_does():
    people = [sam(date_of_birth=date(1961, 3, 3)), PersonFactory(), sam(date_of_birth=date(1970, 12, 1))]
    assert shown(people) == [
        "Sam Green, born 3 March 1961",
        "Aoife O’Neill",
        "Sam Green, born 1 December 1970",
    ]
    assert display_name(people[0]) == "Sam Green, born 3 March 1961"
    assert people[0].full_name == "Sam Green"


@pytest.mark.parametrize("family_name", ["GREEN", " Green", "Green\u00a0"])
def test_a_name_is_the_same_in_other_letters_and_with_other_spaces(family_name):
    people = [sam(date_of_birth=date(1961, 3, 3)), sam(family_name=family_name)]
    assert "born 3 March 1961" in shown(people)[0]


def test_a_name_is_the_same_however_its_accents_are_stored():
    people = [sam(family_name="Gr\u00e9en"), sam(family_name="Gre\u0301en", date_of_birth=date(1961, 3, 3))]
    assert all("born" in name for name in shown(people))


def test_the_same_person_twice_is_nobody_else():
    person = sam()
    assert shown([person, type(person).objects.get()]) == ["Sam Green", "Sam Green"]


def test_one_name_and_one_date_of_birth_show_the_reference_or_the_end_of_the_nhs_number():
    people = [sam(nhs_number="9991007104"), sam(nhs_number="9991007112"), sam(nhs_number="")]
    assert shown(people, ["IYM-AAAA-AAA", "", ""]) == [
        "Sam Green, born 4 May 1966, IYM-AAAA-AAA",
        "Sam Green, born 4 May 1966, NHS number ending 7112",
        f"Sam Green, born 4 May 1966, no NHS number, record {people[2].pk}",
    ]


def test_nobody_is_nobody():
    tell_apart([(None, ""), (None, "")])


def test_a_list_is_not_asked_for_anything(django_assert_num_queries):
    people = [sam(), sam()]
    with django_assert_num_queries(0):
        shown(people)
