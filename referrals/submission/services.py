"""Sending a referral, once; or counting that a safety list stopped it."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import IntegrityError, connection, transaction

from accounts.models import Organisation, User
from accounts.organisations.services import still_refers
from accounts.professions import ADMINISTRATOR
from accounts.roles import CLINICIAN_ADMIN
from core.nonces import key_of
from core.text import NOT_A_NAME, may_be_names
from messaging.outbox import queue as outbox
from participants.identity import services as people
from participants.needs import services as access_needs
from participants.readiness import from_referral
from referrals import references, safety
from referrals.models import Referral, StatusChange, broken_rule
from referrals.screening import services as screening
from referrals.statuses import Status

RECEIPT_USEFUL = timedelta(days=7)
REFERENCE_TRIES = 20


class ReferralRefused(Exception):
    """The referral was not made; the sentence says why and what to do."""


class OrganisationClosed(ReferralRefused):
    def __init__(self) -> None:
        super().__init__("Your organisation does not refer any more. Nothing was sent.")


class NameNotUsable(ReferralRefused):
    def __init__(self) -> None:
        super().__init__(f"{NOT_A_NAME}. Nothing was sent.")


class StoppedBySafetyList(ReferralRefused):
    def __init__(self) -> None:
        super().__init__("A safety list stopped this referral. Nothing was sent.")


class NotAssessed(ReferralRefused):
    def __init__(self) -> None:
        super().__init__("A clinician must have assessed the red flags that are ticked. Nothing was sent.")


class KeyOfAnotherPerson(ReferralRefused):
    def __init__(self, reference: str) -> None:
        super().__init__(
            f"This form has already been used to send {reference} for another person. "
            "If this is somebody else, check the details and send again."
        )


class KeyOfAnotherSender(ReferralRefused):
    def __init__(self) -> None:
        super().__init__("This form was already sent. Check the details and send again.")


@transaction.atomic
def submit(
    *,
    submission_key: UUID,
    organisation: Organisation,
    by: User,
    now: datetime,
    given_name: str,
    family_name: str,
    date_of_birth: date,
    postcode: str,
    practice: Organisation,
    preferred_contact: str,
    message_safe: bool,
    referrer_name: str,
    referrer_role: str,
    agreed_on: date,
    answers: Mapping[str, Sequence[str]],
    preferred_name: str = "",
    nhs_number: str = "",
    email: str = "",
    phone: str = "",
    note: str = "",
    needs: Sequence[str] = (),
    assessed: bool = False,
    clinician_name: str = "",
    clinician_email: str = "",
    although: Sequence[str] = (),
    extra: from_referral.Extra | None = None,
    synthetic: bool = False,
) -> Referral:
    """Send one person to the programme; a second press of the same form gives the same referral.

    `answers` holds, for every list of `safety.QUESTION_SETS`, the codes that apply, or NOT_CLINICIAN alone: then the
    clinician with this name and address is asked. `assessed`: a clinician has looked at the red flags that are ticked.
    `needs` are codes of `participants.needs.services.PICKLIST`. `although` holds the references of open referrals that looked like the same person and were sent past.
    `extra` is what was told beyond that: kept only where it is not known of the person yet.
    The person is found only by NHS number and date of birth together. Raises ReferralRefused.
    """
    if not may_be_names(given_name, family_name, preferred_name, referrer_name, clinician_name):
        raise NameNotUsable
    led = safety.route(answers, assessed=assessed)
    if led.stops:
        raise StoppedBySafetyList
    if led.not_assessed:
        raise NotAssessed
    _one_at_a_time(submission_key)
    earlier = Referral.objects.filter(submission_key=submission_key).first()
    if earlier is not None:
        if earlier.submitted_by_id != by.pk:
            raise KeyOfAnotherSender
        names = (earlier.told_given_name, earlier.told_family_name) == (given_name, family_name)
        number = bool(nhs_number) and earlier.told_nhs_number == nhs_number
        if earlier.told_date_of_birth != date_of_birth or not (names or number):
            raise KeyOfAnotherPerson(earlier.reference)
        return earlier

    if not still_refers(organisation):
        raise OrganisationClosed
    participant, _ = people.find_or_add(
        given_name=given_name,
        family_name=family_name,
        preferred_name=preferred_name,
        date_of_birth=date_of_birth,
        nhs_number=nhs_number,
        email=email,
        phone=phone,
        postcode=postcode,
        preferred_contact=preferred_contact,
        message_safe=message_safe,
        practice=practice,
        organisation=organisation,
        by=by,
        now=now,
        synthetic=synthetic,
    )
    access_needs.add_if_unknown(person=participant, codes=needs, by=by, now=now)
    if extra is not None:
        from_referral.add_from_referral(person=participant, extra=extra, by=by, now=now)
    referral = _insert(
        submission_key=submission_key,
        participant=participant,
        organisation=organisation,
        submitted_by=by,
        submitted_at=now,
        referrer_name=referrer_name,
        referrer_role=referrer_role,
        pain_three_months=True,
        agreed_on=agreed_on,
        note=note,
        told_given_name=given_name,
        told_family_name=family_name,
        told_preferred_name=preferred_name,
        told_date_of_birth=date_of_birth,
        told_nhs_number=nhs_number,
        told_email=email,
        told_phone=phone,
        told_postcode=postcode,
        status=Status.SUBMITTED,
        status_at=now,
    )
    acts_for = by.memberships.current().filter(organisation=organisation, role=CLINICIAN_ADMIN)
    screening.keep_answers(
        referral=referral,
        answers=answers,
        assessed=assessed,
        by=by,
        answered_as=ADMINISTRATOR if acts_for.exists() else referrer_role,
        now=now,
    )
    if led.to_confirm:
        screening.ask_clinician(referral=referral, name=clinician_name, email=clinician_email, by=by, now=now)
    passed = f"Sent although {', '.join(although)} looked like the same person." if although else ""
    StatusChange.objects.create(referral=referral, to_status=Status.SUBMITTED, at=now, by=by, words=passed)
    outbox.queue(
        key=key_of("referral_receipt", referral),
        kind="referral_receipt",
        subject_type="referral",
        subject_id=referral.pk,
        user=by,
        now=now,
        expires_at=now + RECEIPT_USEFUL,
    )
    return referral


@transaction.atomic
def record_stops(
    *, stops: Sequence[safety.Stop], organisation: Organisation | None, by: User, now: datetime
) -> None:
    """Count that a safety list stopped a referral: where and why, and nothing about the person."""
    screening.count_stops(stops=stops, organisation=organisation, by=by, now=now)


def _one_at_a_time(submission_key: UUID) -> None:
    """Let the second of two presses wait for the first: it then finds the referral, and no person is added twice."""
    number = int.from_bytes(submission_key.bytes[:8], "big", signed=True)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [number])


def _insert(**facts: object) -> Referral:
    for _ in range(REFERENCE_TRIES):
        try:
            with transaction.atomic():
                return Referral.objects.create(reference=references.random_reference(), **facts)
        except IntegrityError as error:
            if "_reference_" not in broken_rule(error):
                raise
    raise RuntimeError("No free reference was found: the alphabet of referrals.references is used up.")
