"""Clinicians without an account, on Today: an address to check, a link that is closed, answers to confirm."""

from datetime import datetime

from django.db.models import QuerySet
from django.urls import reverse

from core.dates import day
from core.work_queue import Panel, Row
from referrals.ages import urgency, waited_in_words, working_days
from referrals.models import (
    ClinicianLink,
    ClinicianLinkQuerySet,
    Confirmation,
    ConfirmationQuerySet,
    to_check,
)
from referrals.screening import clinician_requests
from referrals.statuses import ENDED


def addresses(now: datetime) -> ConfirmationQuerySet:
    """Named clinicians without an account whose address is not the organisation's: nothing goes there unchecked."""
    return clinician_requests.unchecked().select_related("referral__participant", "referral__organisation")


def _address(asked: Confirmation, now: datetime) -> Row:
    waited = working_days(asked.asked_at, now)
    by = day(clinician_requests.contact_by(asked.asked_at))
    place = asked.referral.organisation
    phone = f" on {place.phone}" if place.phone else ""
    detail = (
        f"{asked.name}, named on {day(asked.asked_at)}. We have not emailed them. Call {place}{phone} by {by} to check "
        f"the address. {waited_in_words(waited)}"
    )
    return _row(asked, detail, urgency(waited))


def closed(now: datetime) -> ClinicianLinkQuerySet:
    """Links that five wrong answers have closed, the longest first."""
    rows = ClinicianLink.objects.closed(now).order_by("closed_at", "pk")
    return rows.select_related("confirmation__referral__participant")


def _closed(link: ClinicianLink, now: datetime) -> Row:
    asked = link.confirmation
    return _row(asked, f"{asked.name}: closed on {day(link.closed_at)} after 5 wrong tries. Call them", "red")


def unconfirmed_clinicians(now: datetime) -> QuerySet[Confirmation]:
    """Answers that count for no place before an officer has found the clinician on their register."""
    answered = to_check().exclude(referral__status__in=ENDED).order_by("confirmed_at", "pk")
    return answered.select_related("referral__participant")


def _unconfirmed(asked: Confirmation, now: datetime) -> Row:
    detail = (
        f"{asked.said_name}, {asked.get_said_register_display()}, answered on {day(asked.confirmed_at)}. "
        "No place can be offered before you confirm them"
    )
    return _row(asked, detail, urgency(working_days(asked.confirmed_at or now, now)))


def _row(asked: Confirmation, detail: str, colour: str) -> Row:
    return Row(
        label=f"{asked.referral.participant} ({asked.referral.reference})",
        url=reverse("admin:referrals_referral_clinician", args=[asked.referral_id]),
        detail=detail,
        urgency=colour,
    )


PANELS = [
    Panel(
        name="clinician_addresses",
        title="Clinician’s email address to check",
        order=15,
        find=addresses,
        row=_address,
        names=lambda asked: [(asked.referral.participant, None)],
        empty="No addresses to check.",
        person="referral__participant",
        do="Check the address",
        ring=False,
    ),
    Panel(
        name="clinician_links_closed",
        title="Clinician’s link closed after wrong tries",
        order=15,
        find=closed,
        row=_closed,
        names=lambda link: [(link.confirmation.referral.participant, None)],
        empty="No closed links.",
        person="confirmation__referral__participant",
        do="Open the link again",
        ring=False,
    ),
    Panel(
        name="clinicians_to_confirm",
        title="Clinicians to confirm on their register",
        order=20,
        find=unconfirmed_clinicians,
        row=_unconfirmed,
        names=lambda asked: [(asked.referral.participant, None)],
        empty="No clinicians to confirm.",
        person="referral__participant",
        do="Confirm the clinician",
        ring=False,
    ),
]
