"""The mails to whoever sent a referral, which carry its reference and never who the person is, and to the person."""

from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse

from core.dates import day, moment_uk
from messaging.kinds.placeholders import FIRST_NAME, Placeholder
from messaging.kinds.registry import MessageKind
from messaging.models import Message
from referrals.models import Confirmation, Referral, StatusChange
from referrals.screening import clinician_requests
from referrals.statuses import ENDED, IN_PROGRAMME

REFERENCE, SENT_AT = "IYM-7K4P-3QX", datetime(2026, 3, 3, 9, 5, tzinfo=UTC)  # of samples
DECISION = (
    FIRST_NAME,
    Placeholder("words", "what the officer who decided wrote to the person", required=True),
)


def welcome_still_due(now: datetime) -> Q:
    """Still on the waiting list or further on: nobody who was declined or withdrawn is welcomed."""
    return Q(Exists(Referral.objects.filter(pk=OuterRef("subject_id"), status__in=IN_PROGRAMME)))


def receipt_context(message: Message, now: datetime) -> dict:
    referral = Referral.objects.select_related("submitted_by").get(pk=message.subject_id)
    asked = clinician_requests.asked_about(referral)
    clinician = clinician_requests.told_by_email(asked, now=now) if asked else ""
    greeting = referral.submitted_by.name
    return receipt_words(greeting, referral.reference, referral.submitted_at, clinician)


def receipt_words(greeting: str, reference: str, sent_at: datetime, clinician: str) -> dict:
    page = settings.SITE_ORIGIN + reverse("referrals:detail", args=[reference])
    said = {"sent_at": moment_uk(sent_at), "clinician": clinician}
    return {"greeting": greeting, "reference": reference, "page": page} | said


def welcome_context(message: Message, now: datetime) -> dict:
    referral = Referral.objects.select_related("participant").get(pk=message.subject_id)
    return {"first_name": referral.participant.first_name}


def asked_still_due(now: datetime) -> Q:
    """The practice has not answered yet, and nobody has decided without the answer."""
    return Q(Exists(Referral.objects.asked().filter(pk=OuterRef("subject_id"))))


def practice_context(message: Message, now: datetime) -> dict:
    referral = Referral.objects.get(pk=message.subject_id)
    return practice_words(receiver(message), referral.reference, referral.submitted_at, referral.status_at)


def receiver(message: Message) -> str:
    """How a mail greets whoever has it: an organisation has no name of its own to greet."""
    return message.user.name if message.user else "colleagues"


def practice_words(
    greeting: str, reference: str, submitted_at: datetime, asked_at: datetime, page: str = "referrals:detail"
) -> dict:
    return {
        "greeting": greeting,
        "reference": reference,
        "referred_on": day(submitted_at),
        "asked_on": day(asked_at),
        "page": settings.SITE_ORIGIN + reverse(page, args=[reference]),
    }


def decision_context(message: Message, now: datetime) -> dict:
    change = StatusChange.objects.select_related("referral__participant").get(pk=message.subject_id)
    return {"first_name": change.referral.participant.first_name, "words": change.person_words}


def practice_samples() -> list[dict]:
    return [practice_words("Sam O’Brien", REFERENCE, SENT_AT, SENT_AT + timedelta(days=2))]


def decision_samples() -> list[dict]:
    better = "We think that the team at the hospital can help you better for now."
    return [{"first_name": "Síle-Anne D'Arcy", "words": f"Thank you for your interest.\n\n{better}"}]


def confirm_still_due(now: datetime) -> Q:
    """The lists are not answered yet, by this clinician or another, and the referral goes on."""
    waiting = Confirmation.objects.open().exclude(referral__status__in=ENDED)
    return Q(Exists(waiting.filter(pk=OuterRef("subject_id"))))


def confirm_context(message: Message, now: datetime) -> dict:
    asked = Confirmation.objects.select_related("referral").get(pk=message.subject_id)
    sent_at, page = asked.referral.submitted_at, "referrals:confirm"
    return practice_words(asked.name, asked.referral.reference, sent_at, asked.asked_at, page)


def confirm_samples() -> list[dict]:
    return [practice_words("Dr Ruth O'Brien", REFERENCE, SENT_AT, SENT_AT, "referrals:confirm")]


def receipt_samples() -> list[dict]:
    return [
        receipt_words("Sam O’Brien", REFERENCE, SENT_AT, clinician)
        for clinician in ("", clinician_requests.not_emailed_yet(SENT_AT, now=SENT_AT))
    ]


def welcome_samples() -> list[dict]:
    return [{"first_name": "Síle-Anne D'Arcy"}]


KINDS = [
    MessageKind(
        name="referral_receipt",
        button="Open the referral",
        to="the organisation that referred",
        template="referrals/emails/referral_receipt",
        context=receipt_context,
        samples=receipt_samples,
    ),
    MessageKind(
        name="welcome",
        withdrawn_with_referral=True,
        to="the person whose referral was accepted",
        when="within a working day of it",
        stops="the referral is no longer accepted",
        template="referrals/emails/welcome",
        placeholders=(FIRST_NAME,),
        context=welcome_context,
        still_due=welcome_still_due,
        samples=welcome_samples,
    ),
    MessageKind(
        name="decision",
        to="the person an officer made a decision about",
        label="Message to the person about a decision",
        template="referrals/emails/decision",
        private=True,
        placeholders=DECISION,
        context=decision_context,
        samples=decision_samples,
    ),
    MessageKind(
        name="referral_question",
        button="Answer the question",
        withdrawn_with_referral=True,
        to="the organisation that referred",
        stops="it is answered, or the referral went on without",
        label="A question to the organisation",
        template="referrals/emails/referral_question",
        context=practice_context,
        still_due=asked_still_due,
        samples=practice_samples,
    ),
    MessageKind(
        name="referral_question_nudge",
        button="Answer the question",
        withdrawn_with_referral=True,
        to="the organisation that referred",
        when="3 and 7 days after the question",
        stops="it is answered, or the referral went on without",
        label="A question to the organisation, once more",
        template="referrals/emails/referral_question_nudge",
        nudge=True,
        context=practice_context,
        still_due=asked_still_due,
        samples=practice_samples,
    ),
    MessageKind(
        name="confirm_safety",
        button="Answer the safety questions",
        to="the clinician a receptionist named",
        stops="they have answered, or the referral has ended",
        label="Safety questions for a clinician",
        template="referrals/emails/confirm_safety",
        context=confirm_context,
        still_due=confirm_still_due,
        samples=confirm_samples,
    ),
    MessageKind(
        name="confirm_safety_nudge",
        button="Answer the safety questions",
        to="the clinician who has not answered",
        when="2 and 5 working days after the question",
        stops="they have answered, or the referral has ended",
        label="Safety questions for a clinician, once more",
        template="referrals/emails/confirm_safety_nudge",
        nudge=True,
        context=confirm_context,
        still_due=confirm_still_due,
        samples=confirm_samples,
    ),
    MessageKind(
        name="referral_note",
        button="Read the note",
        to="the organisation that referred",
        label="A note to the organisation",
        template="referrals/emails/referral_note",
        context=practice_context,
        samples=practice_samples,
    ),
]
