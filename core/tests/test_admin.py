import pytest

from accounts.tests.factories import OfficerFactory, sign_in
from sessions.tests import factories as cohorts


@pytest.mark.django_db
@pytest.mark.parametrize("page", ["change", "delete"])
def test_an_empty_name_of_a_field_in_the_address_is_as_good_as_none(client, page):
    """Django's admin lets `?_to_field=` through and then looks for a field of that name: a 500."""
    office = sign_in(client, OfficerFactory())
    address = f"/admin/cohort_sessions/programme/{cohorts.programme().pk}/{page}/"
    assert office.get(f"{address}?_to_field=").status_code == office.get(address).status_code < 500
