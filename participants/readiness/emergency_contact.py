"""Emergency contact: keeping it, and adding what a referral tells."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from accounts.models import User
from core.dates import moment
from core.errors import ChangedMeanwhile
from participants import safety_log
from participants.contact_details import spoken_phone
from participants.models import EmergencyContact, Participant
from participants.readiness.records import locked, written


class ContactChanged(ChangedMeanwhile):
    """Somebody has saved whom to ring since the page was opened; the sentence says who and what."""

    def __init__(self, now_there: EmergencyContact | None) -> None:
        self.saved = now_there.saved if now_there else ""
        if now_there is None:
            what = "A colleague has deleted the emergency contact"
        else:
            who, at = now_there.recorded_by.name, moment(now_there.recorded_at)
            what = f"{who} saved {now_there.name}, {spoken_phone(now_there.phone)}, on {at}"
        super().__init__(
            f"{what} while you had this page open. Your changes are not saved. Save again to use them"
        )


@transaction.atomic
def save(
    *, person: Participant, told: Mapping[str, object], instead_of: str, by: User, now: datetime
) -> EmergencyContact | None:
    """This is whom to ring now: name, relation, telephone (E.164) and consent together; nobody when `told` is empty.

    `instead_of` is `EmergencyContact.saved` of the one that was on the page, "" for none. Raises ChangedMeanwhile.
    """
    person = locked(person)
    there = EmergencyContact.objects.filter(participant=person).select_related("recorded_by").first()
    if (there.saved if there else "") != instead_of:
        raise ContactChanged(there)
    if there and there.consent and not told.get("consent"):
        safety_log.record(safety_log.Code.EMERGENCY_NO, person=person, now=now)
    if not told:
        EmergencyContact.objects.filter(participant=person).delete()
        return None
    stamp = {"recorded_at": now, "recorded_by": by}
    return written(EmergencyContact, person=person, changes=told, stamp=stamp)


@transaction.atomic
def consent_withdrawn(*, person: Participant, before: datetime) -> bool:
    """The consent that was written down before then stands no more; False if none did."""
    agreed = EmergencyContact.objects.filter(participant=person, consent=True, recorded_at__lte=before)
    return bool(agreed.update(consent=False))


@transaction.atomic
def add_if_unknown(*, person: Participant, told: Mapping[str, object], by: User, now: datetime) -> None:
    """Whom a referral names; nothing where we know somebody already."""
    person = locked(person)
    if told.get("name") and not EmergencyContact.objects.filter(participant=person).exists():
        save(person=person, told=told, instead_of="", by=by, now=now)
