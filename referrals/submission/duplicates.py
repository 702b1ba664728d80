"""Has this person been referred here already? Asked of the sender's own organisations alone.

The rule is that of participants.merging.matching, asked of what those organisations told. Another organisation's referral is
never shown, counted or waited for, and what it told of the same person confirms no guess.
"""

from datetime import date
from uuid import UUID

from accounts.models import User
from participants.merging import matching
from referrals import hold_display
from referrals.models import Referral, ReferralQuerySet
from referrals.statuses import ENDED

MOST_SHOWN = 5


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
    same = matching.alike(
        given_name=given_name,
        family_name=family_name,
        date_of_birth=date_of_birth,
        postcode=postcode,
        nhs_number=nhs_number,
        prefix="told_",
    )
    open_ones = (
        Referral.objects.for_member(user).exclude(status__in=ENDED).exclude(submission_key=submission_key)
    )
    return hold_display.noted(open_ones.filter(same)).newest_first()
