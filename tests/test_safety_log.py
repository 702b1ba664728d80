"""Safety facts survive the restore of an older backup: each is in a file outside the database, and is applied again."""

import fcntl
import json
import os
import resource
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.db import InternalError, transaction
from django.test import Client
from django.urls import reverse

from accounts.models import User
from accounts.tests.factories import OfficerFactory, sign_in
from itsyourmove.monitoring import alarms
from itsyourmove.system_checks import safety_log_is_there
from messaging.models import Heartbeat, Message, OptOut
from messaging.opt_outs import services as opt_outs
from messaging.outbox import queue as outbox
from messaging.restores import database_identity
from messaging.restores.services import newest_moment
from participants import safety_log, tasks
from participants.contact_log import proxies
from participants.identity import services as people
from participants.models import (
    EmergencyContact,
    Participant,
    ReplayedFact,
    Restore,
    SafetyFact,
)
from participants.readiness import emergency_contact
from participants.restores import call_first
from participants.tests.factories import TOLD, PersonFactory
from referrals import safety_log_replay, status_changes
from referrals.models import Referral, SafetyHold
from referrals.screening import services as screening
from referrals.statuses import ENDED, STOPPED, Status
from referrals.triage import closures
from referrals.triage import services as triage
from sessions.models import Place
from sessions.places import placement as places_services
from sessions.tests import factories as make
from tests import backups

pytestmark = pytest.mark.django_db(transaction=True)
NOW = make.NOW
LATER, RESTORED_AT = NOW + timedelta(hours=3), NOW + timedelta(hours=6)
Code, Outcome = SafetyFact.Code, ReplayedFact.Outcome


@pytest.fixture
def log(settings, tmp_path) -> Path:
    settings.SAFETY_LOG = tmp_path / "elsewhere" / "safety.jsonl"
    return settings.SAFETY_LOG


def lines(log: Path) -> list[dict]:
    return [json.loads(line) for line in log.read_text().splitlines() if line] if log.exists() else []


@dataclass
class Someone:
    """A person with a referral, and the officer who looks after them."""

    person: Participant
    referral: Referral
    officer: User

    def again(self) -> "Someone":
        """The same from the database as it is now; another database perhaps."""
        person = Participant.objects.get(pk=self.person.pk)
        referral = Referral.objects.get(reference=self.referral.reference)
        return Someone(person, referral, self.officer)


def someone() -> Someone:
    person = PersonFactory(
        given_name="Marked",
        email=f"marked{Participant.objects.count()}@home.example",
        postal_address="1 Marked Street",
        added_at=datetime.now(UTC),
    )
    officer = OfficerFactory()
    proxies.add_proxy(
        person=person,
        name="Marked Carer",
        relation="carer",
        email="marked-carer@home.example",
        manner="copies",
        consent="spoken",
        by=officer,
        now=NOW,
    )
    contact = {"name": "Marked Friend", "relation": "friend", "phone": "+447700900456", "consent": True}
    emergency_contact.save(person=person, told=contact, instead_of="", by=officer, now=NOW)
    return Someone(person, make.waiting(person=person), officer)


@dataclass(frozen=True)
class Deed:
    """How a fact comes about, by the service that does it, and how one sees that it holds."""

    code: str
    do: Callable[[Someone, datetime], object]
    holds: Callable[[Someone], bool]


def _no_contact(one: Someone, now: datetime) -> None:
    there = EmergencyContact.objects.get(participant=one.person)
    told = {"name": there.name, "relation": there.relation, "phone": there.phone, "consent": False}
    emergency_contact.save(person=one.person, told=told, instead_of=there.saved, by=one.officer, now=now)


def _end_proxy(one: Someone, now: datetime) -> None:
    proxy = proxies.standing(one.person)
    assert proxy
    assert proxies.end_proxy(proxy=proxy, why="No longer wanted", by=one.officer, now=now)


def _bounced(one: Someone, now: datetime) -> None:
    with transaction.atomic():
        people.emails_came_back(people=[people.lock_participant(one.person)], now=now)


DEEDS = (
    Deed(
        Code.HOLD,
        lambda one, now: screening.hold(
            referral=one.referral, by=one.officer, now=now, words="Marked words", why="safeguarding"
        ),
        lambda one: one.referral.holds.filter(lifted_at__isnull=True, why="safeguarding").exists(),
    ),
    Deed(
        Code.SPEAK_FIRST,
        lambda one, now: screening.ask_for_clearance(
            referral=one.referral, because="Marked because", now=now
        ),
        lambda one: one.referral.clearances.filter(cleared_at__isnull=True, ended_at__isnull=True).exists(),
    ),
    Deed(
        Code.DIED,
        lambda one, now: closures.died(referral=one.referral, by=one.officer, now=now, **TOLD),
        lambda one: (
            one.person.died_at is not None
            and one.referral.status == Status.DIED
            and one.person.deaths.standing().exists()
        ),
    ),
    Deed(
        Code.ENDED,
        lambda one, now: triage.withdraw(referral=one.referral, by=one.officer, now=now, reason="not_wanted"),
        lambda one: one.referral.status in ENDED,
    ),
    Deed(
        Code.OBJECTION,
        lambda one, now: opt_outs.opt_out(person=one.person, how=OptOut.How.LINK, now=now),
        lambda one: opt_outs.standing(one.person) is not None,
    ),
    Deed(
        Code.BY_PHONE,
        lambda one, now: people.mend(
            person=one.person, changes={"preferred_contact": "phone"}, by=one.officer, now=now
        ),
        lambda one: one.person.preferred_contact == "phone",
    ),
    Deed(
        Code.NO_MESSAGES_LEFT,
        lambda one, now: people.mend(
            person=one.person, changes={"message_safe": False}, by=one.officer, now=now
        ),
        lambda one: not one.person.message_safe,
    ),
    Deed(Code.EMAIL_BAD, _bounced, lambda one: one.person.email_bad_at is not None),
    Deed(
        Code.POST_BAD,
        lambda one, now: people.post_came_back(person=one.person, now=now),
        lambda one: one.person.postal_bad_at is not None,
    ),
    Deed(Code.PROXY_ENDED, _end_proxy, lambda one: proxies.standing(one.person) is None),
    Deed(
        Code.EMERGENCY_NO,
        _no_contact,
        lambda one: not EmergencyContact.objects.get(participant=one.person).consent,
    ),
)


def test_every_kind_of_fact_has_a_deed_and_a_way_to_apply_it_again():
    assert [deed.code for deed in DEEDS] == list(Code.values) == list(safety_log_replay.APPLY)


@pytest.mark.parametrize("deed", DEEDS, ids=lambda deed: deed.code)
def test_each_service_leaves_a_line_outside_the_database(log, deed):
    """With ids and codes, and nothing of the person."""
    one = someone()
    deed.do(one, LATER)
    assert deed.holds(one.again())
    told = [line for line in lines(log) if line["code"] == deed.code]
    assert [line["participant"] for line in told] == [one.person.pk]
    assert told[0]["reference"] in ("", one.referral.reference)
    assert "marked" not in log.read_text().lower()
    assert SafetyFact.objects.filter(written_at__isnull=True).count() == 0


def test_a_step_that_is_rolled_back_leaves_no_line(log):
    one = someone()
    with transaction.atomic():
        DEEDS[0].do(one, LATER)
        transaction.set_rollback(True)
    assert lines(log) == []
    assert not SafetyFact.objects.exists()


def test_what_makes_nothing_stricter_leaves_no_line(log):
    one = someone()
    screening.hold(referral=one.referral, by=one.officer, now=NOW, words="Worried")
    screening.lift(referral=one.referral, by=one.officer, now=LATER, words="Spoke to the GP")
    screening.clear(referral=one.referral, by=one.officer, now=LATER, words="Spoke to them")
    assert [line["code"] for line in lines(log)] == [Code.HOLD]


def test_every_end_on_somebodys_word_is_a_fact(log):
    """Wherever a referral is moved from, by whichever service."""
    for to in STOPPED:
        one = someone()
        status = Status.ACTIVE if to == Status.LEFT_EARLY else Status.ENROLLED
        status = Status.WAITING if to in (Status.DECLINED, Status.REDIRECTED) else status
        Referral.objects.filter(pk=one.referral.pk).update(status=status)
        status_changes.move(referral=one.again().referral, to=to, by=one.officer, now=LATER)
    assert [line["detail"] for line in lines(log)] == list(STOPPED)


def test_leaving_a_group_is_a_fact(log):
    place = make.placed(make.cohort())
    places_services.withdraw(place=place, by=OfficerFactory(), now=LATER, reason="health_worse")
    assert [(line["code"], line["detail"]) for line in lines(log)] == [(Code.ENDED, Status.WITHDRAWN)]


# --- Nothing is lost between the commit and the file ------------------------------------------------------------

KILLED = """
import os, signal, sys
import django
django.setup()
from datetime import UTC, datetime
from accounts.models import User
from participants import safety_log
from referrals.screening import services as screening
from referrals.models import Referral
number, when = sys.argv[1:]
def killed(*args):
    if when == "before":
        os.kill(os.getpid(), signal.SIGKILL)
    append(*args)
    os.kill(os.getpid(), signal.SIGKILL)
append, safety_log._append = safety_log._append, killed
screening.hold(referral=Referral.objects.get(pk=number), by=User.objects.first(), now=datetime.now(UTC), words="x")
"""


@pytest.mark.processes
@pytest.mark.parametrize("when", ["before", "after"])
def test_a_kill_between_the_commit_and_the_file_loses_nothing(log, when):
    """SIGKILL right after the commit, or right after the file and before the mark; then the sweep comes."""
    one = someone()
    ended = subprocess.run(
        [sys.executable, "-c", KILLED, str(one.referral.pk), when],
        env={
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "itsyourmove.settings",
            "DATABASE_URL": backups.url(),
            "SAFETY_LOG": str(log),
        },
    )
    assert ended.returncode == -signal.SIGKILL
    assert one.referral.holds.count() == 1
    assert SafetyFact.objects.get().written_at is None
    assert len(lines(log)) == (when == "after")  # what an append on commit alone would have left
    tasks.write_safety_log()
    assert {line["code"] for line in lines(log)} == {Code.HOLD}
    assert len({line["key"] for line in lines(log)}) == 1
    assert SafetyFact.objects.get().written_at is not None
    tasks.write_safety_log()
    assert len(lines(log)) == 1 + (when == "after")


@pytest.mark.parametrize("path", ["/dev/full", "/dev/null/no/such/folder/log"])
def test_a_file_that_cannot_be_written_stops_no_step_and_raises_an_alarm(
    settings, tmp_path, path, caplog, monkeypatch, client
):
    settings.SAFETY_LOG, settings.ALERT_DISKS = Path(path), []
    one = someone()
    Heartbeat.objects.create(name="drain", seen_at=datetime.now(UTC))
    screening.hold(
        referral=one.referral, by=one.officer, now=datetime.now(UTC) - timedelta(hours=1), words="Worried"
    )
    assert one.referral.holds.count() == 1
    assert "could not be written to the safety log" in caplog.text
    monkeypatch.setattr(alarms, "_began", alarms._began - 86400)
    assert [each.code for each in alarms.all_alarms()] == ["safety_log"]
    settings.STATUS_TOKEN = "a-token-of-the-monitor-that-is-long-enough-to-be-one"
    told = client.get("/statusz", headers={"Authorization": f"Bearer {settings.STATUS_TOKEN}"}).json()
    assert 3600 <= told["oldest_not_in_safety_log_seconds"] < 7200
    settings.SAFETY_LOG = tmp_path / "mended.jsonl"
    tasks.write_safety_log()
    assert [line["code"] for line in lines(settings.SAFETY_LOG)] == [Code.HOLD]
    assert alarms.all_alarms() == []


def test_a_disk_that_is_not_mounted_is_not_written_beside(settings, log):
    """In production a file that is missing is not made anew: it would hold half of the facts, on the wrong disk."""
    settings.PRODUCTION = True
    one = someone()
    screening.hold(referral=one.referral, by=one.officer, now=LATER, words="Worried")
    assert not log.parent.exists()
    assert SafetyFact.objects.get().written_at is None


@pytest.mark.parametrize(("taken", "unread"), [(60, 0), (30, 1)], ids=["after its key", "within its key"])
def test_a_line_that_was_cut_off_swallows_no_other(log, taken, unread):
    """A limit on the size of files stands for a disk that is full in the middle of a line.

    It is forgiven once the sweep has written the same fact as a whole; a stump that does not say which fact it was is not.
    """
    one = someone()
    screening.hold(referral=one.referral, by=one.officer, now=LATER, words="Worried")
    size = log.stat().st_size
    hears = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size + taken, before[1]))
    try:
        opt_outs.opt_out(person=one.person, how=OptOut.How.LINK, now=LATER)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, hears)
    assert log.stat().st_size == size + taken
    _, broken = safety_log_replay.read_log(log)
    assert len(broken) == 1
    tasks.write_safety_log()
    read, broken = safety_log_replay.read_log(log)
    assert [line.code for line in read] == [Code.HOLD, Code.OBJECTION]
    assert len(broken) == unread


def test_many_facts_of_one_step_wait_for_the_disk_once(log, monkeypatch):
    """A provider's report has up to a thousand addresses that do not work."""
    waits: list[int] = []
    sync = os.fsync
    monkeypatch.setattr(os, "fsync", lambda file: (waits.append(file), sync(file)))
    with transaction.atomic():
        them = [people.lock_participant(someone().person) for _ in range(3)]
        people.emails_came_back(people=them, now=NOW)
    assert (len(lines(log)), len(waits)) == (3, 1)
    assert not SafetyFact.objects.filter(written_at__isnull=True).exists()


HOLDS_IT = """
import fcntl, sys
with open(sys.argv[1], "r+") as file:
    try:
        fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        sys.exit("locked")
"""


@pytest.mark.processes
def test_no_two_write_at_the_same_time(log, monkeypatch):
    """Over a network file system O_APPEND alone lets one line go over another."""
    tried: list[int] = []
    true = os.write

    def write(file: int, data: bytes) -> int:
        tried.append(subprocess.run([sys.executable, "-c", HOLDS_IT, str(log)], stderr=-3).returncode)
        return true(file, data)

    monkeypatch.setattr(os, "write", write)
    DEEDS[0].do(someone(), LATER)
    assert tried == [1]
    with log.open("r+") as file:
        fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB)  # let go


def test_a_fact_is_written_once(log):
    DEEDS[0].do(someone(), LATER)
    for change in (
        lambda: SafetyFact.objects.update(code=Code.DIED),
        lambda: SafetyFact.objects.update(written_at=None),
        lambda: SafetyFact.objects.all().delete(),
    ):
        with pytest.raises(InternalError), transaction.atomic():
            change()


# --- The drill ---------------------------------------------------------------------------------------------------


def restored(since: datetime = NOW) -> Restore:
    return Restore.objects.create(since=since, at=RESTORED_AT)


@pytest.mark.processes
def test_after_an_older_backup_no_fact_of_any_kind_is_lost(log, tmp_path):
    """A real dump, every deed, a real restore: without the log each is forgotten, with it none is."""
    them = [(deed, someone()) for deed in DEEDS]
    places = [make.placed(make.cohort()) for _ in (1, 2)]
    backup = backups.dump(tmp_path)
    for deed, one in them:
        deed.do(one, LATER)
    closures.died(referral=places[0].referral, by=OfficerFactory(), now=LATER, **TOLD)
    places_services.withdraw(place=places[1], by=OfficerFactory(), now=LATER, reason="not_wanted")
    written = log.read_bytes()
    with backup.brought_back():
        naive = [deed.code for deed, one in them if deed.holds(one.again())]
        assert naive == []  # each had been forgotten
        found = safety_log_replay.replay(restore=restored())
        assert found[Outcome.NOT_APPLIED] == 0
        assert [deed.code for deed, one in them if not deed.holds(one.again())] == []
        assert {Place.objects.get(pk=place.pk).state for place in places} == {Place.State.LEFT}
        after = Counter(ReplayedFact.objects.values_list("outcome", flat=True))
        holds, deaths = SafetyHold.objects.count(), SafetyFact.objects.count()
        assert safety_log_replay.replay(restore=Restore.objects.get()) == Counter()
        assert Counter(ReplayedFact.objects.values_list("outcome", flat=True)) == after
        assert (SafetyHold.objects.count(), SafetyFact.objects.count()) == (holds, deaths)
        assert "backup was restored on Monday 23 February 2026" in SafetyHold.objects.latest("pk").words
        assert log.read_bytes().startswith(written)  # what is applied again is a fact like any other
        told = restored_again(RESTORED_AT + timedelta(hours=1))
        assert told[Outcome.APPLIED] == 0


def restored_again(at: datetime) -> Counter:
    """A second run of `restored`, later."""
    return safety_log_replay.replay(restore=Restore.objects.create(since=newest_moment(now=at), at=at))


@pytest.mark.processes
def test_a_hold_that_was_on_and_lifted_before_the_backup_stays_lifted(log, tmp_path):
    one = someone()
    screening.hold(referral=one.referral, by=one.officer, now=NOW, words="Worried")
    screening.lift(referral=one.referral, by=one.officer, now=NOW, words="All well")
    with backups.dump(tmp_path).brought_back():
        assert safety_log_replay.replay(restore=restored()) == Counter()
        assert not one.again().referral.holds.filter(lifted_at__isnull=True).exists()


@pytest.mark.processes
def test_what_was_lifted_after_the_backup_is_on_again(log, tmp_path):
    """Only ever to the stricter side: an officer lifts it once more."""
    one = someone()
    backup = backups.dump(tmp_path)
    screening.hold(referral=one.referral, by=one.officer, now=LATER, words="Worried")
    screening.lift(referral=one.referral, by=one.officer, now=LATER, words="All well")
    with backup.brought_back():
        safety_log_replay.replay(restore=restored())
        assert one.again().referral.holds.filter(lifted_at__isnull=True).exists()


@pytest.mark.processes
def test_what_cannot_be_applied_is_on_the_officers_list(log, tmp_path, office):
    """Somebody who came after the backup, whose number another person has now; a line of nonsense; one cut off."""
    one = someone()
    backup = backups.dump(tmp_path)
    late = someone()
    DEEDS[0].do(late, LATER)
    opt_outs.opt_out(person=late.person, how=OptOut.How.LINK, now=LATER)
    Referral.objects.filter(pk=one.referral.pk).update(status=Status.WITHDRAWN)
    again = make.waiting(person=one.person)  # known person, new referral
    screening.hold(referral=again, by=one.officer, now=LATER, words="Worried")
    with log.open("a") as file:
        file.write('not json\n{"key": "cut off\n')
        file.write(json.dumps(lines_of(late, "from_the_future")) + "\n")
    with backup.brought_back():
        assert not Participant.objects.filter(pk=late.person.pk).exists()
        PersonFactory(pk=late.person.pk, given_name="Another")  # the number comes back
        found = safety_log_replay.replay(restore=restored())
        assert found == Counter({Outcome.NOT_APPLIED: 6})
        assert safety_log_replay.replay(restore=Restore.objects.get()) == Counter()
        assert not SafetyHold.objects.exists()
        assert not OptOut.objects.exists()
        assert call_first.not_applied(Restore.objects.get()) == 6


def lines_of(one: Someone, code: str) -> dict:
    fact = SafetyFact(
        code=code,
        participant_id=one.person.pk,
        person_added_at=one.person.added_at,
        at=LATER,
    )
    return json.loads(safety_log.line_of(fact))


def test_what_could_not_be_applied_is_tried_again_after_the_next_restore(log, monkeypatch):
    """A mended release, or a person who was entered again, may take it; what was applied is left as it is."""
    one = someone()
    log.parent.mkdir()
    told = [lines_of(one, Code.OBJECTION), lines_of(one, Code.NO_MESSAGES_LEFT)]
    log.write_text("".join(json.dumps(each) + "\n" for each in told))
    with monkeypatch.context() as patch:
        patch.delitem(safety_log_replay.APPLY, Code.OBJECTION)
        assert safety_log_replay.replay(restore=restored()) == Counter(applied=1, not_applied=1)
        assert opt_outs.standing(one.person) is None
    assert restored_again(RESTORED_AT + timedelta(hours=1)) == Counter(applied=1)
    assert opt_outs.standing(one.person) is not None
    assert restored_again(RESTORED_AT + timedelta(hours=2)) == Counter()
    assert [call_first.not_applied(each) for each in Restore.objects.order_by("pk")] == [1, 0, 0]


def test_a_fault_of_ours_in_one_line_stops_no_other(log, monkeypatch, caplog):
    one = someone()
    log.parent.mkdir()
    odd = lines_of(one, Code.HOLD) | {"reference": "nul\0"}
    told = [odd, lines_of(one, Code.OBJECTION), lines_of(one, Code.NO_MESSAGES_LEFT)]
    log.write_text("".join(json.dumps(each) + "\n" for each in told))

    def broken(fact: safety_log_replay.Fact) -> bool:
        raise ZeroDivisionError

    monkeypatch.setitem(safety_log_replay.APPLY, Code.OBJECTION, broken)
    assert safety_log_replay.replay(restore=restored()) == Counter(applied=1, not_applied=2)
    assert not one.again().person.message_safe
    assert "a safety fact could not be applied again" in caplog.text
    assert "by hand" in ReplayedFact.objects.get(code=Code.OBJECTION).why


def test_by_phone_again_moves_the_mails_that_wait(log):
    one = someone()
    log.parent.mkdir()
    log.write_text(json.dumps(lines_of(one, Code.BY_PHONE)) + "\n")
    with transaction.atomic():
        outbox.queue(
            key="w:1",
            kind="welcome",
            subject_type="referral",
            subject_id=one.referral.pk,
            participant=one.person,
            now=NOW,
            expires_at=NOW + timedelta(days=9),
        )
    assert Message.objects.get(key="w:1").channel in Message.EMAILS
    safety_log_replay.replay(restore=restored())
    assert Message.objects.get(key="w:1").channel == Message.Channel.PHONE


def test_without_the_log_the_officers_list_says_so(log):
    found = safety_log_replay.replay(restore=restored())
    assert found == Counter({Outcome.NOT_APPLIED: 1})
    assert "safety log was missing" in ReplayedFact.objects.get().why


WRONG_LOGS = (  # what became of the file; what `restored` says of it
    (lambda log, early: log.unlink(), "The safety log cannot be read"),
    (lambda log, early: log.write_bytes(b""), "The safety log is not whole"),
    (lambda log, early: log.write_bytes(b'{"another": "file"}\n'), "The safety log is not whole"),
    (lambda log, early: log.write_bytes(early), "The safety log is not whole"),
)


@pytest.mark.processes
@pytest.mark.parametrize(("spoil", "says"), WRONG_LOGS, ids=["missing", "empty", "another", "older"])
def test_a_log_that_lacks_what_the_backup_has_is_refused_and_nothing_changed(log, spoil, says):
    """The backup knows which facts had been written before it was made."""
    one = someone()
    screening.hold(referral=one.referral, by=one.officer, now=NOW - timedelta(days=90), words="Worried")
    early = log.read_bytes()
    opt_outs.opt_out(person=one.person, how=OptOut.How.LINK, now=NOW - timedelta(days=60))
    whole = log.read_bytes()
    database_identity.mark_restored()
    try:
        spoil(log, early)
        refused = backups.manage("restored", "--yes", SAFETY_LOG=str(log))
        assert (refused.returncode, refused.stderr.count("\n")) == (1, 1), refused.stderr
        assert says in refused.stderr
        assert "Nothing was changed." in refused.stderr
        assert not Restore.objects.exists()
        assert not database_identity.is_here()
        log.write_bytes(whole)
        done = backups.manage("restored", "--yes", SAFETY_LOG=str(log))  # found, and run again
        assert done.returncode == 0, done.stderr
        assert call_first.not_applied(Restore.objects.get()) == 0
    finally:
        database_identity.take()


@pytest.mark.processes
def test_without_it_all_the_same_is_said_by_an_option_and_stands_on_the_officers_list(log):
    one = someone()
    screening.hold(referral=one.referral, by=one.officer, now=NOW, words="Worried")
    told = lines_of(one, Code.OBJECTION) | {"at": datetime.now(UTC).isoformat()}
    log.write_text(json.dumps(told))  # part of it is lost
    database_identity.mark_restored()
    try:
        done = backups.manage("restored", "--yes", "--without-safety-log", SAFETY_LOG=str(log))
        assert done.returncode == 0, done.stderr
        assert call_first.not_applied(Restore.objects.get()) == 1
        assert "was not whole" in ReplayedFact.objects.get(outcome=Outcome.NOT_APPLIED).why
        assert opt_outs.standing(one.person) is not None, "what the file has is applied"
    finally:
        database_identity.take()


def test_only_the_gap_counts_but_a_clock_that_was_ahead_does_not_hide_a_fact(log):
    one = someone()
    log.parent.mkdir()
    old, ahead = lines_of(one, Code.OBJECTION), lines_of(one, Code.NO_MESSAGES_LEFT)
    old["at"] = (NOW - timedelta(days=30)).isoformat()
    ahead["at"] = (RESTORED_AT + timedelta(hours=1)).isoformat()
    log.write_text("".join(json.dumps(each) + "\n" for each in (old, ahead)))
    opt_outs.opt_out(
        person=someone().person, how=OptOut.How.LINK, now=RESTORED_AT
    )  # since the restore, by ourselves
    assert safety_log_replay.replay(restore=restored()) == Counter({Outcome.APPLIED: 1})
    assert not one.again().person.message_safe
    assert opt_outs.standing(one.person) is None


# --- Set up ---------------------------------------------------------------------------------------------------------


@pytest.mark.processes
def test_its_disk_is_watched_too():
    """Wherever it is, and whatever ALERT_DISKS names."""
    told = "import django.conf; print(django.conf.settings.ALERT_DISKS)"
    named = {"ALERT_DISKS": "/srv", "SAFETY_LOG": "/mnt/elsewhere/safety.jsonl"}
    env = {**os.environ, "DJANGO_SETTINGS_MODULE": "itsyourmove.settings", **named}
    watched = subprocess.run([sys.executable, "-c", told], env=env, capture_output=True, text=True)
    assert "PosixPath('/mnt/elsewhere')" in watched.stdout


def test_a_deployment_without_the_log_is_named(settings, tmp_path):
    settings.SAFETY_LOG = Path()
    assert [error.id for error in safety_log_is_there(None)] == ["itsyourmove.E035"]
    settings.SAFETY_LOG = tmp_path / "safety.jsonl"
    assert [error.id for error in safety_log_is_there(None)] == ["itsyourmove.E036"]
    settings.SAFETY_LOG.touch()
    assert safety_log_is_there(None) == []


@pytest.mark.processes
def test_the_command_applies_them_and_the_press_opens_the_doors(log, tmp_path, officer):
    """`manage.py restored` as a process of its own, in a database that pg_restore made."""
    one, dead = someone(), someone()
    office = sign_in(Client(), officer)
    backup = backups.dump(tmp_path)
    screening.hold(referral=one.referral, by=officer, now=datetime.now(UTC), words="Worried")
    closures.died(referral=dead.referral, by=officer, now=datetime.now(UTC), **TOLD)
    late = someone()
    screening.hold(referral=late.referral, by=officer, now=datetime.now(UTC), words="Worried")
    with backup.brought_back():
        done = backups.manage("restored", "--yes", SAFETY_LOG=str(log))
        assert done.returncode == 0, done.stdout + done.stderr
        assert "2 applied again, 0 already in place, 1 could not be applied" in done.stdout
        assert one.again().referral.holds.filter(lifted_at__isnull=True).exists()
        assert one.again().referral.clearances.filter(cleared_at__isnull=True).exists()
        assert dead.again().person.died_at is not None
        assert call_first.must_call(one.person.pk)
        page = reverse("admin:participants_restore", args=[Restore.objects.get().pk])
        shown = office.get(page).content.decode()
        assert "Safety facts that could not be applied again</a>: 1" in shown
        assert "unless an officer has called them" in shown
        office.post(page)
        assert Restore.objects.get().confirmed_by == officer
        assert not call_first.must_call(one.person.pk)
