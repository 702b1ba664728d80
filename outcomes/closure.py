"""Closing what has ended: the last move of a referral, and the only one but completion that the system makes."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef

from core import errors
from messaging.models import Message
from outcomes.practice_letters.services import PRACTICE_KINDS
from referrals import status_changes
from referrals.models import Referral, StatusChange
from referrals.statuses import ENDINGS, Status

AT_ONCE = 500


def close_ended(*, now: datetime) -> int:
    """Close referrals that ended REOPEN_DAYS ago and whose organisation has its letter (docs/domain.md 3.6); how many.

    Until then a person who could not be reached can be tried again. How it ended stays in `ended_as`. A letter that did
    not go out keeps its referral open, for an officer to see to.
    """
    unsent = Message.objects.filter(subject_type="status_change", kind__in=set(PRACTICE_KINDS.values()))
    unsent = unsent.exclude(state=Message.State.SENT)
    untold = StatusChange.objects.filter(referral=OuterRef("pk"), pk__in=unsent.values("subject_id"))
    over = Referral.objects.filter(
        ~Exists(untold), status__in=ENDINGS, status_at__lte=now - timedelta(days=settings.REOPEN_DAYS)
    )
    closed = 0
    for referral in over.order_by("status_at", "pk")[:AT_ONCE]:
        with transaction.atomic():
            try:
                status_changes.move(referral=referral, to=Status.CLOSED, by=None, now=now)
            except errors.Refused:
                continue  # somebody moved it a moment ago
        closed += 1
    return closed
