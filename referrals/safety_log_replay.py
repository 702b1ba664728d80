"""After a backup was restored: the safety facts since it was made are applied again, only ever to the stricter side.

They are read from the log file (`participants.safety_log`), which must hold all that the backup knows was written to it
(`fault`). What was lifted, undone or resumed since is not applied: an officer decides that again. What cannot be applied
is on the officers' list (`participants.restores.call_first`).
"""

import json
import logging
import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import NAMESPACE_URL, UUID, uuid5

from django.conf import settings
from django.db import DatabaseError, transaction
from django.db.models import Q

from core.dates import day
from core.errors import Refused
from messaging.models import Message
from messaging.opt_outs import services as opt_outs
from messaging.outbox import queue as outbox
from participants.contact_log import proxies
from participants.identity import services as people
from participants.models import Participant, ReplayedFact, Restore, SafetyFact
from participants.readiness import emergency_contact
from referrals.models import Clearance, Referral, SafetyHold
from referrals.screening import services as screening
from referrals.status_changes import lock_referral
from referrals.statuses import ENDED, TRANSITIONS, Reason, Status
from referrals.triage import closures

log = logging.getLogger(__name__)
Code, Outcome = SafetyFact.Code, ReplayedFact.Outcome
# A step that began before the backup may have been committed after it. What the backup holds is known by its key, so this
# only has to be long enough.
MARGIN = timedelta(days=1)
NEWEST = 1000  # facts of the backup that the file must have
KEY = re.compile(rb'\{"key": "([0-9a-f-]{36})"')  # a line begins so
NOT_THERE = "The safety log cannot be read: set SAFETY_LOG to it."
NOT_WHOLE = (
    "The safety log is not whole: it lacks facts that the backup has. Set SAFETY_LOG to the right file, or to its newest "
    "copy."
)
BY_HAND = "Look at this person’s record and apply it by hand."


class NotApplied(Exception):
    """The sentence says why; nothing was changed."""


@dataclass(frozen=True)
class Line:
    """One fact as the file has it."""

    key: UUID
    code: str
    detail: str
    participant: int
    added: datetime
    reference: str
    row: datetime | None
    at: datetime


@dataclass(frozen=True)
class Fact:
    """A line with what it is about in this database."""

    line: Line
    person: Participant
    now: datetime
    words: str = field(default="", kw_only=True)

    @property
    def referral(self) -> Referral:
        found = Referral.objects.filter(reference=self.line.reference).first()
        if found is None:
            raise NotApplied("The referral is not in the backup.")
        return found


def fault() -> str:
    """One sentence about what is wrong with the log file, with the remedy; or nothing."""
    try:
        lines, _ = read_log(settings.SAFETY_LOG)
    except OSError:
        return NOT_THERE
    return "" if _is_whole(lines) else NOT_WHOLE


def _is_whole(lines: list[Line]) -> bool:
    """Whether the file has the newest facts that this database knows to stand in it."""
    written = SafetyFact.objects.filter(written_at__isnull=False).order_by("-written_at", "-pk")
    return {line.key for line in lines}.issuperset(written.values_list("key", flat=True)[:NEWEST])


def step(restore: Restore) -> list[str]:
    """For the list of steps of `manage.py restored`."""
    found = replay(restore=restore)
    told = {
        "applied again": found[Outcome.APPLIED],
        "already in place": found[Outcome.ALREADY],
        "could not be applied": found[Outcome.NOT_APPLIED],
    }
    return ["Safety facts: " + ", ".join(f"{count} {words}" for words, count in told.items()) + "."]


@transaction.atomic
def replay(*, restore: Restore) -> Counter[str]:
    """Apply what the log has since `restore.since` and this database has not; how many of each outcome.

    There is no end: a step on a machine whose clock was ahead counts too, and what this database did itself it knows.
    Twice does no harm: what became of a line is kept under its key. Where `fault` was overruled, the officers' list says so.
    """
    found: Counter[str] = Counter()
    lines: list[Line] = []
    broken: list[tuple[int, bytes]] = []
    why = ""
    try:
        lines, broken = read_log(settings.SAFETY_LOG)
        if not _is_whole(lines):
            why = "The safety log was not whole: some facts may not have been applied again."
    except OSError:
        why = "The safety log was missing, so nothing was applied again."
    since = restore.since - MARGIN
    due = sorted((line for line in lines if since <= line.at), key=lambda line: line.at)
    known = _known([line.key for line in due], restore)
    for line in due:
        if line.key not in known:
            known.add(line.key)  # it may stand in the file twice
            found[_replay(line, restore)] += 1
    unread = [ReplayedFact(key=uuid5(NAMESPACE_URL, "no log"), why=why)] if why else []
    unread += [
        ReplayedFact(key=uuid5(NAMESPACE_URL, text.hex()), why=f"Line {number} of the log cannot be read.")
        for number, text in broken
    ]
    seen = _known([each.key for each in unread], restore)
    return found + _keep([each for each in unread if each.key not in seen], restore)


def read_log(path: Path) -> tuple[list[Line], list[tuple[int, bytes]]]:
    """The facts of the file in their order, and what cannot be read: number of the line and text. Raises OSError.

    A line that was cut off after its key counts as read where the sweep wrote it again as a whole.
    """
    whole: list[Line] = []
    broken: list[tuple[int, bytes]] = []
    for number, text in _lines(path):
        try:
            whole.append(_line(text))
        except (ValueError, KeyError, TypeError, OverflowError, RecursionError):
            broken.append((number, text))
    read = {str(line.key).encode() for line in whole}
    return whole, [each for each in broken if not ((key := KEY.match(each[1])) and key[1] in read)]


def _lines(path: Path) -> Iterator[tuple[int, bytes]]:
    with path.open("rb") as file:
        for number, text in enumerate(file, start=1):
            if text.strip():
                yield number, text.strip()


def _line(text: bytes) -> Line:
    if b"\\u0000" in text:
        raise ValueError("no text of ours, and none that the database takes")
    told = json.loads(text)
    return Line(
        key=UUID(told["key"]),
        code=str(told["code"])[:20],
        detail=str(told["detail"])[:20],
        participant=int(told["participant"]),
        added=_moment(told["added"]),
        reference=str(told["reference"])[:12],
        row=_moment(told["row"]) if told["row"] else None,
        at=_moment(told["at"]),
    )


def _moment(text: str) -> datetime:
    found = datetime.fromisoformat(text)
    if found.tzinfo is None:
        raise ValueError("a moment without its zone")
    return found.astimezone(UTC)


def _known(keys: list[UUID], restore: Restore) -> set[UUID]:
    """Of these, what the backup holds, and what was replayed: now, or before and could be applied."""
    facts = SafetyFact.objects.filter(key__in=keys).values_list("key", flat=True)
    done = ReplayedFact.objects.filter(~Q(outcome=Outcome.NOT_APPLIED) | Q(restore=restore), key__in=keys)
    return {*facts, *done.values_list("key", flat=True)}


def _keep(rows: list[ReplayedFact], restore: Restore) -> Counter[str]:
    for row in rows:
        row.restore, row.outcome, row.at = restore, Outcome.NOT_APPLIED, restore.at
    return Counter({str(Outcome.NOT_APPLIED): len(ReplayedFact.objects.bulk_create(rows))})


def _replay(line: Line, restore: Restore) -> str:
    why, outcome, person = "", Outcome.NOT_APPLIED, None
    try:
        with transaction.atomic():
            person = Participant.objects.filter(pk=line.participant, added_at=line.added).first()
            outcome = Outcome.APPLIED if _apply(line, person, restore.at) else Outcome.ALREADY
    except (NotApplied, Refused) as refusal:
        why = str(refusal)[:200]
    except DatabaseError:
        why = f"The database refused it. {BY_HAND}"
    except Exception:  # one line stops no other
        log.exception("a safety fact could not be applied again", extra={"participant_id": line.participant})
        why = f"The service could not apply it. {BY_HAND}"
    ReplayedFact.objects.create(
        restore=restore,
        key=line.key,
        code=line.code,
        detail=line.detail,
        participant_id=person.pk if person else None,
        reference=line.reference,
        fact_at=line.at,
        outcome=outcome,
        why=why,
        at=restore.at,
    )
    return outcome


def _apply(line: Line, person: Participant | None, now: datetime) -> bool:
    """True where something changed. Raises NotApplied, Refused."""
    apply = APPLY.get(line.code)
    if apply is None:
        raise NotApplied("This release does not know this kind of fact.")
    if person is None:
        raise NotApplied("The person is not in the backup, or another person has their record number now.")
    while person.merged_into:
        person = person.merged_into
    words = f"Applied again after a backup was restored on {day(now)}."
    return apply(Fact(line, person, now, words=words))


# --- One function a code: each leaves things as they are where they are as strict already -----------------------


def _hold(fact: Fact) -> bool:
    if fact.line.detail not in SafetyHold.Why.values:
        raise NotApplied("This release does not know this kind of hold.")
    referral = lock_referral(fact.referral)
    if referral.holds.filter(why=fact.line.detail, lifted_at__isnull=True).exists():
        return False
    screening.put_on(referral, why=fact.line.detail, words=fact.words, by=None, now=fact.now)
    return True


def _speak_first(fact: Fact) -> bool:
    referral = lock_referral(fact.referral)
    asked = Clearance.objects.filter(referral=referral, cleared_at__isnull=True, ended_at__isnull=True)
    if asked.exists():
        return False
    screening.ask_for_clearance(referral=referral, because=fact.words, now=fact.now)
    return True


def _died(fact: Fact) -> bool:
    if fact.person.died_at:
        return False
    closures.died_before_restore(person=fact.person, now=fact.now)
    return True


def _ended(fact: Fact) -> bool:
    referral = fact.referral
    if referral.status in ENDED:
        return False
    ways = (fact.line.detail, Status.WITHDRAWN, Status.LEFT_EARLY)
    to = next((way for way in ways if way in TRANSITIONS.get(referral.status, ())), None)
    if to is None:
        raise NotApplied("The referral cannot be ended from its current status.")
    closures.end_whatever_it_is(referral, to=to, by=None, now=fact.now, reason=Reason.OTHER, words=fact.words)
    return True


def _objection(fact: Fact) -> bool:
    if opt_outs.standing(fact.person):
        return False
    opt_outs.opt_out(person=fact.person, how=opt_outs.How.AGAIN, now=fact.now)
    return True


def _by_phone(fact: Fact) -> bool:
    if fact.person.preferred_contact == Participant.Contact.PHONE:
        return False
    if not fact.person.phone:
        raise NotApplied("They asked for calls, but the backup has no phone number for them.")
    _mend(fact, {"preferred_contact": Participant.Contact.PHONE})
    outbox.redirect_all(
        Message.objects.filter(channel__in=Message.EMAILS), [people.lock_participant(fact.person)]
    )
    return True


def _no_messages_left(fact: Fact) -> bool:
    return fact.person.message_safe and _mend(fact, {"message_safe": False})


def _mend(fact: Fact, changes: dict[str, object]) -> bool:
    people.mend(person=fact.person, changes=changes, by=None, now=fact.now)
    return True


def _email_bad(fact: Fact) -> bool:
    person = people.lock_participant(fact.person)
    if not person.email or person.email_bad_at:
        return False
    people.emails_came_back(people=[person], now=fact.now)
    outbox.redirect_all(Message.objects.filter(channel__in=Message.EMAILS), [person])
    return True


def _post_bad(fact: Fact) -> bool:
    person = people.lock_participant(fact.person)
    if not person.postal_address or person.postal_bad_at:
        return False
    people.post_came_back(person=person, now=fact.now)
    outbox.redirect(Message.objects.filter(participant=person, channel=Message.Channel.LETTER), person)
    return True


def _proxy_ended(fact: Fact) -> bool:
    proxy = proxies.standing(fact.person)
    if proxy is None or proxy.consent_at != fact.line.row:
        return False  # what ended is not there
    return proxies.end_proxy(proxy=proxy, why=fact.words, by=None, now=fact.now)


def _emergency_no(fact: Fact) -> bool:
    return emergency_contact.consent_withdrawn(person=fact.person, before=fact.line.at)


APPLY: dict[str, Callable[[Fact], bool]] = {
    Code.HOLD: _hold,
    Code.SPEAK_FIRST: _speak_first,
    Code.DIED: _died,
    Code.ENDED: _ended,
    Code.OBJECTION: _objection,
    Code.BY_PHONE: _by_phone,
    Code.NO_MESSAGES_LEFT: _no_messages_left,
    Code.EMAIL_BAD: _email_bad,
    Code.POST_BAD: _post_bad,
    Code.PROXY_ENDED: _proxy_ended,
    Code.EMERGENCY_NO: _emergency_no,
}
