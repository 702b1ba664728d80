"""One request of each busy page, beside a bare Django view: two gunicorns of two sync workers each, on loopback.

Every request is timed from connecting to the last byte and must answer as expected. They follow one another, case by
case in every round, so a ratio compares what requests cost, not how many would fit side by side. The goals are
our own, shares of the floor's speed turned over: 4 % is 25 times as long.
"""

import contextlib
import os
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from accounts.tests import factories as accounts
from bench.report import Row, interleaved, rows
from core.dates import LONDON
from itsyourmove.environment import url_of_database
from referrals.tests.factories import ReferralFactory
from sessions.models import AnswerLink, Attendance
from sessions.tests import factories as cohorts

ROOT = Path(__file__).resolve().parent.parent
FLOOR = "bare Django view"
GOALS = {"referrer's list, 50 rows": 25.0, "participant's link": 100 / 6, "participant's answer": 25.0}
PRACTICES, ROWS = 10, 50
WARM_UP = 10  # each worker has loaded every page
CSRF = "c" * 32  # any 32 letters will do, the same in cookie and form


@dataclass
class Site:
    """A gunicorn on a free port; the socket is ours, so a request sent early waits until it is taken."""

    application: str
    listener: socket.socket = field(default_factory=lambda: socket.create_server(("127.0.0.1", 0)))

    @contextlib.contextmanager
    def running(self) -> Iterator[None]:
        number = self.listener.fileno()
        gunicorn = ["gunicorn", self.application, "--bind", f"fd://{number}", "--workers", "2"]
        process = subprocess.Popen(
            [sys.executable, "-m", *gunicorn, "--log-level", "error"],
            cwd=ROOT,
            env={**os.environ, "DATABASE_URL": url_of_database(connection.settings_dict)},
            pass_fds=[number],
        )
        try:
            yield
        finally:
            process.terminate()
            process.wait()
            self.listener.close()

    def asks(
        self, path: str, *, status: int = 200, or_else: int = 0, session: str = "", body: str = ""
    ) -> Callable[[], bool]:
        """A request that can be made again and again; a body makes it a POST.

        It says whether it had this status; another that is not `or_else` either is an error.
        """
        lines = [f"{'POST' if body else 'GET'} {path} HTTP/1.1", "Host: localhost", "Connection: close"]
        lines.append(f"Cookie: {settings.CSRF_COOKIE_NAME}={CSRF}; {settings.SESSION_COOKIE_NAME}={session}")
        if body:
            body += f"&csrfmiddlewaretoken={CSRF}"
            lines += ["Content-Type: application/x-www-form-urlencoded", f"Content-Length: {len(body)}"]
        request = "\r\n".join([*lines, "", body]).encode()
        right, other = (f"HTTP/1.1 {each} ".encode() for each in (status, or_else))

        def ask() -> bool:
            with socket.create_connection(self.listener.getsockname(), timeout=60) as line:
                line.sendall(request)
                answer = line.makefile("rb").read()
            assert answer.startswith((right, other)), answer[:200]
            return answer.startswith(right)

        return ask


def measure(*, quick: bool) -> list[Row]:
    bare, ours = Site("bench.bare"), Site("itsyourmove.wsgi")
    cases, attendance = _cases(bare, ours)
    with bare.running(), ours.running():
        interleaved(cases, rounds=WARM_UP)
        taken = interleaved(cases, rounds=40 if quick else 400)
    attendance.refresh_from_db()
    assert attendance.answer == Attendance.Answer.NO  # what was sent last has arrived
    return rows(taken, versus=FLOOR, goals=GOALS)


def _cases(bare: Site, ours: Site) -> tuple[dict[str, Callable[[], object]], Attendance]:
    """Ten practices with fifty new referrals each, a person with a place, and who looks at them."""
    now = timezone.now()
    for _ in range(PRACTICES):
        referrer = accounts.referrer()
        practice = referrer.memberships.get().organisation
        ReferralFactory.create_batch(ROWS, organisation=practice, submitted_by=referrer, submitted_at=now)
    referrer, officer = accounts.session_for(referrer), accounts.session_for(accounts.officer())
    starts_on = (now + timedelta(days=8)).astimezone(LONDON).date()
    place = cohorts.placed(cohorts.cohort(now=now, starts_on=starts_on), now=now)
    attendance = place.attendances.earliest("starts_at")
    link = reverse("sessions:answer", args=[AnswerLink.objects.get(attendance=attendance).token])
    yes, no = (ours.asks(link, status=302, body=f"answer={answer}") for answer in ("yes", "no"))
    cases = {
        FLOOR: bare.asks("/"),
        "sign-in page": ours.asks(reverse("sign_in")),
        "referrer's list, 50 rows": ours.asks(reverse("referrals:list"), session=referrer),
        "participant's link": ours.asks(link),
        "participant's answer": yes,
        "participant's other answer": no,  # so that each one has something to write
        "work queue": ours.asks(reverse("admin:index"), session=officer),
        "triage list, 50 rows": ours.asks(reverse("admin:referrals_referral_changelist"), session=officer),
    }
    return cases, attendance
