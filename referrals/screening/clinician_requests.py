"""Writing to the clinicians who have still to answer the safety lists: at once, after 2 and after 5 working days.

Those without an account get a personal link (`referrals.clinician_link`), once their address may be written to.
"""

from datetime import date, datetime, timedelta

from django.conf import settings
from django.db.models import BooleanField, Exists, ExpressionWrapper, OuterRef, Q, Subquery
from django.db.models.functions import Lower

from accounts.models import User
from accounts.roles import CLINICIAN
from core.dates import LONDON, day
from core.nonces import key_of
from core.working_days import working_days_after
from messaging.models import Message
from messaging.outbox import email_status
from messaging.outbox import queue as outbox
from referrals.ages import working_days
from referrals.models import Confirmation, ConfirmationQuerySet, Referral, ReferralQuerySet
from referrals.statuses import ENDED

NUDGES = (2, 5)  # working days after the question: docs/domain.md 2.3
USEFUL = timedelta(days=5)
UNCHECKED = Q(account__isnull=True, address_checked_at__isnull=True)


def waiting() -> ConfirmationQuerySet:
    """Open questions to clinicians about referrals that still go on; `account` is the clinician's, or None.

    Those whose address an officer has still to check come first: nobody has written to them.
    """
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
        .order_by(ExpressionWrapper(UNCHECKED, BooleanField()).desc(), "asked_at", "pk")
    )


def unchecked() -> ConfirmationQuerySet:
    """Of `waiting`, those whose clinician has no account and an address that an officer has still to check."""
    return waiting().filter(UNCHECKED)


def is_unchecked(asked: Confirmation) -> bool:
    """Of a row of `waiting`: whether nothing goes to this address before an officer has checked it."""
    return asked.account is None and asked.address_checked_at is None


def asked_about(referral: Referral) -> Confirmation | None:
    """The open question to a clinician about this referral, with `account`; None if there is none or it has ended."""
    return waiting().filter(referral=referral).first()


def noted(referrals: ReferralQuerySet) -> ReferralQuerySet:
    """With `not_emailed_since`: when a clinician was named to whose address nothing goes before an officer checks it."""
    emailed = Message.objects.filter(
        subject_type="confirmation", subject_id=OuterRef("pk"), state=Message.State.SENT
    )
    silent = unchecked().filter(~Exists(emailed), referral=OuterRef("pk"))
    return referrals.annotate(not_emailed_since=Subquery(silent.values("asked_at")[:1]))


def contact_by(asked_at: datetime) -> date:
    """The day by which an officer contacts the practice to check a clinician's address."""
    named_on = asked_at.astimezone(LONDON).date()
    return working_days_after(named_on, settings.CLINICIAN_CONTACT_DAYS)


def will_contact(asked_at: datetime, *, now: datetime) -> str:
    """When an officer contacts the practice; a day that has passed is not promised again."""
    by = contact_by(asked_at)
    if by >= now.astimezone(LONDON).date():
        return f"A project officer will contact your organisation by {day(by)}."
    return f"We meant to contact your organisation by {day(by)}. If we have not, call us on {settings.SERVICE_PHONE}."


def told_by_email(asked: Confirmation, *, now: datetime) -> str:
    """What the receipt says of the clinician, without their name; "" for one who is emailed."""
    return not_emailed_yet(asked.asked_at, now=now) if is_unchecked(asked) else ""


def not_emailed_yet(asked_at: datetime, *, now: datetime) -> str:
    first = "We have not emailed the clinician you named yet, because we need to check their email address with you by phone."
    return f"{first} {will_contact(asked_at, now=now)}"


def asked_before(asked: Confirmation, *, now: datetime) -> str:
    """What has become of asking this clinician, for their practice: an email only where one went or will go."""
    messages = list(Message.objects.about("confirmation", asked.pk))
    if not is_unchecked(asked):
        return email_status.said(messages, whom=asked.name, now=now, soon=True)
    if any(message.state == Message.State.SENT for message in messages):
        emailed = email_status.said(messages, whom=asked.name, now=now)
        why = f"{emailed} They no longer have an account with us as a clinician at your organisation."
    else:
        why = f"We have not emailed {asked.name} yet, because we need to check their email address with you by phone."
    return f"{why} {will_contact(asked.asked_at, now=now)}"


def contact_by_for(asked: Confirmation) -> date | None:
    """By when an officer checks this address by phone; None where it needs no check. Of a row of `waiting`."""
    return contact_by(asked.asked_at) if is_unchecked(asked) else None


def request_clinicians(*, now: datetime) -> int:
    """Promise each clinician with an account the mail that is due; how many were new.

    One without an account gets a link of their own (`referrals.clinician_link.services.write_to_clinicians`). May run
    twice.
    """
    open_ones = list(waiting().filter(account__isnull=False))
    keys = {each.pk: key_of("confirm_safety", each, step(each.asked_at, now)) for each in open_ones}
    known = set(Message.objects.filter(key__in=keys.values()).values_list("key", flat=True))
    users = User.objects.in_bulk([each.account for each in open_ones if keys[each.pk] not in known])
    return sum(
        outbox.queue(
            key=keys[each.pk],
            kind="confirm_safety" if step(each.asked_at, now) == 0 else "confirm_safety_nudge",
            subject_type="confirmation",
            subject_id=each.pk,
            user=users[each.account],
            now=now,
            expires_at=now + USEFUL,
        )
        for each in open_ones
        if keys[each.pk] not in known
    )


def step(since: datetime, now: datetime) -> int:
    """How many reminders are due by now: after an outage only the last of them is sent."""
    waited = working_days(since, now)
    return sum(waited >= after for after in NUDGES)
