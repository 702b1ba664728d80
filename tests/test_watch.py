"""When something is wrong, somebody hears of it without a worker, a request or the outbox."""

import os
import re
import socket
import subprocess
import sys
import threading
from contextlib import closing, contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.urls import reverse
from django.utils import timezone

from accounts.tests.factories import OfficerFactory, sign_in
from core.clock import database_now
from itsyourmove.environment import url_of_database
from itsyourmove.monitoring import alarms
from itsyourmove.monitoring import watch as watching
from messaging.models import ChannelStanding, Heartbeat, Message, Pause
from tests.smtp_sink import wait_until
from tests.test_statusz import waiting

ROOT = Path(__file__).resolve().parent.parent
AWAY = "postgresql://nobody@127.0.0.1:9/test_away"


@pytest.fixture
def well(transactional_db, settings, smtp_sink, tmp_path, monkeypatch) -> None:
    """A service with nothing wrong that has run for a day, whose alerts go to a real mail server."""
    settings.ALERT_EMAIL = ["on-call@partnership.example"]
    settings.ALERT_EMAIL_HOST, settings.ALERT_EMAIL_PORT = smtp_sink.host, smtp_sink.port
    settings.ALERT_EMAIL_USE_TLS, settings.ALERT_EMAIL_HOST_USER = False, ""
    settings.ALERT_STATE = tmp_path / "watch.json"
    settings.ALERT_DISKS = [tmp_path / "not" / "there" / "yet"]
    settings.ALERT_DISK_FREE_MB = 0
    monkeypatch.setattr(watching, "SURE_AFTER", 0)
    monkeypatch.setattr(alarms, "_began", alarms._began - 86400)
    Heartbeat.objects.create(name="drain", seen_at=database_now())


def watch() -> int:
    """The exit status of `manage.py watch`."""
    try:
        call_command("watch", verbosity=0)
    except SystemExit as end:
        return int(end.code)
    return 0


def no_drain() -> None:
    Heartbeat.objects.filter(name="drain").update(seen_at=database_now() - timedelta(minutes=7))


def drained() -> None:
    Heartbeat.objects.filter(name="drain").update(seen_at=database_now())


def late() -> None:
    waiting(minutes=7)


def stopped() -> None:
    now = database_now()
    ChannelStanding.objects.create(
        channel="smtp", filled_at=now, stopped_at=now, stopped_why="smtp 535", faults=1, next_try_at=now
    )


def uncertain() -> None:
    message = waiting(minutes=1)
    Message.objects.filter(pk=message.pk).update(
        state="uncertain", reason="no answer", settled_at=database_now()
    )


def migration_missing() -> None:
    MigrationRecorder(connection).migration_qs.filter(app="outcomes").latest("id").delete()


@pytest.fixture
def _migrations_back(transactional_db):
    kept = list(MigrationRecorder(connection).migration_qs.values("app", "name", "applied"))
    yield
    MigrationRecorder(connection).migration_qs.all().delete()
    for row in kept:
        MigrationRecorder(connection).migration_qs.create(**row)


@contextmanager
def renamed(table: str, column: str):
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE {table} RENAME COLUMN {column} TO elsewhere")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute(f"ALTER TABLE {table} RENAME COLUMN elsewhere TO {column}")


@pytest.mark.parametrize(
    ("breaks", "says"),
    [
        (no_drain, "The worker that sends messages last ran 7 minutes ago."),
        (lambda: Heartbeat.objects.all().delete(), "The worker that sends messages has never run."),
        (late, "A message has been waiting to be sent for 7 minutes."),
        (stopped, "Not sending: Email (smtp 535)."),
        (uncertain, "1 message may not have been sent"),
    ],
)
def test_what_is_wrong_is_mailed_at_once_and_names_nobody(well, smtp_sink, breaks, says):
    assert watch() == 0
    assert smtp_sink.mails == []
    breaks()
    assert watch() == 1
    [mail] = smtp_sink.to("on-call@partnership.example")
    text = smtp_sink.text(mail)
    assert says in text
    assert "docs/deploy.md" in text
    assert "Marked" not in text
    assert "marked@" not in text
    assert mail["Auto-Submitted"] == "auto-generated"


@pytest.mark.usefixtures("_migrations_back")
def test_a_missing_migration_is_mailed(well, smtp_sink):
    migration_missing()
    assert watch() == 1
    assert "The database is missing a migration: run manage.py migrate." in smtp_sink.text(smtp_sink.mails[0])


def test_a_disk_that_is_nearly_full_is_mailed(well, smtp_sink, settings, tmp_path):
    settings.ALERT_DISK_FREE_MB = 10**9
    assert watch() == 1
    assert f"The disk that holds {tmp_path} is nearly full" in smtp_sink.text(smtp_sink.mails[0])


def test_one_mail_for_one_state_then_a_reminder_and_one_when_it_is_over(
    well, smtp_sink, settings, monkeypatch
):
    no_drain()
    for _ in range(3):
        watch()
    assert [mail["Subject"] for mail in smtp_sink.mails] == ["Problem with the service (It’s Your Move)"]
    settings.ALERT_REMINDER_HOURS = 0
    watch()
    assert smtp_sink.mails[1]["Subject"] == "Still a problem with the service (It’s Your Move)"
    settings.ALERT_REMINDER_HOURS = 4
    stopped()
    watch()
    assert "Not sending: Email" in smtp_sink.text(smtp_sink.mails[2])
    drained()
    watch()
    assert len(smtp_sink.mails) == 3, "what is better needs no mail while something is still wrong"
    ChannelStanding.objects.all().delete()
    for _ in range(3):
        watch()
    assert len(smtp_sink.mails) == 4
    assert smtp_sink.mails[3]["Subject"] == "The service is working again (It’s Your Move)"


def test_what_is_over_within_seconds_is_not_mailed(well, smtp_sink, monkeypatch):
    no_drain()
    monkeypatch.setattr(watching, "SURE_AFTER", 7)
    seen = []
    watching.Watch(lambda seconds: (seen.append(seconds), drained())).turn()
    assert seen == [7]
    assert smtp_sink.mails == []


def test_an_alert_that_could_not_be_sent_is_sent_at_the_next_look(well, smtp_sink):
    no_drain()
    smtp_sink.answer("MAIL", "451 later")
    watch()
    assert smtp_sink.mails == []
    watch()
    assert len(smtp_sink.mails) == 1


def three_looks() -> list[list[alarms.Alarm]]:
    return [alarms.every_in_time(0.3) for _ in range(3)]


def test_a_database_that_takes_the_line_and_never_answers_is_away_and_costs_nothing(well, monkeypatch):
    """Each look ends by itself: no thread and no line is left of it."""
    with socket.create_server(("127.0.0.1", 0)) as silent, monkeypatch.context() as there:
        there.setitem(connection.settings_dict, "HOST", "127.0.0.1")
        there.setitem(connection.settings_dict, "PORT", str(silent.getsockname()[1]))
        threads = threading.active_count()
        assert three_looks() == [[alarms.AWAY]] * 3
        assert threading.active_count() == threads
        for _ in range(3):
            line, _ = silent.accept()
            line.settimeout(20)
            while line.recv(1024):  # what it said, then that it hung up
                pass


def test_a_database_that_takes_the_question_and_never_answers_is_away_and_costs_nothing(well):
    with closing(connection.copy()) as other, other.cursor() as cursor:
        other.set_autocommit(False)
        cursor.execute("LOCK TABLE django_migrations IN ACCESS EXCLUSIVE MODE")
        threads = threading.active_count()
        assert three_looks() == [[alarms.AWAY]] * 3
        assert threading.active_count() == threads
        assert connection.connection is None, "the line is closed"
        other.rollback()
    assert three_looks() == [[]] * 3


def test_one_good_answer_is_no_all_clear(well, smtp_sink):
    """The mail that all is well waits for a second look."""
    no_drain()
    watch()
    drained()
    watching.Watch(lambda seconds: no_drain()).turn()
    assert [mail["Subject"] for mail in smtp_sink.mails] == ["Problem with the service (It’s Your Move)"]
    drained()
    watch()
    assert smtp_sink.mails[-1]["Subject"] == "The service is working again (It’s Your Move)"


def test_a_fault_of_the_watch_itself_is_not_taken_for_all_well(well, monkeypatch):
    monkeypatch.setattr(alarms, "all_alarms", lambda: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        alarms.every_in_time()


@pytest.mark.parametrize("kept", ["", "{}", "[1]", '{"codes": ["late"], "at": "never"}', '{"codes": 1}'])
def test_a_broken_memory_is_forgotten(well, settings, smtp_sink, kept):
    settings.ALERT_STATE.write_text(kept)
    no_drain()
    assert watch() == 1
    assert len(smtp_sink.mails) == 1


def test_what_officers_have_paused_is_not_late(well, smtp_sink):
    message = waiting(minutes=60)
    Pause.objects.create(message=message, why="a bank holiday", at=timezone.now(), by=OfficerFactory())
    assert watch() == 0


def test_nobody_can_be_late_in_the_first_minutes_of_a_start(well, monkeypatch):
    no_drain()
    late()
    monkeypatch.setattr(alarms, "_began", alarms.time.monotonic())
    assert watch() == 0


def test_no_mail_leaves_a_demonstration(well, smtp_sink, settings, caplog):
    settings.DEMO = True
    no_drain()
    assert watch() == 1
    assert smtp_sink.mails == []
    assert caplog.records[-1].fault == "no_drain"


def process(smtp_sink, folder: Path, *words: str, **environment: str) -> subprocess.Popen:
    """The watch as a process of its own, with no setting of this test's but the environment."""
    return subprocess.Popen(
        [sys.executable, "manage.py", "watch", *words],
        cwd=ROOT,
        env={
            **os.environ,
            "TESTING": "1",
            "ALERT_EMAIL": "on-call@partnership.example",
            "ALERT_EMAIL_HOST": smtp_sink.host,
            "ALERT_EMAIL_PORT": str(smtp_sink.port),
            "ALERT_EMAIL_USE_TLS": "0",
            "ALERT_STATE": str(folder / "watch.json"),
            "ALERT_DISK_FREE_MB": "0",
            **environment,
        },
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )


@pytest.mark.processes
@pytest.mark.faults
def test_the_loop_tells_of_a_database_that_is_away_and_stops_when_asked(smtp_sink, tmp_path):
    watching_ = process(smtp_sink, tmp_path, "--loop", "--every", "0.2", DATABASE_URL=AWAY)
    try:
        smtp_sink.wait_for(1, seconds=120)
        assert "The database is not answering." in smtp_sink.text(smtp_sink.mails[0])
    finally:
        watching_.terminate()
        watching_.communicate()


@pytest.mark.processes
@pytest.mark.faults
def test_with_no_worker_at_all_the_alert_leaves(transactional_db, smtp_sink, tmp_path):
    """Beat, workers and web are not there: what is due waits, and the watch alone says so."""
    waiting(minutes=7)
    here = url_of_database(connection.settings_dict)
    running = process(
        smtp_sink,
        tmp_path,
        "--loop",
        "--every",
        "0.2",
        DATABASE_URL=here,
        ALERT_NO_DRAIN_SECONDS="1",
        ALERT_OLDEST_DUE_SECONDS="1",
    )
    try:
        wait_until(lambda: smtp_sink.mails, seconds=120, what="the alert")
        text = smtp_sink.text(smtp_sink.mails[0])
        assert "has never run" in text
    finally:
        running.terminate()
        running.communicate()


# --- The red line on officers' pages -------------------------------------------------------------------------------

LINE = re.compile(r'<div class="app-alarms">\s*<p>(.*?)</p>', re.DOTALL)


@pytest.fixture
def looking(monkeypatch) -> None:
    """Officers' pages look for alarms, as they do outside the tests."""
    monkeypatch.setattr(alarms, "_kept", (float("-inf"), ()))


def line_on(client, name: str) -> str:
    found = LINE.search(client.get(reverse(name)).content.decode())
    return " ".join(re.sub("<.*?>", "", found[1]).split()) if found else ""


PAGES = ["admin:index", "admin:referrals_referral_changelist", "admin:participants_participant_changelist"]


@pytest.mark.parametrize("page", PAGES)
def test_every_office_page_says_what_is_wrong(well, looking, client, page):
    sign_in(client, OfficerFactory())
    no_drain()
    line = line_on(client, page)
    assert line.startswith("Problem with the service. The worker that sends messages last ran 7 minutes ago.")


def test_nothing_is_said_when_all_is_well_and_never_to_a_practice(well, looking, client, cast):
    sign_in(client, OfficerFactory())
    assert line_on(client, "admin:index") == ""
    no_drain()
    alarms._kept = (float("-inf"), ())
    client.logout()
    sign_in(client, cast.receptionist)
    assert "app-alarms" not in client.get(reverse("referrals:list")).content.decode()


def test_it_is_asked_for_in_two_queries_and_seldom(well, looking, django_assert_num_queries):
    for _ in range(5):
        waiting(minutes=7)
    stopped()
    uncertain()
    no_drain()
    with django_assert_num_queries(2):
        found = alarms.on_pages()
        assert alarms.on_pages() == found
    assert [alarm.code for alarm in found] == ["no_drain", "late", "stopped:smtp", "uncertain"]


def test_the_red_line_can_be_read_by_everybody(live_server, well, looking, open_page, looked_at, client):
    sign_in(client, OfficerFactory())
    no_drain()
    stopped()
    page = open_page()
    page.context.add_cookies(
        [{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}]
    )
    page.goto(live_server.url + reverse("admin:index"))
    assert "Not sending: Email (smtp 535)." in page.locator(".app-alarms").inner_text()
    looked_at(page, "alarms")


def test_a_disk_that_cannot_be_read_is_an_alarm_and_breaks_nothing(settings, monkeypatch, tmp_path):
    settings.ALERT_DISKS = [tmp_path]
    monkeypatch.setattr("shutil.disk_usage", lambda folder: (_ for _ in ()).throw(PermissionError(13, "no")))
    assert [alarm.text for alarm in alarms._of_the_disks()] == [
        f"The disk that holds {tmp_path} cannot be read."
    ]


@pytest.mark.usefixtures("_migrations_back")
@pytest.mark.django_db(transaction=True)
def test_a_column_that_a_missing_migration_brings_is_told_as_that(well, settings):
    settings.ALERT_DISKS = []
    migration_missing()
    with renamed("messaging_channelstanding", "stopped_at"):
        assert [alarm.code for alarm in alarms.all_alarms()] == ["migrations"]


@pytest.mark.django_db(transaction=True)
def test_a_database_that_refuses_a_question_is_not_said_to_be_away(well, settings):
    settings.ALERT_DISKS = []
    with renamed("messaging_channelstanding", "stopped_at"):
        assert [alarm.code for alarm in alarms.all_alarms()] == ["database_refuses"]
