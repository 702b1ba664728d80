"""Messages that a person may do without, and the one press that stops them (RFC 8058).

The address in such a message is computed, not kept: it names the row of the person and proves that we wrote it.
"""

import hmac
from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from accounts.models import User
from messaging.content.opt_out_links import tokens_of
from messaging.kinds import registry as kinds
from messaging.models import Message, OptOut
from participants import safety_log
from participants.models import Participant

STOPPED = "They asked for no optional messages."
How = OptOut.How


def holder_of(pk: int, token: str) -> Participant | None:
    """Whose link this is; None where it is nobody's. It follows a row that was merged."""
    person = Participant.objects.filter(pk=pk).select_related("merged_into").first()
    if person is None or not _is_token_of(person, token):
        return None
    while person is not None and person.merged_into is not None:
        person = person.merged_into
    return person


def _is_token_of(person: Participant, token: str) -> bool:
    """Whether we wrote this link, with the key of today or one before it."""
    return any(hmac.compare_digest(token.encode(), ours.encode()) for ours in tokens_of(person))


def standing(person: Participant) -> OptOut | None:
    """Since when, and how, this person gets no optional messages; None where they do."""
    return OptOut.objects.standing().filter(participant=person).select_related("noted_by").first()


@transaction.atomic
def opt_out(*, person: Participant, how: str, now: datetime, by: User | None = None) -> None:
    """Nothing optional is sent from now on, not even what waits. `by`: the officer whom they told. Twice does no harm."""
    stop_all(people=[person], how=how, now=now, by=by)


@transaction.atomic
def stop_all(*, people: Iterable[Participant], how: str, now: datetime, by: User | None = None) -> None:
    """The same for many at once."""
    people = list(people)
    known = OptOut.objects.standing().filter(participant__in=people)
    before = set(known.values_list("participant", flat=True))
    people = [person for person in people if person.pk not in before]
    rows = [OptOut(participant=person, how=how, at=now, noted_by=by) for person in people]
    OptOut.objects.bulk_create(rows, ignore_conflicts=True)
    safety_log.record_all(safety_log.Code.OBJECTION, people=people, detail=how, now=now)
    settle(now)


def opt_back_in(*, person: Participant, now: datetime, by: User | None = None) -> None:
    """They want them again; `by` None: by the same link. What was stopped meanwhile stays so."""
    OptOut.objects.standing().filter(participant=person).update(ended_at=now, ended_by=by)


def wanted() -> Q:
    """For the guard: the person has not stopped optional messages."""
    return ~Q(Exists(OptOut.objects.standing().filter(participant=OuterRef("participant"))))


def settle(now: datetime) -> None:
    """Call back what waits for those who stopped."""
    names = [kind.name for kind in kinds.registered() if kind.optional]
    Message.objects.filter(~wanted(), state=Message.State.PENDING, kind__in=names).update(
        state=Message.State.CANCELLED, settled_at=now, reason=STOPPED, secret=None
    )
