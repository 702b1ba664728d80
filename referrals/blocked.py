"""For many referrals at once: in whose way something of the safety screen stands.

`screening.blockers` says what it is, for one; the two agree (a test).
"""

from django.db.models import Exists, OuterRef, Q, QuerySet

from referrals import safety
from referrals.models import Referral, SafetyAnswer, SafetyHold
from referrals.on_hold import elsewhere


def blocked(referrals: QuerySet[Referral]) -> list[int]:
    """The numbers of those that have a safety hold, or a list that a clinician has still to answer; one query.

    A hold on another referral of the same person counts too.
    """
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
    found = referrals.filter(Q(Exists(held)) | Q(Exists(left)) | Q(elsewhere()))
    return list(found.values_list("pk", flat=True))
