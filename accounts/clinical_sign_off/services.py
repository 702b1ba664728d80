"""Who has signed a health text, what is refused until then, and writing a sign-off or an acceptance down."""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.conf import settings
from django.db import DatabaseError, transaction
from django.db.models import DateField, F, Func, Value

from accounts.clinical_sign_off import health_texts
from accounts.clinical_sign_off.health_texts import HealthText
from accounts.models import SignOffAcceptance, TextSignOff, User
from core.dates import LONDON, day
from core.errors import ChangedMeanwhile, Refused, refusing

KEPT_SECONDS = 10.0  # how long a process goes by what it has read: a new sign-off is seen by then
NO_REFERRALS = "We cannot take referrals now"
NO_QUESTIONS = "We cannot ask these questions now"
NOT_SHOWN = "We cannot show this page now"


class NotSignedOff(Refused):
    """A health text is not signed off and not accepted either: nothing is shown, asked, routed or taken by it."""

    def __init__(self, heading: str) -> None:
        self.heading = heading
        super().__init__(f"{heading}. Call us on {settings.SERVICE_PHONE}.")


class SignOffRefused(Refused):
    """Nothing was written; the sentence says why."""


class InTheFuture(SignOffRefused):
    sentence, field = "The date must be today or in the past", "signed_on"


class AlreadySigned(SignOffRefused):
    sentence = "This version of the text is signed off already."


class NothingToAccept(SignOffRefused):
    sentence = "Every health text is signed off, so there is nothing to accept."


class EndsTooLate(SignOffRefused):
    field = "ends_on"
    sentence = f"The last day must be today or later, and at most {SignOffAcceptance.MOST_DAYS} days after the acceptance"


class AlreadyEnded(SignOffRefused):
    sentence = "This acceptance has ended already."


@dataclass(frozen=True)
class Standing:
    """What has been written about the texts of this release: who signed, and until when the rest is accepted."""

    signed: frozenset[str]  # hashes with their keys and versions: "key version hash"
    accepted: Mapping[str, tuple[date, str]]  # by hash: the last day, and who accepted it

    def unsigned(self) -> list[HealthText]:
        return [text for text in health_texts.registered() if _name(text) not in self.signed]

    def refused(self, today: date) -> list[HealthText]:
        """The texts that nothing may go by today."""
        return [text for text in self.unsigned() if not self._covered(text, today)]

    def _covered(self, text: HealthText, today: date) -> bool:
        found = self.accepted.get(text.sha256)
        return found is not None and today <= found[0]


_kept: tuple[float, Standing | None] = (float("-inf"), None)  # until when, by time.monotonic(), and what


def standing() -> Standing:
    """Read in one query."""
    signed = TextSignOff.objects.filter(sha256__in=[text.sha256 for text in health_texts.registered()])
    names = signed.values_list("key", "version", "sha256", Value(None, output_field=DateField()), Value(""))
    accepted = SignOffAcceptance.objects.open().values_list(
        Value(""), Value(0), Func(F("covers"), function="unnest", set_returning=True), "ends_on", "name"
    )
    found: set[str] = set()
    until: dict[str, tuple[date, str]] = {}
    for key, version, sha256, ends_on, who in names.union(accepted, all=True):
        if ends_on is None:
            found.add(f"{key} {version} {sha256}")
        else:
            until[sha256] = max(until.get(sha256, (ends_on, who)), (ends_on, who))
    return Standing(frozenset(found), until)


def require_signed_off(*keys: str, now: datetime, heading: str = NO_QUESTIONS) -> None:
    """Go on only by texts that are signed off or accepted; without a key, by every text there is.

    In PRODUCTION alone: a demonstration and tests have made-up people only. Raises NotSignedOff.
    """
    if not settings.PRODUCTION:
        return
    asked = {health_texts.named(key) for key in keys} or set(health_texts.registered())
    if not asked.isdisjoint(_of_this_process().refused(_today(now))):
        raise NotSignedOff(heading)


def refuses(now: datetime) -> bool:
    """Whether referrals are refused now."""
    try:
        require_signed_off(now=now)
    except NotSignedOff:
        return True
    return False


def warning(now: datetime) -> str:
    """What every office page says in red while a text is used, or refused, without sign-off. Empty if all is well."""
    if not settings.PRODUCTION:
        return ""
    try:
        known, today = _of_this_process(), _today(now)
    except DatabaseError:
        return ""  # away, or before `migrate`: the alarms on the same page say so
    if refused := known.refused(today):
        return f"We take no referrals: {_number(len(refused))} not signed off by a clinician."
    unsigned = known.unsigned()
    if not unsigned:
        return ""
    until, who = min(known.accepted[text.sha256] for text in unsigned)
    return f"{_number(len(unsigned))} used before clinical sign-off. {who} accepted this until {day(until)}."


def _number(count: int) -> str:
    return f"{count} health texts are" if count > 1 else "1 health text is"


def _of_this_process() -> Standing:
    """Looked for once in ten seconds in each process: at most one query for a page."""
    global _kept
    until, known = _kept
    if known is None or time.monotonic() > until:
        known = standing()
        _kept = (time.monotonic() + KEPT_SECONDS, known)
    return known


def forget() -> None:
    """Read anew next time."""
    global _kept
    _kept = (float("-inf"), None)


def _name(text: HealthText) -> str:
    return f"{text.key} {text.version} {text.sha256}"


def _today(now: datetime) -> date:
    return now.astimezone(LONDON).date()


def earlier_than(text: HealthText) -> TextSignOff | HealthText | None:
    """The version before this one: what was signed last, else what the code still has."""
    signed = TextSignOff.objects.filter(key=text.key).exclude(sha256=text.sha256, version=text.version)
    return signed.order_by("-signed_on", "-pk").first() or next(iter(text.earlier), None)


def sign_off(
    *,
    text: HealthText,
    shown: str,
    name: str,
    role: str,
    registration_body: str,
    registration_number: str,
    signed_on: date,
    by: User,
    now: datetime,
) -> TextSignOff:
    """Write down that a clinician signed this text; `shown` is the hash of what was on the page.

    Raises ChangedMeanwhile, InTheFuture, AlreadySigned.
    """
    if shown != text.sha256:
        raise ChangedMeanwhile
    if signed_on > _today(now):
        raise InTheFuture
    with refusing({"text_sign_off_once": AlreadySigned}):
        written = TextSignOff.objects.create(
            key=text.key,
            version=text.version,
            text=text.text,
            sha256=text.sha256,
            name=name,
            role=role,
            registration_body=registration_body,
            registration_number=registration_number,
            signed_on=signed_on,
            written_at=now,
            written_by=by,
        )
        transaction.on_commit(forget)
    return written


@transaction.atomic
def accept(
    *,
    name: str,
    role: str,
    registration_body: str,
    registration_number: str,
    signed_on: date,
    ends_on: date,
    reason: str,
    by: User,
    now: datetime,
) -> SignOffAcceptance:
    """The clinical safety officer accepts that the texts without sign-off today are used until `ends_on`.

    Raises InTheFuture, EndsTooLate, NothingToAccept.
    """
    if signed_on > _today(now):
        raise InTheFuture
    if not _today(now) <= ends_on or (ends_on - signed_on).days > SignOffAcceptance.MOST_DAYS:
        raise EndsTooLate
    covers = [text.sha256 for text in standing().unsigned()]
    if not covers:
        raise NothingToAccept
    transaction.on_commit(forget)
    return SignOffAcceptance.objects.create(
        name=name,
        role=role,
        registration_body=registration_body,
        registration_number=registration_number,
        covers=covers,
        signed_on=signed_on,
        ends_on=ends_on,
        reason=reason,
        written_at=now,
        written_by=by,
    )


@transaction.atomic
def end_acceptance(*, acceptance: SignOffAcceptance, by: User, now: datetime) -> None:
    """It counts no more. Raises AlreadyEnded."""
    if not SignOffAcceptance.objects.open().filter(pk=acceptance.pk).update(ended_at=now, ended_by=by):
        raise AlreadyEnded
    transaction.on_commit(forget)
