"""The cast: a few fixed people and places that tests across the apps use by name."""

from dataclasses import dataclass
from datetime import UTC, datetime

import pytest
from django.test import Client

from accounts import roles
from accounts.models import Membership, Organisation, User
from accounts.tests.factories import OfficerFactory, sign_in

JOINED = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Cast:
    """Riverbank Surgery with a receptionist and a lead; Hilltop Practice next door; two people in the office."""

    riverbank: Organisation
    hilltop: Organisation
    receptionist: User
    lead: User
    neighbour: User  # receptionist at Hilltop: must never see Riverbank's rows
    stranger: User  # may sign in, works nowhere
    officer: User
    administrator: User


def _person(email: str, name: str, staff_role: str = "") -> User:
    return User(email=email, name=name, staff_role=staff_role, joined_at=JOINED)


def _practice(code: str, name: str) -> Organisation:
    return Organisation(
        ods_code=code,
        name=name,
        kind=Organisation.Kind.GP_PRACTICE,
        ods_status="A",
        prescribing_setting="4",
        postcode="ZZ1 1ZZ",
    )


@pytest.fixture
def cast(db) -> Cast:
    riverbank = _practice("Z99001", "Riverbank Surgery")
    hilltop = _practice("Z99002", "Hilltop Practice")
    people = {
        "receptionist": _person("sam.o'brien@riverbank.example", "Sam O’Brien"),
        "lead": _person("lee@riverbank.example", "Lee Marsh"),
        "neighbour": _person("nic@hilltop.example", "Nic Field"),
        "stranger": _person("stranger@nowhere.example", "Val Stone"),
        "officer": _person("olu@partnership.example", "Olu Okafor", roles.OFFICER),
        "administrator": _person("ada@partnership.example", "Ada Byrne", roles.ADMINISTRATOR),
    }
    Organisation.objects.bulk_create([riverbank, hilltop])
    User.objects.bulk_create(people.values())
    Membership.objects.bulk_create(
        Membership(
            user=people[name],
            organisation=organisation,
            role=roles.CLINICIAN_ADMIN,
            is_lead=is_lead,
            started_at=JOINED,
        )
        for name, organisation, is_lead in (
            ("receptionist", riverbank, False),
            ("lead", riverbank, True),
            ("neighbour", hilltop, False),
        )
    )
    return Cast(riverbank=riverbank, hilltop=hilltop, **people)


@pytest.fixture
def officer(db) -> User:
    return OfficerFactory()


@pytest.fixture
def office(client: Client, officer: User) -> Client:
    """A browser in which that officer has signed in."""
    return sign_in(client, officer)
