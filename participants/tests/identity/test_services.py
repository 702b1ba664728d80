from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from threading import Barrier

import pytest
from django.db import IntegrityError, connection

from accounts.tests.factories import OfficerFactory, OrganisationFactory, UserFactory
from participants.identity import services as people
from participants.models import Participant, ReportedDifference
from participants.tests.factories import DifferenceFactory, PersonFactory

NOW = datetime(2026, 3, 3, 18, tzinfo=UTC)
BORN = date(1958, 3, 14)


def told(**changes) -> dict:
    """What one referral says about Aoife O'Neill."""
    return {
        "given_name": "Aoife",
        "family_name": "O’Neill",
        "date_of_birth": BORN,
        "nhs_number": "9990000018",
        "email": "aoife@home.example",
        "phone": "+447700900123",
        "postcode": "GL1 2AB",
        "preferred_contact": "email",
        "message_safe": True,
        "now": NOW,
        **changes,
    }


@pytest.fixture
def sender(db) -> dict:
    organisation = OrganisationFactory()
    return {"practice": organisation, "organisation": organisation, "by": UserFactory()}


def test_a_first_referral_adds_the_person(sender):
    person, differences = people.find_or_add(**told(), **sender)
    assert (person.full_name, person.added_at, differences) == ("Aoife O’Neill", NOW, [])


def test_the_same_number_and_birthday_are_the_same_person(sender):
    first, _ = people.find_or_add(**told(), **sender)
    again, differences = people.find_or_add(**told(given_name="AOIFE ", preferred_name=""), **sender)
    assert (again, differences) == (first, [])


@pytest.mark.parametrize(
    "changed", [{"nhs_number": ""}, {"nhs_number": "9990000026"}, {"date_of_birth": date(1958, 4, 14)}]
)
def test_without_both_matching_it_is_another_person(sender, changed):
    first, _ = people.find_or_add(**told(), **sender)
    other, differences = people.find_or_add(**told(**changed), **sender)
    assert other != first
    assert differences == []


def test_two_people_without_a_number_are_never_taken_for_one(sender):
    one, _ = people.find_or_add(**told(nhs_number=""), **sender)
    two, _ = people.find_or_add(**told(nhs_number=""), **sender)
    assert one != two


def test_a_difference_is_noted_and_nothing_is_overwritten(sender):
    first, _ = people.find_or_add(**told(), **sender)
    moved = OrganisationFactory()
    person, differences = people.find_or_add(
        **told(postcode="GL50 1AA", preferred_name="Eve", message_safe=False, email=""),
        **{**sender, "practice": moved},
    )
    person.refresh_from_db()
    assert (person.postcode, person.preferred_name, person.message_safe) == ("GL1 2AB", "", True)
    assert {d.field: d.value for d in differences} == {
        "postcode": "GL50 1AA",
        "preferred_name": "Eve",
        "message_safe": "no",
        "practice": moved.ods_code,
    }
    assert all(d.pk and d.reported_by == sender["by"] and d.reported_at == NOW for d in differences)


def test_the_same_difference_told_twice_is_noted_once(sender):
    people.find_or_add(**told(), **sender)
    people.find_or_add(**told(postcode="GL50 1AA"), **sender)
    _, differences = people.find_or_add(**told(postcode="GL50 1AA"), **sender)
    assert differences == []
    assert ReportedDifference.objects.count() == 1


def test_an_officer_takes_the_new_value(db):
    difference, officer = DifferenceFactory(), OfficerFactory()
    person = people.settle_difference(difference=difference, take=True, by=officer, now=NOW)
    difference.refresh_from_db()
    assert person.postcode == Participant.objects.get().postcode == "GL50 1AA"
    assert (difference.settled_by, difference.settled_at, difference.taken) == (officer, NOW, True)


def test_an_officer_keeps_what_we_have(db):
    difference = DifferenceFactory()
    people.settle_difference(difference=difference, take=False, by=OfficerFactory(), now=NOW)
    difference.refresh_from_db()
    assert Participant.objects.get().postcode == "GL1 2AB"
    assert not difference.taken


def test_a_practice_and_a_yes_or_no_are_taken_as_what_they_are(db):
    practice = OrganisationFactory()
    person = PersonFactory()
    for field, value in (("practice", practice.ods_code), ("message_safe", "no")):
        difference = DifferenceFactory(participant=person, field=field, value=value)
        people.settle_difference(difference=difference, take=True, by=OfficerFactory(), now=NOW)
    person.refresh_from_db()
    assert (person.practice, person.message_safe) == (practice, False)


def test_a_closed_practice_cannot_be_taken(db):
    difference = DifferenceFactory(field="practice", value=OrganisationFactory(ods_status="C").ods_code)
    with pytest.raises(people.CannotBeTaken, match="has closed"):
        people.settle_difference(difference=difference, take=True, by=OfficerFactory(), now=NOW)
    assert ReportedDifference.objects.open().count() == 1


def test_what_the_database_refuses_cannot_be_taken(db):
    person = PersonFactory(phone="")
    difference = DifferenceFactory(participant=person, field="email", value="")  # then nobody can reach them
    with pytest.raises(people.CannotBeTaken, match="does not fit"):
        people.settle_difference(difference=difference, take=True, by=OfficerFactory(), now=NOW)


def test_a_difference_is_settled_once(db):
    difference = DifferenceFactory()
    people.settle_difference(difference=difference, take=False, by=OfficerFactory(), now=NOW)
    with pytest.raises(people.AlreadySettled):
        people.settle_difference(difference=difference, take=True, by=OfficerFactory(), now=NOW)
    assert Participant.objects.get().postcode == "GL1 2AB"


def test_history_keeps_that_a_name_changed_and_never_the_name(db):
    person = PersonFactory()
    person.family_name = "Brook"
    person.save()
    assert [event.pgh_label for event in person.events.order_by("pgh_id")] == ["insert", "update"]
    assert "family_name" not in {field.name for field in person.events.model._meta.get_fields()}


def at_once(count: int, act) -> list:
    """Run the same call in many threads that start together; what each gave or raised."""
    barrier = Barrier(count)

    def run(number):
        try:
            connection.ensure_connection()  # or the first to be connected is done before the others begin
            barrier.wait(timeout=10)
            return act(number)
        except IntegrityError as error:
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(run, range(count)))


@pytest.mark.django_db(transaction=True)
def test_two_referrals_at_once_make_one_person():
    organisation, user = OrganisationFactory(), UserFactory()
    sender = {"practice": organisation, "organisation": organisation, "by": user}

    # First the naive way, to see that the race is real: look, then add.
    def naive(number):
        known = Participant.objects.same_person(digits="9990000026", date_of_birth=BORN).first()
        return known or Participant.objects.create(
            **{k: v for k, v in told(nhs_number="9990000026").items() if k != "now"},
            practice=organisation,
            added_at=NOW,
        )

    assert any(isinstance(result, IntegrityError) for result in at_once(8, naive))

    results = at_once(8, lambda number: people.find_or_add(**told(postcode=f"GL1 {number}AB"), **sender))
    assert len({person.pk for person, _ in results}) == 1
    assert Participant.objects.filter(nhs_number="9990000018").count() == 1
    assert ReportedDifference.objects.count() == 7
