"""Sending a referral, once. This page tells the way from the form to the waiting list, and who takes each step.

1. `views.check` asks whether a safety list stops it (`safety.stops`), and whether the sender's own organisations have
   referred the person already (`possible_duplicates`).
2. `submit`, in one transaction, asks where the safety answers lead (`safety.route`), lets a second press wait for the
   first, finds the person (`people.find_or_add`), writes the referral (`_insert`), keeps the safety answers
   (`screening.keep_answers`) and queues a receipt.
3. On the referral's page an officer accepts it: `referrals.triage.services.accept`, with the day on which the person said
   yes or before that day is known.
4. With that day `referrals.triage.services.said_yes` puts it on the waiting list.

Every later change of its status is one `referrals.status_changes.move`.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import IntegrityError, connection, transaction

from accounts.clinical_sign_off.services import NO_REFERRALS, require_signed_off
from accounts.models import Organisation, User
from accounts.organisations.services import still_refers
from accounts.professions import ADMINISTRATOR
from accounts.roles import CLINICIAN_ADMIN
from core.errors import Refused
from core.nonces import key_of
from core.text import NOT_A_NAME, may_be_names
from messaging.outbox import queue as outbox
from participants.identity import services as people
from participants.merging import matching
from participants.needs import services as access_needs
from participants.readiness import from_referral
from referrals import references, safety
from referrals.models import Referral, ReferralQuerySet, StatusChange, broken_rule
from referrals.screening import services as screening
from referrals.self_assessment import services as self_assessment
from referrals.self_assessment.services import Because
from referrals.statuses import ENDED, Status
from referrals.submission.optional_summary import optional_summary

RECEIPT_USEFUL = timedelta(days=7)
MOST_ALIKE = 5  # shown before sending
REFERENCE_TRIES = 20


class ReferralRefused(Refused):
    """The referral was not made; the sentence says why and what to do."""


class OrganisationClosed(ReferralRefused):
    sentence = "Nothing was sent. Your organisation no longer refers to us."


class NameNotUsable(ReferralRefused):
    def __init__(self) -> None:
        super().__init__(f"{NOT_A_NAME}. Nothing was sent.")


class StoppedBySafetyList(ReferralRefused):
    sentence = "Nothing was sent. An answer to a safety question stopped this referral."


class NotAssessed(ReferralRefused):
    sentence = "Nothing was sent. A clinician must assess the red flags that are ticked first."


class KeyOfAnotherPerson(ReferralRefused):
    def __init__(self, reference: str) -> None:
        super().__init__(
            f"This form has already been used to send {reference} for another patient. "
            "If this is a different patient, check the details and send again."
        )


class KeyOfAnotherSender(ReferralRefused):
    sentence = "Check the details and send again. This form was already sent."


def possible_duplicates(
    *,
    user: User,
    submission_key: UUID,
    given_name: str,
    family_name: str,
    date_of_birth: date,
    postcode: str,
    nhs_number: str = "",
) -> ReferralQuerySet:
    """Referrals that are not ended, of this user's organisations, that look like the same person; newest first.

    The rule is that of `participants.merging.matching`, asked of what those organisations told. Another organisation's
    referral is never shown, counted or waited for, and what it told of the same person confirms no guess.
    """
    same = matching.alike(
        given_name=given_name,
        family_name=family_name,
        date_of_birth=date_of_birth,
        postcode=postcode,
        nhs_number=nhs_number,
        prefix="told_",
    )
    others = Referral.objects.for_member(user).exclude(submission_key=submission_key)
    return others.filter(same).exclude(status__in=ENDED).newest_first()


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
    hints: Sequence[str] = (),
    extra: from_referral.Extra | None = None,
    synthetic: bool = False,
) -> Referral:
    """Send one person to the programme; a second press of the same form gives the same referral.

    `answers` holds, for every list of `safety.QUESTION_SETS`, the codes that apply, or NOT_CLINICIAN alone: then the
    clinician with this name and address is asked. The emergency signs may be NOT_ASKED: then the person is sent their own
    questions at once. `hints` are what a pasted text pointed at ("list:item"). `assessed`: a clinician has looked at the red flags that are ticked.
    `needs` are codes of `participants.needs.services.PICKLIST`. `although` holds the references of open referrals that looked like the same person and were sent past.
    `extra` is what was told beyond that: kept only where it is not known of the person yet.
    The person is found only by NHS number and date of birth together. Raises ReferralRefused; NotSignedOff while
    a health text is not signed off.
    """
    require_signed_off(now=now, heading=NO_REFERRALS)
    if not may_be_names(given_name, family_name, preferred_name, referrer_name, clinician_name):
        raise NameNotUsable
    led = safety.route(answers, assessed=assessed)
    if led.stops:
        raise StoppedBySafetyList
    if led.not_assessed:
        raise NotAssessed
    # Of two presses the second waits here for the first: it then finds the referral, and no person is added twice.
    number = int.from_bytes(submission_key.bytes[:8], "big", signed=True)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [number])
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
    if needs:
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
        hints=[code for code in dict.fromkeys(hints) if safety.hinted([code])],
        told_given_name=given_name,
        told_family_name=family_name,
        told_preferred_name=preferred_name,
        told_date_of_birth=date_of_birth,
        told_nhs_number=nhs_number,
        told_email=email,
        told_phone=phone,
        told_postcode=postcode,
        told_preferred_contact=preferred_contact,
        told_message_safe=message_safe,
        told_practice=practice,
        told_needs=list(needs),
        told_more=optional_summary(extra) if extra is not None else [],
        status=Status.SUBMITTED,
        status_at=now,
    )
    acts_for = by.memberships.current().filter(organisation=organisation, role=CLINICIAN_ADMIN)
    screening.keep_answers(
        referral=referral,
        answers=answers,
        led=led,
        assessed=assessed,
        by=by,
        answered_as=ADMINISTRATOR if acts_for.exists() else referrer_role,
        now=now,
    )
    if led.to_confirm:
        screening.ask_clinician(referral=referral, name=clinician_name, email=clinician_email, by=by, now=now)
    if safety.NOT_ASKED in answers[safety.EMERGENCY.code]:
        self_assessment.send_safety_link(referral=referral, because=Because.NOT_ASKED, by=None, now=now)
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


def _insert(**facts: object) -> Referral:
    """Write a referral under a reference that no other one has."""
    for _ in range(REFERENCE_TRIES):
        try:
            with transaction.atomic():
                return Referral.objects.create(reference=references.random_reference(), **facts)
        except IntegrityError as error:
            if "_reference_" not in broken_rule(error):
                raise
    raise RuntimeError("No free reference was found: the alphabet of referrals.references is used up.")
