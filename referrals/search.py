"""How referrals are found and shown in groups, the same for referrers and officers."""

from dataclasses import dataclass

from django.db.models import Q

from participants import nhs_number
from participants.models import Participant
from referrals import references
from referrals.statuses import Status


@dataclass(frozen=True)
class Filter:
    label: str
    statuses: tuple[str, ...]


# Each status is in one group and no more (a test says so).
FILTERS = {
    "received": Filter("Received", (Status.SUBMITTED,)),
    "needs_information": Filter("Needs information", (Status.INFO_REQUESTED,)),
    "contacting": Filter("Being contacted", (Status.ACCEPTED, Status.CONTACTING)),
    "waiting": Filter("Waiting", (Status.WAITING, Status.OFFERED)),
    "taking_part": Filter("Taking part", (Status.ENROLLED, Status.ACTIVE)),
    "completed": Filter("Completed", (Status.COMPLETED,)),
    "unreachable": Filter("Could not be reached", (Status.UNREACHABLE,)),
    "ended": Filter(
        "Ended",
        (
            Status.DECLINED,
            Status.REDIRECTED,
            Status.LEFT_EARLY,
            Status.NOT_PARTICIPATING,
            Status.WITHDRAWN,
            Status.CLOSED,
            Status.ENTERED_IN_ERROR,
            Status.DIED,
        ),
    ),
}


def matching(typed: str) -> Q:
    """Referrals with this reference or the beginning of one, this NHS number, or every one of these words in a name.

    People are found in their own table first: asking both tables in one OR would leave every index unused.
    """
    reference = references.recognise(typed)
    if reference:
        return Q(reference=reference)
    if typed.strip().upper().startswith(references.PREFIX):
        return Q(reference__startswith=typed.strip().upper())
    try:
        return Q(participant__nhs_number=nhs_number.parse(typed))
    except nhs_number.NotAnNhsNumber:
        pass
    found = Q()
    for word in typed.split():
        found &= (
            Q(given_name__icontains=word) | Q(family_name__icontains=word) | Q(preferred_name__icontains=word)
        )
    return Q(participant__in=Participant.objects.filter(found)) if found else Q()
