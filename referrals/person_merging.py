"""What becomes of referrals when two rows of one person are merged (participants.merging.services)."""

from participants.merging.services import MergePart
from participants.models import Participant
from referrals.models import Referral, ReferralQuerySet
from referrals.statuses import IN_PROGRAMME


def shows(person: Participant) -> list[str]:
    return [describe(referral) for referral in of(person)]


def merge_effects(kept: Participant, gone: Participant) -> list[str]:
    """Each referral goes along; a safety hold is the person's matter, so the officer is told where it is missing."""
    said = [
        f"Referral {describe(referral)} is moved, with its answers, notes, contact attempts and history."
        for referral in of(gone)
    ]
    both = Participant.objects.filter(pk__in=[kept.pk, gone.pk])
    held = Referral.objects.filter(participant__in=both, holds__lifted_at__isnull=True, holds__isnull=False)
    for reference in held.values_list("reference", flat=True).distinct().order_by("reference"):
        said.append(
            f"A safety hold is on for {reference}. Until it is lifted, the person cannot get a place or join, on any referral."
        )
    return said


def in_the_way(kept: Participant, gone: Participant) -> list[str]:
    """One person is in the programme once (constraint referral_in_programme_once)."""
    ours, theirs = (of(person).filter(status__in=IN_PROGRAMME).first() for person in (kept, gone))
    if ours is None or theirs is None:
        return []
    programme = f"Both are on the waiting list or taking part: {describe(ours)} and {describe(theirs)}."
    return [
        f"{programme} A person can only be there once. Withdraw one of these referrals, or end its place, then merge."
    ]


def of(person: Participant) -> ReferralQuerySet:
    return Referral.objects.filter(participant=person).select_related("organisation").newest_first()


def describe(referral: Referral) -> str:
    return f"{referral.reference} ({referral.get_status_display().lower()}, {referral.organisation})"


PART = MergePart(
    title="Referrals", tables=(Referral,), shows=shows, effects=merge_effects, in_the_way=in_the_way
)
