"""Pages beside a crowd at the sign-in: the site as `make run` starts it, two workers, on loopback.

Each page is asked for on its own and beside the crowd, turn by turn, so that a ratio compares the two in one run. The
crowd is a process of its own. Known and unknown addresses are asked about in turn, in pairs.
"""

import contextlib
import multiprocessing
import statistics
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from itertools import count

from django.db import connections
from django.urls import reverse
from django.utils import timezone

from accounts.tests import factories as accounts
from bench.report import Row, interleaved, row, rows
from bench.web import WARM_UP, Site
from core.dates import LONDON
from messaging.models import Heartbeat
from messaging.outbox import wakeup
from sessions.models import AnswerLink
from sessions.tests import factories as cohorts

SIGN_INS = 50  # a second
# Clients, each asking again as soon as it is answered; more than both processes have threads.
HOSTILE = (20, 60)
MOST = 5.0  # times what a page takes by itself
WAITING = 40  # people who wait at the same time before others give up
KNOWN = 200  # accounts; each address may ask ten times in ten minutes
SETTLING = 1.0  # seconds until a crowd is there
ALIKE = 1.1  # a known address takes at most so many times as long as an unknown one, and the other way round

Ask = Callable[[], object]
answered = multiprocessing.Value("L", 0)  # codes that the crowd has asked for


def measure(*, quick: bool) -> list[Row]:
    site = Site("itsyourmove.wsgi")
    link = personal_link()
    known = [accounts.referrer(email=f"person-{number}@riverbank.example").email for number in range(KNOWN)]
    Heartbeat.objects.update_or_create(name="drain", defaults={"seen_at": timezone.now() + timedelta(days=1)})
    turns, looks = (2, 10) if quick else (5, 60)
    with site.running():
        livez, page = site.asks("/livez"), site.asks(link)
        interleaved({"livez": livez, "link": page, "sign-in": site.asks(reverse("sign_in"))}, rounds=WARM_UP)
        sign_ins = paced(counted(asked_of(site, known)))
        hostile = [again_and_again(counted(asked_of(site, []))) for _ in range(max(HOSTILE))]
        found = beside(f"/livez at {SIGN_INS} sign-ins a second", livez, [sign_ins], turns, looks)
        for many in HOSTILE:
            found += beside(f"a personal link beside {many} hostile", page, hostile[:many], turns, looks)
        found += alike("", site, known, rounds=20 if quick else 150)
        Heartbeat.objects.all().delete()  # no worker drains: the web process sends the codes itself,
        time.sleep(wakeup.DRAIN_SECONDS)  # once what it knew of the last drain is too old
        found += alike(", no worker", site, known[::-1], rounds=20 if quick else 150)
    return found


def personal_link() -> str:
    now = timezone.now()
    starts_on = (now + timedelta(days=8)).astimezone(LONDON).date()
    place = cohorts.placed(cohorts.cohort(now=now, starts_on=starts_on), now=now)
    attendance = place.attendances.earliest("starts_at")
    return reverse("sessions:answer", args=[AnswerLink.objects.get(attendance=attendance).token])


# --- The crowd --------------------------------------------------------------------------------------------------------


def asked_of(site: Site, known: list[str]) -> Ask:
    """Ask for a code, and say whether there was room; half of the time to an address that has an account, where some are given."""
    numbers, page = count(), reverse("sign_in")

    def ask() -> bool:
        number = next(numbers)
        strange = f"stranger-{threading.get_ident()}-{number}-{time.time_ns()}@nowhere.example"
        email = known[number // 2 % len(known)] if known and number % 2 else strange
        return site.asks(page, status=302, or_else=503, body=f"email={email}")()

    return ask


def counted(ask: Ask) -> Ask:
    def go() -> None:
        if ask():
            with answered.get_lock():
                answered.value += 1

    return go


def paced(ask: Ask) -> Ask:
    """As many a second as there should be, whether or not the last was answered, while fewer than WAITING wait."""
    room = threading.BoundedSemaphore(WAITING)

    def one() -> None:
        try:
            ask()
        finally:
            room.release()

    def go() -> None:
        started = time.monotonic()
        for number in count():
            time.sleep(max(0.0, started + number / SIGN_INS - time.monotonic()))
            room.acquire()
            threading.Thread(target=one, daemon=True).start()

    return go


def again_and_again(ask: Ask) -> Ask:
    def go() -> None:
        while True:
            ask()

    return go


@contextlib.contextmanager
def crowd(members: list[Ask]) -> Iterator[None]:
    """A process in which each of these goes on in a thread."""

    def live() -> None:
        threads = [threading.Thread(target=member, daemon=True) for member in members]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    connections.close_all()
    process = multiprocessing.get_context("fork").Process(target=live)
    process.start()
    try:
        time.sleep(SETTLING)
        yield
    finally:
        process.kill()
        process.join()


# --- What is told -----------------------------------------------------------------------------------------------------


def beside(case: str, ask: Ask, members: list[Ask], turns: int, looks: int) -> list[Row]:
    """The page alone, and beside the crowd, as a ratio."""
    alone, crowded, served = [], [], []
    for _ in range(turns):
        alone += interleaved({case: ask}, rounds=looks)[case]
        with crowd(members):
            before, started = answered.value, time.monotonic()
            crowded += interleaved({case: ask}, rounds=looks)[case]
            time.sleep(SETTLING)
            served.append((answered.value - before) / (time.monotonic() - started))
        time.sleep(3 * SETTLING)  # what still waits is answered
    ratio = statistics.median(crowded) / statistics.median(alone)
    floor = f"{case.split(' ')[0]} alone" if case.startswith("/") else "a personal link alone"
    return [
        row(floor, alone),
        row(case, crowded, versus=floor, ratio=round(ratio, 2), goal=MOST, met=ratio <= MOST),
        Row("  codes asked for meanwhile", round(statistics.median(served), 1), "a second", rounds=turns),
    ]


def alike(how: str, site: Site, known: list[str], *, rounds: int) -> list[Row]:
    """Asking for a code, known addresses beside unknown ones."""
    emails, numbers, page = iter(known), count(), reverse("sign_in")
    cases = {
        f"asking, unknown address{how}": lambda: site.asks(
            page, status=302, body=f"email=nobody-{time.time_ns()}-{next(numbers)}@nowhere.example"
        )(),
        f"asking, known address{how}": lambda: site.asks(page, status=302, body=f"email={next(emails)}")(),
    }
    unknown, given = cases
    taken: dict[str, list[float]] = {name: [] for name in cases}
    for number in range(rounds):  # each of them comes first in turn
        order = (unknown, given) if number % 2 else (given, unknown)
        for name, values in interleaved({name: cases[name] for name in order}, rounds=1).items():
            taken[name] += values
    floor, beside_it = rows(taken, versus=unknown, goals={given: ALIKE})
    return [floor, replace(beside_it, met=1 / ALIKE <= (beside_it.ratio or 0) <= ALIKE)]
