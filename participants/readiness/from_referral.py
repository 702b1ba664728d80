"""What a referral may tell beyond what is needed: added where it is not known yet, never written over what is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction

from accounts.models import User
from participants.models import Participant
from participants.readiness import emergency_contact as emergency
from participants.readiness import equality, goals
from participants.readiness import services as readiness
from participants.readiness.services import Slot


@dataclass(frozen=True)
class Extra:
    """Told about one person in passing; each part may be empty. The names are those of the services that keep them."""

    readiness: Mapping[str, object] = field(default_factory=dict)
    times: Sequence[Slot] = ()
    equality: Mapping[str, object] = field(default_factory=dict)
    goal_words: str = ""
    goal_domain: str = ""
    emergency: Mapping[str, object] = field(default_factory=dict)


@transaction.atomic
def add_from_referral(*, person: Participant, extra: Extra, by: User, now: datetime) -> None:
    """Add what is not known of this person yet."""
    if extra.readiness:
        readiness.add_if_unknown(person=person, told=extra.readiness, by=by, now=now)
    if extra.times:
        readiness.add_times(person=person, slots=extra.times, by=by, now=now)
    if extra.equality:
        equality.add_if_unknown(person=person, told=extra.equality, by=by, now=now)
    if extra.goal_words:
        goals.add_if_unknown(person=person, words=extra.goal_words, domain=extra.goal_domain, by=by, now=now)
    if extra.emergency:
        emergency.add_if_unknown(person=person, told=extra.emergency, by=by, now=now)
