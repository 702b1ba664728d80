"""May this person be offered or given a place? One answer for the pages, the pool and the services (domain.md 4.2, 4.3).

A safety hold bars, on this or another referral of the person, and so do a safety list that a clinician has not
answered and a conversation that no officer has recorded: a clearance that was asked for and not given.
`screening.keep_answers` asks for one in the transaction that keeps a point to discuss, so nobody is barred because a
clearance is missing. What is not known yet about a person is shown beside their name and bars nobody.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q, Subquery

from design.text import listed
from participants.models import Availability, Readiness
from referrals import safety
from referrals.models import Clearance, Referral, SafetyAnswer, SafetyHold
from referrals.statuses import ENDED

# Each of the referral at hand.
HOLD = SafetyHold.objects.filter(referral=OuterRef("pk"), lifted_at__isnull=True).order_by("put_on_at", "pk")
# Of another referral of the same person that goes on.
HOLD_ELSEWHERE = (
    SafetyHold.objects.filter(referral__participant=OuterRef("participant"), lifted_at__isnull=True)
    .exclude(referral=OuterRef("pk"))
    .exclude(referral__status__in=ENDED)
    .order_by("put_on_at", "pk")
)
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
TIMES = Availability.objects.filter(participant=OuterRef("participant"))
LEVEL = Readiness.objects.filter(participant=OuterRef("participant")).exclude(level="")


@dataclass(frozen=True)
class Bar:
    """Something that must be settled before this person is offered or given a place."""

    tag: str
    why: str


@dataclass(frozen=True)
class Eligibility:
    bars: tuple[Bar, ...] = ()
    missing: tuple[str, ...] = ()  # shown, never a bar: domain.md 4.3

    @property
    def why(self) -> str:
        """What bars, in sentences; empty if nothing does."""
        return " ".join(bar.why for bar in self.bars)

    @property
    def missing_in_words(self) -> str:
        return listed(list(self.missing))


def barred() -> Q:
    """Referrals that may not be offered or given a place."""
    return Q(Exists(HOLD)) | Q(Exists(HOLD_ELSEWHERE)) | Q(Exists(UNANSWERED)) | Q(Exists(ASKED))


def of(referrals: Iterable[int]) -> dict[int, Eligibility]:
    """How these referrals stand, by number. One query, however many there are."""
    rows = Referral.objects.filter(pk__in=list(referrals)).annotate(
        held=Subquery(HOLD.values("why")[:1]),
        elsewhere=Subquery(HOLD_ELSEWHERE.values("why")[:1]),
        unanswered=Exists(UNANSWERED),
        asked=Subquery(ASKED.values("because")[:1]),
        times=Exists(TIMES),
        level=Exists(LEVEL),
    )
    return {
        pk: Eligibility(tuple(_bars(held, elsewhere, unanswered, asked)), missing(times=times, level=level))
        for pk, held, elsewhere, unanswered, asked, times, level in rows.values_list(
            "pk", "held", "elsewhere", "unanswered", "asked", "times", "level"
        )
    }


def missing(*, times: bool, level: bool) -> tuple[str, ...]:
    """What no group can be found without."""
    return tuple(
        words for known, words in ((times, "when they can join"), (level, "activity level")) if not known
    )


def _bars(held: str | None, elsewhere: str | None, unanswered: bool, asked: str | None) -> Iterable[Bar]:
    if held is not None:
        yield Bar("On hold", f"There is a safety hold: {_small(SafetyHold.Why(held).label)}.")
    elif elsewhere is not None:
        why = _small(SafetyHold.Why(elsewhere).label)
        yield Bar("On hold", f"There is a safety hold on another referral of this person: {why}.")
    if unanswered:
        yield Bar("Clinician’s answers missing", "A clinician has not answered the safety lists yet.")
    if (
        asked is not None and held is None and elsewhere is None
    ):  # a hold is lifted first, and that asks for the conversation
        why = f"Speak to this person first, then record a safety clearance ({_small(asked)})."
        yield Bar("Speak to first", why)


def _small(words: str) -> str:
    return words[:1].lower() + words[1:]
