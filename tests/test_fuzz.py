"""Every address, every role, every method, hostile values: never a fault of ours.

    FUZZ_SEED=20261130.0 FUZZ_ONLY=417 make test ARGS="tests/test_fuzz.py -k round"

sends one case again, as a failure names it. FUZZ_REQUESTS asks for more requests, in rounds of ROUND.
"""

import os
import re
import subprocess
import sys
import time
from collections import Counter
from datetime import datetime, timedelta

import pytest
from django.conf import settings as conf
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.urls import clear_url_caches, path, set_urlconf
from django.utils import timezone

from accounts.access_requests import services as access_requests
from accounts.tests.factories import session_for
from core.dates import LONDON
from core.tests.constraints import check_deferred
from messaging.outbox import pauses
from outcomes.models import FormLink
from participants.needs import services as needs
from participants.readiness import tech_checks
from participants.tests.factories import PersonFactory
from referrals.models import Referral
from sessions.models import WaitingLink
from sessions.proposals import services as proposals
from sessions.tests import factories as cohorts
from tests import fuzz_urls, fuzzing
from tests.fuzzing import STATEMENT_SECONDS, Fuzzer, every_token
from tests.test_access import ROLES, TABLE, World, world  # noqa: F401 - the fixture

pytestmark = pytest.mark.django_db

SEED = os.environ.get("FUZZ_SEED", "20261130")
ONLY = os.environ.get("FUZZ_ONLY", "")
ROUND = 3000  # requests
ROUNDS = max(1, int(os.environ.get("FUZZ_REQUESTS", ROUND)) // ROUND)
MOST_STATEMENTS = 1500
SOAK = 200_000
SECRET = "Quillfeather"  # the family name of Riverbank's person; nobody else's pages may have it


@pytest.fixture(autouse=True)
def every_address(settings):
    """The mailbox of a demonstration too; webhooks with keys."""
    settings.ROOT_URLCONF = "tests.fuzz_urls"
    settings.NOTIFY_CALLBACK_TOKEN = settings.DELIVERY_WEBHOOK_KEY = "x"
    clear_url_caches()
    set_urlconf(None)
    yield
    settings.ROOT_URLCONF = "itsyourmove.urls"
    clear_url_caches()


def fuzzer_in(world: World, seed: str) -> Fuzzer:  # noqa: F811
    now = timezone.now()
    with connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL statement_timeout = '{STATEMENT_SECONDS}s'")
    referral = Referral.objects.get(reference=world.reference)
    referral.participant.family_name = SECRET
    referral.participant.save()
    over = WaitingLink.make(
        referral=cohorts.waiting(), now=now - timedelta(days=9), expires_at=now - timedelta(days=1)
    )
    ended = WaitingLink.make(referral=cohorts.waiting(), now=now, expires_at=now + timedelta(days=9))
    WaitingLink.objects.filter(pk=ended.pk).update(revoked_at=now)
    more_rows(world, now)
    sessions = {role: session_for(getattr(world.cast, role)) if role != "nobody" else "" for role in ROLES}
    sessions["half"] = half_signed_in(world)
    tokens = [*every_token(), over.token, ended.token, world.form]
    assert len(tokens) > 10
    check_deferred()  # or each case, which is taken back, would check all of the world once more
    return Fuzzer(seed, sessions, tokens, SECRET)


def more_rows(world: World, now: datetime) -> None:  # noqa: F811
    """One of what the world lacks, so that the office's pages about it are reached."""
    by = world.cast.officer
    access_requests.express(
        organisation_name="St Mary’s Surgery", kind="gp_practice", ods_code="", name="Asha Rao", profession="gp",
        email="asha@stmarys.example", phone="01632 960 321", why="We would like to refer.", now=now,
    )  # fmt: skip
    first_day = (now + timedelta(days=15)).astimezone(LONDON).date()
    cohort = cohorts.cohort(now=now, starts_on=first_day, by=by)
    by_post = PersonFactory(email="", preferred_contact="phone", postal_address="14 Orchard Lane\nStonehouse")
    needs.add_if_unknown(person=by_post, codes=["contact_by_letter"], by=by, now=now)
    cohorts.placed(cohort, person=by_post, now=now, by=by)
    suited = cohorts.suited(cohort, opted_in_at=now - timedelta(days=9)).participant
    tech_checks.book(person=suited, at=now + timedelta(days=1), officer=by, by=by, now=now)
    proposals.request_proposal(cohorts=[cohort], waited_weeks=0, by=by, now=now)
    assert proposals.make_asked(now=now) == 1
    pauses.pause(why="A fire drill.", by=by, now=now, group=f"cohort:{cohort.pk}")


def half_signed_in(world: World) -> str:  # noqa: F811
    """A session of somebody of the office before the second step."""
    client = Client()
    client.cookies[conf.SESSION_COOKIE_NAME] = key = session_for(world.cast.officer)
    session = client.session
    session["account_authentication_methods"] = session["account_authentication_methods"][:1]
    session.save()
    return key


def walk(fuzzer: Fuzzer, world: World) -> None:  # noqa: F811
    plain = [f"/{each.template}" for each in fuzzer.routes if not each.arguments]
    for name in TABLE:
        fuzzer._remember(world.address(name))
    for role, most in (("nobody", 30), ("receptionist", 40), ("lead", 40), ("officer", 200)):
        fuzzer.learn(role, plain, most)


@pytest.mark.parametrize("number", range(ROUNDS))
def test_a_round_of_nonsense_finds_no_fault_of_ours(world: World, number: int, capsys):  # noqa: F811
    seed = SEED if ONLY else f"{SEED}.{number}"
    fuzzer = fuzzer_in(world, seed)
    walk(fuzzer, world)
    fuzzer.counts.clear()  # nothing hostile so far
    began, case = time.process_time(), 0
    if ONLY:
        wanted = int(ONLY)
        fuzzer.play(wanted, where_to(seed, wanted))
    while not ONLY and fuzzer.counts["requests"] < ROUND:
        fuzzer.play(case, where_to(seed, case))
        case += 1
    told = ", ".join(f"{status}: {count}" for status, count in sorted(fuzzer.counts.items()))
    with capsys.disabled():
        sys.stdout.write(
            f"\n  fuzz {seed}: {told}; {len(fuzzer.reached)} routes, {len(fuzzer.acted)} forms taken, most statements "
            f"{fuzzer.most_statements} ({fuzzer.slowest}), {time.process_time() - began:.0f} s of work\n"
        )
    assert not fuzzer.findings, listed(fuzzer)
    if not ONLY:
        assert fuzzer.most_statements < MOST_STATEMENTS, fuzzer.slowest
        got = {status[0] for status in fuzzer.counts if status.isdigit()}
        assert got >= {"2", "3", "4"}
        assert fuzzer.reached == {each.name for each in fuzzer.routes}
        assert len(fuzzer.acted) >= 50  # forms whose answers came as far as a service


def where_to(seed: str, case: int) -> int:
    """Where in the walk through every route, role and method a case begins; rounds follow one another."""
    number = int(seed.rpartition(".")[2]) if "." in seed else 0
    return number * (ROUND // 2) + case


def listed(fuzzer: Fuzzer) -> str:
    """Each fault once, and how often it came."""
    kinds: dict[str, list] = {}
    for finding in fuzzer.findings:
        kinds.setdefault(finding.what + finding.where[-300:], []).append(finding)
    found = sorted(kinds.values(), key=len, reverse=True)
    return f"{len(fuzzer.findings)} findings\n" + "\n".join(f"{len(each)} x {each[0]}" for each in found[:40])


# --- The fuzzer bites ------------------------------------------------------------------------------------------------


def planted(request, pk: int = 0):
    """A page with the faults that the fuzzer is there to find."""
    page = '<form method="post"><textarea name="note"></textarea><input name="birth_year"></form>'
    if request.method == "GET":
        request.session["looked"] = True
    if request.method == "POST":
        note = request.POST.get("note", "")
        if "\0" in note:
            raise ValueError(note)
        if note.startswith(("//", "/\\", "\\\\", "https://evil")):
            return HttpResponse(status=302, headers={"Location": note})
        if "onerror" in note or "onfocus" in note:
            page += note
        if note.startswith(("=", "+", "-")):
            FormLink.objects.update(attendance_id=10**9)  # refused at the commit, and no sooner
    return HttpResponse(page)


def test_the_fuzzer_finds_what_is_planted(world: World, monkeypatch):  # noqa: F811
    added = [path("planted/<int:pk>/", planted, name="planted")]
    monkeypatch.setattr(fuzz_urls, "urlpatterns", [*fuzz_urls.urlpatterns, *added])
    clear_url_caches()
    fuzzer = fuzzer_in(world, "planted")
    assert "planted" in {each.name for each in fuzzer.routes}
    fuzzer.routes = [each for each in fuzzer.routes if each.name == "planted"]
    case = 0
    wanted = {"500", "leads to", "runs", "refused at the commit", "makes a session"}
    while case < 3000 and (
        missing := [each for each in wanted if not any(f.what.startswith(each) for f in fuzzer.findings)]
    ):
        fuzzer.play(case, case)
        case += 1
    assert missing == []
    fault = next(each for each in fuzzer.findings if each.what == "500")
    assert "ValueError" in fault.where
    again = Fuzzer("planted", fuzzer.sessions, fuzzer.tokens, SECRET)  # alone, by what the finding says
    again.routes = fuzzer.routes
    number = int(re.search(r"FUZZ_ONLY=(\d+)", str(fault)).group(1))
    again.play(number, number)
    assert [(each.request, each.what) for each in again.findings] == [
        (each.request, each.what) for each in fuzzer.findings if each.case == fault.case
    ]


@pytest.mark.parametrize(
    "place",
    ["//evil.example", "/\\evil.example", "\\\\evil.example", "https://evil.example/", "/\t/evil.example", "http://[",
     "javascript:alert(1)", "https://zoom.us@evil.example/", "https://zoom.us.evil.example/", " //evil.example"],
)  # fmt: skip
def test_a_redirect_to_elsewhere_is_seen(place: str):
    assert not fuzzing.is_ours(place)


@pytest.mark.parametrize(
    "place", ["/", "/sign-in/?next=//evil.example", "?page=2", "https://us02.zoom.us/j/1", ""]
)
def test_a_redirect_within_is_none(place: str):
    assert fuzzing.is_ours(place)


# --- The long one ----------------------------------------------------------------------------------------------------


@pytest.mark.soak
def test_two_hundred_thousand_requests_find_no_fault_of_ours(capsys):
    """In as many processes as there are cores, each with a database and seeds of its own."""
    cores = os.cpu_count() or 1
    children = [
        subprocess.Popen(
            [sys.executable, "-m", "pytest", "-q", "-k", "round_of_nonsense", __file__],
            cwd=conf.BASE_DIR,
            env=os.environ
            | {"FUZZ_SEED": f"{SEED}-{part}", "FUZZ_REQUESTS": str(-(-SOAK // cores // ROUND) * ROUND),
               "TEST_DATABASE_NAME": f"test_fuzz_{part}"},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        for part in range(cores)
    ]  # fmt: skip
    told = [child.communicate()[0] for child in children]
    counts: Counter[str] = Counter()
    for line in re.findall(r"^  fuzz .*?: (.*?);", "\n".join(told), re.MULTILINE):
        for status, count in re.findall(r"(\w+): (\d+)", line):
            counts[status] += int(count)
    with capsys.disabled():
        sys.stdout.write(f"\n  fuzz in all: {dict(sorted(counts.items()))}\n")
    assert [child.returncode for child in children] == [0] * cores, "\n".join(text[-6000:] for text in told)
    assert counts["requests"] >= SOAK
    assert not [status for status in counts if status.startswith("5")]
