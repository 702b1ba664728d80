"""Organisations of every kind: a code of our own where no list gives one, and the national list left alone."""

import pytest
from django.db import IntegrityError, transaction

from accounts import organisations, practices
from accounts.models import Organisation
from accounts.tests import factories

pytestmark = pytest.mark.django_db
Kind = Organisation.Kind


def test_a_body_on_no_list_has_a_code_of_ours_that_nobody_is_shown_as_an_ods_code():
    team = organisations.add_organisation(name="  Riverside  Physio ", kind=Kind.PHYSIOTHERAPY, by=None)
    assert team.name == "Riverside Physio"
    assert team.ods_code.startswith("LOCAL")
    assert len(team.ods_code) == 11
    assert str(team) == "Riverside Physio"
    assert str(factories.practice("Brook Surgery", code="Z91234")) == "Brook Surgery (Z91234)"
    assert list(Organisation.objects.matching(team.ods_code.lower())) == [team]


def test_a_person_is_never_registered_with_it():
    organisations.add_organisation(name="Riverside Physio", kind=Kind.PHYSIOTHERAPY, by=None)
    assert not Organisation.objects.offered().exists()


@pytest.mark.parametrize("kind", [Kind.GP_PRACTICE, Kind.OTHER_PRESCRIBER])
def test_what_the_national_list_holds_is_not_added_by_hand(kind):
    with pytest.raises(organisations.OnTheNationalList):
        organisations.add_organisation(name="Made-up Surgery", kind=kind, by=None)
    with pytest.raises(IntegrityError, match="organisation_listed_has_ods_code"), transaction.atomic():
        Organisation.objects.create(name="Made-up Surgery", kind=kind, ods_code="LOCAL000001")


def test_a_code_that_is_taken_is_drawn_again(monkeypatch):
    drawn = iter([7, 7, 8])
    monkeypatch.setattr(organisations.secrets, "randbelow", lambda below: next(drawn))
    made = [organisations.add_organisation(name=name, kind=Kind.PHARMACY, by=None) for name in ("A", "B")]
    assert [each.ods_code for each in made] == ["LOCAL000007", "LOCAL000008"]


def test_the_next_import_of_practices_leaves_it_as_it_is():
    team = organisations.add_organisation(name="Riverside Physio", kind=Kind.PHYSIOTHERAPY, by=None)
    practices.load(lines=[])
    team.refresh_from_db()
    assert (team.name, team.kind, team.ods_status) == ("Riverside Physio", "physiotherapy", "")
