"""After a backup is restored: until an officer has confirmed the list, each person is called before anything else.

`being_checked` is the one rule that joining, offering and placing ask (adr/0025).
"""

from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef

from accounts.models import User
from participants.contact_log import services as contact_log
from participants.models import ContactNote, Participant, ReplayedFact, Restore, RestoreCall
from participants.restores.services import RestorePart

TO_OFFICERS = (
    "We restored a backup and are still checking our records. Call this person, and record the call on their referral, "
    "before you offer or give them a place."
)
LOGGED = "We called them, because a backup was restored and we are checking our records."


def being_checked(person: str) -> Exists:
    """For a WHERE: a restore has not been confirmed, and nobody has called this person since.

    `person` is the path to the number of the person from the table that is asked ("participant").
    """
    called = RestoreCall.objects.filter(restore=OuterRef("pk"), participant_id=OuterRef(OuterRef(person)))
    return Exists(Restore.objects.unconfirmed().filter(~Exists(called)))


def under_way() -> bool:
    """A restore has not been confirmed."""
    return Restore.objects.unconfirmed().exists()


def must_call(person: int) -> bool:
    """`being_checked` for the person of this number."""
    return Participant.objects.filter(being_checked("pk"), pk=person).exists()


def to_people(before: str) -> str:
    """What a person reads; `before` is what they would do: "you join"."""
    phone = settings.SERVICE_PHONE
    return f"We are checking our records after a computer fault. Call us on {phone} before {before}."


@transaction.atomic
def record_call(*, person: Participant, by: User, now: datetime) -> bool:
    """An officer has called this person: they may join, be offered and be given a place. False if that was known."""
    calls = [
        RestoreCall(restore=restore, participant_id=person.pk, called_at=now, called_by=by)
        for restore in Restore.objects.unconfirmed().exclude(calls__participant_id=person.pk)
    ]
    if not calls:
        return False
    RestoreCall.objects.bulk_create(calls, ignore_conflicts=True)  # another officer at the same moment
    contact_log.log(
        person=person, channel=ContactNote.Channel.PHONE, from_them=False, words=LOGGED, by=by, now=now
    )
    return True


def not_applied(restore: Restore) -> int:
    """How many facts of the log could not be applied."""
    return restore.facts.filter(outcome=ReplayedFact.Outcome.NOT_APPLIED).count()


IN_DOUBT = RestorePart(
    title="Safety facts that could not be applied again",
    count=not_applied,
    url="admin:participants_safety_facts",
)


def to_look_at() -> list[ReplayedFact]:
    """What officers check: of restores that are not confirmed, else of the last one; what could not be applied first."""
    restores = Restore.objects.unconfirmed()
    if not restores.exists():
        restores = Restore.objects.order_by("-at", "-pk")[:1]
    facts = ReplayedFact.objects.filter(restore__in=list(restores)).exclude(
        outcome=ReplayedFact.Outcome.ALREADY
    )
    return list(facts.order_by("-outcome", "fact_at", "pk"))
