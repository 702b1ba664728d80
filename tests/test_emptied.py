"""What a test commits is gone before the next one begins (tests.plugins.database)."""

import pytest
from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType

from core.clock import database_now
from participants.deaths import services as deaths
from participants.tests.factories import TOLD, PersonFactory
from referrals.tests.factories import ReferralFactory
from tests.plugins.database import tables_with_rows

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("turn", ["first", "second"])
def test_nothing_is_left_of_the_test_before(turn):
    assert tables_with_rows() == []
    assert ContentType.objects.exists()
    assert Permission.objects.exists()
    referral = ReferralFactory()
    deaths.record(person=PersonFactory(), **TOLD, by=referral.submitted_by, now=database_now())
    assert {"referrals_referral", "participants_participantevent"} <= {*tables_with_rows()}
