"""The mails of this app: a receipt to whoever sent a referral, and a welcome to the person it is about.

The receipt travels to a practice, so it carries the reference and never who the person is.
"""

from datetime import UTC, datetime

from django.conf import settings
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse

from design.dates import moment
from messaging.kinds import Kind
from messaging.models import Message
from referrals.models import Referral
from referrals.statuses import IN_PROGRAMME


def welcome_still_due(now: datetime) -> Q:
    """Still on the waiting list or further on: nobody who was declined or withdrawn is welcomed."""
    return Q(Exists(Referral.objects.filter(pk=OuterRef("subject_id"), status__in=IN_PROGRAMME)))


def receipt_context(message: Message, now: datetime) -> dict:
    referral = Referral.objects.select_related("submitted_by").get(pk=message.subject_id)
    return receipt_words(
        greeting=referral.submitted_by.name, reference=referral.reference, sent_at=referral.submitted_at
    )


def receipt_words(*, greeting: str, reference: str, sent_at: datetime) -> dict:
    page = settings.SITE_ORIGIN + reverse("referrals:detail", args=[reference])
    return {"greeting": greeting, "reference": reference, "sent_at": moment(sent_at), "page": page}


def welcome_context(message: Message, now: datetime) -> dict:
    referral = Referral.objects.select_related("participant").get(pk=message.subject_id)
    return welcome_words(first_name=referral.participant.first_name)


def welcome_words(*, first_name: str) -> dict:
    return {"first_name": first_name}


def receipt_samples() -> list[dict]:
    sent_at = datetime(2026, 3, 3, 9, 5, tzinfo=UTC)
    return [receipt_words(greeting="Sam O’Brien", reference="IYM-7K4P-3QX", sent_at=sent_at)]


def welcome_samples() -> list[dict]:
    return [welcome_words(first_name="Síle-Anne D'Arcy")]


KINDS = [
    Kind(
        name="referral_receipt",
        template="referrals/emails/referral_receipt",
        context=receipt_context,
        samples=receipt_samples,
    ),
    Kind(
        name="welcome",
        template="referrals/emails/welcome",
        context=welcome_context,
        still_due=welcome_still_due,
        samples=welcome_samples,
    ),
]
