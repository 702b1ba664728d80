"""Who is this? Finding the person a referral is about, and what to do when two referrals tell it differently."""

import unicodedata
from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction

from accounts.models import Organisation, User
from core.errors import Refused
from participants import safety_log
from participants.identity import deprivation
from participants.models import Participant, ReportedDifference

# What a later referral may tell differently: everything but the NHS number and date of birth that it matched by.
COMPARED = (
    "given_name",
    "family_name",
    "preferred_name",
    "email",
    "phone",
    "postcode",
    "preferred_contact",
    "message_safe",
    "practice",
)
YES, NO = "yes", "no"


class AlreadySettled(Refused):
    sentence = "A colleague has already settled this. Reload the page."


class CannotBeTaken(Refused):
    """The new value no longer fits the rest of what is known."""


@transaction.atomic
def find_or_add(
    *,
    given_name: str,
    family_name: str,
    date_of_birth: date,
    postcode: str,
    practice: Organisation,
    preferred_contact: str,
    message_safe: bool,
    organisation: Organisation,
    by: User,
    now: datetime,
    preferred_name: str = "",
    nhs_number: str = "",
    email: str = "",
    phone: str = "",
    synthetic: bool = False,
) -> tuple[Participant, list[ReportedDifference]]:
    """The person a referral is about: a new one unless NHS number and date of birth both match one.

    Nothing known is overwritten: what the referral tells differently comes back as open differences for an officer.
    The values are as the forms keep them: NHS number ten digits, telephone E.164, postcode with its space.
    `organisation` and `by` are who told it; `practice` is where the person is registered. In a demonstration everyone
    who is new is made up; people who are there already stay as they are.
    """
    told = {
        "given_name": given_name,
        "family_name": family_name,
        "preferred_name": preferred_name,
        "email": email,
        "phone": phone,
        "postcode": postcode,
        "preferred_contact": preferred_contact,
        "message_safe": message_safe,
        "practice": practice,
    }
    known = Participant.objects.same_person(digits=nhs_number, date_of_birth=date_of_birth)
    person = known.first()
    if person is None:
        try:
            with transaction.atomic():
                person = Participant.objects.create(
                    **told,
                    nhs_number=nhs_number,
                    date_of_birth=date_of_birth,
                    synthetic=synthetic or settings.DEMO,
                    added_at=now,
                )
            deprivation.look_up(people=[person], now=now)
            return person, []
        except IntegrityError:
            # Another referral of the same person committed between our look and our insert: it is the one we want.
            person = known.first()
            if person is None:
                raise
    person = lock_participant(person)
    return person, tell_differently(person=person, told=told, organisation=organisation, by=by, now=now)


@transaction.atomic
def add_many(*, told: Sequence[Mapping[str, Any]], now: datetime) -> list[Participant]:
    """New people, each from what `find_or_add` takes of one; the caller has looked whether they are here already.

    Raises IntegrityError when one of them came in meanwhile.
    """
    added = Participant.objects.bulk_create(
        Participant(**each, synthetic=settings.DEMO, added_at=now) for each in told
    )
    deprivation.look_up(people=added, now=now)
    return added


def lock_participant(person: Participant) -> Participant:
    """The row that stands for this person now, held until the transaction ends: a merged row leads to where it went.

    The row of a person is locked before any row that points to it, everywhere.
    """
    held = Participant.objects.select_for_update(of=("self",)).get(pk=person.pk)
    while held.merged_into_id:
        held = Participant.objects.select_for_update(of=("self",)).get(pk=held.merged_into_id)
    return held


def lock_participants(pks: Collection[int]) -> dict[int, Participant]:
    """`lock_participant` of many, by the numbers that were asked for; in the order of their numbers, so that two wait in turn."""
    rows = Participant.objects.select_for_update(of=("self",)).filter(pk__in=pks).order_by("pk")
    return {person.pk: lock_participant(person) if person.merged_into_id else person for person in rows}


def tell_differently(
    *, person: Participant, told: dict[str, Any], organisation: Organisation, by: User, now: datetime
) -> list[ReportedDifference]:
    """Details of a known person that an organisation gives anew, for an officer to take: those that differ.

    `told` is some of `COMPARED` as `find_or_add` takes them; an empty value says nothing. Nothing is written over.
    With the person's row locked, two referrals at once note one difference once.
    """
    open_already = set(person.differences.open().values_list("field", "value"))
    new = [
        ReportedDifference(
            participant=person,
            field=field,
            value=written(told[field]),
            organisation=organisation,
            reported_at=now,
            reported_by=by,
        )
        for field in COMPARED
        if field in told
        and differs(getattr(person, field), told[field])
        and (field, written(told[field])) not in open_already
    ]
    return ReportedDifference.objects.bulk_create(new)


@transaction.atomic
def settle_difference(*, difference: ReportedDifference, take: bool, by: User, now: datetime) -> Participant:
    """Decide about one difference: take the new value, or keep ours; the other open reports of it stay.

    Raises AlreadySettled, or CannotBeTaken with what stands in the way.
    """
    person = lock_participant(difference.participant)
    difference = ReportedDifference.objects.select_for_update().get(pk=difference.pk)
    if difference.settled_at is not None:
        raise AlreadySettled
    if take:
        _take(person, difference)
        taken = {difference.field: getattr(person, difference.field)}
        safety_log.record_wishes(person=person, changes=taken, now=now)
        if difference.field == "postcode":
            deprivation.look_up(people=[person], now=now)
    difference.settled_at, difference.settled_by, difference.taken = now, by, take
    difference.save(update_fields=["settled_at", "settled_by", "taken"])
    return person


@transaction.atomic
def mend(*, person: Participant, changes: dict[str, object], by: User | None, now: datetime) -> Participant:
    """Correct details of a person; only the named ones are written, so that another officer's work stands.

    The history keeps who and when; it never keeps the values.
    """
    if changes:
        Participant.objects.filter(pk=person.pk).update(**changes)
        if "postcode" in changes:
            deprivation.look_up(people=[person], now=now)
        person.refresh_from_db()
        safety_log.record_wishes(person=person, changes=changes, now=now)
    return person


@transaction.atomic
def emails_came_back(*, people: Collection[Participant], now: datetime) -> None:
    """Mail to these people's addresses comes back for good: nothing is sent there until it is changed or works again.

    Their rows are locked (`lock_participant`, `lock_participants`), and are brought up to date.
    """
    known = [person for person in people if person.email and person.email_bad_at is None]
    Participant.objects.filter(pk__in=[person.pk for person in known]).update(email_bad_at=now)
    for person in known:
        person.email_bad_at = now
    safety_log.record_all(safety_log.Code.EMAIL_BAD, people=known, now=now)


@transaction.atomic
def post_came_back(*, person: Participant, now: datetime) -> None:
    """A letter to this person's address was brought back: none is posted there until the address is corrected."""
    known = Participant.objects.filter(pk=person.pk, postal_bad_at__isnull=True).exclude(postal_address="")
    if known.update(postal_bad_at=now):
        safety_log.record(safety_log.Code.POST_BAD, person=person, now=now)
    person.refresh_from_db(fields=["postal_address", "postal_bad_at"])


@transaction.atomic
def email_works(*, person: Participant, by: User) -> bool:
    """An officer knows that the address works after all; False if nothing was wrong with it."""
    bad = Participant.objects.filter(pk=person.pk, email_bad_at__isnull=False)
    return bool(bad.update(email_bad_at=None))


@transaction.atomic
def post_works(*, person: Participant, by: User) -> bool:
    """An officer knows that letters arrive there after all; False if nothing was wrong with the address."""
    bad = Participant.objects.filter(pk=person.pk, postal_bad_at__isnull=False)
    return bool(bad.update(postal_bad_at=None))


def written(value: object) -> str:
    """How a value stands in a difference: text as it is, yes or no, a practice by its ODS code."""
    if isinstance(value, Organisation):
        return value.ods_code
    if isinstance(value, bool):
        return YES if value else NO
    return str(value)


def differs(ours: object, told: object) -> bool:
    """True when the referral says something else; saying nothing, or the same in other capitals, is no difference."""
    return told != "" and plain(ours) != plain(told)


def plain(value: object) -> str:
    return " ".join(unicodedata.normalize("NFC", written(value)).casefold().split())


def _take(person: Participant, difference: ReportedDifference) -> None:
    value: object = difference.value
    if difference.field == "practice":
        value = Organisation.objects.offered().filter(ods_code=difference.value).first()
        if value is None:
            raise CannotBeTaken("That practice has closed. Choose the right one on the person’s page.")
    elif difference.field == "message_safe":
        value = difference.value == YES
    elif difference.field not in COMPARED:
        raise CannotBeTaken("This detail can only be changed on the person’s page.")
    setattr(person, difference.field, value)
    try:
        with transaction.atomic():
            person.save(update_fields=[difference.field])
    except IntegrityError:
        raise CannotBeTaken("The new value does not fit the person’s other details.") from None
