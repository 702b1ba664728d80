"""Every way of starting takes exactly one of PRODUCTION, DEMO and TESTING, and guesses nothing.

Real processes, with HOME and PATH and what a test names. Each is refused before it speaks to a server.
"""

import http.client
import os
import shutil
import socket
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import connection
from django.http import HttpResponse
from django.test.utils import CaptureQueriesContext

from core.clock import database_now
from devtools.tests.test_run import NOT_COPIED
from itsyourmove import environment
from itsyourmove.middleware import MadeUpPeopleOnlyMiddleware
from messaging import tasks
from messaging.delivery import worker
from messaging.models import Heartbeat, Message
from participants.tests.factories import PersonFactory
from referrals.tests import factories as referrals

ROOT = Path(__file__).resolve().parent.parent
NOWHERE = {"DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none", "REDIS_URL": "redis://127.0.0.1:1/0"}
GUNICORN = ["gunicorn", "itsyourmove.wsgi", "--bind", "127.0.0.1:0", "--no-control-socket"]
ENTRIES = {
    "manage.py": ["manage.py", "check"],
    "gunicorn": ["-m", *GUNICORN],
    "celery worker": ["-m", "celery", "-A", "itsyourmove", "worker", "--concurrency", "1"],
    "celery beat": ["-m", "celery", "-A", "itsyourmove", "beat", "--schedule", "{folder}/beat", "--pidfile", ""],
    "bench": ["-m", "bench", "nothing"],
    "audit": ["-m", "devtools.audit"],
    "pytest": ["-m", "pytest", "--collect-only", "-q", "-p", "no:cacheprovider", "devtools/tests/test_made_up_names.py"],
    "mypy": ["-m", "mypy", "--cache-dir", "/dev/null", "-c", "pass"],
    "run": ["-m", "devtools.local_services.run"],
}  # fmt: skip
SET_TESTING = ("bench", "audit", "pytest", "mypy", "run")  # run sets DEMO
EXACTLY_ONE = "Set exactly one of PRODUCTION, DEMO and TESTING (found: {}). See .env.example."


def start(entry: str, **environment: str) -> subprocess.CompletedProcess:
    kept = {name: os.environ[name] for name in ("HOME", "PATH")}
    with tempfile.TemporaryDirectory() as folder:
        return subprocess.run(
            [sys.executable, *(word.format(folder=folder) for word in ENTRIES[entry])],
            cwd=ROOT,
            env=kept | environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=120,
            check=False,
        )


def refused(entry: str, sentence: str, **environment: str) -> None:
    ran = start(entry, **environment)
    assert sentence in ran.stdout
    assert "Traceback" not in ran.stdout
    assert ran.returncode not in (0, None)


@pytest.mark.processes
@pytest.mark.parametrize("entry", [entry for entry in ENTRIES if entry not in SET_TESTING])
def test_without_a_word_nothing_starts(entry):
    refused(entry, EXACTLY_ONE.format("none"), **NOWHERE)


@pytest.mark.processes
@pytest.mark.parametrize("entry", ENTRIES)
def test_with_two_words_nothing_starts(entry):
    refused(entry, EXACTLY_ONE.format("DEMO and TESTING"), DEMO="1", TESTING="1", **NOWHERE)


@pytest.mark.processes
@pytest.mark.parametrize("entry", ENTRIES)
def test_with_a_word_that_is_no_answer_nothing_starts(entry):
    refused(
        entry, "PRODUCTION must be 1, true, yes or on, or 0, false, no or off.", PRODUCTION="y", **NOWHERE
    )


SERVERS = [entry for entry in ENTRIES if entry.startswith(("gunicorn", "celery"))]


@pytest.mark.processes
@pytest.mark.parametrize("entry", SERVERS)
def test_testing_serves_no_database_but_ours(entry):
    refused(
        entry,
        "TESTING runs gunicorn, Celery and what sends only on this clone's own database",
        TESTING="on",
        **NOWHERE,
    )


@pytest.mark.processes
@pytest.mark.parametrize("command", ["drain_outbox", "watch"])
def test_testing_sends_nothing_from_a_database_that_is_not_ours(monkeypatch, command):
    monkeypatch.setitem(ENTRIES, command, ["manage.py", command])
    refused(command, "TESTING runs gunicorn, Celery and what sends only", TESTING="on", **NOWHERE)


@pytest.mark.processes
@pytest.mark.parametrize("entry", SERVERS)
def test_production_has_no_keys_to_begin_with(entry):
    refused(
        entry,
        "Set SECRET_KEY in the environment; .env.example explains each name.",
        PRODUCTION="1",
        **NOWHERE,
    )


# --- The words -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("on", [*environment.TRUE, "True", "YES", "On"])
@pytest.mark.parametrize("off", [*environment.FALSE, "False", "NO", "Off"])
def test_every_boolean_says_yes_or_no_in_one_of_eight_words(monkeypatch, on, off):
    monkeypatch.setenv("BEHIND_PROXY", on)
    assert environment.env_bool("BEHIND_PROXY") is True
    monkeypatch.setenv("BEHIND_PROXY", off)
    assert environment.env_bool("BEHIND_PROXY", default=True) is False


@pytest.mark.parametrize(
    "value", ["", " ", "y", "n", "2", "-1", "1.0", " 1", "yes please", "ＯＮ", "t", "enabled", "None"]
)
@pytest.mark.parametrize(
    "name",
    ["DEBUG", "BEHIND_PROXY", "OIDC_IS_SECOND_FACTOR", "EMAIL_USE_TLS", "PRODUCTION", "DEMO", "TESTING"],
)
def test_anything_else_is_an_error(monkeypatch, name, value):
    monkeypatch.setenv(name, value)
    with pytest.raises(
        ImproperlyConfigured, match=f"^{name} must be 1, true, yes or on, or 0, false, no or off.$"
    ):
        environment.env_bool(name)


@pytest.mark.processes
@pytest.mark.parametrize("name", ["DEBUG", "BEHIND_PROXY", "OIDC_IS_SECOND_FACTOR", "EMAIL_USE_TLS"])
def test_the_settings_read_each_of_them_wherever_they_are(name):
    refused("manage.py", f"{name} must be 1, true", **{"TESTING": "1", name: "ture"}, **NOWHERE)


# --- What sets a word ----------------------------------------------------------------------------------------------


def place_in(clone: Path, **names: str) -> str:
    """What manage.py makes of a clone before it does anything: the word, or how it is refused."""
    said = "from django.conf import settings as s; print([n for n in manage.PLACES if getattr(s, n)])"
    ran = subprocess.run(
        [sys.executable, "-c", f"import manage; manage.choose_place(); manage.read_settings(); {said}"],
        cwd=clone,
        env={name: os.environ[name] for name in ("HOME", "PATH")} | names,
        capture_output=True,
        text=True,
        check=False,
    )
    return (ran.stdout or ran.stderr).strip().splitlines()[-1]


@pytest.fixture(scope="module")
def clone(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("closed") / "clone"
    shutil.copytree(ROOT, folder, ignore=NOT_COPIED)
    return folder


@pytest.mark.processes
def test_manage_py_sets_a_word_only_where_nobody_can_be_harmed(clone):
    none = EXACTLY_ONE.format("none")
    assert place_in(clone) == none  # nobody set this up with make: it may be a deployment
    (clone / ".venv").mkdir()
    (clone / ".venv" / ".installed").touch()
    assert place_in(clone) == "['TESTING']"
    for name, value in NOWHERE.items():
        assert place_in(clone, **{name: value}) == none
    assert place_in(clone, DEMO="0") == none
    (clone / ".local").mkdir()
    for name in environment.SECRETS:
        assert place_in(clone) == "['TESTING']"
        (clone / ".local" / name.lower()).write_text("k" * 64)
    assert place_in(clone) == "['DEMO']"
    assert place_in(clone, TESTING="1") == "['TESTING']"
    assert place_in(clone, PRODUCTION="1").startswith("Set SECRET_KEY")
    assert place_in(clone, **NOWHERE) == none


@pytest.mark.processes
def test_make_names_the_place_for_each_target_that_reads_the_settings():
    for target in ("test", "quick", "soak", "audit", "check", "bench"):
        told = make(target)
        assert told == "TESTING=1", target
    assert make("run") == "TESTING="


def make(target: str) -> str:
    """What the recipes of a target find in their environment."""
    ran = subprocess.run(
        [
            "make",
            "-s",
            "-f",
            "Makefile",
            "-f",
            "-",
            target,
            'set_up=@echo "TESTING=$$TESTING"',
            "python=true",
        ],
        cwd=ROOT,
        env={name: os.environ[name] for name in ("HOME", "PATH")},
        input="",
        capture_output=True,
        text=True,
        check=True,
    )
    return ran.stdout.split("\n")[0]


@pytest.mark.processes
def test_pytest_needs_no_word_and_takes_no_other():
    assert start("pytest").returncode == 0
    refused("pytest", EXACTLY_ONE.format("DEMO and TESTING"), DEMO="1")


@pytest.mark.processes
def test_mypy_needs_no_word():
    assert "Success" in start("mypy").stdout


# --- A demonstration -----------------------------------------------------------------------------------------------


@pytest.fixture
def demonstration(transactional_db, own_redis) -> dict[str, str]:
    """The environment of a demonstration on the test's own database."""
    keys = dict.fromkeys(environment.SECRETS, "k" * 64)
    url = environment.url_of_database(connection.settings_dict)
    return {"DEMO": "1", "DATABASE_URL": url, "REDIS_URL": own_redis.url, **keys}


REFUSES_REAL = "DEMO is set, and this database holds people who are not made up"


@pytest.mark.processes
@pytest.mark.parametrize("entry", ["manage.py", *SERVERS])
def test_a_demonstration_does_not_start_beside_somebody_who_is_not_made_up(entry, demonstration):
    PersonFactory.create_batch(2, made_up=True)
    PersonFactory()
    refused(entry, REFUSES_REAL, **demonstration)


@pytest.mark.processes
@pytest.mark.parametrize("command", ["migrate", "mark_made_up"])
def test_what_prepares_this_clones_own_database_is_refused_in_one_that_is_named(
    command, demonstration, monkeypatch
):
    PersonFactory()
    monkeypatch.setitem(ENTRIES, command, ["manage.py", command])
    refused(command, REFUSES_REAL, **demonstration)


@pytest.mark.processes
def test_a_demonstration_with_made_up_people_only_starts(demonstration):
    PersonFactory(made_up=True)
    assert start("manage.py", **demonstration).returncode == 0


@pytest.mark.processes
def test_whether_a_database_that_is_away_holds_real_people_is_not_guessed():
    keys = dict.fromkeys(environment.SECRETS, "k" * 64)
    refused("manage.py", "it is not known whether everyone in it is made up", DEMO="1", **keys, **NOWHERE)


def test_a_demonstration_shows_nothing_once_somebody_is_not_made_up(settings, db, rf):
    settings.DEMO = True
    shown = MadeUpPeopleOnlyMiddleware(lambda request: HttpResponse("shown"))
    PersonFactory(made_up=True)
    assert shown(rf.get("/referrals/")).status_code == 200
    PersonFactory()
    for path in ("/", "/referrals/", "/admin/", "/readyz"):
        answer = shown(rf.get(path))
        assert answer.status_code == 503
        assert "This demonstration has stopped" in answer.content.decode()
    assert shown(rf.get("/livez")).content == b"shown"


@pytest.mark.processes
def test_a_demonstration_that_runs_stops_showing(demonstration, tmp_path, monkeypatch):
    """A gunicorn started among made-up people; then a row of somebody else arrives."""
    monkeypatch.setitem(
        ENTRIES, "collectstatic", ["manage.py", "collectstatic", "--no-input", "--verbosity", "0"]
    )
    assert start("collectstatic", **demonstration).returncode == 0
    person = PersonFactory(made_up=True)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        log = (tmp_path / "web.log").open("w")
        web = subprocess.Popen(
            [sys.executable, "-m", "gunicorn", "itsyourmove.wsgi", "--bind", f"fd://{listener.fileno()}",
             "--no-control-socket"],
            cwd=ROOT, env={**os.environ, "TESTING": "0", **demonstration}, pass_fds=[listener.fileno()],
            stdout=log, stderr=log,
        )  # fmt: skip
        try:
            port = listener.getsockname()[1]
            assert status(port, "/sign-in/") == 200
            type(person).objects.update(synthetic=False)
            assert status(port, "/sign-in/") == 503
            type(person).objects.update(synthetic=True)
            assert status(port, "/sign-in/") == 200
        finally:
            web.terminate()
            web.wait()
            log.close()


def status(port: int, path: str) -> int:
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    line.request("GET", path, headers={"Host": "localhost"})
    return line.getresponse().status


def test_a_demonstration_sends_nothing_once_somebody_is_not_made_up(settings, cast, smtp_sink):
    settings.DEMO = True
    person, now = PersonFactory(), database_now().replace(hour=12)
    referrals.submitted(organisation=cast.riverbank, by=cast.receptionist, now=now)
    waiting = Message.objects.filter(state=Message.State.PENDING)
    count = waiting.count()
    assert count
    with CaptureQueriesContext(connection) as asked:
        report = worker.drain(now=now)
    assert len(asked) == 1  # nothing is swept or looked up before
    assert "not made up" in report.refused
    assert (waiting.count(), smtp_sink.mails) == (count, [])
    type(person).objects.update(synthetic=True)
    worker.drain(now=now)
    assert waiting.count() < count


def test_in_a_demonstration_no_task_does_anything_once_somebody_is_not_made_up(settings, db):
    settings.DEMO = True
    assert tasks.drain.apply().successful()
    before = list(Heartbeat.objects.values_list("name", "seen_at"))
    assert before
    PersonFactory()
    assert tasks.drain.apply().successful()
    assert list(Heartbeat.objects.values_list("name", "seen_at")) == before
