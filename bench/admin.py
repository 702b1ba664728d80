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

from accounts.models import Membership, User
from accounts.tests import factories as accounts
from bench.report import Row, interleaved, row
from core.admin import COUNTED
from devtools.demo import bulk_people
from participants.merging import matching
from participants.models import Participant
from referrals.models import Referral
from referrals.statuses import Status
from referrals.submission import services as submission

SMALL, LARGE = 10_000, 100_000
OPEN, MOST_QUERIES = 10_000, 16  # what Today must bear: referrals that are not ended, and what it may ask
STILL_OPEN = {Status.SUBMITTED: 1, Status.WAITING: 3}
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
    "officer: Today": PAGE,
    "office search: a part of a name": SEARCH,
    "office search: a whole name": SEARCH,
    "office search: reference": SEARCH,
    "office search: NHS number": SEARCH,
    "office search: date of birth": SEARCH,
    "office search: phone": SEARCH,
    "office search: postcode": SEARCH,
    "office search: nobody": SEARCH,
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
    return [*measured, *_today(rounds)]


def _today(rounds: int) -> list[Row]:
    """Today once ten thousand referrals more are open, beside a page that reads no table; and how much it asked."""
    bulk_people.make(referrals=OPEN, seed=2, now=timezone.now(), endings=STILL_OPEN)
    officer = _signed_in(accounts.officer())
    cases = {FLOOR: _asks(_signed_in(), reverse("sign_in")), "Today": _asks(officer, reverse("admin:index"))}
    interleaved(cases, rounds=3)
    with CaptureQueriesContext(connection) as asked:
        cases["Today"]()
    queries = len(asked)  # before the next request empties the log
    taken = interleaved(cases, rounds=rounds)
    ratio = statistics.median(here / base for here, base in zip(taken["Today"], taken[FLOOR], strict=True))
    still = Referral.objects.filter(status__in=[*STILL_OPEN]).count()
    about = f"Today, {still} open of {Referral.objects.count()} referrals"
    few = queries <= MOST_QUERIES
    return [
        row(about, taken["Today"], versus=FLOOR, ratio=round(ratio, 2)),
        row(f"{about}: queries", [queries], "queries", goal=MOST_QUERIES, met=few),
    ]


def _row(name: str, size: int, values: list[float], shares: list[list[float]], sizes: tuple[int, ...]) -> Row:
    if len(shares) == 1:
        return row(f"{name}, {size} referrals", values)
    goal = GOALS.get(name) if size == LARGE else None
    ratio = statistics.median(shares[-1]) / statistics.median(shares[0])
    beside = {"versus": f"the same at {sizes[0]}", "ratio": round(ratio, 2)}
    return row(f"{name}, {size} referrals", values, goal=goal, met=goal and ratio <= goal, **beside)


def _signed_in(user: User | None = None) -> Client:
    client = Client(headers={"host": "localhost"})
    return accounts.sign_in(client, user) if user else client


def _asks(client: Client, address: str) -> Callable[[], object]:
    def ask() -> None:
        answer = client.get(address)
        assert answer.status_code == 200, (address, answer.status_code)

    return ask


def _searches(client: Client, address: str, words: str) -> Callable[[], object]:
    def search() -> None:
        answer = client.post(address, {"search": words}, follow=True)
        assert answer.status_code == 200

    return search


def _cases() -> dict[str, Callable[[], object]]:
    """Whoever sends most, an officer, and somebody in the middle of the table to look for."""
    officer = _signed_in(accounts.officer())
    busy = Membership.objects.filter(user__email__startswith="crowd-").order_by("pk").first()
    desk = _signed_in(busy.user)
    found = Referral.objects.filter(organisation=busy.organisation).exclude(participant__nhs_number="")
    referral = found.select_related("participant").order_by("pk").first()
    person = referral.participant
    office = reverse("admin:referrals_referral_changelist")
    people = reverse("admin:participants_participant_changelist")
    listed = reverse("referrals:list")

    part = person.family_name[:4].lower()
    deep = Referral.objects.newest_first()[Referral.objects.count() * 9 // 10]
    theirs = Referral.objects.filter(organisation=busy.organisation).count()
    find = reverse("admin:find")
    typed = {
        "a part of a name": part,
        "a whole name": person.full_name,
        "reference": referral.reference,
        "NHS number": person.nhs_number,
        "date of birth": f"{person.date_of_birth:%d/%m/%Y}",
        "phone": person.phone,
        "postcode": person.postcode,
        "nobody": "Zzyzxqj",
    }
    return {
        FLOOR: _asks(_signed_in(), reverse("sign_in")),
        "practice: list": _asks(desk, listed),
        "practice: search by a part of a name": _searches(desk, listed, part),
        "practice: search by reference": _searches(desk, listed, referral.reference),
        "practice: search by NHS number": _searches(desk, listed, person.nhs_number),
        "practice: list again": _searches(desk, listed, ""),
        "officer: triage queue": _asks(officer, office),
        "officer: all referrals": _asks(officer, f"{office}?show=all"),
        "officer: nine tenths down": _asks(officer, f"{office}?show=all&after={deep.pk}"),
        "officer: the last numbered page": _asks(officer, f"{office}?show=all&p=200"),
        "practice: nine tenths down": _asks(desk, f"{listed}?page={min(theirs, COUNTED) * 9 // 10 // 50}"),
        "officer: search by a part of a name": _searches(officer, office, part),
        "officer: search by a whole name": _searches(officer, office, person.full_name),
        "officer: search for nobody": _searches(officer, office, "Zzyzxqj"),
        "officer: search by reference": _searches(officer, office, referral.reference),
        "officer: search by NHS number": _searches(officer, office, person.nhs_number),
        "officer: people": _asks(officer, people),
        "officer: Today": _asks(officer, reverse("admin:index")),
        **{f"office search: {name}": _searches(officer, find, words) for name, words in typed.items()},
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
