"""The mails to a named clinician without an account: the link to the safety questions, and the code that opens it.

They hold the reference, who asks and at which practice, and nothing of the patient (adr/0006, adr/0031).
"""

from datetime import UTC, datetime

from django.db.models import Exists, OuterRef, Q, QuerySet

from core.dates import clock, day
from messaging.content import secrets
from messaging.content.links import token_link
from messaging.kinds.registry import MessageKind
from messaging.models import Message
from referrals.models import ClinicianLink
from referrals.notifications.referral import REFERENCE, SENT_AT

BUTTON = "Answer the safety questions"


def link_still_due(now: datetime) -> Q:
    """The clinician has not answered, their link is open, and the referral goes on."""
    links = ClinicianLink.objects.open(now).filter(closed_at__isnull=True)
    return Q(Exists(links.filter(confirmation=OuterRef("subject_id"))))


def link_context(message: Message, now: datetime) -> dict:
    link = _links().get(confirmation=message.subject_id)
    asked = link.confirmation
    return link_words(
        greeting=asked.name,
        asked_by=asked.asker,
        practice=asked.referral.organisation.name,
        reference=asked.referral.reference,
        sent_at=asked.referral.submitted_at,
        token=link.token,
        until=link.expires_at,
    )


def link_words(
    *,
    greeting: str,
    asked_by: str,
    practice: str,
    reference: str,
    sent_at: datetime,
    token: str,
    until: datetime,
) -> dict:
    return {
        "greeting": greeting,
        "asked_by": asked_by,
        "practice": practice,
        "reference": reference,
        "referred_on": day(sent_at),
        "link": token_link("clinician:page", token),
        "until": day(until),
    }


def link_samples() -> list[dict]:
    return [
        link_words(
            greeting="Dr Ruth O'Brien",
            asked_by="Sam O’Brien",
            practice="Riverbank Surgery",
            reference=REFERENCE,
            sent_at=SENT_AT,
            token="x" * 43,
            until=datetime(2026, 3, 24, 9, 5, tzinfo=UTC),
        )
    ]


def link_address(message: Message) -> str:
    return _links().get(confirmation=message.subject_id).confirmation.email


def code_still_due(now: datetime) -> Q:
    links = ClinicianLink.objects.open(now).filter(closed_at__isnull=True)
    return Q(Exists(links.filter(pk=OuterRef("subject_id"))))


def code_context(message: Message, now: datetime) -> dict:
    asked = _links().get(pk=message.subject_id).confirmation
    return code_words(
        asked.name, asked.referral.reference, secrets.open(message.secret), clock(message.expires_at)
    )


def code_words(greeting: str, reference: str, code: str, until: str) -> dict:
    return {"greeting": greeting, "reference": reference, "code": code, "until": until}


def code_samples() -> list[dict]:
    return [code_words("Dr Ruth O'Brien", REFERENCE, "BCDF-GHJK", "6:15pm")]


def code_address(message: Message) -> str:
    return _links().get(pk=message.subject_id).confirmation.email


def _links() -> QuerySet[ClinicianLink]:
    return ClinicianLink.objects.select_related(
        "confirmation__asked_by",
        "confirmation__referral__organisation",
        "confirmation__referral__submitted_by",
    )


KINDS = [
    MessageKind(
        name="clinician_link",
        to="the clinician a receptionist named, who has no account",
        when="once the address is one of the organisation or checked by phone",
        stops="they have answered, another clinician was named, or the referral has ended",
        label="Safety questions for a clinician without an account",
        template="referrals/emails/clinician_link",
        button=BUTTON,
        context=link_context,
        still_due=link_still_due,
        address=link_address,
        samples=link_samples,
    ),
    MessageKind(
        name="clinician_link_nudge",
        to="the clinician without an account who has not answered",
        when="2 and 5 working days after the link",
        stops="they have answered, another clinician was named, or the referral has ended",
        label="Safety questions for a clinician without an account, once more",
        template="referrals/emails/clinician_link_nudge",
        button=BUTTON,
        nudge=True,
        context=link_context,
        still_due=link_still_due,
        address=link_address,
        samples=link_samples,
    ),
    MessageKind(
        name="clinician_code",
        to="the clinician who opens their link",
        when="at once, at any hour",
        stops="the link is over or closed, or a newer code was asked for",
        label="Code for a clinician’s link",
        template="referrals/emails/clinician_code",
        context=code_context,
        still_due=code_still_due,
        address=code_address,
        urgent=True,
        quiet=False,
        samples=code_samples,
    ),
]
