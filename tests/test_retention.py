"""How long things are kept: what goes by itself, what waits for an officer, and what nothing may take away."""

import itertools
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from uuid import uuid4

import psycopg2
import pytest
from celery import current_app
from django.conf import settings
from django.core.cache import cache
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.login_sessions.store import SessionStore
from accounts.models import User
from accounts.tests import factories
from accounts.tests.factories import sign_in
from devtools.demo.rehearsal.run import rehearse
from itsyourmove import tasks
from itsyourmove.models import Disposal
from itsyourmove.retention import services as retention
from messaging.models import Heartbeat, Message
from messaging.outbox import heartbeats
from messaging.outbox import queue as outbox
from outcomes.feedback import services as outcomes
from outcomes.models import FormLink
from outcomes.practice_letters import services as practice_letters
from participants.models import ContactNote, Participant
from participants.personal_links.links import TokenLinkQuerySet, tables
from participants.tests.factories import PersonFactory
from referrals.models import ReferralDraft
from referrals.submission import drafts
from sessions.models import AnswerLink, OfferLink
from sessions.reminders import scheduling
from tests.test_access import World, world  # noqa: F401 - a fixture

pytestmark = pytest.mark.django_db
AFTER_ALL = datetime(2033, 6, 1, 3, 0, tzinfo=UTC)  # more than eight years after a rehearsal
TEXTS = Message.objects.exclude(rendered_text="")


@pytest.fixture(autouse=True)
def empty_cache(db):
    """Tests that commit leave rows in its table."""
    cache.clear()


def cached() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM django_cache")
        return cursor.fetchone()[0]


def a_code(*, expires_at: datetime, to) -> Message:
    outbox.queue(
        key=f"sign_in_code:{expires_at}",
        kind="sign_in_code",
        user=to,
        subject_type="user",
        subject_id=to.pk,
        now=expires_at - timedelta(hours=1),
        expires_at=expires_at,
        secret="BCDF-GHJK",
    )
    return Message.objects.get(key=f"sign_in_code:{expires_at}")


# --- What goes by itself -------------------------------------------------------------------------------------------


def test_what_belongs_to_no_record_goes_when_its_days_are_over_and_not_before(cast, settings):
    now = timezone.now()
    settings.SESSION_KEPT_DAYS = settings.CACHE_KEPT_DAYS = settings.CODE_KEPT_DAYS = 2
    for days in (1, 3):
        ended = now - timedelta(days=days)
        SessionStore.get_model_class().objects.create(
            session_key=f"s{days}", session_data="", expire_date=ended
        )
        cache.set(f"c{days}", 1, -days * 86400)
        a_code(expires_at=ended, to=cast.receptionist)
    for days in (settings.DRAFT_DAYS - 1, settings.DRAFT_DAYS + 1):
        drafts.save(
            key=uuid4(), user=cast.receptionist, now=now - timedelta(days=days), keep_days=14, typed={}
        )
    for days in (29, 31):
        Heartbeat.objects.create(name=f"h{days}", seen_at=now - timedelta(days=days))
    before = cached()
    done = retention.keep_to_time(now=now)
    assert done == {
        "tokens": 0,
        "sessions": 1,
        "drafts": 1,
        "spreadsheets": 0,
        "codes": 1,
        "clinician_codes": 0,
        "cache": 1,
        "technical_events": 1,
    }
    assert cached() == before, "one note went; one came, of how many records are past their time"
    assert ReferralDraft.objects.count() == 1
    assert [row.name for row in Heartbeat.objects.filter(name__startswith="h")] == ["h29"]
    assert Message.objects.filter(secret__isnull=False).count() == 1
    assert Message.objects.filter(state="pending").count() == 2, "a drain says what became of them"
    assert sum(retention.keep_to_time(now=now).values()) == 0, "twice does no harm"


def test_a_token_goes_and_its_page_says_whom_to_call(world: World, client, settings):  # noqa: F811
    late = timezone.now() + timedelta(days=365)
    names = (
        "sessions:answer",
        "offers:offer",
        "waiting:waiting",
        "own_safety:questions",
        "outcomes:feedback",
    )
    rows = [model.objects.count() for model in tables()]
    assert [client.get(world.address(name)).status_code for name in names] == [200] * 5
    done = retention.keep_to_time(now=late)
    assert done["tokens"] == sum(rows) > 5
    assert [model.objects.count() for model in tables()] == rows, "sweeps find by these rows what was sent"
    for name in names:
        answer = client.get(world.address(name))
        assert answer.status_code == 404, name
        assert settings.SERVICE_PHONE in answer.content.decode(), name


def test_a_token_stays_for_its_days_after_the_links_end(world: World):  # noqa: F811
    link = OfferLink.objects.get()
    days = timedelta(days=settings.TOKEN_KEPT_DAYS)
    retention.keep_to_time(now=link.expires_at + days - timedelta(seconds=1))
    assert OfferLink.objects.find(link.token)
    retention.keep_to_time(now=link.expires_at + days)
    assert not OfferLink.objects.find(link.token)


def test_every_table_of_links_finds_by_the_digest():
    assert all(isinstance(model.objects.all(), TokenLinkQuerySet) for model in tables())


def test_sweeps_send_nothing_again_after_tokens_and_texts_have_gone():
    """Rows that a sweep looks for are there: at every moment of a programme that was lived through."""
    rehearse(people=2, seed=1)
    keys = set(Message.objects.values_list("key", flat=True))
    links = FormLink.objects.count()
    retention.keep_to_time(now=AFTER_ALL)
    for disposal in Disposal.objects.proposed():
        retention.confirm(disposal=disposal, by=_officer(), now=AFTER_ALL)
    assert retention.carry_out(now=AFTER_ALL) > 50
    assert not FormLink.objects.filter(digest__isnull=False).exists()
    for attendance in AnswerLink.objects.values_list("attendance__ends_at", flat=True).distinct():
        for hours in (-25, 1, 20):
            now = attendance + timedelta(hours=hours)
            scheduling.queue_due_reminders(now=now)
            outcomes.queue_due_feedback(now=now)
            practice_letters.write_due_letters(now=now)
    assert set(Message.objects.values_list("key", flat=True)) == keys
    assert FormLink.objects.count() == links


# --- What an officer decides on ------------------------------------------------------------------------------------


def _officer() -> User:
    return User.objects.filter(staff_role="officer").first()


def test_texts_are_only_proposed_until_an_officer_confirms():
    rehearse(people=2, seed=1)
    kept = TEXTS.count()
    assert kept > 50
    retention.keep_to_time(now=AFTER_ALL)
    retention.carry_out(now=AFTER_ALL)
    assert TEXTS.count() == kept, "nothing goes by itself"
    proposal = Disposal.objects.proposed().get(kind="person_texts")
    assert proposal.count > 50
    assert proposal.oldest == Message.objects.exclude(subject_type="user").earliest("settled_at").settled_at
    rows = Message.objects.count()
    unhandled = set(Message.objects.unhandled())
    retention.confirm(disposal=proposal, by=_officer(), now=AFTER_ALL)
    retention.carry_out(now=AFTER_ALL)
    left = TEXTS.exclude(subject_type__in=retention.ABOUT_ACCOUNTS)
    assert list(left) == [], "letters to the practice belong to the record too"
    proposal.refresh_from_db()
    assert (proposal.done, proposal.confirmed_by) == (proposal.count, _officer())
    assert proposal.finished_at == AFTER_ALL
    assert Message.objects.count() == rows
    assert set(Message.objects.unhandled()) == unhandled
    retention.keep_to_time(now=AFTER_ALL)
    assert not Disposal.objects.proposed().filter(kind="person_texts").exists()


def test_records_in_use_are_not_past_their_time():
    rehearse(people=2, seed=1)
    one, other = Participant.objects.order_by("pk")
    assert retention.past_time(AFTER_ALL).count() == 2
    assert retention.past_time(AFTER_ALL - timedelta(days=1500)).count() == 0
    note = {"channel": "phone", "from_them": True, "words": "Rang", "written_by": _officer()}
    ContactNote.objects.create(
        participant=one, at=AFTER_ALL - timedelta(days=9), written_at=AFTER_ALL - timedelta(days=9), **note
    )
    assert set(retention.past_time(AFTER_ALL)) == {other}
    other.referrals.update(status="waiting")
    assert not retention.past_time(AFTER_ALL).exists()


def test_somebody_who_comes_back_after_the_yes_keeps_their_texts():
    rehearse(people=2, seed=1)
    retention.keep_to_time(now=AFTER_ALL)
    retention.confirm(
        disposal=Disposal.objects.proposed().get(kind="person_texts"), by=_officer(), now=AFTER_ALL
    )
    one, other = Participant.objects.order_by("pk")
    one.referrals.update(status="waiting")
    retention.carry_out(now=AFTER_ALL)
    assert TEXTS.filter(participant=one).exists()
    assert not TEXTS.filter(participant=other).exists()


def test_who_was_never_accepted_is_kept_for_less_long(world: World):  # noqa: F811
    person = PersonFactory()
    Participant.objects.filter(pk=person.pk).update(added_at=AFTER_ALL - timedelta(days=732))
    assert set(retention.records(AFTER_ALL - timedelta(days=731), accepted=False)) == {person}
    assert person in retention.past_time(AFTER_ALL)
    assert person not in retention.past_time(AFTER_ALL - timedelta(days=2))


def test_a_yes_counts_once_and_stays():
    disposal = Disposal.objects.create(kind="person_texts", as_of=AFTER_ALL, count=3, oldest=AFTER_ALL)
    by = factories.officer()
    retention.confirm(disposal=disposal, by=by, now=AFTER_ALL)
    with pytest.raises(retention.NothingToConfirm):
        retention.confirm(disposal=disposal, by=by, now=AFTER_ALL)
    with pytest.raises(DatabaseError, match="Cannot delete"), transaction.atomic():
        disposal.delete()


def test_officers_confirm_on_a_page_and_nobody_else(cast):
    disposal = Disposal.objects.create(kind="person_texts", as_of=timezone.now(), count=3, oldest=AFTER_ALL)
    page = reverse("admin:itsyourmove_disposal_change", args=[disposal.pk])
    refused = sign_in(Client(), cast.lead).post(page)
    assert refused.status_code == 403
    office = sign_in(Client(), cast.officer)
    assert "Delete the text of 3 messages about people" in office.get("/admin/").content.decode()
    assert "Delete the text of 3 messages about people" in office.get(page).content.decode()
    disposal.refresh_from_db()
    assert disposal.confirmed_at is None, "looking changes nothing"
    as_of = re.search(r'name="as_of" value="([^"]+)"', office.get(page).content.decode())[1]
    Disposal.objects.filter(pk=disposal.pk).update(count=4, as_of=disposal.as_of + timedelta(hours=1))
    stale = office.post(page, {"as_of": as_of}, follow=True).content.decode()
    assert "count has changed" in stale
    assert "4 messages" in stale
    disposal.refresh_from_db()
    assert disposal.confirmed_at is None, "they saw 3 messages, not 4"
    as_of = re.search(r'name="as_of" value="([^"]+)"', stale)[1]
    assert office.post(page, {"as_of": as_of}, follow=True).status_code == 200
    disposal.refresh_from_db()
    assert disposal.confirmed_by == cast.officer
    listed = office.get(reverse("admin:itsyourmove_disposal_changelist")).content.decode()
    assert str(cast.officer) in listed
    assert "already" in office.post(page, follow=True).content.decode()


# --- How it runs ---------------------------------------------------------------------------------------------------


def test_many_rows_go_some_at_a_time(monkeypatch):
    monkeypatch.setattr(retention, "BATCH", 2)
    for number in range(5):
        SessionStore.get_model_class().objects.create(
            session_key=f"s{number}", session_data="", expire_date=timezone.now() - timedelta(days=1)
        )
        cache.set(f"c{number}", 1, -60)
    done = retention.keep_to_time(now=timezone.now())
    assert (done["sessions"], done["cache"]) == (5, 5)


@pytest.mark.django_db(transaction=True)
def test_two_at_once_do_not_wait_for_each_other():
    """What another run is deleting is left to it; without SKIP LOCKED this would end at lock_timeout, as an error."""
    ended = timezone.now() - timedelta(days=1)
    for name in ("theirs", "ours"):
        SessionStore.get_model_class().objects.create(session_key=name, session_data="", expire_date=ended)
        Heartbeat.objects.create(name=name, seen_at=timezone.now() - timedelta(days=99))
    other = psycopg2.connect(_dsn())
    try:
        with other.cursor() as cursor:
            cursor.execute("SELECT FROM django_session WHERE session_key = 'theirs' FOR UPDATE")
            cursor.execute("SELECT FROM messaging_heartbeat WHERE name = 'theirs' FOR UPDATE")
        done = retention.keep_to_time(now=timezone.now())
        assert (done["sessions"], done["technical_events"]) == (1, 1)
    finally:
        other.close()
    assert retention.keep_to_time(now=timezone.now())["sessions"] == 1


def _dsn() -> str:
    database = connection.settings_dict
    names = {"dbname": "NAME", "user": "USER", "password": "PASSWORD", "host": "HOST", "port": "PORT"}
    return " ".join(f"{name}={database[key]}" for name, key in names.items() if database[key])


def test_it_runs_once_a_night_and_at_any_hour_after_two_days_without(monkeypatch):
    runs = []

    def run(*, now: datetime, seconds: float) -> None:
        runs.append(now)
        heartbeats.beat(retention.BEAT)

    monkeypatch.setattr(retention, "keep_to_time", run)
    noon, night = (
        datetime(2026, 7, 1, 11, tzinfo=UTC),
        datetime(2026, 7, 1, 1, tzinfo=UTC),
    )  # 12:00 and 02:00 in London
    retention.nightly(now=noon)
    assert runs == [noon], "it has never run"
    retention.nightly(now=noon)
    assert runs == [noon]
    Heartbeat.objects.update(seen_at=timezone.now() - timedelta(hours=13))
    retention.nightly(now=noon)
    assert runs == [noon]
    retention.nightly(now=night)
    retention.nightly(now=night)
    assert runs == [noon, night]


def test_each_class_has_its_share_of_the_time_and_what_was_cut_short_is_not_done(monkeypatch):
    """Each look at the clock is a second, and the first class never ends."""
    clock = itertools.count()
    monkeypatch.setattr(retention, "time", SimpleNamespace(monotonic=lambda: float(next(clock))))
    monkeypatch.setattr(retention, "BATCH", 1)
    ended = timezone.now() - timedelta(days=1)
    for number in range(40):
        cache.set(f"c{number}", 1, -60)
    Heartbeat.objects.create(name="old", seen_at=timezone.now() - timedelta(days=99))
    SessionStore.get_model_class().objects.create(session_key="s", session_data="", expire_date=ended)
    done = retention.keep_to_time(now=timezone.now(), seconds=60)
    assert 0 < done["cache"] < 40
    assert (done["sessions"], done["technical_events"]) == (1, 1), "the last class has its turn"
    assert not heartbeats.ran_within(retention.BEAT, 60), "it goes on in an hour"
    retention.keep_to_time(now=timezone.now(), seconds=1000)
    assert heartbeats.ran_within(retention.BEAT, 60)


def test_a_batch_of_the_cache_is_no_larger_whatever_the_plan(monkeypatch):
    """A nested loop asks an IN (... LIMIT) anew for each row: one batch once deleted all there was."""
    monkeypatch.setattr(retention, "BATCH", 1)
    monkeypatch.setattr(retention.Share, "is_over", lambda share: bool(turns.append(1)) or len(turns) > 3)
    turns: list[int] = []
    for number in range(40):
        cache.set(f"c{number}", 1, -60)
    with connection.cursor() as cursor:
        for plan in ("hashjoin", "mergejoin", "hashagg", "sort", "material", "indexscan", "bitmapscan"):
            cursor.execute(f"SET LOCAL enable_{plan} = off")
    assert retention._cache(timezone.now(), retention.Share(60)) == 3


def test_a_night_is_over_before_celery_ends_it(monkeypatch):
    clock = [0.0]

    def use_up(*, now: datetime, seconds: float) -> None:
        clock[0] += seconds

    monkeypatch.setattr(retention, "time", SimpleNamespace(monotonic=lambda: clock[0]))
    monkeypatch.setattr(retention, "carry_out", use_up)
    monkeypatch.setattr(retention, "keep_to_time", use_up)
    retention.nightly(now=timezone.now())
    assert 0 < clock[0] <= retention.SECONDS < current_app.conf.task_soft_time_limit


def test_the_task_says_that_it_ran():
    tasks.keep_to_time()
    assert heartbeats.ran_within(retention.BEAT, 60)


# --- The papers ----------------------------------------------------------------------------------------------------


def test_of_a_record_only_the_text_of_messages_is_said_to_go(office):
    """Whole records cannot be deleted yet."""
    page = office.get(reverse("admin:itsyourmove_disposal_changelist")).content.decode()
    for each in retention.CLASSES:
        said = re.search(rf"<td>{re.escape(each.what)}</td>.*<td>(.*?)</td></tr>", page)[1]
        assert ("Only the text of messages" in said) is (each.name in retention.RECORDS), each.name


def test_the_table_in_the_papers_is_the_one_in_the_code():
    paper = (Path(settings.BASE_DIR) / "docs/deploy.md").read_text()
    example = (Path(settings.BASE_DIR) / ".env.example").read_text()
    for each in retention.CLASSES:
        assert (
            f"| {each.what} | `{each.setting}={each.days}` | {each.counted_from} | {each.deleted} |" in paper
        )
        assert f"#{each.setting}={each.days} " in example


def test_the_page_shows_the_count_of_the_night_and_counts_nothing_itself(cast, monkeypatch):
    person = PersonFactory()
    monkeypatch.setattr(retention, "past_time", lambda now: Participant.objects.filter(pk=person.pk))
    retention.keep_to_time(now=timezone.now())
    monkeypatch.setattr(retention, "past_time", None)
    page = sign_in(Client(), cast.officer).get(reverse("admin:itsyourmove_disposal_changelist"))
    assert "1 whole record has passed the time limit" in page.content.decode()
