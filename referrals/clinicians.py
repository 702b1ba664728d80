"""Writing to the clinicians who have still to answer the safety lists: at once, after 2 and after 5 working days."""

from datetime import datetime, timedelta

from django.db.models import OuterRef, Subquery
from django.db.models.functions import Lower

from accounts.models import User
from accounts.roles import CLINICIAN
from messaging import outbox
from messaging.models import Message
from referrals.days import working_days
from referrals.models import Confirmation, ConfirmationQuerySet
from referrals.statuses import ENDED

NUDGES = (2, 5)  # working days after the question: domain.md 4.2
USEFUL = timedelta(days=5)


def waiting() -> ConfirmationQuerySet:
    """Open questions to clinicians about referrals that still go on; `account` is the clinician's, or None."""
    accounts = User.objects.filter(
        is_active=True,
        memberships__organisation=OuterRef("referral__organisation"),
        memberships__ended_at__isnull=True,
        memberships__role=CLINICIAN,
    ).alias(low=Lower("email"))
    return (
        Confirmation.objects.open()
        .exclude(referral__status__in=ENDED)
        .annotate(account=Subquery(accounts.filter(low=Lower(OuterRef("email"))).values("pk")[:1]))
        .order_by("asked_at", "pk")
    )


def ask(*, now: datetime) -> int:
    """Promise each clinician with an account the mail that is due; how many were new.

    An address without a clinician's account is an officer's task: somebody must invite that colleague. May run twice.
    """
    open_ones = list(waiting().filter(account__isnull=False))
    keys = {each.pk: f"confirm_safety:{each.pk}:{_step(each, now)}" for each in open_ones}
    known = set(Message.objects.filter(key__in=keys.values()).values_list("key", flat=True))
    users = User.objects.in_bulk([each.account for each in open_ones if keys[each.pk] not in known])
    return sum(
        outbox.queue(
            key=keys[each.pk],
            kind="confirm_safety" if _step(each, now) == 0 else "confirm_safety_nudge",
            subject_type="confirmation",
            subject_id=each.pk,
            user=users[each.account],
            now=now,
            expires_at=now + USEFUL,
        )
        for each in open_ones
        if keys[each.pk] not in known
    )


def _step(confirmation: Confirmation, now: datetime) -> int:
    """How many reminders are due by now: after an outage only the last of them is sent."""
    waited = working_days(confirmation.asked_at, now)
    return sum(waited >= after for after in NUDGES)
