"""For many referrals at once: in whose way something of the safety screen stands.

`screening.blockers` says what it is, for one; the two agree (a test).
"""

from django.db.models import Exists, OuterRef, Q, QuerySet

from referrals import safety
from referrals.models import Referral, SafetyAnswer, SafetyHold


def blocked(referrals: QuerySet[Referral]) -> list[int]:
    """The numbers of those that have a safety hold, or a list that a clinician has still to answer; one query."""
    held = SafetyHold.objects.filter(referral=OuterRef("pk"), lifted_at__isnull=True)
    later = SafetyAnswer.objects.filter(
        referral=OuterRef("referral"), question_set=OuterRef("question_set")
    ).filter(
        Q(answered_at__gt=OuterRef("answered_at"))
        | Q(answered_at=OuterRef("answered_at"), pk__gt=OuterRef("pk"))
    )
    left = SafetyAnswer.objects.filter(
        ~Exists(later),
        referral=OuterRef("pk"),
        question_set__in=[each.code for each in safety.QUESTION_SETS],
        unanswered=True,
    )
    return list(referrals.filter(Exists(held) | Exists(left)).values_list("pk", flat=True))
