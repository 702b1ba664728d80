"""Keeping safety answers and doing what the routing table says: confirm, hold, clear (docs/domain.md 2.5)."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from accounts.clinical_sign_off.services import require_signed_off
from accounts.models import User
from core.dates import LONDON
from core.errors import Refused
from core.nonces import message_about
from messaging.outbox import queue as outbox
from participants import safety_log
from referrals import health_texts, safety
from referrals.models import Clearance, Confirmation, Referral, SafetyAnswer, SafetyHold, SafetyStop
from referrals.screening.clinician_addresses import needs_no_check
from referrals.status_changes import lock_referral
from referrals.statuses import ENDED

ALERT_USEFUL = timedelta(days=3)
Answers = Mapping[str, Sequence[str]]
# Why a clearance was asked for in rows that an earlier release wrote by itself on accepting: no officer pressed them.
WRITTEN_BY_ITSELF = "Nothing was ticked on the safety lists."


class ScreeningRefused(Refused):
    """Nothing was changed; the sentence says why."""


class ClinicianMissing(ScreeningRefused):
    sentence = "Enter the name and email address of the clinician who will answer the safety questions"


class OwnAddress(ScreeningRefused):
    sentence = "Enter the clinician’s address, not your own"
    field = "email"


class AlreadyConfirmed(ScreeningRefused):
    sentence = "These questions have already been answered, or another clinician has been asked."


class AlreadyOnHold(ScreeningRefused):
    sentence = "This referral is already on hold for this reason. Lift that hold, or leave it."


class NothingToLift(ScreeningRefused):
    sentence = "This referral is no longer on hold. A colleague might have lifted it. Reload the page."


class GroundsMissing(ScreeningRefused):
    sentence = "Enter a short reason"


class StillOnHold(ScreeningRefused):
    sentence = "Lift the safety hold first, and say on what grounds."


def keep_answers(
    *,
    referral: Referral,
    answers: Answers,
    led: safety.Route,
    assessed: bool,
    by: User | None,
    answered_as: str,
    now: datetime,
    only: Sequence[str] = (),
    said_in: Confirmation | None = None,
) -> None:
    """Write the answers down as they were worded, and ask for a clearance where an officer must speak first.

    `by` is None for a clinician without an account, who says in `said_in` who they are. `led` is where the answers
    lead. `only` names the lists that were asked; all of them if it is empty. Raises KeyError for a list without an
    answer. Must run inside the transaction of the step that brought the answers.
    """
    asked = [each for each in safety.QUESTION_SETS if not only or each.code in only]
    SafetyAnswer.objects.bulk_create(
        SafetyAnswer(
            referral=referral,
            question_set=each.code,
            version=each.version,
            wording=each.wording(),
            ticked=[] if each.code in led.to_confirm else list(answers[each.code]),
            unanswered=each.code in led.to_confirm,
            assessed=assessed and each.effect == safety.Effect.ASSESSED and each.code in led.call,
            answered_at=now,
            answered_by=by,
            answered_as=answered_as,
            said_in=said_in,
        )
        for each in asked
    )
    if led.call:
        titles = "; ".join(safety.BY_CODE[code].noun for code in led.call)
        ask_for_clearance(referral=referral, because=f"Ticked: {titles}", now=now)


# --- The clinician --------------------------------------------------------------------------------------------


@transaction.atomic
def ask_clinician(*, referral: Referral, name: str, email: str, by: User, now: datetime) -> Confirmation:
    """Leave the unanswered lists to this clinician; whoever was asked before is asked no more.

    Raises ClinicianMissing; OwnAddress; AlreadyConfirmed when nothing is left to answer.
    """
    if not name.strip() or not email.strip():
        raise ClinicianMissing
    if email.strip().lower() == by.email.lower():
        raise OwnAddress
    lock_referral(referral)
    if not unanswered_lists(referral):
        raise AlreadyConfirmed
    referral.confirmations.open().update(replaced_at=now)
    address = email.strip().lower()
    known = needs_no_check(address, organisation=referral.organisation, sender=by.email)
    return Confirmation.objects.create(
        referral=referral,
        name=name.strip(),
        email=address,
        asked_at=now,
        asked_by=by,
        address_checked_at=now if known else None,
    )


@transaction.atomic
def confirm(
    *,
    confirmation: Confirmation,
    answers: Answers,
    assessed: bool,
    by: User | None,
    answered_as: str,
    now: datetime,
    said: Mapping[str, str] | None = None,
) -> safety.Route:
    """The named clinician's own answers to the lists that were left to them.

    A clinician without an account is no `by`: `said` is what they told us of themselves (`said_name` and so on). A list
    that stops puts the referral under a safety hold, and an officer decides; nothing is declined by itself. An emergency
    sign alerts every officer.
    Raises AlreadyConfirmed; NotSignedOff while a list is not signed off.
    """
    require_signed_off(*health_texts.LISTS, now=now)
    referral = lock_referral(confirmation.referral)
    open_ones = Confirmation.objects.open().filter(pk=confirmation.pk)
    left = unanswered_lists(referral)
    if not left or not open_ones.update(confirmed_at=now, confirmed_by=by, **(said or {})):
        raise AlreadyConfirmed
    led = safety.route({code: answers[code] for code in left}, assessed=assessed)
    keep_answers(
        referral=referral,
        answers=answers,
        led=led,
        assessed=assessed,
        by=by,
        answered_as=answered_as,
        now=now,
        only=left,
        said_in=None if by else confirmation,
    )
    if led.stops:
        words = "; ".join(words for stop in led.stops for words in stop.words)
        put_on(referral, why=SafetyHold.Why.CLINICIAN, words=words[:1000], by=None, now=now)
        count_stops(stops=led.stops, organisation=referral.organisation, by=by, now=now)
    if any(stop.question_set.is_emergency for stop in led.stops):
        alert_officers(latest_answers(referral)[safety.EMERGENCY.code], now=now)
    return led


def alert_officers(answer: SafetyAnswer, *, now: datetime) -> None:
    """Write to every officer, day or night, that somebody has to act on this answer."""
    for officer in User.objects.officers().order_by("pk"):
        outbox.queue(
            **message_about("safety_alert", answer, officer),
            user=officer,
            now=now,
            expires_at=now + ALERT_USEFUL,
        )


def unanswered_lists(referral: Referral) -> list[str]:
    """The lists that are left to a clinician or were not asked, in the order in which they are asked."""
    latest = latest_answers(referral)
    return [
        each.code for each in safety.QUESTION_SETS if each.code in latest and latest[each.code].unanswered
    ]


def nothing_ticked(latest: Mapping[str, SafetyAnswer]) -> bool:
    """Whether of these answers each safety list has one, with no point ticked: then there is nothing to clear.

    What the person has answered about themselves is no part of it: that asks for a clearance where one is needed.
    """
    lists = [latest.get(each.code) for each in safety.QUESTION_SETS]
    return all(answer is not None and not answer.unanswered and not answer.ticked for answer in lists)


def latest_answers(referral: Referral) -> dict[str, SafetyAnswer]:
    """The answer that counts, by list."""
    rows = referral.safety_answers.select_related("answered_by", "said_in").order_by("answered_at", "pk")
    return {row.question_set: row for row in rows}


def count_stops(
    *, stops: Sequence[safety.Stop], organisation: object | None, by: User | None, now: datetime
) -> None:
    """Count that a safety list stopped a referral: where and why, and nothing about the person."""
    SafetyStop.objects.bulk_create(
        SafetyStop(
            organisation=organisation,
            by=by,
            at=now,
            question_set=stop.question_set.code,
            version=stop.question_set.version,
            ticked=list(stop.ticked),
        )
        for stop in stops
    )


# --- Holds ----------------------------------------------------------------------------------------------------


@transaction.atomic
def hold(
    *, referral: Referral, by: User, now: datetime, words: str, why: str = SafetyHold.Why.OFFICER
) -> SafetyHold:
    """An officer is concerned: no place is offered or given until the hold is lifted.

    `why` is one of `SafetyHold.BY_OFFICERS`. Raises ScreeningRefused.
    """
    if not words.strip():
        raise GroundsMissing
    locked = lock_referral(referral)
    if locked.holds.filter(why=why, lifted_at__isnull=True).exists():
        raise AlreadyOnHold
    return put_on(locked, why=why, words=words.strip(), by=by, now=now)


@transaction.atomic
def lift(*, referral: Referral, by: User, now: datetime, words: str) -> int:
    """Lift every hold of this referral, with the grounds; how many there were. A clearance is asked for.

    Raises NothingToLift, GroundsMissing.
    """
    if not words.strip():
        raise GroundsMissing
    on = lock_referral(referral).holds.filter(lifted_at__isnull=True)
    lifted = on.update(lifted_at=now, lifted_by=by, lifted_words=words.strip())
    if not lifted:
        raise NothingToLift
    return lifted


def put_on(referral: Referral, *, why: str, words: str, by: User | None, now: datetime) -> SafetyHold:
    on, new = SafetyHold.objects.get_or_create(
        referral=referral,
        why=why,
        lifted_at__isnull=True,
        defaults={"words": words, "put_on_at": now, "put_on_by": by},
    )
    if new:
        code, person = safety_log.Code.HOLD, referral.participant
        safety_log.record(code, person=person, referral=referral, detail=why, now=now)
        _ask_for_clearance(referral, f"Safety hold: {on.get_why_display()}", now)
    return on


# --- Clearance ------------------------------------------------------------------------------------------------


@transaction.atomic
def ask_for_clearance(*, referral: Referral, because: str, now: datetime) -> Clearance:
    """An officer must say on what basis the person may take part; what was cleared before counts no more."""
    asked = _ask_for_clearance(referral, because, now)
    if asked.asked_at == now:
        code, person = safety_log.Code.SPEAK_FIRST, referral.participant
        safety_log.record(code, person=person, referral=referral, now=now)
    return asked


@transaction.atomic
def ask_all_for_clearance(*, referrals: Sequence[Referral], because: str, now: datetime) -> None:
    """The same for many new referrals, none of which has been asked for one."""
    Clearance.objects.bulk_create(
        Clearance(referral=referral, because=because, asked_at=now) for referral in referrals
    )
    safety_log.record_each(safety_log.Code.SPEAK_FIRST, referrals=referrals, now=now)


def _ask_for_clearance(referral: Referral, because: str, now: datetime) -> Clearance:
    counts = referral.clearances.select_for_update().filter(ended_at__isnull=True).first()
    if counts is not None and counts.cleared_at is None:
        if because not in counts.because:
            counts.because = f"{counts.because}. {because}"[:300]
            counts.save(update_fields=["because"])
        return counts
    if counts is not None:
        counts.ended_at = now
        counts.save(update_fields=["ended_at"])
    return Clearance.objects.create(referral=referral, because=because[:300], asked_at=now)


@transaction.atomic
def clear(*, referral: Referral, by: User, now: datetime, words: str) -> Clearance:
    """An officer records that the person may take part, and on what basis; it lasts `CLEARANCE_DAYS`.

    Raises StillOnHold, GroundsMissing.
    """
    if not words.strip():
        raise GroundsMissing
    locked = lock_referral(referral)
    if locked.holds.filter(lifted_at__isnull=True).exists():
        raise StillOnHold
    asked = _ask_for_clearance(locked, "A project officer", now)
    return _clear(asked, by=by, now=now, basis=words.strip())


@transaction.atomic
def lapse_clearances(*, now: datetime) -> int:
    """Ask again for each clearance whose time is over, of people who are still with us; how many."""
    today = now.astimezone(LONDON).date()
    over = Clearance.objects.filter(
        cleared_at__isnull=False, ended_at__isnull=True, expires_on__lte=today
    ).exclude(referral__status__in=ENDED)
    first = list(over.order_by("referral").values_list("referral", flat=True)[:500])
    # Held before they are looked at: an officer who clears one again at this moment is not written over.
    held = list(Referral.objects.select_for_update(of=("self",)).filter(pk__in=first).order_by("pk"))
    lapsed = list(over.filter(referral__in=held).select_related("referral").order_by("pk"))
    for each in lapsed:
        _ask_for_clearance(each.referral, "The time of the last clearance is over", now)
    return len(lapsed)


def _clear(asked: Clearance, *, by: User, now: datetime, basis: str) -> Clearance:
    asked.cleared_at, asked.cleared_by, asked.basis = now, by, basis
    asked.expires_on = now.astimezone(LONDON).date() + timedelta(days=settings.CLEARANCE_DAYS)
    asked.save(update_fields=["cleared_at", "cleared_by", "basis", "expires_on"])
    return asked


def has_hold(referral: Referral) -> bool:
    """Whether a safety hold is on this referral, to be lifted there; what keeps a person from joining: `eligibility`."""
    return referral.holds.filter(lifted_at__isnull=True).exists()
