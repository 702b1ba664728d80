"""Referrals for tests, in the trade's words."""

from datetime import UTC, date, datetime
from uuid import uuid4

import factory

from accounts.tests.factories import OrganisationFactory, UserFactory
from participants.tests.factories import PersonFactory
from referrals.models import Referral


class ReferralFactory(factory.django.DjangoModelFactory):
    """A referral that has just been received."""

    class Meta:
        model = Referral

    reference = factory.Sequence(lambda n: f"IYM-T{n:03d}-XXX")
    submission_key = factory.LazyFunction(uuid4)
    participant = factory.SubFactory(PersonFactory)
    organisation = factory.SubFactory(OrganisationFactory)
    submitted_by = factory.SubFactory(UserFactory)
    submitted_at = datetime(2026, 2, 16, 9, tzinfo=UTC)
    referrer_name = "Sam O’Brien"
    referrer_role = Referral.ReferrerRole.GP
    pain_three_months = True
    agreed_on = date(2026, 2, 13)
    status_at = datetime(2026, 2, 16, 9, tzinfo=UTC)
