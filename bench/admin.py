"""The lists and searches when the tables have grown: each page at a hundred thousand referrals, beside the same page at
ten thousand, in one run.

A round asks each page once, through Django's own handler without the network; every time is a ratio to the floor of its
round (a page that reads no table), and the ratio that is judged is the large table's median over the small one's.
"""

import statistics
from collections.abc import Callable
from uuid import uuid4

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import Membership
from accounts.tests import factories as accounts
from bench.report import Row, interleaved, row
from core.admin import COUNTED
from devtools.demo import bulk_people
from participants.merging import matching
from participants.models import Participant
from referrals.models import Referral
from referrals.submission import services as submission

SMALL, LARGE = 10_000, 100_000
FLOOR = "sign-in page"
PAGE, SEARCH, DEEP = 1.5, 3.0, 3.0  # our goals: LARGE over SMALL
GOALS = {
    "practice: list": PAGE,
    "practice: search by a part of a name": SEARCH,
    "practice: search by reference": SEARCH,
    "practice: search by NHS number": SEARCH,
    "officer: triage queue": PAGE,
    "officer: all referrals": PAGE,
    "officer: search by a part of a name": SEARCH,
    "officer: search by a whole name": SEARCH,
    "officer: search for nobody": SEARCH,
    "officer: search by reference": SEARCH,
    "officer: search by NHS number": SEARCH,
    "officer: people": PAGE,
    "is this person known here": SEARCH,
    "the same person at one practice": SEARCH,
    "the same person anywhere": SEARCH,
}


def measure(*, quick: bool, most: int = LARGE) -> list[Row]:
    """`most` beyond a hundred thousand is measured last and printed; the ratios are judged at a hundred thousand."""
    sizes = (SMALL, LARGE, most) if most > LARGE else (SMALL, LARGE)
    rounds = 10 if quick else 40
    shares: dict[str, list[list[float]]] = {}
    queries: dict[str, set[int]] = {}
    measured = []
    for size in sizes:
        bulk_people.make(referrals=size - Referral.objects.count(), seed=1, now=timezone.now())
        cases = _cases()
        interleaved(cases, rounds=3)
        for name, case in cases.items():
            with CaptureQueriesContext(connection) as asked:
                case()
            queries.setdefault(name, set()).add(len(asked))
        taken = interleaved(cases, rounds=rounds)
        for name, values in taken.items():
            told = [value / base for value, base in zip(values, taken[FLOOR], strict=True)]
            shares.setdefault(name, []).append(told)
            measured.append(_row(name, size, values, shares[name], sizes))
        for who, first in (("officer", "officer: all referrals"), ("practice", "practice: list")):
            pairs = zip(taken[f"{who}: nine tenths down"], taken[first], strict=True)
            deep = [down / page_1 for down, page_1 in pairs]
            ratio, goal = statistics.median(deep), DEEP if size <= LARGE else None
            case = f"{who}: nine tenths down / page 1, {size} referrals"
            met = goal and ratio <= goal
            measured.append(row(case, deep, "x", ratio=round(ratio, 2), goal=goal, met=met))
    grown = {name: counts for name, counts in queries.items() if len(counts) > 1}
    assert not grown, f"more queries on a larger table: {grown}"
    return measured


def _row(name: str, size: int, values: list[float], shares: list[list[float]], sizes: tuple[int, ...]) -> Row:
    if len(shares) == 1:
        return row(f"{name}, {size} referrals", values)
    goal = GOALS.get(name) if size == LARGE else None
    ratio = statistics.median(shares[-1]) / statistics.median(shares[0])
    beside = {"versus": f"the same at {sizes[0]}", "ratio": round(ratio, 2)}
    return row(f"{name}, {size} referrals", values, goal=goal, met=goal and ratio <= goal, **beside)


def _cases() -> dict[str, Callable[[], object]]:
    """Whoever sends most, an officer, and somebody in the middle of the table to look for."""
    officer = accounts.sign_in(Client(headers={"host": "localhost"}), accounts.officer())
    busy = Membership.objects.filter(user__email__startswith="crowd-").order_by("pk").first()
    desk = accounts.sign_in(Client(headers={"host": "localhost"}), busy.user)
    found = Referral.objects.filter(organisation=busy.organisation).exclude(participant__nhs_number="")
    referral = found.select_related("participant").order_by("pk").first()
    person = referral.participant
    office = reverse("admin:referrals_referral_changelist")
    people = reverse("admin:participants_participant_changelist")
    listed = reverse("referrals:list")

    def asks(client: Client, address: str) -> Callable[[], object]:
        def ask() -> None:
            answer = client.get(address)
            assert answer.status_code == 200, (address, answer.status_code)

        return ask

    def searches(client: Client, address: str, words: str) -> Callable[[], object]:
        def search() -> None:
            answer = client.post(address, {"search": words}, follow=True)
            assert answer.status_code == 200

        return search

    part = person.family_name[:4].lower()
    deep = Referral.objects.newest_first()[Referral.objects.count() * 9 // 10]
    theirs = Referral.objects.filter(organisation=busy.organisation).count()
    return {
        FLOOR: asks(Client(headers={"host": "localhost"}), reverse("sign_in")),
        "practice: list": asks(desk, listed),
        "practice: search by a part of a name": searches(desk, listed, part),
        "practice: search by reference": searches(desk, listed, referral.reference),
        "practice: search by NHS number": searches(desk, listed, person.nhs_number),
        "practice: list again": searches(desk, listed, ""),
        "officer: triage queue": asks(officer, office),
        "officer: all referrals": asks(officer, f"{office}?show=all"),
        "officer: nine tenths down": asks(officer, f"{office}?show=all&after={deep.pk}"),
        "officer: the last numbered page": asks(officer, f"{office}?show=all&p=200"),
        "practice: nine tenths down": asks(desk, f"{listed}?page={min(theirs, COUNTED) * 9 // 10 // 50}"),
        "officer: search by a part of a name": searches(officer, office, part),
        "officer: search by a whole name": searches(officer, office, person.full_name),
        "officer: search for nobody": searches(officer, office, "Zzyzxqj"),
        "officer: search by reference": searches(officer, office, referral.reference),
        "officer: search by NHS number": searches(officer, office, person.nhs_number),
        "officer: people": asks(officer, people),
        "is this person known here": lambda: Participant.objects.same_person(
            digits=person.nhs_number, date_of_birth=person.date_of_birth
        ).first(),
        "the same person at one practice": lambda: list(
            submission.possible_duplicates(
                user=busy.user,
                submission_key=uuid4(),
                given_name=person.given_name,
                family_name=person.family_name,
                date_of_birth=person.date_of_birth,
                postcode=person.postcode,
            )[: submission.MOST_ALIKE]
        ),
        "the same person anywhere": lambda: list(matching.looking_like(person)[:5]),
    }
