"""Writing to clinicians without an account, what opens their link, their answers, and what officers check of them."""

import hmac
import unicodedata
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from uuid import uuid4

from django.conf import settings
from django.db import transaction

from accounts.models import User
from accounts.security_log import Event, note
from accounts.sign_in import email_code
from core.errors import Refused
from core.nonces import key_of
from messaging.models import Message
from messaging.outbox import queue as outbox
from messaging.routing.channels import mail_channel
from referrals import safety
from referrals.models import WRONG_PAIRS, ClinicianLink, Confirmation, Referral, RegisteredClinician, to_check
from referrals.screening import clinician_requests
from referrals.screening import services as screening
from referrals.screening.clinician_addresses import needs_no_check
from referrals.status_changes import lock_referral

CODE_LIVES = timedelta(seconds=settings.ACCOUNT_LOGIN_BY_CODE_TIMEOUT)
CODE_TRIES = settings.ACCOUNT_LOGIN_BY_CODE_MAX_ATTEMPTS
ONE_HOUR = timedelta(hours=1)
# Letters that are not a plain one with an accent.
PLAIN = str.maketrans({"ł": "l", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i"})


class ManyCodes(Refused):
    sentence = (
        "Use the most recent code we sent, or wait an hour. You have asked for many codes in a short time"
    )


class NotOpen(Refused):
    sentence = "This link is not open any more. Nothing was changed."


class NothingToCheck(Refused):
    sentence = "Nothing was changed. A colleague might have done this already. Reload the page."


# --- The mail ------------------------------------------------------------------------------------------------------


def write_to_clinicians(*, now: datetime) -> int:
    """Promise each clinician without an account the mail that is due, with a link of their own; how many were new.

    Nobody whose address an officer has still to check, and nobody whose link is closed or over. May run twice.
    """
    waiting = clinician_requests.waiting().filter(account__isnull=True, address_checked_at__isnull=False)
    rows = list(
        waiting.select_related(
            "link", "asked_by", "address_checked_by", "referral__participant", "referral__organisation"
        )
    )
    due: dict[str, tuple[Confirmation, ClinicianLink, int]] = {}
    for asked in rows:
        link = getattr(asked, "link", None) or _make_link(asked, now)
        if link is not None and link.closed_at is None and link.is_live(now):
            reminders = clinician_requests.step(link.made_at, now)
            due[key_of("clinician_link", link, reminders)] = (asked, link, reminders)
    known = set(Message.objects.filter(key__in=due).values_list("key", flat=True))
    return sum(
        outbox.queue(
            key=key,
            kind="clinician_link_nudge" if reminders else "clinician_link",
            subject_type="confirmation",
            subject_id=asked.pk,
            organisation=asked.referral.organisation,
            channel=mail_channel(asked.email),
            now=now,
            expires_at=min(now + clinician_requests.USEFUL, link.expires_at),
        )
        for key, (asked, link, reminders) in due.items()
        if key not in known
    )


@transaction.atomic
def _make_link(asked: Confirmation, now: datetime) -> ClinicianLink | None:
    """None where nothing is known of the patient by which the clinician could show that they have the record."""
    told = asked.referral
    if told.told_date_of_birth is None or not _folded(told.told_family_name):
        return None
    Confirmation.objects.select_for_update().get(pk=asked.pk)  # two sweeps make one link
    known = needs_no_check(asked.email, organisation=told.organisation, sender=asked.asked_by.email)
    if (
        asked.address_checked_by is None and not known
    ):  # since they were named they have left, or another role
        Confirmation.objects.filter(pk=asked.pk).update(address_checked_at=None)
        return None
    link = ClinicianLink.objects.filter(confirmation=asked).first() or ClinicianLink.make(
        confirmation=asked, now=now, expires_at=now + timedelta(days=settings.CLINICIAN_LINK_DAYS)
    )
    link.confirmation = asked
    return link


# --- What opens the link -------------------------------------------------------------------------------------------


@transaction.atomic
def send_code(*, link: ClinicianLink, now: datetime) -> None:
    """Email a code to the address that the link went to; an earlier one works no more. Raises NotOpen, ManyCodes."""
    held = _held(link, now)
    if held.codes_since is None or held.codes_since + ONE_HOUR <= now:
        held.codes_since, held.codes_sent = now, 0
    if held.codes_sent >= settings.CLINICIAN_CODES_AN_HOUR:
        note(Event.LOCKED_OUT, kind="clinician_codes", referral_id=held.confirmation.referral_id)
        raise ManyCodes
    code = email_code.new_code()
    held.code_hash, held.code_expires_at, held.code_wrong = email_code.hashed(code), now + CODE_LIVES, 0
    held.codes_sent += 1
    held.save(update_fields=["code_hash", "code_expires_at", "code_wrong", "codes_sent", "codes_since"])
    outbox.cancel(
        subject_type="clinician_link", subject_ids=[held.pk], reason="A newer code was asked for.", now=now
    )
    outbox.queue(
        key=key_of("clinician_code", held, uuid4()),
        kind="clinician_code",
        subject_type="clinician_link",
        subject_id=held.pk,
        organisation=held.confirmation.referral.organisation,
        channel=mail_channel(held.confirmation.email),
        now=now,
        expires_at=now + CODE_LIVES,
        secret=code,
    )


@transaction.atomic
def is_code(*, link: ClinicianLink, typed: str, now: datetime) -> bool:
    """Whether this is the last code, which works once; three wrong ones end it. Raises NotOpen."""
    held = _held(link, now)
    live = bool(held.code_hash) and held.code_expires_at is not None and now < held.code_expires_at
    right = email_code.is_right(typed, held.code_hash or email_code.hashed("")) and live
    if not right and live:
        held.code_wrong += 1
    if right or held.code_wrong >= CODE_TRIES:
        held.code_hash, held.code_wrong = "", 0
    held.save(update_fields=["code_hash", "code_wrong"])
    if not right:
        note(Event.CODE_WRONG, kind="clinician", referral_id=held.confirmation.referral_id)
    return right


@transaction.atomic
def is_match(*, link: ClinicianLink, date_of_birth: date, last_name: str, now: datetime) -> bool:
    """Whether the organisation told us of a patient with this date of birth and last name. Raises NotOpen.

    Both are compared, whichever is wrong, by the same few statements. The fifth wrong pair closes the link until an
    officer opens it (`open_again`).
    """
    held = _held(link, now)
    told = held.confirmation.referral
    known = told.told_date_of_birth.isoformat() if told.told_date_of_birth else ""
    same_day = hmac.compare_digest(date_of_birth.isoformat(), known)
    same_name = hmac.compare_digest(_folded(last_name).encode(), _folded(told.told_family_name).encode())
    right = same_day and same_name
    held.wrong_pairs = 0 if right else held.wrong_pairs + 1
    if held.wrong_pairs == WRONG_PAIRS:
        held.closed_at = now
        note(Event.LOCKED_OUT, kind="clinician_link", referral_id=told.pk)
    held.save(update_fields=["wrong_pairs", "closed_at"])
    return right


def _held(link: ClinicianLink, now: datetime) -> ClinicianLink:
    """The link as it stands, locked. Raises NotOpen where it is over, or closed."""
    rows = ClinicianLink.objects.select_for_update(of=("self",))
    held = rows.select_related(
        "confirmation__referral__participant", "confirmation__referral__organisation"
    ).get(pk=link.pk)
    if not held.is_live(now) or held.closed_at is not None:
        raise NotOpen
    return held


def _folded(name: str) -> str:
    """A name without what people type in two ways: capitals, accents, apostrophes, hyphens, spaces."""
    plain = unicodedata.normalize("NFKD", name.casefold().translate(PLAIN))
    return "".join(each for each in plain if each.isalnum())


# --- The answers ---------------------------------------------------------------------------------------------------


@transaction.atomic
def answer(
    *,
    link: ClinicianLink,
    answers: Mapping[str, Sequence[str]],
    assessed: bool,
    name: str,
    profession: str,
    register: str,
    number: str,
    now: datetime,
) -> safety.Route:
    """The clinician's answers, with what they say of themselves. Raises NotOpen, AlreadyConfirmed."""
    lock_referral(link.confirmation.referral)  # first, as every other step: then the link
    held = _held(link, now)
    said = {"said_name": name, "said_as": profession, "said_register": register, "said_number": number}
    return screening.confirm(
        confirmation=held.confirmation,
        answers=answers,
        assessed=assessed,
        by=None,
        answered_as=profession,
        now=now,
        said=said,
    )


# --- Officers ------------------------------------------------------------------------------------------------------


@transaction.atomic
def address_checked(*, confirmation: Confirmation, by: User, now: datetime) -> None:
    """An officer has checked by phone that this address is the clinician's; the mail goes. Raises NothingToCheck."""
    lock_referral(confirmation.referral)
    waiting = Confirmation.objects.open().filter(pk=confirmation.pk, address_checked_at__isnull=True)
    if not waiting.update(address_checked_at=now, address_checked_by=by):
        raise NothingToCheck


@transaction.atomic
def open_again(*, link: ClinicianLink, by: User, now: datetime) -> None:
    """An officer has spoken with the clinician: the link takes answers again. Raises NothingToCheck."""
    closed = ClinicianLink.objects.closed(now).filter(pk=link.pk)
    if not closed.update(wrong_pairs=0, closed_at=None, code_hash=""):
        raise NothingToCheck
    note(Event.UNLOCKED, kind="clinician_link", referral_id=link.confirmation.referral_id, by=by)


@transaction.atomic
def confirm_clinician(*, confirmation: Confirmation, by: User, now: datetime) -> None:
    """An officer has found this clinician on their register; later answers of theirs count at once.

    Raises NothingToCheck.
    """
    asked = to_check().filter(pk=confirmation.pk).select_related("referral__organisation").first()
    if asked is None:
        raise NothingToCheck
    RegisteredClinician.objects.get_or_create(
        organisation=asked.referral.organisation,
        email=asked.email,
        register=asked.said_register,
        number=asked.said_number,
        defaults={"name": asked.said_name, "checked_at": now, "checked_by": by},
    )


def of(referral: Referral) -> Confirmation | None:
    """What officers see of a clinician without an account: the question that is open, else the one that was answered."""
    rows = referral.confirmations.filter(replaced_at__isnull=True, confirmed_by__isnull=True)
    return rows.select_related("link", "asked_by", "address_checked_by").order_by("-pk").first()
