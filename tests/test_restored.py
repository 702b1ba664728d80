"""A backup is restored: nothing is sent before `manage.py restored`, and nothing leaves twice after it."""

import logging
import re
from collections import Counter
from contextlib import closing
from datetime import timedelta

import psycopg2
import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.urls import reverse

from accounts.tests.factories import OfficerFactory, sign_in
from core.clock import database_now
from itsyourmove import system_checks
from itsyourmove.celery import app
from itsyourmove.monitoring import alarms
from itsyourmove.restores import services as restoring
from messaging import tasks
from messaging.delivery import worker
from messaging.models import DatabaseIdentity, Heartbeat, Message
from messaging.outbox import heartbeats, wakeup
from messaging.restores import database_identity
from messaging.restores.services import MAY_HAVE_GONE, WRITTEN_AGAIN, doubt_what_was_due, in_doubt
from messaging.tests.delivery.test_side_by_side import queue_codes
from participants.models import Restore
from participants.restores import services as restores
from referrals.tasks import queue_digests
from sessions.models import OfferLink
from sessions.tests import factories as make
from tests import backups
from tests.backups import checksums, manage, psql
from tests.smtp_sink import wait_until

pytestmark = pytest.mark.django_db(transaction=True)
State = Message.State
TOKEN = "a-token-of-the-monitor-that-is-long-enough-to-be-one"


@pytest.fixture
def backup(tmp_path):
    """Take one now: `backup()`."""
    return lambda: backups.dump(tmp_path)


def outcomes() -> Counter:
    return Counter(Message.objects.values_list("state", flat=True))


def unsent(*hours: float) -> list[Message]:
    """Mails that are due so many hours from now, one each."""
    queue_codes(len(hours))
    messages = list(Message.objects.order_by("pk"))
    for message, after in zip(messages, hours, strict=True):
        due = message.not_before + timedelta(hours=after)
        message.not_before, message.next_try_at = due, due
        message.expires_at = due + timedelta(days=1)
        message.save()
    return messages


# --- Before it has run -----------------------------------------------------------------------------------------------


@pytest.mark.processes
def test_nothing_leaves_a_restored_database_by_any_way(
    backup, smtp_sink, client, caplog, settings, monkeypatch
):
    settings.STATUS_TOKEN = TOKEN
    queue_codes(3)
    with backup().brought_back():
        heartbeats.beat("drain")
        last = Heartbeat.objects.get(name="drain").seen_at
        with caplog.at_level(logging.ERROR):
            assert worker.drain().refused
        assert [record.getMessage() for record in caplog.records] == [
            "the database was restored from a backup: nothing is being sent; run manage.py restored"
        ]
        tasks.drain()
        monkeypatch.setattr(wakeup, "_is_drained", lambda: False)
        wakeup.ring(urgent=True)
        by_hand = manage("drain_outbox")
        assert "Run manage.py restored" in by_hand.stderr
        before = Message.objects.count()
        queue_digests()
        assert (Message.objects.count(), outcomes()) == (before, {State.PENDING: 3})
        assert Heartbeat.objects.get(name="drain").seen_at == last, "it says how old the backup is"
        assert not smtp_sink.mails

        assert database_identity.RUN_RESTORED in [alarm.text for alarm in alarms.all_alarms()]
        told = client.get("/statusz", headers={"Authorization": f"Bearer {TOKEN}"}).json()
        assert told["must_run_restored"] is True
        assert client.get("/readyz").status_code == 200
        monkeypatch.setattr(alarms, "_kept", (float("-inf"), ()))
        sign_in(client, OfficerFactory())
        assert database_identity.RUN_RESTORED in client.get(reverse("admin:index")).content.decode()


@pytest.mark.processes
def test_the_database_that_was_not_restored_goes_on(backup, smtp_sink, client, settings):
    settings.STATUS_TOKEN = TOKEN
    queue_codes(3)
    backup()
    assert not worker.drain().refused
    assert len(smtp_sink.mails) == 3
    assert database_identity.RUN_RESTORED not in [alarm.text for alarm in alarms.all_alarms()]
    told = client.get("/statusz", headers={"Authorization": f"Bearer {TOKEN}"}).json()
    assert told["must_run_restored"] is False


@pytest.mark.processes
def test_an_upgrade_goes_on_sending(backup):
    """The migration writes the row; `migrate` in a restored database does not."""
    with backup().brought_back():
        assert manage("migrate", "messaging", "0006").returncode == 0
        assert manage("migrate").returncode == 0
        assert database_identity.is_here()
    with backup().brought_back():
        assert manage("migrate").returncode == 0
        assert not database_identity.is_here()
        psql("DELETE FROM messaging_databaseidentity")
        assert manage("migrate").returncode == 0
        assert not database_identity.is_here()


# --- What it does ----------------------------------------------------------------------------------------------------


@pytest.mark.processes
def test_what_was_due_is_in_doubt_and_what_is_to_come_goes_in_its_time(backup, smtp_sink):
    due, later = unsent(0, 5)
    kept = backup()
    worker.drain()
    assert len(smtp_sink.mails) == 1
    with kept.brought_back():
        said = manage("restored", "--yes")
        assert said.returncode == 0, said.stderr
        assert "Messages that may have been sent after the backup was made: 1." in said.stdout
        assert outcomes() == {State.UNCERTAIN: 1, State.PENDING: 1}
        assert [message.pk for message in in_doubt()] == [due.pk]
        assert worker.drain(now=database_now() + timedelta(hours=6)).outcomes == {State.SENT: 1}
        assert len(smtp_sink.mails) == 2
        assert Message.objects.get(pk=later.pk).state == State.SENT
        [restore] = Restore.objects.all()
        assert restore.confirmed_at is None


@pytest.mark.processes
def test_run_again_or_without_a_restore_it_changes_nothing(backup):
    unsent(0)
    before = checksums()
    for name in ("restored", "settle_restored"):
        said = manage(name, "--yes")
        assert (said.returncode, "nothing to do" in said.stdout) == (0, True)
    assert checksums() == before
    with backup().brought_back():
        assert "Messages can be sent again" in manage("restored", "--yes").stdout
        before = checksums()
        assert "nothing to do" in manage("restored", "--yes").stdout
        assert checksums() == before


@pytest.mark.processes
def test_it_asks_and_without_a_yes_changes_nothing(backup):
    unsent(0)
    with backup().brought_back():
        before = checksums()
        said = manage("restored")
        assert (said.returncode, "Nothing was changed" in said.stderr) == (1, True)
        assert checksums() == before


@pytest.mark.processes
def test_killed_in_the_middle_it_has_done_nothing_and_runs_again(backup, smtp_sink):
    unsent(0)
    with backup().brought_back(), closing(psycopg2.connect(backups.url())) as other:
        before = checksums()
        other.cursor().execute(
            "SELECT 1 FROM messaging_databaseidentity FOR UPDATE"
        )  # its last step waits here
        process = backups.started("restored", "--yes")
        try:
            wait_until(
                lambda: waits_for_a_lock() or process.poll() is not None, seconds=60, what="the last step"
            )
            assert process.poll() is None, process.stdout.read()
        finally:
            process.kill()
            process.communicate()
        other.rollback()
        wait_until(lambda: checksums() == before, what="the database to notice")
        assert worker.drain().refused
        said = manage("restored", "--yes")
        assert said.returncode == 0, said.stderr
        assert outcomes() == {State.UNCERTAIN: 1}
        assert not worker.drain().refused


def waits_for_a_lock() -> bool:
    return bool(
        psql("SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'")
    )


@pytest.mark.processes
def test_two_at_once_do_it_once(backup):
    unsent(0)
    with backup().brought_back():
        both = [backups.started("restored", "--yes") for _ in range(2)]
        assert [process.wait() for process in both] == [0, 0], [process.stdout.read() for process in both]
        assert Restore.objects.count() == 1


@pytest.mark.processes
def test_no_number_is_given_twice_and_no_old_link_opens_anothers_page(backup):
    cohort = make.cohort()
    kept = backup()
    mine = OfferLink.objects.get(place=make.offered(cohort))
    mailed = mine.token
    with kept.brought_back():
        theirs = OfferLink.objects.get(place=make.offered(cohort))
        assert theirs.pk == mine.pk, "the naive way: a number is given twice"
        assert OfferLink.objects.find(mailed) is None  # its nonce was not
    with kept.brought_back():
        restoring.run(since=make.NOW, now=make.NOW + timedelta(hours=1))
        restores.confirm(
            restore=Restore.objects.get(), by=OfficerFactory(), now=make.NOW + timedelta(hours=2)
        )
        theirs = OfferLink.objects.get(place=make.offered(cohort))
        assert OfferLink.objects.find(mailed) is None
        given = psql("SELECT min(last_value) FROM pg_sequences WHERE schemaname = 'public'")
        assert given[0][0] >= restoring.MARGIN


@pytest.mark.processes
def test_links_made_after_the_backup_end(backup):
    cohort = make.cohort()
    made = OfferLink.objects.get(place=make.offered(cohort))
    as_before_nonces = OfferLink.objects.get(place=make.offered(cohort))
    OfferLink.objects.filter(pk=as_before_nonces.pk).update(nonce=None)
    with backup().brought_back():
        restoring.run(since=made.made_at - timedelta(seconds=1), now=made.made_at + timedelta(hours=1))
        assert OfferLink.objects.get(pk=as_before_nonces.pk).revoked_at
        assert not OfferLink.objects.get(pk=made.pk).revoked_at


# --- The gap ---------------------------------------------------------------------------------------------------------


def test_every_task_of_beat_is_gone_through_or_known_to_write_nothing():
    of_beat = {entry["task"] for entry in app.conf.beat_schedule.values()}
    assert {*restoring.sweeps(), *restoring.WRITES_NONE} == of_beat
    assert not {*restoring.sweeps()} & {*restoring.WRITES_NONE}


# --- Bad input -------------------------------------------------------------------------------------------------------


SAID = (  # what was done to the backup, the settings that differ, and a part of the one sentence
    (
        "DELETE FROM django_migrations WHERE app = 'messaging' AND name = '0010_words'",
        {},
        "is from an older version of the service: run manage.py migrate",
    ),
    (
        "INSERT INTO django_migrations (app, name, applied) VALUES ('messaging', '0999_not_yet', now())",
        {},
        "is from a newer version of the service (messaging.0999_not_yet)",
    ),
    ("DROP TABLE django_migrations", {}, "is incomplete (it has no django_migrations)"),
    ("DELETE FROM django_migrations", {}, "is incomplete (it does not say which migrations ran)"),
    ("DROP TABLE messaging_heartbeat", {}, "is incomplete (it has no messaging_heartbeat)"),
    (
        "ALTER TABLE participants_restore DROP CONSTRAINT restore_since_before_it",
        {},
        "is incomplete (it has no restore_since_before_it)",
    ),
    (
        "DROP TRIGGER pgtrigger_safety_fact_kept_b3dae ON participants_safetyfact",
        {},
        "is incomplete (it has no pgtrigger_safety_fact_kept_b3dae)",
    ),
    (
        "ALTER TABLE participants_restorecall DROP CONSTRAINT participants_restore_restore_id_dd11da5d_fk_participa",
        {},
        "is incomplete (it has no key of participants_restorecall.restore_id)",
    ),
    ("DELETE FROM messaging_databaseidentity", {}, "is incomplete (it has no database identity)"),
    ("SELECT 1", {"SITE_ORIGIN": "https://other.example"}, "but SITE_ORIGIN is https://other.example"),
    ("SELECT 1", {"MESSAGE_KEY": "wrong" * 10}, "was made with a different MESSAGE_KEY:"),
    ("SELECT 1", {"LINK_KEY": "wrong" * 10}, "was made with a different LINK_KEY:"),
)


@pytest.mark.parametrize(("done", "differs", "sentence"), SAID)
def test_a_backup_that_does_not_fit_is_refused_in_one_sentence(done, differs, sentence, settings):
    """As the command says it; each is undone afterwards. What it does to the process is the next test's."""
    for name, value in differs.items():
        setattr(settings, name, value)
    with transaction.atomic():
        database_identity.mark_restored()
        connection.cursor().execute(done)
        with pytest.raises(CommandError, match=re.escape(sentence)) as refusal:
            call_command("restored", yes=True)
        assert str(refusal.value).endswith("Nothing was changed.")
        transaction.set_rollback(True)


@pytest.mark.processes
def test_a_backup_with_another_key_is_refused_and_nothing_changed(backup):
    unsent(0)
    with backup().brought_back():
        before = checksums()
        said = manage("restored", "--yes", MESSAGE_KEY="wrong" * 10)
        assert (said.returncode, said.stderr.count("\n")) == (1, 1), "one sentence, no traceback"
        assert "made with a different MESSAGE_KEY:" in said.stderr
        assert (
            "--made-at is in the future"
            in manage("restored", "--yes", "--made-at", "2999-01-01T00:00").stderr
        )
        assert checksums() == before


@pytest.mark.processes
def test_a_file_that_was_cut_off_is_refused(backup, tmp_path):
    unsent(0)
    kept = backup()
    whole = kept.path.read_bytes()
    kept.path.write_bytes(whole[: len(whole) * 2 // 3])
    with kept.brought_back("--no-acl"):  # pg_restore without --single-transaction keeps what it read
        said = manage("restored", "--yes")
        assert (said.returncode, "is incomplete" in said.stderr) == (1, True), said


# --- Officers --------------------------------------------------------------------------------------------------------


def test_officers_have_one_list_and_confirm_it(client):
    due, _ = unsent(0, 5)
    database_identity.mark_restored()
    now = database_now()
    restoring.run(since=due.not_before - timedelta(hours=2), now=now)
    [restore] = Restore.objects.all()
    page = reverse("admin:participants_restore", args=[restore.pk])
    officer = OfficerFactory()
    sign_in(client, officer)
    assert page in client.get(reverse("admin:index")).content.decode()
    assert "Messages that may already have been sent</a>: 1" in client.get(page).content.decode()
    listed = reverse("admin:messaging_message_changelist") + "?show=restored"
    shown = client.get(listed).content.decode()
    assert (due.user.name in shown, MAY_HAVE_GONE in shown) == (True, True)
    client.post(listed, {"action": "mark_handled", "_selected_action": [due.pk]})
    assert not in_doubt().exists()
    client.post(page)
    restore.refresh_from_db()
    assert restore.confirmed_by == officer
    assert "has already been confirmed" in client.post(page, follow=True).content.decode()
    assert page not in client.get(reverse("admin:index")).content.decode()


def test_what_was_written_again_under_a_new_number_is_not_asked_of_the_provider(notify_server, settings):
    """The provider knows it by another reference: "not there" would send it a second time."""
    old, new = unsent(0, 0)
    above = restoring.highest_number()
    Message.objects.filter(pk=new.pk).update(subject_id=above + 1)
    Message.objects.update(channel="notify_email", secret=None, kind="welcome")
    now = database_now()
    doubt_what_was_due(now=now, at=now, above=above)
    assert list(Message.objects.order_by("pk").values_list("reason", flat=True)) == [
        MAY_HAVE_GONE,
        WRITTEN_AGAIN,
    ]
    worker.drain()
    assert Message.objects.get(pk=old.pk).state != State.UNCERTAIN
    assert Message.objects.get(pk=new.pk).state == State.UNCERTAIN


@pytest.mark.processes
def test_a_restore_of_the_whole_cluster_is_marked(smtp_sink):
    """It changes no identifier; nor does a failover to a standby, after which sending goes on."""
    unsent(0)
    try:
        assert "Marked" in manage("restored", "--mark").stdout
        assert worker.drain().refused
        assert manage("restored", "--yes").returncode == 0
        assert worker.drain().outcomes == {}
    finally:
        database_identity.take()


@pytest.mark.processes
def test_a_database_that_was_moved_on_purpose_goes_on_where_it_stood(backup, smtp_sink):
    """Everything was stopped, so nothing is in doubt; of one that was marked we know better."""
    unsent(0)
    with backup().brought_back():
        assert "Nothing was changed" in manage("restored", "--nothing-lost").stderr, "it asks"
        assert worker.drain().refused
        assert "Messages leave again" in manage("restored", "--nothing-lost", "--yes").stdout
        assert worker.drain().outcomes == {State.SENT: 1}
        assert not Restore.objects.exists()
        manage("restored", "--mark")
        assert "was marked as restored" in manage("restored", "--nothing-lost", "--yes").stderr
        assert worker.drain().refused


FORBIDDEN = """
CREATE SCHEMA before_the_catalogue;
CREATE FUNCTION before_the_catalogue.pg_control_system(OUT system_identifier bigint) AS
$$ BEGIN RAISE insufficient_privilege; END $$ LANGUAGE plpgsql;
SET LOCAL search_path = before_the_catalogue, pg_catalog, public;
"""


def test_check_names_the_grant_that_a_managed_database_may_lack():
    """Our role may not take the right from itself: a function that refuses stands for it."""
    assert system_checks.database_knows_itself(None) == []
    with transaction.atomic():
        connection.cursor().execute(FORBIDDEN)
        [error] = system_checks.database_knows_itself(None)
        assert error.id == "itsyourmove.E037"
        assert "GRANT EXECUTE ON FUNCTION pg_control_system()" in error.hint
        transaction.set_rollback(True)


@pytest.mark.processes
def test_rotated_keys_and_a_new_address_are_followed_by_migrate(backup):
    new = {"SITE_ORIGIN": "https://new.example"}
    assert manage("migrate", **new).returncode == 0
    try:
        assert DatabaseIdentity.objects.get().site_origin == "https://new.example"
        assert manage("migrate", MESSAGE_KEY="wrong" * 10, **new).returncode == 0
        assert database_identity.wrong_keys(DatabaseIdentity.objects.get()) == [], (
            "what a wrong key cannot open stays"
        )
    finally:
        database_identity.take()
