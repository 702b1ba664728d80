"""Organisations and people who sign in, for tests."""

from datetime import UTC, datetime

import factory

from accounts import roles
from accounts.models import Membership, Organisation, User


class OrganisationFactory(factory.django.DjangoModelFactory):
    """An open GP practice; made-up codes begin with Z."""

    class Meta:
        model = Organisation

    ods_code = factory.Sequence(lambda n: f"Z{n:05d}")
    name = factory.Sequence(lambda n: f"Surgery {n}")
    kind = Organisation.Kind.GP_PRACTICE
    ods_status = "A"
    prescribing_setting = "4"
    postcode = "ZZ9 9ZZ"


class UserFactory(factory.django.DjangoModelFactory):
    """Somebody who may sign in and works nowhere yet."""

    class Meta:
        model = User

    email = factory.Sequence(lambda n: f"person{n}@practice.example")
    name = factory.Sequence(lambda n: f"Person {n}")
    joined_at = datetime(2026, 1, 5, 9, tzinfo=UTC)


class OfficerFactory(UserFactory):
    """A project officer of the partnership."""

    email = factory.Sequence(lambda n: f"officer{n}@partnership.example")
    name = factory.Sequence(lambda n: f"Officer {n}")
    staff_role = roles.OFFICER


class MembershipFactory(factory.django.DjangoModelFactory):
    """A referrer's place in an organisation."""

    class Meta:
        model = Membership

    user = factory.SubFactory(UserFactory)
    organisation = factory.SubFactory(OrganisationFactory)
    role = roles.REFERRER
    started_at = datetime(2026, 1, 5, 9, tzinfo=UTC)
