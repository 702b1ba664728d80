"""Organisations: those that the national list does not hold, with a code of our own; and closing one for good or a while."""

import secrets
from datetime import datetime

from django.db import IntegrityError, connection, transaction

from accounts.login_sessions import services as login_sessions
from accounts.models import LISTED_KINDS, LOCAL, Membership, Organisation, User
from accounts.security_log import Event, note
from accounts.services import check_names, lock_organisation
from core.errors import ReasonMissing, Refused

DIGITS = 6
CODE_TRIES = 20


class OnTheNationalList(Refused):
    sentence = "A GP practice comes from the national list. Find it by its ODS code instead of adding it."


class ClosedAlready(Refused):
    def __init__(self, organisation: Organisation) -> None:
        super().__init__(f"{organisation} is closed already. Nothing was changed.")


class OpenAlready(Refused):
    def __init__(self, organisation: Organisation) -> None:
        super().__init__(f"{organisation} is open already. Nothing was changed.")


@transaction.atomic
def add_organisation(*, name: str, kind: str, by: User | None) -> Organisation:
    """Let a body that is on no national list refer from now on, known by a code like LOCAL402817.

    `kind` is one of Organisation.Kind without those that the national list holds. Raises OnTheNationalList,
    NameNotUsable.
    """
    check_names(name)
    if kind in LISTED_KINDS:
        raise OnTheNationalList
    for _ in range(CODE_TRIES):
        try:
            with transaction.atomic():
                code = f"{LOCAL}{secrets.randbelow(10**DIGITS):0{DIGITS}}"
                return Organisation.objects.create(ods_code=code, name=" ".join(name.split()), kind=kind)
        except IntegrityError as error:
            if "ods_code" not in str(error.__cause__):
                raise
    raise RuntimeError("No free local code was found.")


@transaction.atomic
def close(*, organisation: Organisation, reason: str, by: User, now: datetime) -> int:
    """Nobody refers for it from now on; its members' access ends, its referrals go on and its history stays.

    How many memberships ended. Raises ReasonMissing, ClosedAlready.
    """
    if not reason.strip():
        raise ReasonMissing("Enter why it refers no more")
    if lock_organisation(organisation).refers_no_more_since:
        raise ClosedAlready(organisation)
    organisation.refers_no_more_since, organisation.refers_no_more_because = now, reason.strip()
    organisation.save(update_fields=["refers_no_more_since", "refers_no_more_because"])
    places = Membership.objects.current().filter(organisation=organisation)
    members = list(User.objects.filter(pk__in=places.values("user")))
    ended = places.update(ended_at=now, ended_because=Membership.Ended.CLOSED, ended_by=by)
    login_sessions.end_sessions(users=members, by=by, now=now)
    for member in members:
        note(Event.ROLE_CHANGED, kind="ended", user_id=member.pk, organisation_id=organisation.pk, by=by)
    return ended


@transaction.atomic
def open_again(*, organisation: Organisation, by: User, now: datetime) -> None:
    """People may refer for it again; no access comes back by itself: a lead is invited. Raises OpenAlready."""
    if lock_organisation(organisation).refers_no_more_since is None:
        raise OpenAlready(organisation)
    organisation.refers_no_more_since, organisation.refers_no_more_because = None, ""
    organisation.save(update_fields=["refers_no_more_since", "refers_no_more_because"])


def still_refers(organisation: Organisation) -> bool:
    """Whether it may refer at this moment, and until this transaction ends: an officer who closes it waits for that."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT refers_no_more_since IS NULL FROM accounts_organisation WHERE id = %s FOR SHARE",
            [organisation.pk],
        )
        return bool(cursor.fetchone()[0])
