"""Better contact details from the practice: asked for when a person cannot be reached, and corrected of its own accord."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Case, DateTimeField, Exists, F, OuterRef, Q, Subquery, When

from accounts.models import User
from core.errors import Refused
from participants.contact_details import spoken_phone
from participants.identity import services as people
from participants.models import silenced
from referrals.correspondence import services as correspondence
from referrals.models import ContactAttempt, Note, Referral, ReferralQuerySet
from referrals.status_changes import lock_referral
from referrals.statuses import ENDED, TO_REACH, Status

RIGHT, NONE_KNOWN = "right", "none_known"
SAID = {
    RIGHT: "The number or address you have is correct.",
    NONE_KNOWN: "We do not know another phone number or email address.",
}
CORRECTED = {"phone": "phone number", "email": "email address", "postcode": "postcode"}
STILL_SOUGHT = (*TO_REACH, Status.UNREACHABLE)


class NotSought(Refused):
    sentence = "We no longer need another number for this patient. For anything else, add a note on the referral’s page."


class NotCorrected(Refused):
    sentence = "You cannot correct these details now. This referral has ended."


class NothingTold(Refused):
    sentence = "Enter a phone number or an email address"


def asked_about(now: datetime) -> ReferralQuerySet:
    """Referrals whose practice is asked for another number and has written nothing since, the oldest question first.

    Those are the people who could not be reached, for as long as the referral can be opened again (REOPEN_DAYS), and
    those of whom the latest try found that the number or address is wrong.
    """
    tries = ContactAttempt.objects.filter(referral=OuterRef("pk")).order_by("-at", "-pk")
    since = Note.objects.filter(referral=OuterRef("pk"), from_office=False, at__gte=OuterRef("asked_at"))
    given_up = Q(status=Status.UNREACHABLE, status_at__gt=now - timedelta(days=settings.REOPEN_DAYS))
    wrong = Q(status=Status.CONTACTING, latest_try=ContactAttempt.Outcome.WRONG_DETAILS)
    return (
        Referral.objects.filter(status__in=[Status.CONTACTING, Status.UNREACHABLE])
        .annotate(
            latest_try=Subquery(tries.values("outcome")[:1]),
            asked_at=Case(
                When(status=Status.UNREACHABLE, then=F("status_at")),
                default=Subquery(tries.values("at")[:1]),
                output_field=DateTimeField(),
            ),
        )
        .filter(given_up | wrong)
        .exclude(silenced("participant"))
        .exclude(Exists(since))
        .order_by("asked_at", "pk")
    )


@transaction.atomic
def tell(
    *, referral: Referral, by: User, now: datetime, says: str = "", phone: str = "", email: str = ""
) -> Note:
    """What the practice answers: `says` is "right" or "none_known", else another number (E.164) or email address.

    The answer stands in the thread, where officers find it unread; a new number or address waits for an officer to
    take it, and nothing known of the person is written over; their referral alone keeps it at once. The same answer
    again, while nothing happened in between, is the note that is there already. Raises NotSought, NothingTold.
    """
    locked = lock_referral(referral)
    if locked.status not in STILL_SOUGHT:
        raise NotSought
    words = SAID.get(says) or _new_ones(phone, email)
    latest = referral.notes.order_by("-at", "-pk").first()
    happened = max(
        [locked.status_at, *referral.contact_attempts.order_by("-at").values_list("at", flat=True)[:1]]
    )
    if latest and not latest.from_office and latest.words == words and latest.at >= happened:
        return latest
    note = correspondence.answer(referral=referral, by=by, now=now, words=words)
    if says not in SAID:
        _keep(referral, {"phone": phone, "email": email}, by=by, now=now)
    return note


def may_correct(referral: Referral) -> bool:
    """Whether the practice may still correct how the person is reached: as long as we may try."""
    return referral.status not in ENDED or referral.status == Status.UNREACHABLE


@transaction.atomic
def correct(*, referral: Referral, by: User, now: datetime, **details: str) -> Note | None:
    """The practice corrects what it sent: some of `phone` (E.164), `email` and `postcode`. None where nothing differs.

    As with `tell`, officers find a note and a difference to settle; their referral alone keeps it at once. It answers
    an open question to the practice, which officers ask again if it does not. Raises NotCorrected.
    """
    locked = lock_referral(referral)
    if not may_correct(locked):
        raise NotCorrected
    new = {
        name: value for name, value in details.items() if value and value != getattr(locked, f"told_{name}")
    }
    if not new:
        return None
    words = "\n".join(
        f"Corrected {CORRECTED[name]}: {spoken_phone(value) if name == 'phone' else value}"
        for name, value in new.items()
    )
    note = correspondence.answer(referral=referral, by=by, now=now, words=words)
    _keep(referral, new, by=by, now=now)
    return note


def _keep(referral: Referral, details: dict[str, str], *, by: User, now: datetime) -> None:
    """Their referral has it at once; whether the person's record takes it, an officer decides."""
    kept = {f"told_{name}": value for name, value in details.items() if value}
    Referral.objects.filter(pk=referral.pk).update(**kept)
    people.tell_differently(
        person=referral.participant, told=details, organisation=referral.organisation, by=by, now=now
    )


def _new_ones(phone: str, email: str) -> str:
    told = []
    if phone:
        told.append(f"Another phone number: {spoken_phone(phone)}.")
    if email:
        told.append(f"Another email address: {email}")
    if not told:
        raise NothingTold
    return "\n".join(told)
