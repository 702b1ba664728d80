"""The security log: one line for each event, with ids and never values (`itsyourmove.logs` keeps the list of keys)."""

import logging
from enum import StrEnum
from functools import partial

from django.db import DatabaseError, transaction
from django.http import HttpRequest

from accounts.models import User

logger = logging.getLogger("security")


class Event(StrEnum):
    """Every event that there is; `kind` says more where one has several."""

    SIGNED_IN = "signed in"
    CODE_ASKED = "sign-in code asked for"  # without a user for an address that nobody has
    CODE_WRONG = "sign-in code wrong"
    SECOND_STEP_GIVEN = "second step given"
    SECOND_STEP_FAILED = "second step failed"
    PASSKEY_ADDED = "passkey added"
    PASSKEY_REMOVED = "passkey removed"
    PASSKEY_USED = "passkey used"
    PASSKEY_REFUSED = "passkey refused"
    INVITED = "invited"
    LOCKED_OUT = "locked out"  # kind: codes, code, second_step, birth_date, letter_code, clinician_link, clinician_codes
    UNLOCKED = "unlocked"  # by an officer; kind: birth_date, clinician_link
    REFUSED = "access refused"
    CSRF_FAILED = "csrf check failed"
    SESSION_ENDED = "session ended"  # kind: signed_out, idle, everywhere, second_step
    KEY_CHANGED = "second factor changed"  # kind: app, recovery_codes, forgotten
    ADDRESS_CHANGED = "address changed"
    ROLE_CHANGED = "role changed"  # kind: partnership, joined, changed, ended
    ACCOUNT_OPENED = "account opened"
    ACCOUNT_CLOSED = "account closed"


def note(
    event: Event,
    *,
    user_id: int | None = None,
    by: User | None = None,
    request: HttpRequest | None = None,
    kind: str = "",
    organisation_id: int | None = None,
    participant_id: int | None = None,
    referral_id: int | None = None,
    status_code: int | None = None,
) -> None:
    """Write the line once what it tells is committed. `user_id` is whose account, `by` who did it.

    `request` adds the name of the route, not its address: that may hold a link's token.
    """
    match = getattr(request, "resolver_match", None)
    facts = {
        "user_id": user_id,
        "by_id": by.pk if by else None,
        "kind": kind or None,
        "organisation_id": organisation_id,
        "participant_id": participant_id,
        "referral_id": referral_id,
        "status_code": status_code,
        "route": match.view_name if match else None,
    }
    known = {key: value for key, value in facts.items() if value is not None}
    log = partial(logger.info, event.value, extra=known)
    try:
        transaction.on_commit(log, robust=True)
    except DatabaseError:  # the database is away: log the refusal anyway
        log()


def user_of(request: HttpRequest) -> int | None:
    """The id of the signed-in user, or None."""
    user = getattr(request, "user", None)
    return user.pk if user is not None and user.is_authenticated else None
