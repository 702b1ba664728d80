"""Safety facts, written down outside the database too, so that a restored backup does not forget them (adr/0025).

`record` is part of the step's own transaction. After the commit the facts are appended to the file `SAFETY_LOG`, one JSON
object a line; what could not be written then is written by a sweep. An error of the file stops no step; a mount that hangs does
(docs/deploy.md). A line may stand in the file twice: its `key` tells.
"""

import fcntl
import json
import logging
import os
from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Protocol

from django.conf import settings
from django.db import Error, transaction
from django.db.models import Min
from django.db.models.functions import Now

from participants.models import Participant, SafetyFact

log = logging.getLogger(__name__)
Code = SafetyFact.Code
AT_ONCE = 500  # facts written by one sweep


class HasParticipant(Protocol):
    reference: str


class HasPerson(Protocol):
    reference: str
    participant: Participant


def record(
    code: str,
    *,
    person: Participant,
    now: datetime,
    referral: HasParticipant | None = None,
    detail: str = "",
    row_at: datetime | None = None,
) -> None:
    """This holds for this person from `now` on; `detail` is a code that goes with it, never words.

    `row_at` tells the row apart where the person may have several over time.
    """
    record_all(code, people=[person], now=now, referral=referral, detail=detail, row_at=row_at)


def record_all(
    code: str,
    *,
    people: Iterable[Participant],
    now: datetime,
    referral: HasParticipant | None = None,
    detail: str = "",
    row_at: datetime | None = None,
) -> None:
    """The same for many people at once."""
    _add(
        SafetyFact(
            code=Code(code),
            detail=detail,
            participant_id=person.pk,
            person_added_at=person.added_at,
            reference=referral.reference if referral else "",
            row_at=row_at,
            at=now,
        )
        for person in people
    )


def record_each(code: str, *, referrals: Iterable[HasPerson], now: datetime) -> None:
    """The same for the person of each of these referrals."""
    _add(
        SafetyFact(
            code=Code(code),
            participant_id=referral.participant.pk,
            person_added_at=referral.participant.added_at,
            reference=referral.reference,
            at=now,
        )
        for referral in referrals
    )


@transaction.atomic
def _add(new: Iterable[SafetyFact]) -> None:
    facts = SafetyFact.objects.bulk_create(new)
    if facts:
        transaction.on_commit(partial(write, facts))


def record_wishes(*, person: Participant, changes: Mapping[str, object], now: datetime) -> None:
    """Of the details that were just changed, those that make things stricter for this person."""
    if changes.get("preferred_contact") == Participant.Contact.PHONE:
        record(Code.BY_PHONE, person=person, now=now)
    if changes.get("message_safe") is False:
        record(Code.NO_MESSAGES_LEFT, person=person, now=now)


def write_missing() -> int:
    """Append what is not in the file yet, the oldest first; how many were. May run twice, also beside itself."""
    return write(SafetyFact.objects.filter(written_at__isnull=True).order_by("at", "pk")[:AT_ONCE])


def oldest_missing_seconds(now: datetime) -> int | None:
    """How long the oldest fact has not been in the file; None where all are."""
    at = SafetyFact.objects.filter(written_at__isnull=True).aggregate(at=Min("at"))["at"]
    return None if at is None else max(0, int((now - at).total_seconds()))


def write(facts: Iterable[SafetyFact]) -> int:
    """Append these to the file and mark them; how many. What fails is logged and left for the sweep."""
    written: list[int] = []
    try:
        _append(settings.SAFETY_LOG, facts, written)
    except OSError as error:
        log.error(
            "a safety fact could not be written to the safety log", extra={"fault": type(error).__name__}
        )
    try:
        SafetyFact.objects.filter(pk__in=written, written_at__isnull=True).update(written_at=Now())
    except Error as error:  # they are in the file: the sweep writes them there once more
        log.error("a safety fact could not be marked as written", extra={"fault": type(error).__name__})
    return len(written)


def _append(path: Path, facts: Iterable[SafetyFact], written: list[int]) -> None:
    """One write a line, and one wait for the disk, after which `written` is filled."""
    lines = [(fact.pk, line_of(fact)) for fact in facts]
    # In production a missing file is a disk that is not mounted: it is made once, by hand (docs/deploy.md).
    create = 0 if settings.PRODUCTION else os.O_CREAT
    if create:
        path.parent.mkdir(parents=True, exist_ok=True)
    file = os.open(path, os.O_WRONLY | os.O_APPEND | create, 0o600)
    taken: list[int] = []
    try:
        # Over a network file system O_APPEND alone lets lines go over one another.
        fcntl.lockf(file, fcntl.LOCK_EX)
        try:
            for pk, line in lines:
                if os.write(file, line) != len(line):
                    raise OSError("the disk took only part of a line")
                taken.append(pk)
        finally:
            os.fsync(file)
            written += taken
    finally:
        os.close(file)  # lets go of the lock


def line_of(fact: SafetyFact) -> bytes:
    """A fact as it stands in the file. It begins with a line break: what was cut off before does not swallow it."""
    told = {
        "key": str(fact.key),
        "code": fact.code,
        "detail": fact.detail,
        "participant": fact.participant_id,
        "added": fact.person_added_at.isoformat(),
        "reference": fact.reference,
        "row": fact.row_at.isoformat() if fact.row_at else "",
        "at": fact.at.isoformat(),
    }
    return f"\n{json.dumps(told)}\n".encode()
