"""How referrals are found and shown in groups, the same for referrers and officers."""

from dataclasses import dataclass
from functools import reduce
from operator import or_

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
    "finished": Filter("Finished, attended fewer", (Status.FINISHED_BELOW_TARGET,)),
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


NAMES = ("given_name", "family_name", "preferred_name")


def referrals_matching(typed: str) -> Q:
    """Referrals with this reference or the beginning of one, this NHS number, or every one of these words in a name.

    People are found in their own table first: asking both tables in one OR would leave every index unused.
    """
    number = _by_number(typed, "participant__")
    if number is not None:
        return number
    found = _by_words(typed)
    return Q(participant__in=Participant.objects.filter(found)) if found else Q()


def matching_for_sender(typed: str) -> Q:
    """As `matching`, by what the organisation of a referral told of the person.

    A search that found what another organisation told would tell it, letter by letter.
    """
    number = _by_number(typed, "told_")
    return _by_words(typed, "told_") if number is None else number


def _by_words(typed: str, prefix: str = "") -> Q:
    found = Q()
    for word in typed.split():
        found &= reduce(or_, (Q(**{f"{prefix}{name}__icontains": word}) for name in NAMES))
    return found


def _by_number(typed: str, prefix: str) -> Q | None:
    """Referrals with this reference or the beginning of one, or this NHS number; None where it is neither."""
    reference = references.recognise(typed)
    if reference:
        return Q(reference=reference)
    if typed.strip().upper().startswith(references.PREFIX):
        return Q(reference__startswith=typed.strip().upper())
    try:
        return Q(**{f"{prefix}nhs_number": nhs_number.parse(typed)})
    except nhs_number.NotAnNhsNumber:
        return None
