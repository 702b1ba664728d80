"""What the timeline of a person tells of their referrals (participants.contact_log.timeline): tries to reach them, and the thread."""

from collections.abc import Iterable
from datetime import datetime

from django.urls import reverse

from participants.contact_log.timeline import Entry
from participants.models import Participant
from referrals.models import ContactAttempt, Note


def tries_of(person: Participant, before: datetime, most: int) -> Iterable[Entry]:
    rows = ContactAttempt.objects.filter(referral__participant=person, at__lt=before)
    for row in rows.select_related("by", "referral").order_by("-at", "-pk")[:most]:
        yield Entry(
            at=row.at,
            what=f"{row.get_channel_display()}, to reach them: {row.get_outcome_display().lower()}",
            words=row.words,
            by=str(row.by),
            url=reverse("admin:referrals_referral_change", args=[row.referral_id]),
        )


def thread_of(person: Participant, before: datetime, most: int) -> Iterable[Entry]:
    rows = Note.objects.filter(referral__participant=person, at__lt=before)
    for row in rows.select_related("by", "referral").order_by("-at", "-pk")[:most]:
        yield Entry(
            at=row.at,
            what=f"{'To' if row.from_office else 'From'} the organisation that referred, {row.referral.reference}",
            words=row.words,
            by=str(row.by),
            url=reverse("admin:referrals_referral_change", args=[row.referral_id]),
        )
