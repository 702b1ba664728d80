"""Communication and access needs: the Accessible Information Standard's picklist, and keeping who needs what.

The words are those of the NHS BaRS code system `reasonable-adjustment-codes-bars`, verbatim (docs/domain.md 1.4).
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef

from accounts.models import User
from core.dates import LONDON
from participants import safety_log
from participants.models import Need, Participant

BY_PHONE, BY_EMAIL = "contact_by_telephone", "contact_by_email"


class UnknownNeed(ValueError):
    """A code that is not in the picklist."""


@dataclass(frozen=True)
class Listed:
    """One need of the picklist; `flag` is how it is shown where there is little room."""

    code: str
    words: str
    flag: str
    group: str


CONTACT, INFORMATION, TALKING, SUPPORT = "How to reach them", "What we send", "Talking", "Support"
PICKLIST = tuple(
    Listed(*each)
    for each in (
        (BY_EMAIL, "Requires contact by email", "Contact by email", CONTACT),
        ("contact_by_letter", "Requires contact by letter", "Contact by letter", CONTACT),
        (BY_PHONE, "Requires contact by telephone", "Contact by telephone", CONTACT),
        ("contact_by_text", "Requires contact by short message service text message", "Contact by text", CONTACT),
        ("contact_by_relay", "Requires contact by text relay", "Text relay", CONTACT),
        ("contact_via_carer", "Requires contact via carer", "Contact via carer", CONTACT),
        ("information_by_email", "Requires information by email", "Information by email", INFORMATION),
        ("easyread", "Requires information in Easyread", "Easyread", INFORMATION),
        ("verbally", "Requires information verbally", "Tell verbally", INFORMATION),
        ("audio", "Requires information in electronic audio format", "Audio", INFORMATION),
        ("braille", "Requires information in contracted (Grade 2) Braille", "Braille", INFORMATION),
        ("print_20", "Requires written information in at least 20 point sans serif font", "20 point print", INFORMATION),
        ("print_24", "Requires written information in at least 24 point sans serif font", "24 point print", INFORMATION),
        ("print_28", "Requires written information in at least 28 point sans serif font", "28 point print", INFORMATION),
        ("bsl", "British Sign Language interpreter needed", "BSL interpreter", TALKING),
        ("lipspeaker", "Requires lipspeaker", "Lipspeaker", TALKING),
        ("speech_to_text", "Requires speech to text reporter", "Speech to text", TALKING),
        ("lip_reads", "Does lip read", "Lip reads", TALKING),
        ("hearing_aid", "Does use hearing aid", "Hearing aid", TALKING),
        ("reminders", "Provide appointment reminders", "Reminders", SUPPORT),
        ("written_reminders", "Provide written reminders and advice", "Written reminders", SUPPORT),
        ("first_or_last", "Offer first or last appointment", "First or last", SUPPORT),
        ("anxiety", "Adjust for high levels of anxiety", "High anxiety", SUPPORT),
        ("more_time", "Provide additional time for decision making / processing", "More time", SUPPORT),
        ("sight", "Support for visual / sensory impairment", "Sight or senses", SUPPORT),
        ("carer_present", "Carer to be present for all communication", "Carer present", SUPPORT),
    )
)  # fmt: skip
BY_CODE = {listed.code: listed for listed in PICKLIST}
# Served by our text messages, where a channel for them is set up and the kind may go that way.
BY_TEXT = "contact_by_text"
# Whoever needs one of these is not served by an ordinary email: an officer rings, or writes in the form that they need.
BY_HAND = (
    "contact_by_letter",
    BY_PHONE,
    BY_TEXT,
    "contact_by_relay",
    "contact_via_carer",
    "easyread",
    "verbally",
    "audio",
    "braille",
    "print_20",
    "print_24",
    "print_28",
)
# Whoever has one of these and is written to all the same has it large.
LARGE_PRINT = ("print_20", "print_24", "print_28", "sight")
CHOICES = [(listed.code, listed.words) for listed in PICKLIST]


@transaction.atomic
def save(
    *,
    person: Participant,
    codes: Collection[str],
    by: User,
    now: datetime,
    shown: Collection[str] | None = None,
) -> list[Need]:
    """These are the person's needs from now on: new ones are added, those not named end; the review is a year away.

    `shown` are those that the page held when it was opened: only what differs from them is written, so that a need
    which a referral or another officer added meanwhile stays. Without it the page held all that are open. A need that
    says how they must be reached becomes their way of contact, where there is a number or an address.
    Raises UnknownNeed.
    """
    open_now = _locked(person)
    held = set(open_now if shown is None else shown)
    over = [need.pk for code, need in open_now.items() if code in held and code not in codes]
    Need.objects.filter(pk__in=over).update(ended_at=now, ended_by=by)
    _add(person, [code for code in codes if code not in open_now and code not in held], by=by, now=now)
    Participant.objects.filter(pk=person.pk).update(needs_asked_at=now, needs_review_on=_review_on(now))
    person.refresh_from_db(fields=["needs_asked_at", "needs_review_on"])
    return list(person.needs.open())


@transaction.atomic
def add_if_unknown(*, person: Participant, codes: Collection[str], by: User, now: datetime) -> None:
    """Needs that a referral tells: added to what is known, which is never taken away by it. Raises UnknownNeed."""
    open_now = _locked(person)
    _add(person, [code for code in codes if code not in open_now], by=by, now=now)
    if codes and person.needs_review_on is None:
        Participant.objects.filter(pk=person.pk).update(needs_asked_at=now, needs_review_on=_review_on(now))


def flags(needs: Iterable[Need]) -> list[str]:
    """The short words of these needs, in the order of the picklist."""
    return flags_of_codes({need.code for need in needs})


def flags_of_codes(codes: Collection[str]) -> list[str]:
    return [listed.flag for listed in PICKLIST if listed.code in codes]


def flags_of(people: Collection[int]) -> dict[int, list[str]]:
    """The flags of many people at once, by their numbers; one query, none for nobody."""
    found: dict[int, list[Need]] = {}
    for need in Need.objects.open().filter(participant__in=people) if people else ():
        found.setdefault(need.participant_id, []).append(need)
    return {person: flags(theirs) for person, theirs in found.items()}


def open_codes(people: Collection[int]) -> dict[int, set[str]]:
    """The codes of the needs of each of these people who has any; one query, none for nobody."""
    found: dict[int, set[str]] = {}
    rows = Need.objects.open().filter(participant__in=people) if people else Need.objects.none()
    for person, code in rows.values_list("participant", "code"):
        found.setdefault(person, set()).add(code)
    return found


def served_by_hand(person: str, *, texted: bool = False) -> Exists:
    """For a WHERE: the person at the end of this path of the outer query is served by hand.

    `texted`: what they would have is a text message.
    """
    codes = [code for code in BY_HAND if not (texted and code == BY_TEXT)]
    return Exists(Need.objects.open().filter(participant=OuterRef(person), code__in=codes))


def confirm(*, person: Participant, by: User, now: datetime) -> list[Need]:
    """They were asked again and nothing has changed: the next review is a year away."""
    return save(person=person, codes=[], shown=[], by=by, now=now)


def _locked(person: Participant) -> dict[str, Need]:
    Participant.objects.select_for_update(of=("self",)).get(pk=person.pk)
    return {need.code: need for need in person.needs.open()}


def _add(person: Participant, codes: Collection[str], *, by: User, now: datetime) -> None:
    if unknown := set(codes) - set(BY_CODE):
        raise UnknownNeed(", ".join(sorted(unknown)))
    Need.objects.bulk_create(
        Need(participant=person, code=code, recorded_at=now, recorded_by=by) for code in dict.fromkeys(codes)
    )
    reached = {BY_PHONE: Participant.Contact.PHONE, BY_EMAIL: Participant.Contact.EMAIL}
    ways = [way for code, way in reached.items() if code in codes]
    # Both at once says nothing; and nobody is reached by what we do not have.
    if len(ways) == 1 and getattr(person, ways[0].value):
        Participant.objects.filter(pk=person.pk).update(preferred_contact=ways[0])
        person.preferred_contact = ways[0]
        safety_log.record_wishes(person=person, changes={"preferred_contact": ways[0]}, now=now)


def _review_on(now: datetime) -> date:
    return now.astimezone(LONDON).date() + timedelta(days=settings.NEEDS_REVIEW_DAYS)
