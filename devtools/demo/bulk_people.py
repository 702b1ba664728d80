"""A crowd of made-up people and their referrals, by COPY, to see what stays quick when the tables have grown.

The same number and seed give the same people; what is known of them is drawn in crowd_ready. Nobody has a place: statuses
are those that need none. Safety answers, messages and row history are left out: most of the size, none of the question.
"""

# ruff: noqa: S311 - this chance is meant to be repeatable

import uuid
from collections.abc import Iterator, Mapping
from contextlib import nullcontext
from datetime import date, datetime, timedelta
from itertools import islice
from random import Random

import pgtrigger
from django.contrib.auth.hashers import make_password
from django.db import connection, transaction

from accounts.models import Membership, Organisation, User
from accounts.roles import CLINICIAN_ADMIN
from devtools.demo import bulk_copy, bulk_readiness
from devtools.demo.rehearsal.people import NICKNAMES, nhs_numbers
from participants.models import Participant
from referrals.models import TOLD, Referral, StatusChange
from referrals.references import ALPHABET, PREFIX
from referrals.statuses import Reason, Status

USERS, PRACTICES = 5_000, 300
FIRST_NHS_NUMBERS = 998_999_999  # the range kept for tests, 999, comes after it: some 909,000 numbers
STEP = 314_159_265  # shares no factor with 19**7: each number gives another reference
GIVEN = [
    "Aoife", "Béatrice", "Carys", "Dilip", "Eileen", "Femi", "Grace", "Harjit", "Ines", "Joan", "Kofi",
    "Linda", "Maureen", "Nasreen", "Owen", "Patricia", "Ranjit", "Siân", "Tomasz", "Una", "Vera",
    "Winston", "Yusuf", "Zofia", "Margaret", "John", "Susan", "David", "Anne", "Peter", "Mary", "Paul",
    "Karen", "Mark", "Julie", "Ian", "Fatima", "Gwilym", "Priya", "Chloe", "Ngọc", "Łucja", "Seán",
    "Mohammed",
]  # fmt: skip
FIRST = [
    "Ash", "Brad", "Clay", "Dun", "East", "Fair", "Green", "Hart", "Ing", "Kings", "Lang", "Mill", "Nor",
    "Oak", "Pem", "Rad", "Sel", "Thorn", "Up", "Whit", "Wood", "Hol", "Bar", "Crom",
]  # fmt: skip
LAST = [
    "ford", "ley", "ton", "wood", "bury", "field", "worth", "well", "den", "man", "son", "by", "ham",
    "stone", "wick",
]  # fmt: skip
OWN = ["O’Neill", "Adeyemi", "ap Rhys", "Begum", "D'Souza", "Hussain", "Jones", "Kowalska", "Nguyễn", "Patel", "Smith",
       "Okafor", "Singh", "Wójcik", "Taylor", "Williams"]  # fmt: skip
# Shares of a county's referrals after some years.
ENDINGS = {Status.SUBMITTED: 1, Status.WAITING: 3, Status.DECLINED: 12, Status.WITHDRAWN: 10, Status.NOT_PARTICIPATING: 9,
           Status.LEFT_EARLY: 8, Status.FINISHED_BELOW_TARGET: 4, Status.COMPLETED: 53}  # fmt: skip
ENROLLED = [Status.SUBMITTED, Status.ACCEPTED, Status.WAITING, Status.ENROLLED]
ROADS = {
    Status.SUBMITTED: [Status.SUBMITTED],
    Status.WAITING: [Status.SUBMITTED, Status.ACCEPTED, Status.WAITING],
    Status.DECLINED: [Status.SUBMITTED, Status.DECLINED],
    Status.WITHDRAWN: [Status.SUBMITTED, Status.ACCEPTED, Status.WAITING, Status.WITHDRAWN],
    Status.NOT_PARTICIPATING: [*ENROLLED, Status.NOT_PARTICIPATING],
}
ACTIVE = [*ENROLLED, Status.ACTIVE]
COUNTED, UNCOUNTED = {"attended": 5, "out_of": 10}, {"attended": None, "out_of": None}
YEARS = 10
MANY = 50_000  # from here on it is quicker to make the indexes again


class CrowdRefused(Exception):
    """No crowd is made beside real people; the sentence says so."""


def make(
    *, referrals: int, seed: int, now: datetime, endings: Mapping[Status, int] = ENDINGS
) -> dict[str, int]:
    """Add that many referrals, each of its own made-up person, and who sends them; what was made. Raises CrowdRefused."""
    if Participant.objects.real().exists():
        raise CrowdRefused("There are real people in this database. A made-up crowd belongs beside nobody.")
    made = {"organisations": 0, "users": 0, "referrals": referrals}
    with transaction.atomic(), pgtrigger.ignore():
        practices, made["organisations"] = _practices()
        users, made["users"] = _users(practices, now)
        already = Participant.objects.count()  # what is there moves numbers, references and addresses on
        with bulk_copy.lightened(Participant, Referral, StatusChange) if referrals >= MANY else nullcontext():
            rows = _rows(referrals, seed, already, practices, users, now, endings)
        bulk_readiness.fill(**rows, asked_by=users[0][0], seed=f"{seed}:{already}", now=now)
    with connection.cursor() as cursor:
        for model in (Organisation, User, Membership, Participant, Referral, StatusChange):
            cursor.execute(f'ANALYZE "{model._meta.db_table}"')
    return made


def _rows(
    referrals: int, seed: int, already: int, practices: list[int], users: list[tuple[int, int]], now: datetime,
    endings: Mapping[Status, int],
) -> dict[str, range]:  # fmt: skip
    people = bulk_copy.ids(Participant, referrals)
    drawn = lambda: _drawn(referrals, seed, already, practices, users, now, endings)  # noqa: E731
    bulk_copy.copy(Participant, (person | {"id": people + i} for i, (person, _, _) in enumerate(drawn())))
    first = bulk_copy.ids(Referral, referrals)
    bulk_copy.copy(
        Referral,
        (
            referral | {"id": first + i, "participant_id": people + i}
            for i, (_, referral, _) in enumerate(drawn())
        ),
    )
    bulk_copy.copy(
        StatusChange,
        (change | {"referral_id": first + i} for i, (_, _, road) in enumerate(drawn()) for change in road),
    )
    return {"people": range(people, people + referrals), "referrals": range(first, first + referrals)}


def _practices() -> tuple[list[int], int]:
    offered = Organisation.objects.offered().order_by("pk")
    missing = 0 if offered.count() >= 10 else PRACTICES
    Organisation.objects.bulk_create(
        Organisation(
            ods_code=f"X{99_000 + number}", name=f"{FIRST[number % 24]}{LAST[number % 15]} Surgery {number}",
            kind=Organisation.Kind.GP_PRACTICE, ods_status="A", prescribing_setting="4", postcode="ZZ1 1ZZ",
        )
        for number in range(missing)
    )  # fmt: skip
    return list(offered.values_list("pk", flat=True)), missing


def _users(practices: list[int], now: datetime) -> tuple[list[tuple[int, int]], int]:
    """(user, practice) of everybody who refers, made up to 5,000."""
    there = User.objects.filter(email__startswith="crowd-", email__endswith="@example.org").count()
    nobody_signs_in = make_password(None)
    new = User.objects.bulk_create(
        [
            User(email=f"crowd-{number}@example.org", name=f"{GIVEN[number % 44]} {FIRST[number % 24]}{LAST[number % 15]}",
                 password=nobody_signs_in, joined_at=now)
            for number in range(there, USERS)
        ],
        batch_size=1_000,
    )  # fmt: skip
    Membership.objects.bulk_create(
        [
            Membership(
                user=user,
                organisation_id=practices[number % len(practices)],
                role=CLINICIAN_ADMIN,
                is_lead=number % 10 == 0,
                started_at=now - timedelta(days=365),
            )
            for number, user in enumerate(new)
        ],
        batch_size=1_000,
    )
    pairs = Membership.objects.current().filter(user__email__startswith="crowd-")
    return list(pairs.order_by("pk").values_list("user_id", "organisation_id")), len(new)


def _drawn(
    number: int, seed: int, already: int, practices: list[int], users: list[tuple[int, int]], now: datetime,
    endings: Mapping[Status, int] = ENDINGS,
) -> Iterator[tuple[dict, dict, list[dict]]]:  # fmt: skip
    """(person, referral, its steps) for each; drawn anew and alike for each table, so that nothing waits in memory."""
    chance = Random(f"{seed}:{already}")
    numbers = islice(nhs_numbers(FIRST_NHS_NUMBERS), already, None)
    for i in range(already, already + number):
        user, practice = users[int(len(users) * chance.random() ** 2)]  # some send many
        given = chance.choice(GIVEN)
        family = chance.choice(OWN) if chance.random() < 0.3 else chance.choice(FIRST) + chance.choice(LAST)
        ending = chance.choices([*endings], [*endings.values()])[0]
        days = chance.uniform(0, 20) if ending == Status.SUBMITTED else chance.uniform(120, 365 * YEARS)
        at = now - timedelta(days=days)
        road = ROADS.get(ending, [*ACTIVE, ending])
        steps = [at + timedelta(days=3 * step) for step in range(len(road))]
        person = {
            "given_name": given,
            "family_name": family,
            "preferred_name": NICKNAMES.get(given, "") if chance.random() < 0.1 else "",
            "date_of_birth": date(1930, 1, 1) + timedelta(days=chance.randrange(27_000)),
            "nhs_number": next(numbers, "") if chance.random() < 0.9 else "",
            "email": f"crowd{i}@example.org",
            "postcode": f"ZZ{i % 90 + 1} {i % 9 + 1}ZZ",
            "preferred_contact": Participant.Contact.EMAIL.value,
            "message_safe": True,
            "practice_id": practice,
            "synthetic": True,
            "added_at": at,
        }
        referral = {
            "reference": _reference(i),
            "submission_key": uuid.UUID(int=chance.getrandbits(128), version=4),
            "organisation_id": practice,
            "submitted_by_id": user,
            "submitted_at": at,
            "referrer_name": "Dr Sam Example",
            "referrer_role": Referral.ReferrerRole.GP.value,
            "pain_three_months": True,
            "agreed_on": at.date(),
            "status": ending.value,
            "status_at": steps[-1],
            "opted_in_at": steps[1] if len(road) > 2 else None,
            **{f"told_{name}": person[name] for name in TOLD if name in person},
        }
        reason = Reason.OTHER.value if ending in (Status.DECLINED, Status.WITHDRAWN) else ""
        yield person, referral, [
            {"from_status": came.value if came else "", "to_status": to.value, "at": when, "by_id": user,
             "reason": reason if to == ending else "", "words": "Made up" if reason and to == ending else "",
             **(COUNTED if to == Status.FINISHED_BELOW_TARGET else UNCOUNTED)}
            for came, to, when in zip([None, *road], road, steps, strict=False)
        ]  # fmt: skip


def _reference(number: int) -> str:
    """A reference of its own for each number below 893 million."""
    drawn, letters = number * STEP % len(ALPHABET) ** 7, ""
    for _ in range(7):
        drawn, place = divmod(drawn, len(ALPHABET))
        letters += ALPHABET[place]
    return f"{PREFIX}-{letters[:4]}-{letters[4:]}"
