"""What a practice sees of a safety hold: since when and what to do; why, only the patient's clinician.

A hold stands on one referral and keeps the person from a place on every other one. Another referral of the same
person says one sentence and nothing more: it must not tell one organisation about another's referral.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Case, Exists, IntegerField, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.expressions import Combinable, ExpressionWrapper
from django.db.models.fields import BooleanField

from accounts.models import Membership, User
from referrals.models import Referral, ReferralQuerySet, SafetyHold
from referrals.statuses import ENDED, Status

Why = SafetyHold.Why
# Of another referral of the same person that goes on.
HOLD_ELSEWHERE = (
    SafetyHold.objects.filter(referral__participant=OuterRef("participant"), lifted_at__isnull=True)
    .exclude(referral=OuterRef("pk"))
    .exclude(referral__status__in=ENDED)
    .order_by("put_on_at", "pk")
)
ON_HOLD = "On hold"
ELSEWHERE = "We cannot offer a place now"
NO_PLACE = "We cannot offer a place while the referral is on hold."
CANNOT_JOIN = "The patient cannot join sessions while the referral is on hold."
HAS_DATES = (Status.ENROLLED, Status.ACTIVE)


@dataclass(frozen=True)
class HoldWords:
    """What we are doing, and what the practice should do: on the page, and in short on the list."""

    what: str
    do: str
    short: str = "Nothing for you to do."


SPEAKING = HoldWords(
    "We are speaking with your patient.", "You do not need to do anything. We will update this page."
)
# The first that applies is shown. None of them tells why: the two that officers choose between read the same, so that
# a safeguarding concern cannot be told from another.
WORDS = {
    Why.PERSON: HoldWords(
        "We are speaking with your patient.",
        "We will call you about this. Ask the clinician who knows the patient to be ready to speak with us.",
        "We will call you.",
    ),
    Why.SAFEGUARDING: SPEAKING,
    Why.CLINICIAN: HoldWords(
        "A project officer is looking into this and will call the patient’s clinician.",
        "You do not need to do anything. We will update this page.",
    ),
    Why.OFFICER: SPEAKING,
}
ANSWER_US = "Answer our question."


@dataclass(frozen=True)
class Shown:
    """A hold as the referral's page shows it; `reasons` is empty for all but the clinician concerned."""

    since: datetime
    words: str
    reasons: list[str]


def open_holds(**of: object) -> QuerySet[SafetyHold]:
    """Holds that are on, of referrals that go on."""
    return SafetyHold.objects.filter(lifted_at__isnull=True, **of).exclude(referral__status__in=ENDED)


def elsewhere() -> Combinable:
    """Whether another referral of the same person is on hold, for the referral at hand."""
    going_on = ~Q(status__in=ENDED)
    return ExpressionWrapper(Q(Exists(HOLD_ELSEWHERE)) & going_on, output_field=BooleanField())


def noted(referrals: ReferralQuerySet) -> ReferralQuerySet:
    """With `on_hold_since`, `hold_why`, `was_held` (now or ever) and `held_elsewhere`, for the pages of practices."""
    order = Case(
        *(When(why=why, then=Value(place)) for place, why in enumerate(WORDS)), output_field=IntegerField()
    )
    on = open_holds(referral=OuterRef("pk"))
    return referrals.annotate(
        on_hold_since=Subquery(on.order_by("put_on_at").values("put_on_at")[:1]),
        hold_why=Subquery(on.order_by(order).values("why")[:1]),
        was_held=Exists(SafetyHold.objects.filter(referral=OuterRef("pk"))),
        held_elsewhere=elsewhere(),
    )


def label(referral: Referral) -> str:
    """How a referral stands, in the few words of a badge. For rows that are not `noted`, its status."""
    if getattr(referral, "on_hold_since", None):
        return ON_HOLD
    if getattr(referral, "held_elsewhere", False) and referral.status == Status.OFFERED:
        return ELSEWHERE
    return referral.outcome_told


def in_short(referral: Referral) -> str:
    """What the practice should do about a hold, for the list; "" without one."""
    if not referral.on_hold_since:
        return ""
    return ANSWER_US if referral.status == Status.INFO_REQUESTED else WORDS[Why(referral.hold_why)].short


def shown(referral: Referral, holds: Iterable[SafetyHold], *, to: User, asked: bool) -> Shown | None:
    """The hold of a `noted` referral as its page shows it to this user; None if none is on.

    `asked`: the page asks the practice for something, so it must not say that there is nothing to do.
    """
    if not referral.on_hold_since:
        return None
    words = WORDS[Why(referral.hold_why)]
    first = CANNOT_JOIN if referral.status in HAS_DATES else NO_PLACE
    on = [hold for hold in holds if hold.lifted_at is None and hold.why != Why.SAFEGUARDING]
    return Shown(
        since=referral.on_hold_since,
        words=" ".join([first, words.what, *([] if asked else [words.do])]),
        reasons=[hold.words for hold in on] if on and is_clinician_of(to, referral) else [],
    )


def periods(holds: Iterable[SafetyHold]) -> list[tuple[datetime, datetime | None]]:
    """From when to when a referral was on hold, for whichever reasons; None while it is."""
    found: list[tuple[datetime, datetime | None]] = []
    for hold in sorted(holds, key=lambda hold: hold.put_on_at):
        if found and (found[-1][1] is None or hold.put_on_at <= found[-1][1]):
            since, until = found.pop()
            ends = until and hold.lifted_at and max(until, hold.lifted_at)
            found.append((since, ends))
        else:
            found.append((hold.put_on_at, hold.lifted_at))
    return found


def is_clinician_of(user: User, referral: Referral) -> bool:
    """Whether this is the clinician who sent or recommended the referral, or who is named for its safety lists.

    They must work there as a clinician now. A referral keeps the name alone of whoever recommended it.
    """
    there = Membership.objects.clinicians().filter(user=user, organisation=referral.organisation_id)
    place = there.select_related("user").first()
    if place is None:
        return False
    named = referral.confirmations.filter(email__iexact=user.email, replaced_at__isnull=True)
    return referral.submitted_by_id == user.pk or _recommended(referral, place) or named.exists()


def _recommended(referral: Referral, place: Membership) -> bool:
    """By name, and only where no other clinician there has it."""
    if referral.referrer_name not in (place.name, place.user.name):
        return False
    called_so = Q(invited_name=referral.referrer_name) | Q(user__name=referral.referrer_name)
    there = Membership.objects.clinicians().filter(called_so, organisation=referral.organisation_id)
    return not there.exclude(pk=place.pk).exists()
