"""The test call before the first session: booked, moved, and what came of it."""

from datetime import datetime

from django.db import transaction

from accounts.models import User
from core.errors import Refused
from participants.models import Participant, TechCheck
from participants.readiness.records import locked


class InThePast(Refused):
    sentence = "Choose a day and time in the future"


class AlreadyDone(Refused):
    sentence = "A colleague has just recorded this call. Reload the page"


@transaction.atomic
def book(*, person: Participant, at: datetime, officer: User, by: User, now: datetime) -> TechCheck:
    """Book the call for `at` with this officer, or move the one that is open. Raises InThePast."""
    if at <= now:
        raise InThePast
    locked(person)
    facts = {"at": at, "officer": officer, "booked_at": now, "booked_by": by}
    open_now = person.tech_checks.open().first()
    if open_now is None:
        return TechCheck.objects.create(participant=person, **facts)
    for name, value in facts.items():
        setattr(open_now, name, value)
    open_now.save(update_fields=[*facts])
    return open_now


@transaction.atomic
def record(*, check: TechCheck, outcome: str, by: User, now: datetime, words: str = "") -> TechCheck:
    """What came of the call (`TechCheck.Outcome`). Raises AlreadyDone."""
    check = TechCheck.objects.select_for_update(of=("self",)).get(pk=check.pk)
    if check.done_at is not None:
        raise AlreadyDone
    check.done_at, check.done_by, check.outcome, check.words = now, by, outcome, words
    check.save(update_fields=["done_at", "done_by", "outcome", "words"])
    return check
