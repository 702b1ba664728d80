"""Somebody who hears for a person: written down with the person's consent, and ended when it is over (adr/0016)."""

from datetime import datetime

from django.db import transaction

from accounts.models import User
from core.errors import Refused, refusing
from core.text import NOT_A_NAME, may_be_names
from participants import safety_log
from participants.models import Participant, ProxyContact


class ProxyRefused(Refused):
    """It cannot be kept; the sentence says why."""


class SomebodyHears(ProxyRefused):
    sentence = "This person already has a contact person. Remove them first."


def standing(person: Participant) -> ProxyContact | None:
    """Whoever hears for this person at present."""
    return person.proxies.standing().first()


def add_proxy(
    *,
    person: Participant,
    name: str,
    relation: str,
    email: str,
    manner: str,
    consent: str,
    by: User,
    now: datetime,
) -> ProxyContact:
    """Write to somebody else too, or instead, from now on. Raises ProxyRefused."""
    if not may_be_names(name):
        raise ProxyRefused(f"{NOT_A_NAME}.")
    if email.lower() == person.email.lower():
        raise ProxyRefused("This is the person’s own email address. Their messages already go there.")
    if person.died_at or person.merged_into_id:
        raise ProxyRefused("We no longer send messages about this person.")
    with refusing({"proxy_one_a_person": SomebodyHears}):
        return ProxyContact.objects.create(
            participant=person,
            name=name.strip(),
            relation=relation,
            email=email,
            manner=manner,
            consent=consent,
            consent_at=now,
            written_by=by,
        )


@transaction.atomic
def end_proxy(*, proxy: ProxyContact, why: str, by: User | None, now: datetime) -> bool:
    """The consent stands no more, or is not needed. False if somebody had ended it. `by` None: the system."""
    rows = ProxyContact.objects.standing().filter(pk=proxy.pk)
    if not rows.update(ended_at=now, ended_by=by, ended_why=why.strip()):
        return False
    code = safety_log.Code.PROXY_ENDED
    safety_log.record(code, person=proxy.participant, row_at=proxy.consent_at, now=now)
    return True
