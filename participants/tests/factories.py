"""People for tests, in the trade's words. Every NHS number is valid and in the test range; all else is made up."""

from collections.abc import Iterator
from datetime import UTC, date, datetime

import factory
import nhs_number as package

from accounts.tests.factories import OfficerFactory, OrganisationFactory
from participants.models import Participant, RecordedDeath, ReportedDifference


def numbers() -> Iterator[str]:
    """The valid NHS numbers of the test range, in order; one beginning in eleven has no check digit."""
    for nine in range(999_100_000, 1_000_000_000):
        check = package.calculate_checksum(str(nine))
        if check != 10:
            yield f"{nine}{check}"


_numbers = numbers()


class PersonFactory(factory.django.DjangoModelFactory):
    """A person of sixty with an e-mail address and a name that shows escaping mistakes."""

    class Meta:
        model = Participant

    given_name = "Aoife"
    family_name = "O’Neill"
    date_of_birth = date(1966, 5, 4)
    nhs_number = factory.LazyFunction(lambda: next(_numbers))
    email = factory.Sequence(lambda n: f"person{n}@home.example")
    phone = "+447700900123"
    postcode = "GL1 2AB"
    preferred_contact = Participant.Contact.EMAIL
    message_safe = True
    practice = factory.SubFactory(OrganisationFactory)
    added_at = datetime(2026, 2, 2, 10, tzinfo=UTC)

    class Params:
        by_phone = factory.Trait(email="", preferred_contact=Participant.Contact.PHONE)
        made_up = factory.Trait(synthetic=True, email=factory.Sequence(lambda n: f"person{n}@example.org"))


# Who told us that a person has died, as the services take it.
TOLD = {"told_as": RecordedDeath.ToldAs.PRACTICE, "told_by": "Kim at the practice"}


class DifferenceFactory(factory.django.DjangoModelFactory):
    """A later referral gave another postcode."""

    class Meta:
        model = ReportedDifference

    participant = factory.SubFactory(PersonFactory)
    field = "postcode"
    value = "GL50 1AA"
    organisation = factory.SubFactory(OrganisationFactory)
    reported_at = datetime(2026, 3, 3, 10, tzinfo=UTC)
    reported_by = factory.SubFactory(OfficerFactory)
