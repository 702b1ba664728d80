"""What the tests of this room share: Riverbank's receptionist at her desk, and a referral that she has sent."""

import pytest
from django.test import Client

from accounts.tests.factories import sign_in
from referrals.models import Referral
from referrals.tests.factories import submitted
from tests.plugins.cast import Cast


@pytest.fixture
def reception(cast: Cast) -> Client:
    """A browser in which Riverbank's receptionist has signed in."""
    return sign_in(Client(), cast.receptionist)


@pytest.fixture
def referral(cast: Cast) -> Referral:
    """Sent by Riverbank's receptionist a moment ago."""
    return submitted(organisation=cast.riverbank, by=cast.receptionist)
