"""May this person have a place? What stands in the way for one referral, and for many at once; the two agree (a test)."""

from django.db.models import Exists, OuterRef, Q, QuerySet

from referrals import safety
from referrals.models import Referral, SafetyAnswer, SafetyHold
from referrals.on_hold import elsewhere
from referrals.screening import unanswered_lists
from referrals.statuses import ENDED


def blockers(referral: Referral) -> list[str]:
    """What stands in the way of offering or giving a place, in sentences; none if nothing does.

    A hold on another referral of the same person that goes on counts too.
    """
    found = []
    own = Q(referral=referral.pk)
    others = Q(referral__participant=referral.participant_id) & ~Q(referral__status__in=ENDED)
    on = list(SafetyHold.objects.filter(own | others, lifted_at__isnull=True).order_by("put_on_at", "pk"))
    if on:
        hold = next((each for each in on if each.referral_id == referral.pk), on[0])
        where = "" if hold.referral_id == referral.pk else " on another referral of this person"
        why = hold.get_why_display()
        found.append(f"There is a safety hold{where}: {why[0].lower()}{why[1:]}.")
    if unanswered_lists(referral):
        found.append("A clinician has still to answer the safety lists.")
    return found


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
    found = referrals.filter(Q(Exists(held)) | Q(Exists(left)) | Q(elsewhere()))
    return list(found.values_list("pk", flat=True))
