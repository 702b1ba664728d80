"""Has this person been referred here already? Asked of the sender's own organisations alone.

The same NHS number, else three of given name, family name, date of birth and postcode; a different NHS number says that
they are two people (interface.md 2). Another organisation's referral is never shown, counted or waited for.
"""

from datetime import date
from itertools import combinations
from uuid import UUID

from django.db.models import Q

from accounts.models import User
from referrals.models import Referral, ReferralQuerySet
from referrals.statuses import ENDED

MOST_SHOWN = 5
ALIKE = 3  # of the four


def alike(
    *,
    user: User,
    submission_key: UUID,
    given_name: str,
    family_name: str,
    date_of_birth: date,
    postcode: str,
    nhs_number: str = "",
) -> ReferralQuerySet:
    """Referrals that are not ended, of this user's organisations, that look like the same person; newest first."""
    facts = (
        Q(participant__given_name__iexact=given_name),
        Q(participant__family_name__iexact=family_name),
        Q(participant__date_of_birth=date_of_birth),
        Q(participant__postcode=postcode),
    )
    same = Q()
    for some in combinations(facts, ALIKE):
        same |= some[0] & some[1] & some[2]
    if nhs_number:
        same = (same & Q(participant__nhs_number__in=["", nhs_number])) | Q(
            participant__nhs_number=nhs_number
        )
    open_ones = (
        Referral.objects.for_member(user).exclude(status__in=ENDED).exclude(submission_key=submission_key)
    )
    return open_ones.filter(same).select_related("participant", "organisation").newest_first()
