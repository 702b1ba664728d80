"""How referrals are found and shown in groups, the same for referrers and officers."""

from dataclasses import dataclass
from functools import reduce
from operator import or_

from django.db.models import Exists, OuterRef, Q

from participants import nhs_number
from participants.models import Participant, ReportedDifference
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
    "finished": Filter("Finished, fewer than the target", (Status.FINISHED_BELOW_TARGET,)),
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


TOLD = ("given_name", "family_name")  # where an organisation told another, its own words are kept beside ours
NAMES = (*TOLD, "preferred_name")


def matching(typed: str, *, names: tuple[str, ...] = NAMES) -> Q:
    """Referrals with this reference or the beginning of one, this NHS number, or every one of these words in a name.

    People are found in their own table first: asking both tables in one OR would leave every index unused.
    """
    number = _by_number(typed)
    if number is not None:
        return number
    found = Q()
    for word in typed.split():
        found &= reduce(or_, (Q(**{f"{name}__icontains": word}) for name in names))
    return Q(participant__in=Participant.objects.filter(found)) if found else Q()


def matching_for_sender(typed: str) -> Q:
    """As `matching`, where the organisation of a referral told another name than we keep: by the name that it told.

    A search that found the kept name would tell it, letter by letter; so would one by what the person likes to be
    called, which another may have told.
    """
    plain = matching(typed, names=TOLD)
    if not typed.split() or _by_number(typed) is not None:
        return plain
    told = ReportedDifference.objects.filter(
        participant=OuterRef("participant"),
        organisation=OuterRef("organisation"),
        field__in=TOLD,
    )
    found = Q(Exists(told))
    for word in typed.split():
        same = ~Exists(told.filter(field="given_name")) & Q(participant__given_name__icontains=word)
        same |= ~Exists(told.filter(field="family_name")) & Q(participant__family_name__icontains=word)
        found &= Q(Exists(told.filter(value__icontains=word))) | same
    return (plain & ~Exists(told)) | found


def _by_number(typed: str) -> Q | None:
    """Referrals with this reference or the beginning of one, or this NHS number; None where it is neither."""
    reference = references.recognise(typed)
    if reference:
        return Q(reference=reference)
    if typed.strip().upper().startswith(references.PREFIX):
        return Q(reference__startswith=typed.strip().upper())
    try:
        return Q(participant__nhs_number=nhs_number.parse(typed))
    except nhs_number.NotAnNhsNumber:
        return None
