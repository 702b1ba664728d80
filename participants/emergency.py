"""Whom to ring in an emergency: keeping it, and adding what a referral tells."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from accounts.models import User
from participants.models import EmergencyContact, Participant
from participants.recording import locked, written


@transaction.atomic
def keep(*, person: Participant, changes: Mapping[str, object], by: User, now: datetime) -> EmergencyContact:
    """Write what changed. The first time a name and a telephone number (E.164) are needed."""
    stamp = {"recorded_at": now, "recorded_by": by}
    return written(EmergencyContact, person=locked(person), changes=changes, stamp=stamp)


@transaction.atomic
def add(*, person: Participant, told: Mapping[str, object], by: User, now: datetime) -> None:
    """Whom a referral names; nothing where we know somebody already."""
    locked(person)
    if told.get("name") and not EmergencyContact.objects.filter(participant=person).exists():
        keep(person=person, changes=told, by=by, now=now)


@transaction.atomic
def forget(*, person: Participant) -> None:
    """Delete whom to ring: somebody else's details are not kept for longer than they are wanted."""
    EmergencyContact.objects.filter(participant=person).delete()
