"""Servers that go away: PostgreSQL (a kind 503, and back by itself) and Redis (nobody notices)."""

import contextlib
import http.client
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg2
import pytest
from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from devtools.local_services import manager as local_services
from itsyourmove.clone import POSTGRES, Clone, urls
from itsyourmove.environment import database_from_url, url_of_database
from messaging.models import Message
from referrals.models import Referral
from referrals.submission.forms import PAGES
from referrals.tests.factories import typed
from sessions.models import AnswerLink
from tests.smtp_sink import wait_until
from tests.test_access import TABLE, World, world  # noqa: F401 - a fixture

pytestmark = [pytest.mark.faults, pytest.mark.processes]


# --- PostgreSQL ----------------------------------------------------------------------------------------------------


@dataclass
class Site:
    """A real gunicorn on servers of its own, which a test may stop."""

    place: Clone
    port: int
    process: subprocess.Popen

    user: subprocess.Popen | None = None  # somebody who keeps the servers running

    def get(self, path: str, cookie: str = "sessionid=abcdefgh") -> http.client.HTTPResponse:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        connection.request("GET", path, headers={"Host": "localhost", "Cookie": cookie})
        answer = connection.getresponse()
        answer.body = answer.read().decode()
        return answer

    def start_database(self) -> None:
        code = (
            "import sys; from pathlib import Path; from devtools.local_services import manager; from itsyourmove.clone import Clone;"
            "manager.ensure(Clone(Path(sys.argv[1]))); input()"
        )
        environment = {k: v for k, v in os.environ.items() if k not in ("DATABASE_URL", "REDIS_URL")}
        self.user = subprocess.Popen(
            [sys.executable, "-c", code, str(self.place.clone)],
            cwd=settings.BASE_DIR,
            env=environment,
            stdin=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        wait_until(lambda: local_services.answers(POSTGRES, self.place), what="PostgreSQL")

    def make_database(self) -> str:
        """The URL of a new database: on another clone's own, TESTING refuses gunicorn."""
        own, _ = urls(self.place)
        with contextlib.closing(psycopg2.connect(own)) as connection:
            connection.autocommit = True
            connection.cursor().execute("CREATE DATABASE test_outages")
        return url_of_database({**database_from_url(own), "NAME": "test_outages"})

    def stop_database(self) -> None:
        local_services.stop_services(self.place)
        self.user.communicate()


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    clone = tmp_path / "clone"
    clone.mkdir()
    place = Clone(clone)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    site = Site(place, port, None)
    site.start_database()
    names = {"DATABASE_URL": site.make_database(), "REDIS_URL": urls(place)[1]}
    environment = {**os.environ, **names}
    subprocess.run(
        [sys.executable, "manage.py", "migrate", "-v", "0"],
        cwd=settings.BASE_DIR,
        env=environment,
        check=True,
    )
    command = [
        "gunicorn",
        "itsyourmove.wsgi",
        "-b",
        f"127.0.0.1:{port}",
        "-w",
        "2",
        "--log-level",
        "critical",
    ]
    site.process = subprocess.Popen(
        [sys.executable, "-m", *command], cwd=settings.BASE_DIR, env=environment, stderr=subprocess.DEVNULL
    )
    try:
        wait_until(lambda: _answers(port), what="gunicorn")
        yield site
    finally:
        site.process.terminate()
        site.process.wait()
        site.stop_database()
        local_services.erase(place)


def _answers(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return False
    return True


def test_without_postgresql_pages_say_503_and_come_back_by_themselves(site: Site):
    pages = ["/s/unknown/", "/f/unknown/", "/referrals/", "/admin/"]
    assert [site.get(page).status for page in pages] == [404, 404, 302, 302]
    assert site.get("/readyz").status == 200

    site.stop_database()
    for page in [*pages, *pages]:  # both workers
        answer = site.get(page)
        assert answer.status == 503, page
        assert answer.getheader("Retry-After") == "30"
        assert "The service is not available" in answer.body
        assert "Traceback" not in answer.body
    assert site.get("/readyz").status == 503
    assert site.get("/livez", cookie="").status == 200

    site.start_database()
    for _ in range(3):
        assert [site.get(page).status for page in pages] == [404, 404, 302, 302]
    assert site.get("/readyz").status == 200


# --- Redis ---------------------------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("fault", ["freeze", "kill"])
def test_without_redis_no_request_waits_for_it_twice(fault, world: World, own_redis, client):  # noqa: F811
    """Stopped (it takes connections and never answers) or dead: nobody at a screen notices half a second, once."""
    from messaging.outbox import wakeup

    getattr(own_redis, fault)()
    tries = {}

    def counted(name: str, ask) -> int:
        own_redis.tries.clear()
        status = ask().status_code
        tries[name] = list(own_redis.tries)
        return status

    for role in ("receptionist", "officer"):
        someone = world.client(role)
        for name in TABLE:
            if name != "sign_out":
                counted(f"{role} {name}", lambda: someone.get(world.address(name)))  # noqa: B023

    # Each of these promises a message and rings, as in a process that has not yet learnt of the fault.
    wakeup._silent_until = 0.0
    desk = world.client("receptionist")
    form = typed()
    for name, page in PAGES.items():
        own = {box: value for box, value in form.items() if page.asks(box)}
        address = reverse("referrals:page", args=[form["submission_key"], name])
        assert counted(f"page {name}", lambda: desk.post(address, own)) == 302  # noqa: B023
    check = reverse("referrals:check", args=[form["submission_key"]])
    assert counted("a referral", lambda: desk.post(check)) == 302
    wakeup._silent_until = 0.0
    officer, new = world.client("officer"), Referral.objects.get(status="submitted")
    accept = reverse("admin:referrals_referral_accept", args=[new.pk])
    today = timezone.localdate()
    said_yes = {f"opted_in_on_{part}": getattr(today, part) for part in ("day", "month", "year")}
    assert (
        counted("a decision", lambda: officer.post(accept, said_yes | {"answered": "yes", "priority": "0"}))
        == 302
    )
    assert set(Message.objects.filter(state="pending").values_list("kind", flat=True)) >= {
        "referral_receipt",
        "welcome",
    }
    wakeup._silent_until = 0.0
    link = reverse("sessions:answer", kwargs={"token": world.answer})
    assert counted("an answer", lambda: client.post(link, {"answer": "yes"})) in {200, 302}
    assert AnswerLink.objects.filter(attendance__answer="yes").exists()

    assert {tried for each in tries.values() for tried in each} == {0.5}
    assert {name: each for name, each in tries.items() if len(each) > 1} == {}


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("fault", ["freeze", "kill"])
def test_without_redis_a_sign_in_code_still_arrives(fault, cast, own_redis, smtp_sink, client):
    getattr(own_redis, fault)()
    own_redis.tries.clear()
    answer = client.post("/sign-in/", {"email": cast.receptionist.email})
    assert len(own_redis.tries) <= 1
    assert answer.status_code == 302
    wait_until(lambda: Message.objects.get(kind="sign_in_code").state == "sent", what="the code")
    [mail] = smtp_sink.to(cast.receptionist.email)
    assert "code" in mail["Subject"]
