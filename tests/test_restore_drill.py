"""The drill: a life with real mails, a backup in the middle of it, on for days, the backup brought back, and on.

Three lives come from one backup: the undisturbed one, which nothing befalls; the restored one; and the naive one, whose
workers start without `restored`. Each is compared with the undisturbed one by what arrives at the mail server.
"""

import re
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.db.models import Max, Min, QuerySet

from accounts.models import Organisation, User
from accounts.tests import factories as accounts
from devtools.demo.rehearsal.life import Cast, Life, RehearsalPlan
from itsyourmove.restores import services as restoring
from messaging.delivery import worker
from messaging.models import Message
from messaging.opt_outs import services as opt_outs
from messaging.restores import database_identity
from messaging.restores.services import in_doubt
from participants.models import Participant, Restore
from participants.personal_links.links import Link, digest_of, token_for
from participants.restores import services as restores
from referrals.correspondence import services as correspondence
from referrals.submission import services as submission
from referrals.tests.factories import submitted
from sessions.attendance import responses
from sessions.models import Attendance, Cohort, OfferLink, Place, Session
from sessions.tests import factories as make
from tests import backups
from tests.test_safety_log import DEEDS, Someone, someone

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.processes]
HOUR = timedelta(hours=1)
ADDRESS = re.compile(r"https?://[^\s<>\"]+")


@dataclass(frozen=True)
class Size:
    people: int  # of the rehearsed cohort
    offered: int
    asked: int  # questions to the practice
    waiting: int
    facts: tuple[str, ...]  # safety facts of the gap
    dumped: datetime
    back: timedelta  # after the backup
    end: timedelta
    turn: timedelta  # the clock's work is done so often, and whenever a message falls due


AFTER_ONE = datetime.fromisoformat(
    "2026-03-05T09:10:00+00:00"
)  # a Thursday; the first session was on the Tuesday
BEFORE_LAST = datetime.fromisoformat("2026-05-04T08:10:00+00:00")  # a Monday; the tenth is on the Tuesday
EVERY = tuple(deed.code for deed in DEEDS)
DAYS = timedelta(days=5, hours=23)
SMALL = Size(3, 2, 1, 1, ("hold", "died", "objection"), AFTER_ONE, DAYS, timedelta(days=8), 12 * HOUR)
WHOLE = Size(12, 6, 3, 6, EVERY, AFTER_ONE, DAYS, timedelta(days=13), 6 * HOUR)
LAST = Size(12, 6, 3, 6, EVERY, BEFORE_LAST, DAYS, timedelta(days=10), 6 * HOUR)
Told = Counter[tuple[str, str]]  # address and subject


@dataclass
class Past:
    """What there is when the backup is made."""

    officer: User
    other: int  # a cohort that has places to offer
    people: list[Someone] = field(default_factory=list)  # of whom a safety fact becomes known
    known: int = 0  # the greatest number of a person


def live(size: Size, monkeypatch: pytest.MonkeyPatch) -> Past:
    """Up to the backup: a rehearsal whose people are mailed like real ones, and what else a county has."""
    submit = submission.submit
    monkeypatch.setattr(submission, "submit", lambda **told: submit(**told | {"synthetic": False}))
    practice = accounts.practice(contact_email="desk@surgery.example")
    lead = accounts.lead(practice, email="lead@surgery.example")
    officer = accounts.OfficerFactory()
    cast = Cast(practice=practice, referrer=lead, officer=officer, programme=make.programme())
    plan = RehearsalPlan(
        name="Drilled",
        starts_on=make.FIRST_DAY,
        start_time=time(18),
        people=size.people,
        seed=2,
        until=size.dumped,
    )
    Life(plan=plan, cast=cast, serial=999_300_000).live()
    for _ in range(size.waiting):  # four weeks are over in the gap
        make.waiting(organisation=practice, opted_in_at=size.dumped - timedelta(days=25), submitted_by=lead)
    for number in range(size.asked):
        asked_about(number, size, practice, lead, officer)
    other = make.cohort(by=officer, starts_on=size.dumped.date() + timedelta(days=21), capacity=12)
    past = Past(officer, other.pk)
    for _ in range(size.offered):
        make.offered(other, now=size.dumped - 2 * HOUR, by=officer)
    past.people = [someone() for deed in DEEDS if deed.code in size.facts]
    past.known = Participant.objects.aggregate(Max("pk"))["pk__max"]
    clock(size.dumped)
    return past


def asked_about(number: int, size: Size, practice: Organisation, lead: User, officer: User) -> None:
    """A referral about which an officer has asked its practice something; its reminders are due in the gap."""
    referral = submitted(
        organisation=practice,
        by=lead,
        now=size.dumped - timedelta(days=2),
        given_name=f"Asked{'abcdef'[number]}",
        email=f"asked{number}@home.example",
    )
    correspondence.ask_practice(
        referral=referral, by=officer, now=size.dumped - timedelta(days=1), words="Which number is right?"
    )


# --- Going on --------------------------------------------------------------------------------------------------------


def clock(moment: datetime) -> None:
    """What beat asks for, and a worker that sends."""
    restoring.sweep(moment)
    worker.drain(now=moment)


def go_on(past: Past, size: Size, start: datetime, end: datetime) -> None:
    """People join, officers fill registers, and the clock does its work."""
    moment = start
    while moment <= end:
        people_join(moment - size.turn, moment)
        fill_registers(past.officer, moment)
        clock(moment)
        pending = Message.objects.filter(state=Message.State.PENDING, next_try_at__gt=moment)
        due = pending.exclude(channel__in=Message.BY_OFFICERS).aggregate(Min("next_try_at"))[
            "next_try_at__min"
        ]
        moment = min(filter(None, (due, moment + size.turn)))


def people_join(since: datetime, until: datetime) -> None:
    begun = Attendance.objects.filter(
        session__starts_at__gt=since, session__starts_at__lte=until, joined_at=None
    )
    for attendance in begun.filter(expected=True).exclude(place__state=Place.State.LEFT):
        responses.press_join(attendance=attendance, now=attendance.session.starts_at)


def fill_registers(officer: User, moment: datetime) -> None:
    empty = Attendance.objects.filter(code="", expected=True, session__ends_at__lt=moment)
    for session in Session.objects.filter(pk__in=empty.values("session")).order_by("starts_at"):
        make.register(session, officer, now=moment)


def offer_as_before_nonces(past: Past, number: int, now: datetime) -> None:
    """Two offers, whose links a process of the release before made: from their numbers alone."""
    for _ in range(number):
        place = make.offered(Cohort.objects.get(pk=past.other), now=now, by=past.officer)
        link = OfferLink.objects.get(place=place)
        link.digest = digest_of(token_for(purpose=link.PURPOSE, link_id=link.pk, version=link.version))
        link.save(update_fields=["digest"])


# --- What is compared ------------------------------------------------------------------------------------------------


def whose(address: str) -> str | None:
    """The person whose page this address opens here."""
    words = urlsplit(address).path.strip("/").split("/")
    for model in Link.__subclasses__():
        for word in words:
            if link := model.objects.find(word):
                return link.holder.email
    if words[-1:] and len(words) > 2 and words[-2].isdigit():
        person = opt_outs.holder_of(int(words[-2]), words[-1])
        return person.email if person else None
    return None


def addresses(mails: list) -> dict[str, str]:
    """Every personal address that was mailed, and whose it is."""
    found = {each for mail in mails for each in ADDRESS.findall(mail.get_body(["plain"]).get_content())}
    return {each: owner for each in sorted(found) if (owner := whose(each))}


def promised(since: datetime, past: Past) -> Counter:
    """What was sent since, to people and practices whom the backup knows: kind and receiver."""
    sent = Message.objects.filter(state=Message.State.SENT, sent_at__gt=since)
    return receivers(sent.exclude(channel__in=[*Message.BY_OFFICERS, Message.Channel.FILE]), past)


def receivers(messages: QuerySet[Message], past: Past) -> Counter:
    rows = messages.order_by().values_list("kind", "participant", "organisation", "user", "proxy")
    return Counter(row for row in rows if not row[1] or row[1] <= past.known)


@dataclass
class Drill:
    past: Past
    before: list  # mails, as they arrived
    gap: list
    undisturbed: list
    links: dict[str, str]
    owed: Counter

    def doubled(self, after: list) -> dict:
        """What arrived more often than in the undisturbed life.

        Who was never written to before has nothing to compare: for them, `same_id`.
        """
        sent = backups.told([*self.before, *self.gap])
        undisturbed = sent + backups.told(self.undisturbed)
        whole = sent + backups.told(after)
        known = {address for address, _ in sent}
        return {
            told: times
            for told, times in whole.items()
            if told[0] in known and times > max(1, undisturbed[told])
        }

    def same_id(self, after: list) -> list[str]:
        ids = Counter(mail["Message-ID"] for mail in [*self.before, *self.gap, *after])
        return [each for each, times in ids.items() if times > 1]

    def anothers(self) -> dict[str, tuple[str, str]]:
        """Addresses mailed in the gap that open another person's page here."""
        now = {each: whose(each) for each in self.links}
        return {
            each: (owner, now[each]) for each, owner in self.links.items() if now[each] not in (None, owner)
        }


def drill(size: Size, sink, tmp_path: Path, settings, monkeypatch) -> None:
    settings.SAFETY_LOG = tmp_path / "safety.jsonl"
    past = live(size, monkeypatch)
    back, end = size.dumped + size.back, size.dumped + size.end
    facts = [deed for deed in DEEDS if deed.code in size.facts]

    def taken() -> list:
        mails = list(sink.mails)
        sink.mails.clear()
        return mails

    before = taken()
    whole = backups.checksums()
    backup = backups.dump(tmp_path)
    go_on(past, size, size.dumped + timedelta(minutes=1), size.dumped + HOUR)
    offer_as_before_nonces(past, 2, size.dumped + HOUR)
    for deed, one in zip(facts, past.people, strict=True):
        deed.do(one, size.dumped + HOUR)
    go_on(past, size, size.dumped + HOUR + timedelta(minutes=1), back)
    gap = taken()
    links = addresses(gap)
    go_on(past, size, back + timedelta(minutes=1), end)
    done = Drill(past, before, gap, taken(), links, promised(back, past))
    log = settings.SAFETY_LOG.read_bytes()

    def life_after(until: datetime) -> list:
        offer_as_before_nonces(past, 2, back)
        go_on(past, size, back + timedelta(minutes=1), until)
        return taken()

    with backup.brought_back():
        assert backups.checksums() == whole
        database_identity.take()
        after = life_after(back + timedelta(days=1))
        naive = len(done.doubled(after)), len(done.anothers())
        assert naive[0] >= 4, "the naive way sends again what was sent"
        assert naive[1], "the naive way opens the page of another person"
    settings.SAFETY_LOG.write_bytes(log)
    with backup.brought_back():
        restoring.run(since=size.dumped, now=back)
        restores.confirm(restore=Restore.objects.get(), by=past.officer, now=back)
        after = life_after(end)
        doubt = Counter(in_doubt().values_list("kind", flat=True))
        print(  # noqa: T201 - the figures of the soak
            f"{len(before)} mails before the backup, {len(gap)} in the gap, {len(after)} after the restore; "
            f"naive: {naive[0]} doubled, {naive[1]} pages of others; {len(links)} links of the gap; "
            f"in doubt: {dict(doubt)}"
        )
        assert not done.doubled(after)
        assert not done.same_id(after)
        assert not done.owed - promised(back, past) - receivers(in_doubt(), past), "of use, and lost"
        assert links
        assert not done.anothers()
        assert [d.code for d, one in zip(facts, past.people, strict=True) if not d.holds(one.again())] == []


def test_nothing_is_doubled_lost_or_opened_by_others(smtp_sink, tmp_path, settings, monkeypatch):
    drill(SMALL, smtp_sink, tmp_path, settings, monkeypatch)


@pytest.mark.soak
@pytest.mark.parametrize("size", [WHOLE, LAST], ids=["whole", "last"])
def test_the_whole_drill(smtp_sink, tmp_path, settings, monkeypatch, size):
    drill(size, smtp_sink, tmp_path, settings, monkeypatch)
