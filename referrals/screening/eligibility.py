"""May this person be offered or given a place? One answer for pages, pool and services (docs/domain.md 2.5).

A safety hold bars, on this or another referral of the person, and so do a safety list that a clinician has not
answered, answers of a clinician without an account whom no officer has found on their register, and a conversation that
no officer has recorded: a clearance that was asked for and not given. After a backup was
restored everybody is barred until the list is confirmed or an officer has called them (`participants.restores.call_first`).
`screening.keep_answers` asks for one in the transaction that keeps a point to discuss, so nobody is barred because a
clearance is missing. What is not known yet about a person is shown beside their name and bars nobody.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery

from core.text import listed
from participants.models import Availability, Readiness, silenced
from participants.restores import call_first
from referrals import safety
from referrals.hold_display import HOLD_ELSEWHERE
from referrals.models import Clearance, Referral, SafetyAnswer, SafetyHold, to_check
from referrals.statuses import ENDED

# Each of the referral at hand.
HOLD = SafetyHold.objects.filter(referral=OuterRef("pk"), lifted_at__isnull=True).order_by("put_on_at", "pk")
ASKED = Clearance.objects.filter(referral=OuterRef("pk"), cleared_at__isnull=True, ended_at__isnull=True)
_LATER = SafetyAnswer.objects.filter(
    referral=OuterRef("referral"), question_set=OuterRef("question_set")
).filter(
    Q(answered_at__gt=OuterRef("answered_at")) | Q(answered_at=OuterRef("answered_at"), pk__gt=OuterRef("pk"))
)
UNANSWERED = SafetyAnswer.objects.filter(
    ~Exists(_LATER),
    referral=OuterRef("pk"),
    question_set__in=[each.code for each in safety.QUESTION_SETS],
    unanswered=True,
)
UNKNOWN_CLINICIAN = to_check().filter(referral=OuterRef("pk"))
TIMES = Availability.objects.filter(participant=OuterRef("participant"))
LEVEL = Readiness.objects.filter(participant=OuterRef("participant")).exclude(level="")

CALL_FIRST = "Call first"  # the only bar that goes by itself, when a restore is confirmed


@dataclass(frozen=True)
class Bar:
    """Something that must be settled before this person is offered or given a place."""

    tag: str
    why: str


@dataclass(frozen=True)
class Eligibility:
    bars: tuple[Bar, ...] = ()
    missing: tuple[str, ...] = ()  # shown, never a bar: docs/domain.md 2.5

    @property
    def why(self) -> str:
        """What bars, in sentences; empty if nothing does."""
        return " ".join(bar.why for bar in self.bars)

    @property
    def missing_in_words(self) -> str:
        return listed(list(self.missing))


def barred() -> Q:
    """Referrals that may not be offered or given a place."""
    safety_bars = (HOLD, HOLD_ELSEWHERE, UNANSWERED, UNKNOWN_CLINICIAN, ASKED)
    stopped = silenced("participant") | Q(call_first.being_checked("participant"))
    return reduce(or_, (Q(Exists(bar)) for bar in safety_bars), stopped)


def holds_on(referral: str, participant: str) -> QuerySet[SafetyHold]:
    """Safety holds that keep a person from joining: on their referral, or on another one that goes on.

    Both are the paths from the row at hand to its referral and its person.
    """
    of_another = Q(referral__participant=OuterRef(participant)) & ~Q(referral__status__in=ENDED)
    return SafetyHold.objects.filter(Q(referral=OuterRef(referral)) | of_another, lifted_at__isnull=True)


def is_held(referral: Referral) -> bool:
    """Whether one of them is on."""
    held = Exists(holds_on("pk", "participant"))
    return Referral.objects.filter(held, pk=referral.pk).exists()


def of(referrals: Iterable[int]) -> dict[int, Eligibility]:
    """How these referrals stand, by number. One query, however many there are."""
    rows = (
        Referral.objects.filter(pk__in=list(referrals))
        .select_related("participant")
        .annotate(
            held=Subquery(HOLD.values("why")[:1]),
            held_elsewhere=Subquery(HOLD_ELSEWHERE.values("why")[:1]),
            unanswered=Exists(UNANSWERED),
            unknown_clinician=Exists(UNKNOWN_CLINICIAN),
            to_clear=Subquery(ASKED.values("because")[:1]),
            times=Exists(TIMES),
            level=Exists(LEVEL),
            being_checked=call_first.being_checked("participant"),
        )
    )
    return {row.pk: Eligibility(tuple(_bars(row)), missing(times=row.times, level=row.level)) for row in rows}


def blockers(referral: Referral) -> list[str]:
    """What stands in the way of offering or giving this person a place, in sentences; none if nothing does."""
    return [bar.why for bar in of([referral.pk])[referral.pk].bars]


def missing(*, times: bool, level: bool) -> tuple[str, ...]:
    """What no group can be found without."""
    return tuple(
        words for known, words in ((times, "when they can join"), (level, "activity level")) if not known
    )


def _bars(row: Any) -> Iterator[Bar]:
    """`row` is a referral with the annotations of `of`."""
    tag = "Has died" if row.participant.died_at else "Messages stopped"
    yield from (Bar(tag, why) for why in row.participant.why_silenced)
    if row.being_checked:
        yield Bar(CALL_FIRST, call_first.TO_OFFICERS)
    if row.held:
        yield Bar("On hold", f"There is a safety hold: {_small(SafetyHold.Why(row.held).label)}.")
    elif row.held_elsewhere:
        why = _small(SafetyHold.Why(row.held_elsewhere).label)
        yield Bar("On hold", f"There is a safety hold on another referral of this person: {why}.")
    if row.unanswered:
        yield Bar("Clinician’s answers missing", "A clinician has not answered the safety questions yet.")
    if row.unknown_clinician:
        yield Bar("Clinician to confirm", "The clinician’s answers are not confirmed yet.")
    # A hold is lifted first, and that asks for the conversation.
    if row.to_clear is not None and not row.held and not row.held_elsewhere:
        why = f"Speak to this person first, then record a safety clearance ({_small(row.to_clear)})."
        yield Bar("Speak to first", why)


def _small(words: str) -> str:
    return words[:1].lower() + words[1:]
