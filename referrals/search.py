"""How referrals are found and shown in groups, the same for referrers and officers."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import reduce
from operator import or_

from django.db.models import Q

from participants import contact_details, nhs_number
from participants.models import Participant
from participants.search import as_date
from referrals import references
from referrals.plain_words import plain
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
    number = _by_number(typed)
    if number is not None:
        return number
    found = _by_words(typed)
    return Q(participant__in=Participant.objects.filter(found)) if found else Q()


def matching_for_sender(typed: str) -> Q:
    """Referrals with this reference, NHS number, date of birth or phone number; else by words.

    By words: each is in a name, whatever its accents and apostrophes, or all are a part of the reference. Only what the
    organisation of a referral told: a search that found what another one told would tell it, letter by letter.
    """
    if reference := references.recognise(typed):
        return Q(reference=reference)
    exact: dict[str, Callable[[str], str | date]] = {
        "told_nhs_number": nhs_number.parse,
        "told_date_of_birth": as_date,
        "told_phone": contact_details.parse_phone,
    }
    for column, parse in exact.items():
        try:
            return Q(**{column: parse(typed)})
        except ValueError:
            continue
    words = plain(typed).split()
    if not words:
        return Q(pk__in=[]) if typed.strip() else Q()
    found = Q(*(Q(told_names__contains=word) for word in words))
    return reduce(or_, (Q(reference__contains=part) for part in references.parts(typed)), found)


def _by_words(typed: str) -> Q:
    found = Q()
    for word in typed.split():
        found &= reduce(or_, (Q(**{f"{name}__icontains": word}) for name in NAMES))
    return found


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
