"""How referrals are found and shown in groups, the same for referrers and officers."""

from dataclasses import dataclass

from django.db.models import Q

from participants import nhs_number
from referrals import references
from referrals.statuses import Status


@dataclass(frozen=True)
class Filter:
    label: str
    statuses: tuple[str, ...]


FILTERS = {
    "received": Filter("Received", (Status.SUBMITTED,)),
    "waiting": Filter("Waiting", (Status.ACCEPTED, Status.WAITING)),
    "taking_part": Filter("Taking part", (Status.ENROLLED, Status.ACTIVE)),
    "completed": Filter("Completed", (Status.COMPLETED,)),
    "ended": Filter(
        "Ended", (Status.DECLINED, Status.LEFT_EARLY, Status.NOT_PARTICIPATING, Status.WITHDRAWN)
    ),
}


def matching(typed: str) -> Q:
    """Referrals with this reference or this NHS number, or whose person has every one of these words in a name."""
    reference = references.recognise(typed)
    if reference:
        return Q(reference=reference)
    try:
        return Q(participant__nhs_number=nhs_number.parse(typed))
    except nhs_number.NotAnNhsNumber:
        pass
    found = Q()
    for word in typed.split():
        found &= (
            Q(participant__given_name__icontains=word)
            | Q(participant__family_name__icontains=word)
            | Q(participant__preferred_name__icontains=word)
            | Q(reference__istartswith=word)
        )
    return found
