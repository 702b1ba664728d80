"""What of a list of referrals waits for its own organisation: a question, another number, safety answers; and the holds.

Each member of the organisation sees all of it, whoever sent the referral: a question to one receptionist is answered by
another.
"""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Case, CharField, Exists, OuterRef, Q, Subquery, Value, When

from accounts.models import User
from referrals import hold_display
from referrals.correspondence import better_contact
from referrals.models import Confirmation, Referral, ReferralQuerySet
from referrals.screening import clinician_requests
from referrals.statuses import ENDED, Status

REPLY, HOLD = "reply", "hold"  # as they stand in the address of the list
LABELS = {REPLY: "Needs your reply", HOLD: "On hold"}
QUESTION, SAFETY, CONTACT = "question", "safety", "contact"
MOST = 200  # read at most, and counted


@dataclass(frozen=True)
class Inbox:
    """`reply` and `hold` are referrals of `wanting`, the oldest first; `to_answer` how many wait for this user's answers."""

    reply: list[Referral]
    hold: list[Referral]
    to_answer: int


def wanting(referrals: ReferralQuerySet, *, user: User, now: datetime) -> ReferralQuerySet:
    """With `wants` (what the organisation is asked for; "" for nothing), and of safety answers whose and whether this user's."""
    left = clinician_requests.waiting().filter(referral=OuterRef("pk")).order_by()
    own = Confirmation.objects.open().for_clinician(user).filter(referral=OuterRef("pk"))
    sought = better_contact.asked_about(now).order_by().values("pk")
    return referrals.annotate(
        clinician_asked=Subquery(left.values("name")[:1]),
        mine_to_answer=Exists(own),
        wants=Case(
            When(participant__died_at__isnull=False, then=Value("")),
            When(status=Status.INFO_REQUESTED, then=Value(QUESTION)),
            When(Exists(left), then=Value(SAFETY)),
            When(pk__in=sought, then=Value(CONTACT)),
            default=Value(""),
            output_field=CharField(),
        ),
    )


def narrowed(referrals: ReferralQuerySet, which: str) -> ReferralQuerySet:
    """Of `wanting` referrals that are `hold_display.noted`, those of one heading."""
    return referrals.exclude(wants="") if which == REPLY else referrals.filter(on_hold_since__isnull=False)


def of(user: User, *, now: datetime) -> Inbox:
    """Everything that waits for the user's organisations, in one query."""
    mine = Referral.objects.for_member(user).exclude(status__in=set(ENDED) - {Status.UNREACHABLE})
    noted = clinician_requests.noted(hold_display.noted(wanting(mine, user=user, now=now)))
    rows = list(
        noted.filter(~Q(wants="") | Q(on_hold_since__isnull=False)).order_by("status_at", "pk")[:MOST]
    )
    return Inbox(
        reply=[row for row in rows if row.wants],
        hold=[row for row in rows if row.on_hold_since],
        to_answer=sum(row.mine_to_answer for row in rows),
    )


def answered(referrals: ReferralQuerySet) -> ReferralQuerySet:
    """With `answered_at`: when the clinician who was named had answered the safety questions."""
    given = Confirmation.objects.filter(referral=OuterRef("pk"), confirmed_at__isnull=False)
    return referrals.annotate(
        answered_at=Subquery(given.order_by("-confirmed_at").values("confirmed_at")[:1])
    )
