"""Equality questions: keeping what was answered, by whom, and adding what a referral tells."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from accounts.models import User
from participants.models import Equality, EthnicCategory, Participant
from participants.readiness.records import locked, unknown_only, written

ASKED = ("ethnic_category", "sex", "gender_same", "gender_words", "long_condition", "limits")
UNKNOWN = ("", None, EthnicCategory.NOT_KNOWN)


@transaction.atomic
def save(
    *, person: Participant, changes: Mapping[str, object], source: str, by: User, now: datetime
) -> Equality:
    """Write the answers that were given or changed, and nothing else. `source` is who answered (`Equality.Source`).

    Empty, and 99 for the ethnic category, mean "not asked". Without a lasting condition there is nothing that it
    reduces. Raises KeyError for a name that is not one of `ASKED`.
    """
    if strange := set(changes) - set(ASKED):
        raise KeyError(", ".join(sorted(strange)))
    person, told = locked(person), dict(changes)
    known = Equality.objects.filter(participant=person).values_list("long_condition", flat=True).first()
    if told.get("long_condition", known) != Equality.YesNo.YES:
        told["limits"] = ""
    stamp = {"source": source, "recorded_at": now, "recorded_by": by}
    return written(Equality, person=person, changes=told, stamp=stamp)


@transaction.atomic
def add_if_unknown(*, person: Participant, told: Mapping[str, object], by: User, now: datetime) -> None:
    """What a referral tells: it fills what nobody has answered, and never changes an answer."""
    known = Equality.objects.filter(participant=locked(person)).first()
    new = unknown_only(known, told, unknown=UNKNOWN)
    if new:
        source = known.source if known else Equality.Source.REFERRER
        save(person=person, changes=new, source=source, by=by, now=now)
